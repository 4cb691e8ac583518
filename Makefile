# Two commands matter: `make run` and `make test`. Everything they need is made here.
SHELL := /bin/bash
PYTHON ?= $(firstword $(shell command -v python3.11 python3 2>/dev/null))
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: run test check audit bench soak shots clean lock code fmt install engines

run: install
	@exec $(PY) -m dev.run

test: install
	@exec $(PY) -m dev.test

check: install
	@exec $(PY) -m dev.check

# Dependencies: fit, hashes, age, newer versions, known holes. Meant to run once a week as well.
audit: install
	@exec $(PY) -m dev.audit

soak: install
	@exec $(PY) -m dev.test --soak

bench: install
	@exec $(PY) -m bench

shots: install
	@exec $(PY) -m dev.shots

# An engine pair for running single tests again and again; prints what to export, Ctrl-C ends it.
engines: install
	@exec $(PY) -m dev.engines

# The current second factor of the demo's staff log-in.
code: install
	@exec $(PY) -m dev.manage demo_code

fmt: install
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: install
	@for name in requirements requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal -p 3.11 --generate-hashes --custom-compile-command "make lock" \
			$(LOCK) $$name.in -o $$name.txt; done
	@echo uv | $(BIN)/uv pip compile --quiet --universal -p 3.11 --generate-hashes --custom-compile-command "make lock" \
		--no-header - -o dev/uv.txt

clean:
	@$(PYTHON) -m dev.clean
	@rm -rf .venv

install: .venv/installed

.venv/installed: requirements-dev.txt dev/uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11. Name another: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
		{ echo "Python cannot make environments here: apt-get install python3-venv"; exit 1; }
	@echo "Installing packages…"
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r dev/uv.txt && \
		{ $(BIN)/uv pip install --quiet --python $(PY) --require-hashes -r requirements-dev.txt 2>/dev/null || \
		{ echo "Trying pip, which takes longer…"; \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt; }; } || \
		{ echo "The packages could not be installed. Check the network or PIP_INDEX_URL, then start again."; exit 1; }
	@touch $@
