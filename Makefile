# Every target does its own set-up. Start with `make demo` or `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV_PYTHON := .venv/bin/python
PIP := $(VENV_PYTHON) -m pip --quiet --disable-pip-version-check
PAGES := src/bandeng/core/static/dist/app.css
MODULES := frontend/node_modules/.package-lock.json
PAGE_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print) \
	$(shell find src/bandeng -name '*.html' -o -name 'labels.py')
MESSAGES := $(shell find src/bandeng -name '*.po')

.PHONY: help setup dev translations demo test bench pictures wheel clean locks

help:
	@echo 'make demo      a district at work, in the browser      演示：打开浏览器即可使用'
	@echo 'make test      every check, on SQLite and PostgreSQL   全部检查'
	@echo 'make setup     only what running needs, in .venv       只安装运行所需'
	@echo 'make bench     measure speed, load and faults          性能测试'
	@echo 'make pictures  pictures for the documents               文档截图'
	@echo 'make wheel     one file to install, no Node needed     打包'
	@echo 'make clean     remove what was built, keep data        清理'

setup: .venv/.runtime $(PAGES) translations

dev: .venv/.dev $(PAGES) translations

.venv/bin/python:
	@scripts/interpreter

.venv/.runtime: requirements.lock requirements-build.lock pyproject.toml | .venv/bin/python
	@echo 'Installing Python packages …'
	@$(VENV_PYTHON) -m pip --version >/dev/null 2>&1 || $(VENV_PYTHON) -m ensurepip --upgrade >/dev/null
	@$(PIP) install --require-hashes -r requirements-build.lock
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo 'Installing tools for development …'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(MODULES): frontend/package-lock.json frontend/package.json
	@scripts/node
	@echo 'Installing packages of the pages …'
	@cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(PAGES): $(MODULES) $(PAGE_SOURCES)
	@echo 'Building the pages …'
	@cd frontend && npm run --silent build
	@touch $@

translations: .venv/.translations

.venv/.translations: $(MESSAGES) src/bandeng/core/translations.py .venv/.runtime
	@$(VENV_PYTHON) -m bandeng.core.translations
	@touch $@

demo: setup
	@scripts/demo

test:
	@scripts/packages
	@$(MAKE) --no-print-directory dev
	@$(VENV_PYTHON) scripts/checks.py

bench: dev
	@$(VENV_PYTHON) scripts/benches.py

# Needs a running demo (make demo) and Chromium.
pictures: dev
	@$(VENV_PYTHON) scripts/pictures.py http://127.0.0.1:8000 docs/pictures

wheel: dev
	@$(VENV_PYTHON) scripts/wheel.py

# After a change of pyproject.toml; needs uv.
locks:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --all-extras pyproject.toml -o requirements-dev.lock
	printf 'hatchling>=1.27\neditables>=0.5\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet - -o requirements-build.lock

clean:
	rm -rf .venv frontend/node_modules src/bandeng/core/static/dist build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src -name '*.mo' -delete
