# The targets people use. `make run` and `make test` are all that a first look needs.

GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
TAGS    := nomsgpack
LDFLAGS := -s -w -X main.version=$(VERSION)

# Pure Go: one static binary, and no C compiler needed. gin's msgpack support would double its size for a format not served.
export CGO_ENABLED := 0

# Packages with golden files: those whose tests define -update.
GOLDEN = $(shell grep -rl --include='*_test.go' '"update"' . | xargs -r -n1 dirname | sort -u)

.PHONY: run build pictures test check race soak fuzz fuzz-smoke bench bench-http bench-freshness golden base release clean

run: build ## Serve the embedded sample papers on http://127.0.0.1:8080
	./bin/kindred serve --sample

build: ## Build bin/kindred
	$(GO) build -trimpath -tags $(TAGS) -ldflags '$(LDFLAGS)' -o bin/kindred ./cmd/kindred

pictures: build ## Draw the pictures of the documents anew, from the sample papers (needs Chromium)
	docs/pictures.sh

test: ## Vet and test everything
	$(GO) vet -tags $(TAGS) ./...
	$(GO) test -tags $(TAGS) -timeout 20m ./...

check: ## What a change must pass: formatted, vetted, tested
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not gofmt'd:"; echo "$$unformatted"; exit 1; fi
	$(MAKE) test

race: ## Test under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race -short -tags $(TAGS) -timeout 30m ./...

SOAK ?= 30m
soak: ## Run the program for SOAK under everything at once, kill it over and over, and count what is lost
	KINDRED_SOAK=$(SOAK) $(GO) test -tags $(TAGS) -count=1 -timeout 3h -run Soak -v ./soak

# A count and not a duration by default: before Go 1.27 a target may fail at the end of a duration with nothing found
# (go.dev/issue/75804). GOMEMLIMIT makes a worker collect early, the limit of addresses ends one that takes more, and a
# target that is not done within FUZZHANG hangs; what was running is printed then.
FUZZTIME ?= 10000x
FUZZHANG ?= 30m
FUZZ ?= .
fuzz: ## Run every fuzz target whose name matches FUZZ for FUZZTIME (inputs, or a duration such as 10m), within bounds of memory
	@ulimit -v 4194304; export GOMEMLIMIT=900MiB; grep -rn --include='*_test.go' '^func Fuzz' . | sed -E 's/^([^:]*)\/[^\/:]*:[0-9]+:func (Fuzz[A-Za-z0-9_]*).*/\1 \2/' | grep -E -- '$(FUZZ)' | sort | while read -r dir name; do \
		echo "== $$dir $$name"; \
		timeout --signal=QUIT --kill-after=1m $(FUZZHANG) $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1000x -parallel 2 "$$dir" || exit 1; \
	done

fuzz-smoke: fuzz ## The same, for few inputs

BENCH ?= .
BENCHTIME ?= 1s
bench: ## Run the benchmarks that match BENCH
	$(GO) test -tags $(TAGS) -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -timeout 60m ./...

bench-http: ## Load the server with wrk beside a bare handler that returns the same bytes
	$(GO) test -tags $(TAGS) -run '^$$' -bench '^BenchmarkHTTP$$' -benchtime 1x -timeout 30m ./api

bench-freshness: ## Measure how long posted papers take to be in answers, on a copy of the data folder DATA
	@test -n "$(DATA)" || { echo "name a copy of a data folder: make bench-freshness DATA=folder"; exit 2; }
	KINDRED_BENCH_DATA='$(abspath $(DATA))' $(GO) test -tags $(TAGS) -run '^$$' -bench '^BenchmarkFreshness$$' -benchtime 1x -timeout 30m ./cmd/kindred

golden: ## Write the golden files anew; look at the difference before committing it
	$(GO) test -tags $(TAGS) $(GOLDEN) -update

base: build ## Learn the embedded base model from CORPUS (files that kindred import reads), without the papers of EXCEPT (files, with commas)
	@test -n "$(CORPUS)" || { echo "say what to learn from: make base CORPUS=papers.jsonl.zst"; exit 2; }
	./bin/kindred base --out classifier/base/embedded/base.bin $(if $(EXCEPT),--except $(EXCEPT)) $(CORPUS)
	$(MAKE) build

release: ## Build the binaries of all systems, lists of components, licences and checksums into dist/
	rm -rf dist
	packaging/release.sh dist '$(VERSION)'

clean: ## Remove what was built
	rm -rf bin dist ci-output coverage.out
