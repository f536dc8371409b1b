# make run [MEDIA=folder]   bundle the page and serve a folder (without MEDIA: the demo stream)
# make test                 install what tests need, then run everything
# make bench                the table of docs/performance.md
# make web                  bundle the page only
# make docs                 write the generated pages of docs/ again
# make demo                 make the demo stream again

export CGO_ENABLED = 0

MEDIA ?=

.PHONY: run build web test bench docs demo tools fuzz

run: web
	go run ./cmd/dashwright serve $(if $(MEDIA),"$(patsubst ~,$(HOME),$(patsubst ~/%,$(HOME)/%,$(MEDIA)))")

build: web
	go build -trimpath -ldflags "-s -w" -o dashwright ./cmd/dashwright

web: web/node_modules/.package-lock.json
	cd web && node build.mjs

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

tools:
	sh scripts/tools.sh

test: tools web
	cd web && npm run check
	sh scripts/lint.sh
	sh demo/make.sh check
	node test/browser/run.mjs
	CGO_ENABLED=1 go test -race -timeout 25m ./...

bench: tools
	sh scripts/bench.sh

docs:
	go test ./internal/app ./internal/manifest -run Docs -args -update

demo:
	sh demo/make.sh

# A minute for every parser.
fuzz:
	sh scripts/fuzz.sh
