"""An assistant for sourcing decisions that shows the passage behind every sentence."""

__version__ = "0.2.0"
