# Glassfloor: one command for each thing that a person does here. `make` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
ARGS ?=
# Two more than cores: many tests wait for sound, phones and pages, and a third of the cores' time would be idle meanwhile.
WORKERS ?= $(shell expr $$(nproc) + 2)
# Every process of a test would compile all of our modules again.
unexport PYTHONDONTWRITEBYTECODE
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --exclude-newer "1 week" \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
ROOMS := $(wildcard app portal probe exchange placements exits workorders webhooks switchboard interactions live ivr routing telephony tenants journal kit)
PYTHON_SCRIPTS := $(shell grep -lE '^\#!.*\bpython3?$$' scripts/*)
SHELL_SCRIPTS := $(shell grep -lE '^\#!.*\bbash$$' scripts/*)
PYTHON_CODE := $(ROOMS) $(wildcard migrations tools tests bench)

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  Options: make demo ARGS="--phones simulator" · make test ARGS="tests/kit -k redis" WORKERS=4'

.PHONY: demo
demo: ## Run a whole call centre on this machine: databases, phones, pages; Ctrl-C ends it
	@scripts/bootstrap demo
	@$(BIN)/glassfloor demo $(ARGS)

.PHONY: test
test: ready ## Run the tests, all of them or those in ARGS, in parallel
	@scripts/system-packages
	@scripts/phone-engine install
	@$(BIN)/python scripts/helm >/dev/null
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

# Each check is a target of its own, so that `make -k check` tells everything that is wrong at once.
CHECKS := style format types imports templates yaml shell image structure

.PHONY: check $(CHECKS:%=check-%)
check: $(CHECKS:%=check-%) ## Check style, types, architecture, templates, YAML, shell scripts, image, chart
check-style: ready
	$(BIN)/ruff check . $(PYTHON_SCRIPTS)
check-format: ready
	$(BIN)/ruff format --check . $(PYTHON_SCRIPTS)
check-types: ready
	$(BIN)/mypy $(PYTHON_CODE)
check-imports: ready
	PYTHONPATH=. $(BIN)/lint-imports
check-templates: ready
	$(BIN)/djlint --lint --profile=jinja --ignore=H015,H020,J018 --quiet templates
check-yaml: ready
	$(BIN)/yamllint --strict .
check-shell: ready
	$(BIN)/shellcheck .ci/run $(SHELL_SCRIPTS)
check-image: ready
	$(BIN)/hadolint Dockerfile
check-structure: ready
	@$(BIN)/python scripts/helm >/dev/null
	$(BIN)/pytest -q $(wildcard tests/architecture) tests/helm

.PHONY: fix
fix: ready ## Repair what machines can repair: style and format
	$(BIN)/ruff check --fix-only . $(PYTHON_SCRIPTS)
	$(BIN)/ruff format . $(PYTHON_SCRIPTS)

.PHONY: bench
bench: ready ## Measure the hot paths (bench/)
	@$(BIN)/python -m bench $(ARGS)

.PHONY: fuzz
fuzz: ready ## Fuzz the API through its published document for long: N=200 examples for each operation, and sequences
	GLASSFLOOR_FUZZ_EXAMPLES=$${N:-200} $(BIN)/pytest -q tests/api/test_fuzz.py $(ARGS)

.PHONY: clients
clients: ready ## Write clients/openapi.json and make the Python, TypeScript and Postman clients of it (needs Node.js)
	@scripts/clients

.PHONY: lock
lock: ready ## Resolve requirements/*.in again into exact versions with hashes, none younger than a week
	$(LOCK) requirements/install.in -o requirements/install.txt $(ARGS)
	$(LOCK) requirements/core.in -o requirements/core.txt $(ARGS)
	$(LOCK) -c requirements/core.txt requirements/demo.in -o requirements/demo.txt $(ARGS)
	$(LOCK) -c requirements/demo.txt -c requirements/install.txt requirements/dev.in -o requirements/dev.txt $(ARGS)
	$(LOCK) requirements/clients.in -o requirements/clients.txt $(ARGS)

.PHONY: clean
clean: ## Remove the virtual environment and all caches; the demo's data in .glassfloor stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: ready
ready:
	@scripts/bootstrap dev
