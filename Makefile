# Everything that is done to this repository is a target here; `make` alone lists them.
# Work is done once: .venv follows the lock, the built web UI follows its sources.

VENV   := .venv
BIN    := $(VENV)/bin
STATIC := src/fleaglass/hub/static/index.html
PYTEST := $(BIN)/python -m pytest

# What the UI is built from. Nothing, until it is needed: git is not asked by `make help`.
WEB_SOURCES = $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -name '*.test.*' -not -name '*.tsbuildinfo')

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

##@ Use it

.PHONY: help
help: ## list what can be made
	@awk 'BEGIN { FS = ":.*## " } /^##@ / { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: setup ## real agents trading on this machine, live in your browser
	@$(BIN)/fleaglass demo $(ARGS)

.PHONY: setup
setup: $(VENV)/.installed $(STATIC) ## .venv with locked packages, and the web UI built (demo and test do it first)

##@ Guard it

.PHONY: test
test: setup lint test-unit test-web test-processes ## everything that guards main, quickest first

.PHONY: test-unit
test-unit: $(VENV)/.installed ## the unit tests, and the traps of the integration guides
	@echo "==> unit tests"
	@scripts/with-postgres.sh $(PYTEST) -n auto --dist loadfile tests/unit tests/defects

.PHONY: test-web
test-web: web/node_modules/.installed ## the unit tests of the web UI
	@echo "==> web unit tests"
	@scripts/npm.sh test

.PHONY: test-processes
test-processes: setup ## integration tests (real processes) and end-to-end tests (a real Chromium)
	@echo "==> integration and end-to-end tests"
	@scripts/with-postgres.sh scripts/with-node.sh $(PYTEST) tests/integration tests/e2e

.PHONY: guides
guides: setup ## the tests named in docs/from-the-guides.md: every snippet of both integration guides, done right
	@scripts/with-node.sh $(BIN)/python -m scripts.guides

.PHONY: lint
lint: lint-python lint-project lint-web ## formatting, types, imports, generated files, docs, addresses

.PHONY: lint-python
lint-python: $(VENV)/.installed
	@echo "==> ruff, mypy, import-linter"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

.PHONY: lint-project
lint-project: $(VENV)/.installed
	@echo "==> generated files, docs, lock, addresses"
	@$(BIN)/python scripts/generate_semconv.py --check
	@$(BIN)/python -m scripts.generate_cli_docs --check
	@$(BIN)/python -m scripts.generate_alerts_table --check
	@$(BIN)/python -m scripts.generate_plan_tables --check
	@$(BIN)/python -m scripts.check_docs
	@$(BIN)/python -m scripts.check_lock
	@$(BIN)/python -m scripts.check_addresses

.PHONY: lint-web
lint-web: web/node_modules/.installed
	@echo "==> tsc, eslint"
	@scripts/npm.sh run --silent typecheck
	@scripts/npm.sh run --silent lint

##@ Work on it

.PHONY: format
format: $(VENV)/.installed ## format the Python code and mend what ruff can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

.PHONY: generate
generate: $(VENV)/.installed ## write the generated files: span names, attribute and command reference, tables of alerts and plans
	@$(BIN)/python scripts/generate_semconv.py
	@$(BIN)/python -m scripts.generate_cli_docs
	@$(BIN)/python -m scripts.generate_alerts_table
	@$(BIN)/python -m scripts.generate_plan_tables

.PHONY: alerts-table
alerts-table: $(VENV)/.installed ## measure which alert rules Prometheus judges as the hub does, and write the table (needs promtool)
	@$(BIN)/python -m scripts.generate_alerts_table --measure

.PHONY: hooks
hooks: $(VENV)/.installed ## run the lint before every git commit
	@$(BIN)/pre-commit install

.PHONY: bench
bench: setup ## how fast the hub takes spans in, on this machine
	@$(BIN)/python bench/hub_ingest.py --json

.PHONY: bench-events
bench-events: setup ## how many error events a second become issues, and what twenty kill -9 of the hub leave of them
	@$(BIN)/python bench/hub_events.py --json $(ARGS)

.PHONY: bench-runaway
bench-runaway: setup ## whether an agent that sends 50,000 spans a second holds up ten quiet ones beside it
	@$(BIN)/python bench/runaway.py --json $(ARGS)

.PHONY: bench-query
bench-query: setup ## how fast the hub answers over ten million spans, quiet and beside ingest (ARGS="--data FOLDER" keeps them)
	@$(BIN)/python bench/hub_query.py --json $(ARGS)

.PHONY: bench-state
bench-state: setup ## how many bytes a check-in and a ledger's checkpoint take in PostgreSQL
	@scripts/with-postgres.sh $(BIN)/python bench/state_rows.py --json $(ARGS)

.PHONY: bench-ledger
bench-ledger: setup ## what the ledger costs an agent, and how fast a million entries are verified
	@$(BIN)/python bench/ledger.py --json

.PHONY: bench-recorder
bench-recorder: setup ## what recording costs an agent, against the guides' way
	@$(BIN)/python bench/recorder.py --json

.PHONY: kill9
kill9: setup ## kill -9 of real agents at random moments: is anything lost (ARGS="--kills 1000")
	@$(BIN)/python bench/kill9.py --json $(ARGS)

.PHONY: outages
outages: setup ## backends that are unwell for minutes, and well again: is anything lost (ARGS="--kinds 429 --minutes 1")
	@$(BIN)/python bench/outages.py $(ARGS)

.PHONY: fuzz
fuzz: setup ## ten minutes of damaged requests against a hub: does any break it, does it grow (ARGS="--minutes 1")
	@$(BIN)/python bench/fuzz_sentry.py --json $(ARGS)

.PHONY: lock
lock: ## lock Python's packages anew (scripts/lock.sh --upgrade takes newer ones)
	@scripts/lock.sh

.PHONY: clean
clean: ## remove everything that was built or installed here
	rm -rf $(VENV) web/node_modules web/dist src/fleaglass/hub/static dist build
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The steps of setup. Each leaves a file that is newer than what it was made from.

$(VENV)/.packages: requirements/dev.txt
	@echo "==> Python packages into $(VENV): the first time, about 0.4 GB is downloaded, most of it the embedded database engine"
	@test -x $(BIN)/python || "$$(scripts/find-python.sh)" -m venv $(VENV)
	@scripts/pip-install.sh -r requirements/dev.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.packages pyproject.toml
	@echo "==> Fleaglass into $(VENV), editable"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	@touch $@

web/node_modules/.installed: web/package.json web/package-lock.json | $(VENV)/.packages
	@echo "==> packages that build the web UI: about 0.1 GB"
	@scripts/npm.sh ci
	@touch $@

$(STATIC): web/node_modules/.installed $(WEB_SOURCES)
	@echo "==> building the web UI"
	@scripts/npm.sh run --silent build
	@touch $@
