# A facade over CMake: every target says what it does in `make help`.
SHELL = /bin/bash
BUILD ?= build
CMAKE_FLAGS ?= -DCMAKE_BUILD_TYPE=Release

.PHONY: all demo check unit install bench interop fuzz crash soak docs format clean help deps
all: deps ## build the extension
	@cmake -S . -B $(BUILD) -G Ninja $(CMAKE_FLAGS) > $(BUILD)/configure.log 2>&1 || { cat $(BUILD)/configure.log; exit 1; }
	@cmake --build $(BUILD)
deps: ## install what is missing (Debian packages)
	@tools/install-deps
	@mkdir -p $(BUILD)
demo: ## ingest a real model and a book, and leave psql ready on them
	@tools/demo
check: ## build everything and run every test
	@tools/check
unit: all ## the tests that need no server
	@$(BUILD)/test/unit_tests
install: all ## install into the system's PostgreSQL
	@cmake --install $(BUILD)
bench: all ## measure against peers; prints medians and ratios
	@bench/run
interop: all $(BUILD)/interop-venv/ready ## our analysis beside scikit-learn's, merges beside NumPy's, tokenizers beside the reference's, TEXTS (1 M) for each family
	@cmake --build $(BUILD) --target interop_ids interop_merge
	@test/interop/merge_reference.py $(BUILD)/test/interop/interop_merge
	@tools/stage $(BUILD) > /dev/null
	@tools/cluster start $(BUILD)/interop-cluster
	@trap 'tools/cluster destroy $(BUILD)/interop-cluster' EXIT; \
	  (eval "$$(tools/cluster env $(BUILD)/interop-cluster)" && test/interop/analysis_reference.py)
	@HARTONOMOUS_PEER_PYTHON="$${HARTONOMOUS_PEER_PYTHON:-$(BUILD)/interop-venv/bin/python}" \
	  test/interop/tokenizers $(BUILD)/test/interop_ids
$(BUILD)/interop-venv/ready:
	@test -n "$$HARTONOMOUS_PEER_PYTHON" || \
	  (python3 -m venv $(@D) && $(@D)/bin/pip install -q tokenizers sentencepiece==0.2.0 && touch $@)
fuzz: ## a long fuzzing campaign (FUZZ_SECONDS each, default 3600)
	@tools/fuzz
crash: all ## POINTS (200) kill -9 points during ingests, commits, ref moves and collections
	@tools/crash-test $(or $(POINTS),200)
soak: all ## 100 sessions that generate for five minutes
	@DURATION=300 bench/run soak
docs: all ## regenerate docs/reference from the installed catalogue
	@tools/stage $(BUILD) > /dev/null
	@tools/cluster start $(BUILD)/docs-cluster
	@trap 'tools/cluster destroy $(BUILD)/docs-cluster' EXIT; \
	  (eval "$$(tools/cluster env $(BUILD)/docs-cluster)" && tools/make-reference)
format: ## apply clang-format
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 -i
clean: ## remove build trees
	@rm -rf build build-*
help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
