# make run opens the program; make test passes the tests. Both build .venv from nothing.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: run test torture lint security audit types layers check snapshots picture bench clean

run: $(VENV)/.run
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/imgmodels $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

# The full counts of what the suite does a share of: kills at every line, 1,000 at random, a crowd of admins, full disks.
torture: $(VENV)/.dev
	IMGMODELS_TORTURE=full $(BIN)/python -m pytest -s tests/torture $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

security: $(VENV)/.dev
	$(BIN)/bandit --quiet --recursive src

# Asks a public service about known holes in the installed libraries; where it cannot be reached, this fails and says so.
audit: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/pip-audit --skip-editable --strict

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

check: lint security types layers test

# Draws the snapshots anew. Look at every changed picture before committing it.
snapshots: $(VENV)/.dev
	$(BIN)/python -m pytest tests -k test_snapshots --snapshot-update -W ignore::UserWarning $(ARGS)

# The README's picture is one of the snapshots.
picture:
	cp snapshots/screens/models/test_used_page-120x40.svg docs/page.svg

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q src
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q $(VENV)/lib >/dev/null || true
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# Measures start, keys, memory and a bad link beside other programs; writes benchmarks/results.md.
bench: $(VENV)/.dev
	$(BIN)/python benchmarks/bench.py

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache snapshot_report.html
