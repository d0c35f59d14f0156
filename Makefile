# Everything that a developer or an operator types. `make` alone prints this list.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-compose prove soak lint audit bench load

PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV_PYTHON := .venv/bin/python

help: ## Print what there is
	@echo "Gradus: autograd exercises, graded in a sandbox"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what running needs into .venv and node_modules; start nothing
	@$(PYTHON) scripts/setup.py

setup-dev:
	@$(PYTHON) scripts/setup.py --dev

run: setup ## Serve a demo course on http://127.0.0.1:8000/ (PORT=8001 make run: on another port)
	@DEBUG=$${DEBUG:-1} exec $(VENV_PYTHON) manage.py up --demo

test: lint ## Lint, then run every test, those of the browser and the jail included (ARGS="-k word")
	@scripts/system-packages
	@$(VENV_PYTHON) scripts/run_tests.py $(ARGS)

test-compose: ## Try docker-compose.yml as an administrator and a class do; needs a Docker engine
	@$(PYTHON) scripts/test_compose.py $(ARGS)

prove: setup-dev ## Prove every exercise at 100 seeds, fuzz its solution, and write docs/build/proofs.html: half an hour
	@$(VENV_PYTHON) manage.py exercise check --seeds 100 --fuzz --html docs/build/proofs.html

soak: setup-dev ## Run the tests that take an hour: thousands of jobs, 100,000 fuzzed frames, a trace of every mutant, every request to the API
	@$(VENV_PYTHON) -m pytest -m soak tests/sandbox tests/exercises tests/grader tests/supervisor tests/e2e

lint: setup-dev ## Check style, types, import directions, templates and migrations
	@$(VENV_PYTHON) scripts/lint.py

audit: setup ## Ask for known vulnerabilities of what is shipped; write its licences to docs/build/licences.md
	@$(VENV_PYTHON) -m scripts.audit licences --write docs/build/licences.md
	@$(VENV_PYTHON) -m scripts.audit advisories $(ARGS)

bench: setup ## Time grading beside a cold start on this machine
	@exec $(VENV_PYTHON) manage.py bench $(ARGS)

load: setup-dev ## Hand in like a whole course on its last evening (ARGS="chaos", "faults", "hosts"); see docs/capacity.md
	@$(VENV_PYTHON) -m tests.load $(ARGS)
