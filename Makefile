# Everything sets itself up in .venv on a machine that has Python 3.11 and make.
PYTHON ?= python3.11
BIN := .venv/bin
DEVICE ?= cpu
MINUTES ?= 60
COUNT ?=
JOBS ?= $(shell $(PYTHON) -c "import os; print(os.cpu_count())")
GENERATE := $(BIN)/grader generate
KIT := $(BIN)/python -m pytest -q -rs -n $(JOBS) --dist loadfile --durations 25

.PHONY: test test-all demo lint coverage bench fuzz soak kills experiments audit generate clean

# Before every commit. The audit takes a sample; that of all, and of unit 10, which trains for minutes, is in test-all.
test: .venv/ready lint
	$(GENERATE) --check
	$(BIN)/python -m pytest -q --submission reference -n $(JOBS) --dist worksteal
	$(KIT) tests/kit/unit tests/kit/integration
	$(BIN)/grader audit --quick --skip 10_training --jobs $(JOBS) --out .grader/audit

# Before a release: every process of the kit's tests starts anew, as a user's does.
test-all: .venv/ready lint
	$(GENERATE) --check
	$(BIN)/python -m pytest -q --submission reference
	$(BIN)/python -m pytest -q --submission reference --device pretend --deselect tests/10_training/test_accuracy.py
	GRADER_COLD=1 $(KIT) tests/kit
	$(BIN)/grader audit --focused --seeds 3 --chaff-seeds 1 --jobs $(JOBS) --out .grader/audit

demo: .venv/ready
	$(BIN)/grader demo --jobs $(JOBS)

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/python docs/rooms.py --check
	$(BIN)/python docs/gallery.py --check

# How much of grader/ the kit's tests run: a number, and pages in .grader/coverage. Boxes are not measured.
coverage: .venv/ready
	rm -rf .grader/coverage && mkdir -p .grader/coverage
	GRADER_COLD=1 $(BIN)/coverage run -m pytest -q tests/kit/unit tests/kit/integration
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report --skip-covered --skip-empty

# An hour: every unit, a class of 1000, the demo and `make test`. It writes docs/speed.md.
bench: .venv/ready
	$(BIN)/python benchmarks/per_unit.py
	$(BIN)/python benchmarks/large_class.py
	$(BIN)/python benchmarks/watch.py
	$(BIN)/python benchmarks/first_minutes.py
	$(BIN)/python benchmarks/speed_page.py
	$(BIN)/python benchmarks/student.py
	$(BIN)/python benchmarks/nbgrader_beside.py
	$(BIN)/python benchmarks/throughput.py --device $(DEVICE)

# What reads other people's bytes, for MINUTES in all; what was found stays in .grader/fuzz. See tests/kit/fuzz.
fuzz: .venv/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[fuzz]"
	PYTHONPATH=tests/kit $(BIN)/python -m fuzz --minutes $(MINUTES) --jobs $(JOBS)

# Thousands of submissions in a row, attacks among them; and hundreds of kill -9 while a class is graded.
soak: .venv/ready
	$(BIN)/python benchmarks/soak.py --count $(or $(COUNT),2000) --jobs $(JOBS)

kills: .venv/ready
	$(BIN)/python benchmarks/kills.py --count $(or $(COUNT),200) --jobs $(JOBS)

experiments: .venv/ready
	$(BIN)/python benchmarks/sources --device $(DEVICE) --out .grader/experiments

audit: .venv/ready
	$(BIN)/grader audit --seeds 50 --chaff-seeds 3 --jobs $(JOBS) --out .grader/audit

generate: .venv/ready
	$(GENERATE)

clean:
	rm -rf .venv .grader demo-class build *.egg-info

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@
