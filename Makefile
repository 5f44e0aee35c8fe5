# Every target works on a Debian machine with Go and Node; scripts install the rest.
FUZZTIME ?= 10s
BENCH    ?= .

.DEFAULT_GOAL := help
.PHONY: help test race lint fmt fuzz bench conformance clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

test: ## Run everything: Go tests with -race, SQLite and PostgreSQL, the JavaScript client, a browser
	@scripts/test.sh

race: ## Run the Go tests alone, race detector on
	@scripts/test.sh go

lint: ## Check formatting, go vet, staticcheck and go.mod files
	@scripts/lint.sh

fmt: ## Format every Go file with gofumpt
	@scripts/lint.sh -fix

fuzz: ## Run each fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

bench: ## Run the benchmarks that match BENCH (all)
	go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

conformance: ## Send the same requests to the reference and to us, and compare
	@scripts/conformance.sh

clean: ## Remove what the targets have built
	rm -rf .cache internal/e2e/node_modules internal/conformance/node_modules
