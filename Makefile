# Needs python3 (3.11 or newer) with pip, and make. Everything goes into .venv; nothing else is touched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What to measure on: any folder of real EVTX files, any folder of Sigma rules.
LOGS ?= ../shared/data/evtx
RULES ?= ../shared/data/sigma-rules
# What an installation is made of: a change installs, and compiles, anew.
SOURCES := pyproject.toml constraints.txt hatch_build.py $(wildcard native/*.* native/*/*.*)

.PHONY: help demo test check fix bench docs lock wheels install dev clean

help:
	@echo "make demo    install, simulate an intrusion, hunt it down, say where the report is"
	@echo "make test    install with tools, then all checks and tests"
	@echo "make check   lint, format, types, shape and generated pages; no tests"
	@echo "make fix     repair what ruff can repair, rewrite generated pages"
	@echo "make bench   measure: LOGS=folder of EVTX files, RULES=folder of Sigma rules"
	@echo "make lock    write constraints.txt from what .venv holds"
	@echo "make wheels  build the wheels of every platform into dist/"
	@echo "make clean   remove .venv and everything built"

demo: install
	@$(BIN)/gamekeeper demo --out build/demo

install: $(VENV)/installed
dev: $(VENV)/installed-dev

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Gamekeeper needs Python 3.11 or newer; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(SOURCES) | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(SOURCES) | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/installed

check: dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/shape.py
	$(BIN)/python scripts/options_page.py --check
	$(BIN)/python scripts/ecs_page.py --check
	$(BIN)/python scripts/summaries_page.py --check
	$(BIN)/python scripts/integrity_page.py --check
	$(BIN)/python -m bench.judged --check

test: check
	$(BIN)/pytest -n auto

fix: dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python scripts/options_page.py
	$(BIN)/python scripts/ecs_page.py
	$(BIN)/python scripts/summaries_page.py
	$(BIN)/python scripts/integrity_page.py
	$(BIN)/python -m bench.judged

docs: fix

bench: dev
	$(BIN)/python -m bench.evtx_decode --data $(LOGS) --json
	$(BIN)/python -m bench.match_rate --rules $(RULES) --json
	$(BIN)/python -m bench.hunt --data $(LOGS) --rules $(RULES) --json

lock: dev
	$(BIN)/python scripts/lock.py

wheels: dev
	$(BIN)/python scripts/wheels.py

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -f src/gamekeeper/*gamekeeper.so src/gamekeeper/*.dylib src/gamekeeper/*.dll
