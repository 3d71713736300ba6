# Everything a person needs to run, test and look at careteam. `make help` lists it.

PYTHON ?= python3
ARGS ?=
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore
SERVERS := $(PY) -m careteam.embedded

.DEFAULT_GOAL := help
.PHONY: help run stop status test prove fuzz mutants check lint format shell manage migrate venv

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: .venv/.run ## Serve the demo at http://localhost:8000 (PORT=8010 make run: elsewhere); Ctrl-C stops it
	@$(SERVERS) run --tied

stop: .venv/.run ## Stop whatever owns the private servers
	@$(SERVERS) stop

status: .venv/.run ## Say which private servers run
	@$(SERVERS) status || true

test: .venv/.dev ## Run the tests (make test ARGS="-k goals")
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

prove: .venv/.dev ## The rule in 50,000 worlds, 10,000 walks through twin worlds (make prove ARGS="walks --minutes 10")
	@$(PY) -m tests.prove $(ARGS)

fuzz: .venv/.dev ## 50,000 requests to the API, right and wrong, as everybody (make fuzz ARGS="--minutes 10 --seed 7")
	@$(PY) -m tests.prove cases $(ARGS)

check: .venv/.dev ## Style, types, layers, migrations, settings, links in the docs
	@$(SERVERS) exec --test -- scripts/check

mutants: .venv/.dev ## Take each control away in a copy and see its test fail (ARGS="--only A08 --minutes 30")
	@$(SERVERS) exec --test -- $(PY) -m tests.mutants $(ARGS)

lint: .venv/.dev ## Style and types alone
	@scripts/check lint

format: .venv/.dev ## Put the code into the common form
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

shell: .venv/.run ## Python with careteam loaded, on the data of make run
	@$(SERVERS) exec -- $(PY) manage.py shell

manage: .venv/.run ## Any command of manage.py (make manage ARGS="showmigrations")
	@$(SERVERS) exec -- $(PY) manage.py $(ARGS)

migrate: .venv/.run ## Bring the data of make run to the newest schema (make run does it by itself)
	@CARETEAM_DB_ROLE=owner $(SERVERS) exec -- $(PY) manage.py migrate $(ARGS)

# -- The virtual environment: made once, brought up to date when the requirements change --------------------------------
NO_VENV := $(shell test -x .venv/bin/python || echo venv)

venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "careteam needs Python 3.11 or newer, and $(PYTHON) is not. Name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { echo "No virtual environment could be made (on Debian: apt install python3-venv)." >&2; exit 1; }

.venv/.run: requirements.txt $(NO_VENV)
	@echo "Installing what careteam runs on into .venv (once)"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Installing what its tests need into .venv (once)"
	@$(PIP) -r requirements-dev.txt
	@touch $@
