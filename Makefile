# Every target works on a Debian machine with Go and Node; scripts install the rest.
FUZZTIME ?= 10s
FUZZ     ?= .
BENCH    ?= .

.DEFAULT_GOAL := help
N        ?= 20000
SEED     ?= 1
.PHONY: help test test-full race lint fmt fuzz bench conformance conformance-report conformance-fuzz clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## Run everything: Go tests with -race, SQLite and PostgreSQL, the JavaScript client, a browser, conformance
	@scripts/test.sh

test-full: ## Run the tests of security and reliability at full scale, on a quiet machine
	@scripts/test.sh scale

race: ## Run the Go tests alone, race detector on
	@scripts/test.sh go

lint: ## Check formatting, go vet, staticcheck and go.mod files
	@scripts/lint.sh

fmt: ## Format every Go file with gofumpt
	@scripts/lint.sh -fix

fuzz: ## Run each fuzz target that matches FUZZ (all) for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME) '$(FUZZ)'

bench: ## Run the benchmarks that match BENCH (all)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

conformance: ## Send the same requests to the reference and to us, and compare
	@scripts/conformance.sh -fuzz 2000 -check "$(CURDIR)/docs/conformance.md"

conformance-report: ## Run conformance and write docs/conformance.md
	@scripts/conformance.sh -fuzz 2000 -report "$(CURDIR)/docs/conformance.md"

conformance-fuzz: ## Send N (20000) random requests made from SEED (1) to both, and compare
	@scripts/conformance.sh -run '^$$' -matrix=false -fuzz $(N) -seed $(SEED)

clean: ## Remove what the targets have built
	rm -rf .cache internal/e2e/node_modules internal/conformance/node_modules
