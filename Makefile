# Every habit of this project is a target here; `make help` lists them.
# Set-up happens by itself: each target installs what it needs, once, and again when a pin changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The first Python of the usual names that is new enough; `make PYTHON=...` chooses another.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	echo "$$name"; break; fi; done)
PORT ?= 8080
# Test processes; pytest-xdist counts the cores.
WORKERS ?= auto

BIN := .venv/bin
RUN := $(BIN)/python
NPX := node_modules/.bin
STAMPS := .venv/.stamps
# What people write, and what the generator writes: all of it is linted and typed.
CODE := benchmarks contract_tests examples generated_client mock_server openapi scripts tests wrappers

# Tools neither call home nor ask for news.
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true
export DO_NOT_TRACK := 1
export SCARF_ANALYTICS := false
export NO_UPDATE_NOTIFIER := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ── set-up ───────────────────────────────────────────────────────────────────────────────────────

.PHONY: setup
setup: $(STAMPS)/dev node_modules/.stamp ## Install everything for work on the project (.venv, node_modules)

$(STAMPS)/venv:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed, and none was found; name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; fi
	$(PYTHON) -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

# The demo's machine may be a small one: the client and the mock server, no development tools.
$(STAMPS)/run: $(STAMPS)/venv pyproject.toml constraints.txt
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[mock]'
	@touch $@

$(STAMPS)/dev: $(STAMPS)/venv pyproject.toml constraints.txt
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(STAMPS)/run

node_modules/.stamp: package.json package-lock.json .npmrc
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
		echo "Node.js 20.19 or newer with npm is needed for the linters of the contract, pyright and the" >&2; \
		echo "official SDK's conformance run (make demo, make mock and make generate do without)." >&2; \
		exit 1; fi
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# ── use ──────────────────────────────────────────────────────────────────────────────────────────

.PHONY: demo
demo: $(STAMPS)/run ## Start a mock server on a free port, run the quickstart against it, stop it
	$(RUN) scripts/with_mock.py -- $(RUN) examples/quickstart.py

.PHONY: mock
mock: $(STAMPS)/run ## Run the mock server on 127.0.0.1:8080 (PORT=... for another port)
	$(RUN) -m mock_server --host 127.0.0.1 --port $(PORT)

# ── the contract and what is made from it ────────────────────────────────────────────────────────

.PHONY: generate
generate: $(STAMPS)/dev ## Write generated_client and wrappers/_sync anew
	$(RUN) openapi/generate.py
	$(RUN) scripts/generate_sync.py

.PHONY: generate-check
generate-check: $(STAMPS)/dev ## Fail when generated files differ from what would be generated
	$(RUN) openapi/generate.py --check
	$(RUN) scripts/generate_sync.py --check

.PHONY: lint-contract
lint-contract: node_modules/.stamp ## Lint openapi/connectycube.yaml (Spectral and Redocly, 0 errors and 0 warnings)
	$(NPX)/spectral lint --ruleset openapi/.spectral.yaml --fail-severity hint openapi/connectycube.yaml
	$(NPX)/redocly lint --config openapi/redocly.yaml --format stylish openapi/connectycube.yaml

# ── checks ───────────────────────────────────────────────────────────────────────────────────────

.PHONY: format
format: $(STAMPS)/dev ## Format the code and put right what the linter can
	$(BIN)/ruff check --fix-only --quiet $(CODE)
	$(BIN)/ruff format $(CODE)

.PHONY: lint
lint: $(STAMPS)/dev ## Lint the code, its format and its layers
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/lint-imports

.PHONY: types
types: mypy pyright ## Check the types, strictly, twice

.PHONY: mypy
mypy: $(STAMPS)/dev
	$(BIN)/mypy $(CODE)

.PHONY: pyright
pyright: $(STAMPS)/dev node_modules/.stamp
	$(NPX)/pyright --warnings

.PHONY: checks
checks: lint lint-contract generate-check mypy pyright

.PHONY: unit
unit: $(STAMPS)/dev node_modules/.stamp ## Run the tests without the contract tests
	$(BIN)/pytest -n $(WORKERS) tests

.PHONY: contract
contract: $(STAMPS)/dev node_modules/.stamp ## Run the contract tests (mock server, or CONNECTYCUBE_BASE_URL; SEED=..., PROFILE=gate|nightly|live)
	$(BIN)/pytest -n $(WORKERS) contract_tests $(if $(SEED),--seed $(SEED)) $(if $(PROFILE),--profile $(PROFILE))

.PHONY: faults
faults: $(STAMPS)/dev ## Break mock servers on purpose and write what the contract tests notice (about an hour)
	$(RUN) -m contract_tests.faults bench --tool suite --tool "bare st" --seeds $(or $(SEEDS),1) --write contract_tests/faults/RESULTS.md

.PHONY: mutants
mutants: $(STAMPS)/dev node_modules/.stamp ## Change the mock server and the contract at random and write what is noticed (hours; goes on where it stopped; SEED=...)
	$(RUN) -m contract_tests.mutants source --seed $(or $(SEED),1) --count 150 --write contract_tests/mutants/SOURCE.md
	$(RUN) -m contract_tests.mutants spec --seed $(or $(SEED),1) --count 100 --write contract_tests/mutants/SPEC.md

.PHONY: coverage
coverage: $(STAMPS)/dev node_modules/.stamp ## Run the tests of wrappers; list its lines and branches that none reaches, and fail if there are any
	$(BIN)/pytest -n $(WORKERS) tests/wrappers --cov=wrappers --cov-report=term-missing --cov-fail-under=100

# Set-up first, so that the checks that then run side by side never install twice. pytest is last:
# its closing line is the run's closing line.
.PHONY: test
test: ## Everything: set-up, lint, types, drift, unit and contract tests
	@$(MAKE) setup
	@$(MAKE) -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) checks
	@$(BIN)/pytest -n $(WORKERS)

# ── speed ────────────────────────────────────────────────────────────────────────────────────────

# The contestants bring some thirty packages that work on the project does not need, so they have
# an environment of their own: nothing of theirs can come into a test by accident.
.venv-bench/.stamp: $(STAMPS)/venv pyproject.toml constraints.txt benchmarks/requirements.txt benchmarks/constraints.txt
	$(RUN) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --constraint constraints.txt \
		--constraint benchmarks/constraints.txt --editable '.[fast,mock]' --requirement benchmarks/requirements.txt
	@touch $@

.PHONY: bench
bench: .venv-bench/.stamp node_modules/.stamp ## Measure speed beside other clients: a table and a chart (under 5 minutes; QUICK=1: 1)
	.venv-bench/bin/python -m benchmarks $(if $(QUICK),--quick)

.PHONY: bench-uploads
bench-uploads: .venv-bench/.stamp ## Measure what 100 MB up and down cost in memory, stalls and time
	.venv-bench/bin/python -m benchmarks.uploads

benchmarks/prism/node_modules/.stamp: benchmarks/prism/package.json benchmarks/prism/package-lock.json
	cd benchmarks/prism && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: bench-mock
bench-mock: $(STAMPS)/dev benchmarks/prism/node_modules/.stamp ## Measure the mock server beside Prism on the same contract: a table (a minute)
	$(BIN)/python -m benchmarks.mocks

.PHONY: build
build: $(STAMPS)/dev ## Build the wheel and the source distribution into dist/
	$(RUN) -m hatchling build

.PHONY: clean
clean: ## Remove what set-up, builds and tests left behind
	rm -rf .venv .venv-bench node_modules benchmarks/prism/node_modules benchmarks/results dist build htmlcov .coverage .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
