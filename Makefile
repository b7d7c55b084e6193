# The three doors: make run, make test, make bench. Everything they need they set up.
# Python packages go into .venv; system packages (tests only) by apt where that is allowed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SYSTEM := chromium mosquitto mosquitto-clients openssl postgresql fonts-noto-cjk

.PHONY: run test bench pictures lint system

run: $(VENV)/.warm
	@exec $(BIN)/python app.py serve --scenario rainstorm

test: $(VENV)/.dev $(VENV)/.warm system lint
	$(BIN)/pytest

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev $(VENV)/.warm system
	$(BIN)/python -m tests.bench

pictures: $(VENV)/.dev $(VENV)/.warm system
	$(BIN)/python -m tests.pictures

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/it"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -q && apt-get install -qy python3-venv && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing: apt install python3-venv"; exit 1; fi; }

$(VENV)/.run: requirements.txt $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

# The engine's loops are compiled here, once, so that no start has to wait for them.
$(VENV)/.warm: $(VENV)/.run $(wildcard monitoring/engine/*.py)
	$(BIN)/python -m monitoring.engine.warm
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

system:
	@missing=""; for package in $(SYSTEM); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then root=""; elif sudo -n true 2>/dev/null; then root="sudo -n"; \
	else echo "The tests need system packages: sudo apt-get install$$missing"; exit 1; fi; \
	$$root apt-get update -q && DEBIAN_FRONTEND=noninteractive $$root apt-get install -qy --no-install-recommends $$missing
