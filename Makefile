# make run | test | cover | torture KILLS=200 | soak DAYS=14 | mutants SEED=0 | bench DATA=FOLDER | picture | lock | clean: everything happens in .venv, made on first use.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first interpreter that runs and is new enough; name another with `make run PYTHON=…`.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Compiled modules are kept whatever the caller's shell says: every process of the tests would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test cover torture soak mutants bench picture lock clean

run: $(VENV)/.run
	@$(BIN)/python -m bot run

# Types are checked beside the tests: on a fresh clone that takes half a minute, in one process.
test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory --jobs 2 types suite

.PHONY: types suite
types: $(VENV)/.dev
	$(BIN)/mypy

# A module runs in one process (loadscope): the sample edition and the exam are then played once. Three, since tests wait.
suite: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadscope

# Apart from `test`: tracing makes the suite cost half as much again (sys.monitoring, which does not, needs Python 3.14).
cover: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadscope --cov --cov-report=term

KILLS ?= 200
torture: $(VENV)/.dev
	$(BIN)/python -m tests.crash --kills $(KILLS)
	$(BIN)/python -m tests.crash --pairs --kills $(KILLS)
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n 2 $$(grep -rlE "^@given" tests)

DAYS ?= 14
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak --days $(DAYS)

SEED ?= 0
mutants: $(VENV)/.dev
	$(BIN)/python -m tests.mutants --seed $(SEED)

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.bench --data "$(DATA)"

picture: $(VENV)/.dev
	$(BIN)/python -m tests.pictures

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; install it, or name it: make run PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing into $(VENV) (the first time only) …"
	@test -e $(VENV)/.dev && $(PIP) install --require-hashes --no-deps -r requirements-dev.lock || $(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock pyproject.toml
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@ $(VENV)/.run

lock:
	$(BIN)/python -m pip --quiet install uv
	$(BIN)/uv pip compile pyproject.toml --group build --universal --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --extra postgres --universal --generate-hashes --no-header --no-annotate --quiet --constraint requirements.lock --output-file requirements-postgres.lock
	$(BIN)/uv pip compile pyproject.toml --group build --extra dask --universal --generate-hashes --no-header --no-annotate --quiet --constraint requirements.lock --output-file requirements-dask.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate --quiet --constraint requirements.lock --output-file requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --group bench --universal --generate-hashes --no-header --no-annotate --quiet --constraint requirements.lock --output-file requirements-bench.lock

clean:
	rm -rf $(VENV) build *.egg-info .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis
