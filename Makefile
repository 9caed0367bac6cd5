# Everything is done by the program `tsunagi` or by pytest; this file only names it.
VENV := .venv
# The system's first: distributions build it with profiles, which makes it a sixth faster than one built without.
PYTHON := $(shell for p in /usr/bin/python3.11 python3.11 python3.12 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null \
	&& { echo $$p; break; }; done)
PYTHON312 := $(shell for p in python3.12 $(HOME)/.pyenv/versions/3.12.*/bin/python3.12; do \
	$$p -c 'import venv, ensurepip' 2>/dev/null && { echo $$p; break; }; done)
PROFILE ?= embedded
WORKERS ?= 4
RUN := $(VENV)/bin/python -m tsunagi
PYTEST := $(VENV)/bin/python -m pytest

.PHONY: help run demo bench test test-long check format words docs docs-pictures pictures lock clean runtime development

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: runtime ## Start everything here with the demo city; Ctrl-C stops it (PROFILE=embedded or node)
	@$(RUN) run --profile $(PROFILE)

demo: runtime ## Play the main job and check every step (PROFILE=embedded, node or compose)
	@$(RUN) demo --profile $(PROFILE)

bench: runtime ## Measure, and write var/bench.json
	@$(RUN) bench

test: development ## Test everything but what takes minutes
	@$(PYTEST) -n $(WORKERS) -m "not long" $(TESTS)

test-long: development ## Test what takes minutes, and once more on Python 3.12
	@$(PYTEST) -m long $(TESTS)
	@PROFILE=embedded $(PYTEST) -n $(WORKERS) -m "not long" tests/service tests/end_to_end
	@test -n "$(PYTHON312)" || { echo "Python 3.12 is missing: install python3.12 with its venv module"; exit 1; }
	@$(PYTHON312) -m tsunagi.prepare .venv-3.12 --dev
	@.venv-3.12/bin/python -m pytest -n $(WORKERS) -m "not long" tests/unit tests/contract tests/service

check: development ## Format, lint, types, import rules and the tests that need no servers
	@$(VENV)/bin/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy
	@$(PYTEST) -q -n $(WORKERS) -m "not long" tests/unit tests/contract

format: development ## Format the code and sort its imports
	@$(VENV)/bin/ruff format --quiet .
	@$(VENV)/bin/ruff check --quiet --fix .

words: development ## Bring the catalogues of translations to what the code says
	@$(RUN).catalogue

docs: development ## Build the documentation site in var/docs/site
	@$(VENV)/bin/python -m tsunagi.site

docs-pictures: development ## Take the pictures of the guides, then build the site with them
	@$(VENV)/bin/python -m tests.browser.guide_pictures
	@$(VENV)/bin/python -m tsunagi.site

pictures: development ## Take every page in both languages, light and dark, at both widths (var/screens, docs/pictures)
	@$(VENV)/bin/python -m tests.browser.screens --sheets

lock: development ## Choose the newest versions that pyproject.toml and package.json allow
	@$(VENV)/bin/python -m tsunagi.locks

clean: ## Remove what was made here: environments, packages, instances and their data
	@$(or $(PYTHON),python3) -m tsunagi.tidy

runtime: python
	@$(PYTHON) -m tsunagi.prepare $(VENV)

development: python
	@$(PYTHON) -m tsunagi.prepare $(VENV) --dev

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 か 3.12 が必要です(venv モジュールも)。 / Python 3.11 or 3.12 with its venv module is needed: apt-get install python3.11-venv, or brew install python@3.12"; exit 1; }
