# Two commands are enough: `make run` and `make test`. Each makes what it needs from nothing.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT ?= runs/baseline
PORT ?= 8501

.PHONY: run app stored test check format docs pictures cluster-demo lock clean help
help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: $(VENV)/.ready             ## set-up, the baseline run, its report
	$(BIN)/megamarket run baseline --replications 2 --out $(OUT) --overwrite

app: $(VENV)/.ready-dev         ## set-up, the market in a browser
	$(BIN)/megamarket app --port $(PORT)

stored: $(VENV)/.ready-dev      ## play anew what the app shows before anything is played
	$(BIN)/python -m analysis.stored

test: $(VENV)/.ready-dev        ## set-up, all tests
	$(BIN)/python -m pytest $(TESTS)

check: $(VENV)/.ready-dev       ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy sim ml_core analysis cli.py app.py
	$(BIN)/lint-imports

format: $(VENV)/.ready-dev      ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.ready            ## write the parameter book and the glossary anew
	$(BIN)/megamarket parameters --markdown > docs/parameters.md
	$(BIN)/megamarket glossary > docs/glossary.md

pictures: $(VENV)/.ready-dev     ## draw the pictures of the README anew
	$(BIN)/megamarket run baseline --replications 8 --out runs/pictures --overwrite
	$(BIN)/megamarket export runs/pictures --only quality,structure --format png --out docs/pictures

cluster-demo: $(VENV)/.ready-dev ## a scheduler and two workers here, and a sweep on them
	$(BIN)/dask scheduler --host 127.0.0.1 --port 8797 --no-dashboard & scheduler=$$!; \
	$(BIN)/dask worker tcp://127.0.0.1:8797 --nworkers 2 --nthreads 1 --no-dashboard & workers=$$!; \
	trap 'kill $$workers $$scheduler' EXIT; sleep 5; \
	$(BIN)/megamarket sweep phase_returns_money --out sweeps/cluster-demo --months 24 --replications 1 \
	    --executor dask:tcp://127.0.0.1:8797

lock: $(VENV)/.ready-dev        ## resolve the two lock files anew (names and versions only)
	echo 'setuptools>=68' | $(BIN)/uv pip compile $(UV_LOCK) pyproject.toml - -o requirements.lock
	echo 'setuptools>=68' | $(BIN)/uv pip compile $(UV_LOCK) --extra dev pyproject.toml - -o requirements-dev.lock
UV_LOCK := --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate

clean:           ## remove what these commands made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"megamarket needs Python 3.11 to 3.13, but {sys.executable} is {v[0]}.{v[1]}: say which one to use with make PYTHON=/path/to/python")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.ready
