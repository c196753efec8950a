# Every target sets up first; set-up takes no time where nothing changed.
.DEFAULT_GOAL := help
.PHONY: help setup test unit lint format demo lock clean \
  bench-ablation bench-calibration bench-caps bench-generate bench-join bench-others bench-rewired \
  bench-scale bench-scenarios bench-signatures bench-skew bench-smallest bench-week \
  bench-weeks

# The environment's own Python; else the first one that runs and that the lock supports.
PYTHON ?= $(shell for each in .venv/bin/python python3.11 python3.12 python3.13 python3; do \
  $$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
  && echo $$each && break; done)
BIN := .venv/bin

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
	  | while IFS='|' read -r name what; do printf 'make %-18s %s\n' "$$name" "$$what"; done

setup:  ## packages and jars into .venv, each checked by its hash; needs Python 3.11-3.13, Java 17+
	@test -n "$(PYTHON)" || { echo "setup: no Python 3.11, 3.12 or 3.13 on the PATH" >&2; exit 1; }
	@$(PYTHON) infra/setup.py

test: lint  ## every check and every test, two files at a time
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -o timeout_method=thread

unit: setup  ## the tests that need no JVM, in seconds
	@$(BIN)/pytest -m "not spark and not slow"

lint: setup  ## ruff and mypy
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "lint: not formatted: run make format" >&2; exit 1; }
	@$(BIN)/mypy

format: setup  ## lay the code out, and fix what can be fixed without a person
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

demo: setup  ## simulate a small week, run the Airflow DAG on it, print the summary
	@$(BIN)/python infra/demo.py

bench-ablation: setup  ## what is lost where one layer of traces is removed
	@$(BIN)/python benchmarks/ablation.py $(ARGS)

bench-calibration: setup  ## false links where there is only chance, and links by disguise
	@$(BIN)/python benchmarks/calibration.py $(ARGS)

bench-caps: setup  ## what each cap leaves out, and what would be found and paid without it
	@$(BIN)/python benchmarks/caps.py $(ARGS)

bench-generate: setup  ## time, room and memory to simulate the published case, scaled
	@$(BIN)/python benchmarks/generate.py $(ARGS)

bench-join: setup  ## texts to verified pairs across accounts, against Spark's own MinHashLSH
	@$(BIN)/python benchmarks/join.py $(ARGS)

bench-others: setup  ## weeks of a second, independent generator against their truth
	@$(BIN)/python benchmarks/traffic_of_others.py $(ARGS)

bench-rewired: setup  ## the best groups where who sends what is chance, and what they show
	@$(BIN)/python benchmarks/rewired.py $(ARGS)

bench-scale: setup  ## marginal cost of traces and links as traffic grows by four and by sixteen
	@$(BIN)/python benchmarks/scale.py $(ARGS)

bench-scenarios: setup  ## every shipped scenario's week against its truth
	@$(BIN)/python benchmarks/scenarios.py $(ARGS)

bench-signatures: setup  ## texts a second that one core signs, against rensa at equal error
	@$(BIN)/python benchmarks/signatures.py $(ARGS)

bench-skew: setup  ## traces and links of uneven traffic, against the same in unique words
	@$(BIN)/python benchmarks/skew.py $(ARGS)

bench-smallest: setup  ## the smallest campaign found, by accounts and by exchanges
	@$(BIN)/python benchmarks/smallest.py $(ARGS)

bench-week: setup  ## a whole week of 20 million, against only reading its JSONL and writing it to Delta
	@$(BIN)/python benchmarks/week.py $(ARGS)

bench-weeks: setup  ## four weeks in a row: ids, verdicts and figures while accounts are replaced
	@$(BIN)/python benchmarks/weeks.py $(ARGS)

lock: setup  ## resolve pyproject.toml anew into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --python-version 3.11 \
	  --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
	@echo "requirements.lock is up to date"

clean:  ## remove what these targets made
	@rm -rf .venv demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
