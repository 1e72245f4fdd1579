# MorfX on one machine. Needs make and a Python ≥ 3.11; everything else is installed under .local/.
#
#   make run      the whole house, until Ctrl-C (FRESH=1 starts over; settings come from the environment)
#   make test     every check there is           make check   the same without the end-to-end tests
#   make simulate SCENARIO=<file.yaml>   days of a conversation in a moment, as a transcript
#   make chaos RUNS=<n> SEED=<n>         random trouble, until a promise breaks
#   make walk RUNS=<n> SEED=<n>          customers who say anything, until a promise breaks
#   make why MESSAGE=<id>   why the running house said what it said, or did not
#   make costs    what the running house has paid for models, by workspace, day, contact, session and turn
#   make timers SESSION=<id>   what it waited for in a session, and how each wait ended
#   make api-key [WORKSPACE=<id>] [NAME=<what for>]   a key to the API of the running house; the demo shop's
#   make logs     follow the functions' logs     make bench   what a turn costs
#   make eval     how well customers are understood without a model
#   make browser  a browser for the end-to-end tests, where the machine has none
#   make build    what is deployed to AWS        make clean   forget everything that was built or kept

VENVS := .local/venvs
BOOTSTRAP := $(VENVS)/bootstrap
UV := $(BOOTSTRAP)/bin/uv
FUNCTIONS := $(VENVS)/functions
EMULATOR := $(VENVS)/emulator
SAM := $(VENVS)/sam
PYTHON = $(shell sh local/find_python.sh)

