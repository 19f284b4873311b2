# `make` alone lists what there is. Everything installed lives in .venv, everything built in var.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Without stored byte code every command compiles its libraries anew, which takes longer than its work.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test check ui bench corpus golden clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

# The assets of dbt's models come from its manifest, which is parsed anew only where the models have changed.
setup: $(READY)  ## make the virtual environment from requirements.lock
	@$(BIN)/python -m pipelines.orchestration.manifest

# uv installs the lock in a tenth of pip's time; where it cannot (a mirror that only pip's settings name), pip does.
# Byte code is written when a module is first used: compiling every library at once costs more than a run does.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python

$(READY): requirements.lock requirements-setup.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "make: Python 3.11 is needed; name it with PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements-setup.lock
	$(UV) --require-hashes -r requirements.lock || $(PIP) --require-hashes -r requirements.lock
	$(UV) --no-deps --no-build-isolation -e . || $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

run: setup  ## run the main job on the papers in raw/
	$(BIN)/gouji run

# A file is one worker's, so that what its tests share is made once.
test: setup  ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

check: setup  ## lint, and load the orchestrator's definitions
	$(BIN)/ruff check .
	DAGSTER_DISABLE_TELEMETRY=1 DAGSTER_HOME=$$($(BIN)/python -m pipelines.orchestration.instance) $(BIN)/dg check defs

ui: setup  ## open the orchestrator's web page on this machine
	$(BIN)/gouji ui

bench: setup  ## time the steps on papers of known size; find errors that were put into papers
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.injected.table
	$(BIN)/python -m tests.benchmark
	$(BIN)/python -m tests.bench_checks

corpus: setup  ## run on the real papers of ../shared/corpus and print what became of them, by region
	$(BIN)/python -m tests.corpus_run

golden: setup  ## renew the golden files from what the reader says now (not in CI)
	@test -z "$$CI" || { echo "make: golden files are renewed by a person, not by CI"; exit 1; }
	$(BIN)/python -m pytest --regenerate-golden

clean:  ## remove what was installed and built (raw/ stays)
	rm -rf $(VENV) var dbt_project/target dbt_project/logs .pytest_cache .ruff_cache *.egg-info
