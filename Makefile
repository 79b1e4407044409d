# Every target sets up what it needs; when nothing has changed, that costs nothing.
PYTHON_OF_VENV := .venv/bin/python
READY := .venv/.ready

.PHONY: setup demo test lint check bench wheel constraints

setup: $(READY)

$(READY): pyproject.toml constraints.txt scripts/setup
	@scripts/setup
	@touch $@

demo: $(READY)  ## Draw a small shop and open it in the browser. DEMO="--no-serve --products 60" ends by itself.
	@.venv/bin/vitrine demo $(DEMO)

test: $(READY)  ## All tests. VITRINE_TEST_COVERAGE=85 measures, and demands that many percent.
	@scripts/test

lint: $(READY)  ## Style, types, and who may import whom.
	@scripts/lint

wheel: $(READY)  ## Build the wheel, and try it in a clean environment.
	@$(PYTHON_OF_VENV) scripts/wheel

check: $(READY)  ## Everything that a change must pass.
	@scripts/check

bench: $(READY)  ## Speed, memory and growth.
	@$(PYTHON_OF_VENV) -m benchmarks

constraints: $(READY)  ## Pin the newest versions that fit together.
	@scripts/constraints