export UV_PYTHON_DOWNLOADS := never
# The machine's own certificates, where it has any: an office network may sign with its own.
export UV_SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/*.crt /etc/ssl/cert.pem),true,false)
export PYTHONDONTWRITEBYTECODE :=
export PYTHONUNBUFFERED := 1

.PHONY: help setup environments
help:
	@sed -n '/^$$/q;s/^# \{0,1\}//p' Makefile

# -- environments: one per set of pins that cannot live together ---------------------------------

setup:
	@$(MAKE) --no-print-directory -j3 environments
environments: $(FUNCTIONS)/.ready $(EMULATOR)/.ready $(SAM)/.ready
	@:

$(UV): requirements/bootstrap.txt
	@echo "· installer (uv) on $(PYTHON)"
	@rm -rf $(BOOTSTRAP) && $(PYTHON) -m venv $(BOOTSTRAP)
	@$(BOOTSTRAP)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(FUNCTIONS)/.ready: requirements/functions.txt $(UV)
	@$(call environment,functions and tools)
$(EMULATOR)/.ready: requirements/emulator.txt $(UV)
	@$(call environment,emulator and Postgres)
$(SAM)/.ready: requirements/sam.txt $(UV)
	@$(call environment,SAM CLI)

define environment
	echo "· $(1)" && \
	( $(UV) venv --quiet --clear --python $(BOOTSTRAP)/bin/python $(@D) && \
	  VIRTUAL_ENV=$(CURDIR)/$(@D) $(UV) pip sync --quiet --require-hashes --compile-bytecode $< ) && \
	touch $@ && echo "✓ $(1)"
endef

# -- the house ------------------------------------------------------------------------------------

.PHONY: run logs clean
run: setup
	@exec $(FUNCTIONS)/bin/python -m local
logs:
	@tail -n 20 -F .local/logs/*Function.log
clean:
	rm -rf .local .aws-sam
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# -- checks ---------------------------------------------------------------------------------------

PYTEST = $(FUNCTIONS)/bin/python -m pytest
.PHONY: test check check-code format lint types rooms template
test: check-code browser
	$(PYTEST) --ignore=tests/load
check: check-code
	$(PYTEST) --ignore=tests/load --ignore=tests/e2e
check-code: setup lint types rooms template
format: setup
	$(FUNCTIONS)/bin/ruff format .
	$(FUNCTIONS)/bin/ruff check --fix .
lint:
	$(FUNCTIONS)/bin/ruff format --check .
	$(FUNCTIONS)/bin/ruff check .
types:
	$(FUNCTIONS)/bin/mypy
rooms:
	PYTHONPATH=.:layers/morfx $(FUNCTIONS)/bin/lint-imports
template:
	SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(SAM)/bin/sam validate --lint

# -- a browser for the end-to-end tests: $CHROME, one on the PATH, or Debian's own -------------------

.PHONY: browser
browser: $(FUNCTIONS)/.browser
	@sh local/find_browser.sh >/dev/null 2>&1 || sh local/install_browser.sh
$(FUNCTIONS)/.browser: requirements/browser.txt $(FUNCTIONS)/.ready
	@echo "· what drives a browser"
	@VIRTUAL_ENV=$(CURDIR)/$(@D) $(UV) pip install --quiet --require-hashes --compile-bytecode -r $<
	@touch $@

# -- what is deployed -------------------------------------------------------------------------------

ARCHITECTURE = $(shell uname -m | sed 's/aarch64/arm64/')
.PHONY: build bench sam-local
build: setup
	PATH="$(CURDIR)/$(BOOTSTRAP)/bin:$$PATH" SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 \
		$(SAM)/bin/sam build --parameter-overrides Architecture=$(ARCHITECTURE)
	$(BOOTSTRAP)/bin/python -m local.built $(ARCHITECTURE)
sam-local: build
	$(FUNCTIONS)/bin/python -m local.sam_local
bench: setup
	PYTHONPATH=.:layers/morfx $(FUNCTIONS)/bin/python -m tests.load

# -- a look inside the running house ---------------------------------------------------------------

.PHONY: why costs timers api-key
why: setup
	@$(FUNCTIONS)/bin/python -m local.why "$(MESSAGE)"
costs: setup
	@$(FUNCTIONS)/bin/python -m local.costs
timers: setup
	@$(FUNCTIONS)/bin/python -m local.timers "$(SESSION)"
api-key: setup
	@$(FUNCTIONS)/bin/python -m local.api_key "$(WORKSPACE)" "$(NAME)"

# -- the house with a virtual clock ---------------------------------------------------------------
#   make simulate SCENARIO=tests/scenarios/<name>.yaml   plays it and says whether it went as expected

#   make chaos [RUNS=20000] [SEED=1]   random trouble, until an invariant breaks
#   make walk [RUNS=5000] [SEED=1]     customers who say anything, until an invariant breaks

chaos: RUNS := 20000
walk: RUNS := 5000
SEED := 1
.PHONY: simulate chaos walk
simulate: setup
	@PYTHONPATH=.:layers/morfx $(FUNCTIONS)/bin/python -m local.simulate "$(SCENARIO)"
chaos: setup
	@PYTHONPATH=.:layers/morfx $(FUNCTIONS)/bin/python -m tests.chaos $(RUNS) $(SEED)
walk: setup
	@PYTHONPATH=.:layers/morfx $(FUNCTIONS)/bin/python -m tests.walk $(RUNS) $(SEED)

# -- the offline comprehension --------------------------------------------------------------------
#   make eval                                   cross-validation on the development corpus
#   make eval CORPUS=a.jsonl [PREDICTIONS=b.jsonl]   the shipped model on a file
#   make train                                  writes the weights that are shipped

TRAINING := $(VENVS)/training
.PHONY: eval train
eval: $(if $(CORPUS),setup,$(TRAINING)/.ready)
	@PYTHONPATH=.:layers/morfx $(if $(CORPUS),$(FUNCTIONS),$(TRAINING))/bin/python -m training.evaluate \
		$(if $(CORPUS),--corpus $(CORPUS)) $(if $(PREDICTIONS),--predictions $(PREDICTIONS))
train: $(TRAINING)/.ready
	PYTHONPATH=.:layers/morfx $(TRAINING)/bin/python -m training.train
$(TRAINING)/.ready: requirements/training.txt $(UV)
	@$(call environment,training)

# -- locks: after a change in requirements/*.in ---------------------------------------------------

LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
.PHONY: lock
lock: $(UV)
	$(LOCK) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(LOCK) requirements/dependencies.in -o layers/dependencies/requirements.txt
	$(LOCK) requirements/functions.in -c layers/dependencies/requirements.txt -o requirements/functions.txt
	$(LOCK) requirements/browser.in -c requirements/functions.txt -o requirements/browser.txt
	$(LOCK) requirements/emulator.in -o requirements/emulator.txt
	$(LOCK) requirements/sam.in -o requirements/sam.txt
	$(LOCK) requirements/training.in -o requirements/training.txt
