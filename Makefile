# Needs Python 3.11 or newer, git and make. Everything else comes from the network into this folder:
# uv (into .uv, unless there is one on PATH) and the packages of uv.lock (into .venv).

.DEFAULT_GOAL := help
.PHONY: help run test check bench scale soak messages format clean browser

PYTHON = $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11) or print(sys.executable))' 2>/dev/null && break; \
	done),$(error Imoran needs Python 3.11 or newer, and neither python3 nor python3.11 to python3.14 on PATH is one))

UV_ON_PATH := $(shell command -v uv 2>/dev/null)
UV := $(or $(UV_ON_PATH),.uv/bin/uv)
SYNC = $(UV) sync --frozen --python "$(PYTHON)"

export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
unexport VIRTUAL_ENV

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1 - /p' $(MAKEFILE_LIST) | awk -F ' - ' '{ printf "make %-8s %s\n", $$1, $$2 }'

# `exec`, so that signals meet the product itself and no shell in between.
run: .venv/.product ## run everything on this machine; Ctrl-C ends it (ARGS=--fresh starts over)
	@exec .venv/bin/imoran dev $(ARGS)

test: .venv/.development browser ## run all tests (ARGS goes to pytest)
	@exec .venv/bin/pytest -n logical --maxprocesses 4 $(ARGS)

check: .venv/.development ## formatting, lint, types, layer contracts
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

bench: .venv/.development ## run the benchmarks (ARGS goes to them)
	@exec .venv/bin/python tests/benchmarks/run.py $(ARGS)

scale: .venv/.development ## time the hot statements at 500,000 slots and 1,000,000 bookings (ARGS goes to it)
	@exec .venv/bin/python tests/benchmarks/scale.py $(ARGS)

soak: .venv/.development ## kill every process again and again while clients pay, then count the money (SECONDS=600 SEED=1)
	@SECONDS="$(or $(SECONDS),600)" SEED="$(or $(SEED),1)" PYTHONPATH=. exec .venv/bin/python -m tests.faults.soak

messages: .venv/.development ## collect all texts for the catalogues of other languages (LANGUAGE=fr begins one)
	@LANGUAGE="$(LANGUAGE)" .venv/bin/python scripts/messages.py

format: .venv/.development ## format the code and mend what lint can mend
	@.venv/bin/ruff check --fix-only .
	@.venv/bin/ruff format .

clean: ## remove what the commands above have made, but for your data in .imoran
	@rm -rf .venv .uv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache test-results src/interfaces/web/static/__packed__
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

browser: .venv/.development
	@.ci/browser

# The product alone; leaves the test tools alone where they are.
.venv/.product: pyproject.toml uv.lock | $(UV)
	@$(SYNC) --no-dev --inexact
	@touch $@

.venv/.development: pyproject.toml uv.lock | $(UV)
	@$(SYNC)
	@touch $@ .venv/.product

.uv/bin/uv:
	@.ci/venv "$(PYTHON)" .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
