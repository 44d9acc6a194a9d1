# 冀智对接 (Jizhi). `make help` lists the targets.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export HF_HUB_OFFLINE = 1
export TOKENIZERS_PARALLELISM = false

.PHONY: i18n help run demo test test-unit browser lint format bench train setup setup-dev clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# The stamp files are written last, so an interrupted set-up starts again where it must.
$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "==> 1/5 virtual environment and packages (about 2 GB, a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "Python 3.11 is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv --clear $(VENV)
	@# torch first and pinned: a bare torch pulls gigabytes of CUDA libraries.
	$(BIN)/python -m pip install --disable-pip-version-check -q torch==2.13.0
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed pyproject.toml constraints.txt
	@echo "==> test tools"
	$(BIN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(VENV)/.installed ## create .venv and install what running needs
setup-dev: $(VENV)/.installed-dev ## also install test and lint tools

run: setup ## set up, migrate, seed, index and serve on 127.0.0.1:8000
	@echo "==> 2/5 migrate   3/5 seed   4/5 index   5/5 serve"
	$(BIN)/jizhi serve --prepare --port $(PORT)

demo: setup ## run the main job once in the terminal, then exit
	$(BIN)/jizhi demo

test: setup-dev chromium ## install what the tests need and run them all
	$(BIN)/python -m pytest -n auto --dist loadgroup

test-unit: setup-dev ## only the fast tests without database, web and browser
	$(BIN)/python -m pytest tests/unit tests/contracts -m 'not slow'

browser: setup-dev chromium ## only the browser tests
	$(BIN)/python -m pytest tests/browser

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { echo "==> installing Debian's chromium and a Chinese font"; \
		$$( [ "$$(id -u)" = 0 ] || echo sudo ) apt-get update -qq && \
		$$( [ "$$(id -u)" = 0 ] || echo sudo ) apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; }

lint: setup-dev ## ruff, mypy --strict on app and matching, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-dev ## rewrite the sources in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup-dev ## benchmarks; each prints ratios against a baseline of the same run
	$(BIN)/python -m bench

i18n: setup-dev ## collect texts into the English catalogue; fill in what is empty by hand
	@mkdir -p build
	$(BIN)/pybabel -q extract -F app/locale/babel.cfg -k N_ --no-location --sort-output -o build/messages.pot .
	$(BIN)/pybabel -q update -N --no-fuzzy-matching --ignore-obsolete -i build/messages.pot -d app/locale -l en

train: setup ## train the bundled model again from seed_data
	$(BIN)/jizhi train

clean: ## remove data and caches, keep .venv
	rm -rf var build .pytest_cache .mypy_cache .ruff_cache .hypothesis
