# The commands a newcomer needs. `make demo` and `make test` set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
EXTRAS := $(VENV)/.installed-extras
CONSOLE := $(VENV)/.installed-console
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
DEMO ?= demo
WORKSPACE ?= workspace
PIN := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -U

.PHONY: help setup extras demo serve test check lint types layers docs bench requirements screenshots clean

help:
	@echo "make demo         build a demo workspace, inspect it, write its report"
	@echo "make serve        the console in a browser (WORKSPACE=folder)"
	@echo "make test         run the tests"
	@echo "make check        lint, types, layers, docs"
	@echo "make bench        speed and memory against a peer (minutes)"
	@echo "make setup        only the virtual environment"
	@echo "make extras       also Spark (needs Java 17 or 21), reading text in pictures and the compiled kernel: some 800 MB"
	@echo "make requirements pin the dependencies anew"
	@echo "make screenshots  the pictures of the READMEs"

$(STAMP): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Qunjian needs Python 3.11 or newer; set PYTHON=...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $(STAMP)

$(DEV): $(STAMP) requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
	touch $(DEV)

$(EXTRAS): $(DEV) requirements-extras.txt
	$(PIP) --require-hashes --no-build-isolation -r requirements-extras.txt
	touch $(EXTRAS)

$(CONSOLE): $(STAMP) requirements-console.txt
	$(PIP) --require-hashes -r requirements-console.txt
	touch $(CONSOLE)

setup: $(STAMP)

extras: $(EXTRAS)

demo: $(STAMP)
	$(BIN)/qunjian demo $(DEMO) --force

serve: $(CONSOLE)
	$(BIN)/qunjian serve -w $(WORKSPACE)

test: $(DEV)
	$(BIN)/python -m pytest $(TESTS)

check: lint types layers docs

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

layers: $(DEV)
	$(BIN)/lint-imports

docs: $(DEV)
	$(BIN)/python -m pytest tests/house

bench: $(DEV)
	$(BIN)/python -m benchmarks.peer $(BENCH)

requirements: $(STAMP)
	$(BIN)/uv --version >/dev/null 2>&1 || $(PIP) uv
	$(BIN)/uv pip compile $(PIN) pyproject.toml --extra build --output-file requirements.txt
	$(BIN)/uv pip compile $(PIN) pyproject.toml --extra build --extra console --constraint requirements.txt --output-file requirements-console.txt
	$(BIN)/uv pip compile $(PIN) pyproject.toml --extra build --extra console --extra dev --constraint requirements.txt --output-file requirements-dev.txt
	$(BIN)/uv pip compile $(PIN) pyproject.toml --extra build --extra kernel --extra ocr --extra spark --constraint requirements.txt --output-file requirements-extras.txt

screenshots: $(DEV)
	$(BIN)/python scripts/screenshots.py
	$(BIN)/python scripts/console_screenshots.py

clean:
	rm -rf $(VENV) $(DEMO) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
