# The only door: `make` lists what there is. Recipes are one line; what they do lies in Deploy/local/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory

local := Deploy/local
contractgen := $(local)/contractgen.sh

.PHONY: help
help: ## Lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Running it

.PHONY: setup run demo up down status logs cli
setup: ## Installs what is missing (system packages, Python tools); quick when nothing is
	@$(local)/setup.sh
run: ## Starts everything with simulators, runs the demo, stays up until Ctrl-C
	@exec $(local)/run.sh run
demo: ## Does what `run` does and exits with 0 or 1
	@exec $(local)/run.sh demo
up: ## Starts servers, services and portal in the background, without simulators
	@exec $(local)/run.sh up
down: ## Stops what `up` started
	@exec $(local)/run.sh down
status: ## Shows which servers and services run, and where
	@$(local)/run.sh status
logs: ## Follows the logs of all services, or of one (NAME=tenant-service)
	@exec $(local)/run.sh logs $(NAME)
cli: ## Runs waba-genesys on what is up (ARGS='portal-user invite alice --role owner')
	@exec $(local)/run.sh cli $(ARGS)

# Contracts

.PHONY: generate check-generated validate contract-lint contract-diff docs mock fixtures-uncovered conformance real-specs
generate: ## Writes Sources/Contracts from Specs
	@$(contractgen) generate
	@$(contractgen) generate --root Contract-Tests/HTTP
	@$(contractgen) generate --root Contract-Tests/Messaging
check-generated: ## Fails on drift, hand edits and orphans in Sources/Contracts
	@$(contractgen) check
	@$(contractgen) check --root Contract-Tests/HTTP
	@$(contractgen) check --root Contract-Tests/Messaging
validate: ## Validates a JSON file against a schema (SPEC=path#/pointer FILE=path)
	@$(contractgen) validate '$(or $(SPEC),$(error SPEC= is missing))' '$(or $(FILE),$(error FILE= is missing))'
contract-lint: ## Checks the specs against the house rules
	@$(contractgen) lint
contract-diff: ## Says whom the changes of the specs since a git ref break, with proof (BASE=ref)
	@$(local)/contract-diff.sh '$(or $(BASE),$(error BASE= is missing))' --breaking-only
docs: ## Writes the reference of all contracts to Docs/reference
	@$(contractgen) docs
mock: ## Serves APIs from their contracts alone (SPEC=path PORT=9200 SEED=1)
	@exec $(contractgen) mock $(SPEC) --port $(or $(PORT),9200) --seed $(or $(SEED),1)
fixtures-uncovered: ## Lists operations, messages and cache entries without a fixture
	@$(contractgen) fixtures uncovered
conformance: ## Runs JSON Schema tests through interpreter and generated Swift (SUITE=folder with tests and remotes)
	@$(contractgen) conformance '$(or $(SUITE),$(error SUITE= is missing))'
real-specs: ## Takes a folder of documents through everything: read, generate, compile, round-trip (DIR=path)
	@$(contractgen) real-specs $(or $(DIR),../shared/specs) --refused oai-3.1/fail/

# Tests

.PHONY: test contract-test unit-test integration-test end-to-end-test browser-test golden bench lint format
test: ## Runs all that CI runs: contract checks, lint, every test on real servers
	@exec $(local)/test.sh all
contract-test: ## Runs the recorded payloads against the contracts
	@exec $(local)/test.sh contract
unit-test: ## Runs the tests that need no server
	@exec $(local)/test.sh unit
integration-test: ## Runs the tests that need servers, on private ones
	@exec $(local)/test.sh integration
end-to-end-test: ## Kills every service and every server under traffic; every text must arrive once and in order
	@exec $(local)/test.sh end-to-end
browser-test: ## Drives the portal with Chromium on the running system; screenshots in .local/browser/screenshots
	@WABA_LOCAL_DIR=.local/browser $(local)/run.sh browser-test
golden: ## Rewrites the expected outputs of the golden tests; look at the difference before you commit it
	@UPDATE_GOLDEN=1 exec $(local)/test.sh golden
bench: ## Measures codec and relay in a release build; prints the table of the README
	@CONFIGURATION=release WABA_LOCAL_DIR=.local/bench exec $(local)/run.sh bench
lint: ## Checks formatting, shell scripts and deployment manifests
	@$(local)/lint.sh
format: ## Formats all Swift sources
	@$(local)/lint.sh format

.PHONY: clean
clean: ## Stops everything of this checkout; removes build products and server data
	@$(local)/run.sh clean
