"""What is written while the assistant serves, in one SQLite file: conversations, feedback, the audit log."""
