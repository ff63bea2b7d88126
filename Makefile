# Two commands do everything:  make run   (a product from a crime file)   and   make test
# On Windows there is no make: the README has the same steps as single lines.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CITY := datasets/kelovar
INCIDENTS ?=
OUT ?=
ARGS ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# The tests start Python a hundred times: what is compiled once must be kept, whatever the surroundings say.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test bench lab notebooks bundle lock translations clean

help:
	@echo "make run                        a problem profile of the invented city, in products/"
	@echo "make run INCIDENTS=file.csv     the same from your file (more options: ARGS='--lang ru --crs EPSG:32642')"
	@echo "make test                       every check and test"
	@echo "make lab                        JupyterLab on the notebooks"
	@echo "make bench                      measurements against other packages"
	@echo "make notebooks                  build notebooks/ from modules/"
	@echo "make bundle                     the course for a USB stick, in dist/bundle/ (ARGS='--platforms windows')"
	@echo "make translations               bring the message catalogues up to date"
	@echo "make lock                       resolve the two lock files anew (needs uv)"

# The environment is made once; a stamp each for running and for developing says what it holds.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Name another one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "This Python has no venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The locks come first, under their hashes; pip refuses an editable project under hashes, so it comes after. They
# name every package there is to install, so that pip need not work out anew what needs what.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the toolkit needs (once; some minutes)"
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# Most of what developing installs is never imported: what is, is compiled then.
$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing what developing needs (once; some minutes)"
	$(PIP) install --no-deps --no-compile --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

run: $(VENV)/run.stamp
ifeq ($(strip $(INCIDENTS)),)
	@$(BIN)/ilp profile $(CITY)/incidents.csv --out $(or $(OUT),products/kelovar) --timezone Indian/Maldives \
	  --offence "Residential burglary" --boundary $(CITY)/boundary.geojson --areas $(CITY)/districts.geojson --streets $(CITY)/streets.geojson \
	  --source "Kelovar register (invented data)" $(ARGS)
else
	@name=$$(basename "$(INCIDENTS)"); out="$(OUT)"; \
	  $(BIN)/ilp profile "$(INCIDENTS)" --out "$${out:-products/$${name%%.*}}" $(ARGS)
endif

test: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@echo "Types are checked beside the tests"
	@$(BIN)/mypy & types=$$!; \
	  $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder; tests=$$?; \
	  wait $$types && exit $$tests

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

# Lab asks at its first start whether it may fetch news: it may not, and nobody has to answer.
$(VENV)/share/jupyter/lab/settings/overrides.json: | $(VENV)/run.stamp
	@mkdir -p $(@D)
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' > $@

lab: $(VENV)/run.stamp $(VENV)/share/jupyter/lab/settings/overrides.json
	$(BIN)/jupyter lab --notebook-dir=notebooks

notebooks: $(VENV)/dev.stamp
	$(BIN)/python -m grading build

# uv resolves for other systems than this one; it is needed here and for `make lock` alone.
bundle: $(VENV)/dev.stamp
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(PIP) install uv
	$(BIN)/python -m grading bundle $(ARGS)

translations: $(VENV)/dev.stamp
	$(BIN)/python docs/make_translations.py

lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -o requirements-dev.lock
	uv pip compile pyproject.toml --extra lab --extra build --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate -c requirements-dev.lock -o requirements.lock

clean:
	rm -rf $(VENV) build dist products .pytest_cache .mypy_cache .ruff_cache .hypothesis
