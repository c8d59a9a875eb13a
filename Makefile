# The whole of a newcomer's interface. Every target sets up what it needs from a fresh clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The scenarios wait for real processes more than they compute, so two workers a core; a file stays together, for it shares its
# world, and in the order of tests/conftest.py.
WORKERS = $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')
PYTEST_ARGS ?= -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder
READY := $(VENV)/.ready

.PHONY: demo test fuzz check bench screenshots format lock clean

demo: $(READY)  ## a Slack workspace and a Pulumi Cloud in your browser, with the bot in between
	@$(BIN)/python -m sandbox demo

test: $(READY)  ## every test: real Valkey, real HTTP, real browser
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

fuzz: $(READY)  ## 2,000 random requests against the sandbox Pulumi Cloud, each answer held against the description of the API
	@FUZZ_CASES=$(or $(FUZZ_CASES),2000) $(BIN)/python -m pytest -s tests/contract/test_fuzz.py

check: $(READY)  ## format, lint, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY)  ## the benchmarks: ratios against a baseline in the same run
	@$(BIN)/python -m benchmarks

screenshots: $(READY)  ## the pictures of the README, from the running product
	@$(BIN)/python -m docs.screenshots

format: $(READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lock:  ## needs uv: resolve pyproject.toml again, hashes and no addresses
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--all-extras pyproject.toml -o requirements.lock

clean:
	@rm -rf $(VENV) .data .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quarterdeck needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "setting up $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@$(BIN)/python -m pip check --quiet --disable-pip-version-check
	@touch $@
