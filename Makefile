# Short targets, each one readable command. `make run` and `make test` do all set-up themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test install check fmt types imports unit e2e browser bench clean lock

run: install  ## the gate in front of the built-in sandbox service; Ctrl-C stops it; other ports: make run PORT=8500
	@exec $(BIN)/guard serve --sandbox $(if $(filter command line,$(origin PORT)),--port $(PORT))

test: check e2e browser  ## the whole suite on real parts

install: $(VENV)/installed  ## .venv with guard in it

$(VENV)/installed: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else f"Python 3.11 to 3.13 is needed; this is {v[0]}.{v[1]}. Try: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@echo "Setting up $(VENV) (about half a minute, once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --require-hashes -r requirements/run.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q guard || true  # else every command compiles the sources again where nothing may be written later
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements/dev.txt
	@$(BIN)/pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

check: fmt types imports unit  ## the fast gate: format, lint, types, import contracts, unit and property tests

fmt: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

imports: $(VENV)/installed-dev
	$(BIN)/lint-imports

unit: $(VENV)/installed-dev
	$(BIN)/pytest -n 2 --dist worksteal tests/unit tests/property tests/docs tests/faults  # two cores

e2e: $(VENV)/installed-dev  ## real servers and real clients through the running gate
	@left=""; \
	$(BIN)/python -m tests.servers.peers install >/dev/null || left="real"; \
	$(BIN)/python -m tests.servers.slapd install >/dev/null || left="$${left:+$$left or }directory"; \
	if [ -z "$$left" ]; then $(BIN)/pytest -n 2 --dist loadfile tests/e2e; \
	elif [ -n "$${GUARD_TESTS_COMPLETE:-}" ]; then exit 1; \
	else echo "LEFT OUT: the tests marked $$left (real: Bluesky PDS, OpenID provider, Node clients; directory: slapd)"; $(BIN)/pytest -n 2 --dist loadfile tests/e2e -m "not ($$left)"; fi

browser: $(VENV)/installed-dev  ## the console in a real Chromium; screenshots in build/screenshots/
	@if $(BIN)/python -m tests.browser.parts install >/dev/null; then $(BIN)/pytest -n 2 --dist worksteal tests/browser; \
	elif [ -n "$${GUARD_TESTS_COMPLETE:-}" ]; then exit 1; \
	else echo "LEFT OUT: the tests of the console in a browser"; fi

.venv-peers/installed: requirements/peers.txt
	@$(PYTHON) -m venv .venv-peers && .venv-peers/bin/pip install --quiet --require-hashes -r $<
	@touch $@

bench: $(VENV)/installed-dev .venv-peers/installed  ## speed beside the peers, in one run
	@command -v nginx wrk >/dev/null || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -qq -y --no-install-recommends nginx-light wrk >/dev/null; } || echo "nginx or wrk is missing: those rows are left out"
	$(BIN)/python -m benchmarks

lock:  ## renew requirements/*.txt (needs uv); hashes only, no addresses
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q --group build -o requirements/run.txt
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q --extra presidio --extra oidc --extra ldap --group build --group dev --group test --group bench -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
