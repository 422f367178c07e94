# The five commands of a day's work. `make install` once, inside a virtual environment or not.
python ?= .venv/bin/python

.PHONY: install test long lint format

install:  ## A virtual environment with everything that development needs.
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[natural,dev]'
	.venv/bin/pre-commit install

test:  ## The tests, without repetitions and long waits.
	$(python) -m pytest -q

long:  ## The other tests: more cases, long waits (losses of a device, two hundred reconnections, twenty kills), and fuzzing.
	$(python) -m pytest -q -m slow
	$(python) -m pytest -q -m long -n 4 --dist worksteal
	$(python) -m pytest -q -m faults --dist worksteal

lint:  ## Style, format and types, as CI checks them.
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy

format:  ## Mend what ruff can mend by itself.
	$(python) -m ruff check --fix .
	$(python) -m ruff format .
