# Everything sets itself up in .venv on a machine that has Python 3.11 and make.
PYTHON ?= python3.11
BIN := .venv/bin
DEVICE ?= cpu
JOBS ?= $(shell $(PYTHON) -c "import os; print(os.cpu_count())")

.PHONY: test demo lint bench experiments audit derive clean

test: .venv/ready lint
	$(BIN)/grader generate --check
	$(BIN)/python -m pytest -q --submission reference
	$(BIN)/python -m pytest -q --submission reference --device pretend --deselect tests/10_training/test_accuracy.py
	$(BIN)/python -m pytest -q -rs -n $(JOBS) --dist loadfile --durations 25 tests/kit
	$(BIN)/grader audit --focused --seeds 3 --chaff-seeds 1 --jobs $(JOBS) --out .grader/audit

demo: .venv/ready
	$(BIN)/grader demo --jobs $(JOBS)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python benchmarks/grading.py
	$(BIN)/python benchmarks/student.py
	$(BIN)/python benchmarks/nbgrader_beside.py
	$(BIN)/python benchmarks/throughput.py --device $(DEVICE)

experiments: .venv/ready
	$(BIN)/python benchmarks/sources --device $(DEVICE) --out .grader/experiments

audit: .venv/ready
	$(BIN)/grader audit --seeds 50 --chaff-seeds 3 --jobs $(JOBS) --out .grader/audit

derive: .venv/ready
	$(BIN)/grader generate

clean:
	rm -rf .venv .grader demo-class build *.egg-info

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@
