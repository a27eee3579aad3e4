# Everything a person types. `make run` needs Go and nothing else. `make test` also
# looks for races where a C compiler is installed, and drives a browser where
# Chromium is; it ends by saying what it had to leave out.

race := $(shell command -v gcc >/dev/null 2>&1 && echo -race)
chromium := $(shell command -v chromium 2>/dev/null)
postfix := $(shell test "$$(id -u)" = 0 && PATH=$$PATH:/usr/sbin command -v postfix 2>/dev/null)

# Tests write many small stores, and wait for the disk to have each: in memory, where
# files may have 4 GiB of it and programs may be run there, they do not.
memory := $(shell grep -q '^[^ ]* /dev/shm tmpfs' /proc/mounts 2>/dev/null && ! grep -q ' /dev/shm .*noexec' /proc/mounts && \
	test "$$(df -Pk /dev/shm | awk 'NR == 2 {print $$4}')" -ge 4194304 && echo TMPDIR=/dev/shm)

.PHONY: run build test test-mongo check check-checks bench golden clean

run: build
	bin/entendu demo

build:
	go build -o bin/entendu ./server

test:
	$(memory) go test $(race) -shuffle=on -timeout 20m ./...
ifeq ($(race),)
	@echo "Not looked for: data races (needs gcc)."
endif
ifeq ($(chromium),)
	@echo "Skipped, because Chromium is not installed (apt-get install chromium):"
	@go test -v -run TestBrowser ./server/e2e | grep -e '--- SKIP'
endif
ifeq ($(postfix),)
	@echo "Skipped, because it needs Postfix (apt-get install postfix) and root: TestPostfix"
endif
ifeq ($(ENTENDU_TEST_MONGODB),)
	@echo "Skipped, because ENTENDU_TEST_MONGODB names no server (see make test-mongo): TestStoreOnMongoDB, TestRacesOnMongoDB, TestCopiesOnMongoDB, TestEditionsOnMongoDB, TestF12ProcessesRace/MongoDB"
endif

# The stores' promises and the whole program on a real MongoDB, races included.
test-mongo:
	@test -n "$$ENTENDU_TEST_MONGODB" || { echo "ENTENDU_TEST_MONGODB must name a server, like mongodb://localhost:27017/" >&2; exit 1; }
	go test $(race) -shuffle=on -count=1 ./server/store/... ./server/e2e

check:
	@test -z "$$(gofmt -l .)" || { echo "Not formatted by gofmt:"; gofmt -l .; exit 1; }
	go vet ./...
	go vet -tags failpoints ./...
	go vet -C server/store/mongo/ferret ./...
	go mod tidy -diff
	go mod verify

# Each checker of a law is shown to fail on a fault planted for it.
check-checks:
	go test -count=1 -run 'Planted|TestSuite' ./...

# Its parts of a million tickets take ten minutes more:
# go run ./server/e2e/bench -only past,figures,space
bench: build
	go run ./server/e2e/bench

# Writes the expected pages, mails and charts anew, to be read in the diff.
golden:
	go test ./server/mailer ./server/web ./reports/charts -run Golden -update

clean:
	rm -rf bin
