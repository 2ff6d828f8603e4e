# Two commands do all the set-up on a fresh machine: `make run` and `make test`.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run index test check evaluate format clean

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.stamp ## Set up what is missing, bring the index up to date, serve the chat page
	@echo "==> Index and page"
	@$(BIN)/assistant serve --update

index: $(VENV)/run.stamp ## Bring the index up to date with the corpus
	@$(BIN)/assistant index

test: $(VENV)/dev.stamp ## Set up what is missing and run every test
	@echo "==> Tests"
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile $(PYTEST)

check: $(VENV)/dev.stamp ## Format, lint, types and safety of the code; lint of the corpus
	@echo "==> Code and corpus"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python benchmarks/faults/static.py
	@$(BIN)/assistant corpus lint

evaluate: $(VENV)/run.stamp ## Ask the core question set and write a report to evals/runs/
	@$(BIN)/assistant evaluate evals/questions/core.jsonl --baseline

format: $(VENV)/dev.stamp ## Put the code into its form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove the environment and the built index; the corpus stays
	@rm -rf $(VENV) index/current index/generations index/*.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12 run"; exit 1; }
	@echo "==> Environment in $(VENV) (the first time takes some minutes)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "==> Installing what the assistant needs"
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: pyproject.toml constraints.txt | $(VENV)/run.stamp
	@echo "==> Installing what the tests need"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/run.stamp
