# Tradewind: every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ASSETS := $(VENV)/.assets

.PHONY: help setup demo test check bench bench-learning bench-channel reliability screenshots clean lock browser

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(ASSETS) ## Find a Python >= 3.12, build .venv from the locks, build charts and translations

demo: setup ## Start the engine and the web with the demo company (Ctrl-C stops, again resumes)
	@exec $(BIN)/tradewind demo $(ARGS)

test: setup browser ## Run make check and then every test, with the time of each folder
	@$(MAKE) --no-print-directory check
	@$(BIN)/python tools/run_tests.py $(ARGS)

check: setup ## Format, lint, types, import contracts, migrations and translations
	@tools/check

bench: setup ## Measure the engine against its peers, ratios in one run
	@$(BIN)/python -m benchmarks.decisions $(ARGS)

bench-learning: setup ## Let every learner and its peers choose on the same rows: 25 minutes, two processes
	@$(BIN)/python -m benchmarks.learning $(ARGS)

bench-channel: setup ## Measure access on 1,000,000 leads and postings beside plain filters and inserts, on SQLite and PostgreSQL
	@$(BIN)/python -m benchmarks.channel $(ARGS)
	@$(BIN)/python -m benchmarks.channel.books $(ARGS)

reliability: setup ## Kill, cut the power, flip bits, hang sources: 15 minutes of faults, and the table of what was lost
	@$(BIN)/python tools/reliability.py $(ARGS)

screenshots: setup browser ## Photograph every page: both themes, both languages, 1440 and 390 px
	@$(BIN)/python tools/screenshots.py $(ARGS)

clean: ## Remove everything that was built (the demo's data too)
	@rm -rf $(VENV) .demo build screenshots .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .schemathesis
	@rm -rf src/tradewind/portals/ui/static/ui/build
	@find src tests benchmarks tools -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	@find src -name '*.mo' -delete

lock: setup ## Resolve the locks again from pyproject.toml
	@tools/lock

browser: ## (part of test) A Chromium for the browser tests, installed where it can be
	@tools/browser

$(STAMP): pyproject.toml requirements.lock requirements-data.lock .python-version tools/setup
	@tools/setup

$(ASSETS): $(STAMP) tools/assets $(shell find src -name '*.po' 2>/dev/null)
	@tools/assets
	@touch $(ASSETS)
