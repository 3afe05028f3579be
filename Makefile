# Every target builds what it needs first; the first start takes up to a minute, the next ones seconds.
.DEFAULT_GOAL := help
BIN = .venv/bin
UV = .tools/bin/uv

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: run-tools ## The product on a story with real TLS servers: http://127.0.0.1:8000/ (PORT=8001 for another port)
	@exec $(BIN)/certdash demo

rotate: run-tools ## In a second terminal: the demo's platform installs its announced certificate
	@$(BIN)/certdash demo rotate

up: run-tools ## The product on your own data, kept under var/
	@exec $(BIN)/certdash up

test: check ## Every check and every test, with the programs they need (as root: installed from Debian)
	@tools/system-packages
	@$(BIN)/pytest -n 2

check: test-tools ## Every static check: style, types, borders, templates, migrations, figures
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo >.venv/borders.txt 2>&1 || { cat .venv/borders.txt; exit 1; }
	@$(BIN)/djlint templates --lint --quiet
	@CERTDASH_VAR=.venv/var $(BIN)/python manage.py makemigrations --check --dry-run -v 0
	@CERTDASH_VAR=.venv/var BEHIND_TLS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/python tools/figures.py
	@if $(UV) --version >/dev/null 2>&1; then $(MAKE) --no-print-directory -s requirements-check; fi

bench: test-tools ## Benchmarks: one line a figure, as ratios to reference programs
	@for program in bench/*.py; do [ ! -f "$$program" ] || $(BIN)/python -m "bench.$$(basename "$$program" .py)" || exit 1; done

screenshots: test-tools ## Every page of a running demo, both themes, wide and narrow: a contact sheet under var/screenshots
	@$(BIN)/python -m tools.screenshots $(or $(URL),http://127.0.0.1:$(or $(PORT),8000))

pictures: test-tools ## The pictures of README and docs anew, from a running demo
	@$(BIN)/python -m tools.pictures $(or $(URL),http://127.0.0.1:$(or $(PORT),8000))

lock: test-tools ## Bring uv.lock and the hashed requirements up to date with pyproject.toml
	@$(UV) lock --quiet
	@$(UV) export --quiet --frozen --no-header --no-emit-project --no-dev -o tools/requirements-run.txt >/dev/null
	@$(UV) export --quiet --frozen --no-header --no-emit-project --all-groups -o tools/requirements-test.txt >/dev/null

requirements-check:
	@$(UV) export --quiet --frozen --no-header --no-emit-project --no-dev -o .venv/run.txt >/dev/null
	@$(UV) export --quiet --frozen --no-header --no-emit-project --all-groups -o .venv/test.txt >/dev/null
	@for what in run test; do cmp -s .venv/$$what.txt tools/requirements-$$what.txt \
	|| { echo "tools/requirements-$$what.txt is older than uv.lock. Run: make lock"; exit 1; }; done

run-tools:
	@tools/bootstrap run

test-tools:
	@tools/bootstrap test

.PHONY: help demo rotate up test check bench screenshots pictures lock requirements-check run-tools test-tools
