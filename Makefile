# The warehouse's commands. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON := .venv/bin/python
UV = $(shell command -v uv || echo .local/uv/bin/uv)
IN_PARALLEL := --numprocesses 2 --dist loadfile --no-loadscope-reorder
CHECKS := lint lint-sql parse test-unit
SQLFLUFF = $(UV) tool run --quiet --from sqlfluff==4.5.0 sqlfluff
SQL_FILES = $(shell find dbt_project/models dbt_project/tests dbt_project/functions -name '*.sql' 2>/dev/null)
# with what decides the style of every file changed, none of them has passed
SQL_STYLE = Makefile .sqlfluff $(wildcard dbt_project/macros/*.sql)
SQL_PASSED := .local/sql-style-passed
DBT_PARSE = .venv/bin/dbt --quiet --warn-error parse --project-dir dbt_project --profiles-dir dbt_project --target-path ../.local/dbt-parse --log-path .local/dbt-parse
DBT_DOCS = --project-dir dbt_project --profiles-dir dbt_project --target-path ../.local/dbt-docs --log-path .local/dbt-docs

export GX_ANALYTICS_ENABLED := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

.PHONY: setup
setup: ## Make .venv from uv.lock (every other command does it when needed)
	@"$$(command -v python3 || command -v python3.12)" -I include/commands/environment.py

.PHONY: run
run: setup ## Run the night for the newest exports and show what is published (AS_AT=2026-01-31 for another day)
	@$(PYTHON) -m include.commands.run $(if $(AS_AT),--as-at $(AS_AT)) $(if $(KNOWN_ON),--known-on $(KNOWN_ON))

.PHONY: sample
sample: setup ## Write the sample authority's exports (FROM=2026-01-01 TO= EVERY=night|month SIZE=1.0 SEED= PROFILE= FAULTS=) or returns (RETURNS=2019..2023 XML=yes ANNEX_A=2026-03-31)
	@$(PYTHON) -m include.commands.sample $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO)) $(if $(EVERY),--every $(EVERY)) \
	$(if $(SIZE),--size $(SIZE)) $(if $(SEED),--seed $(SEED)) $(if $(PROFILE),--profile $(PROFILE)) $(if $(FAULTS),--faults $(FAULTS)) \
	$(if $(RETURNS),--returns $(RETURNS)) $(if $(XML),--xml) $(if $(ANNEX_A),--annex-a $(ANNEX_A))

.PHONY: up
up: setup ## Start Airflow's services on this machine, and show where to sign in
	@$(PYTHON) -m include.commands.services up

.PHONY: down
down: setup ## Stop Airflow's services and the embedded PostgreSQL
	@$(PYTHON) -m include.commands.services down

.PHONY: sql
sql: setup ## psql on the warehouse, reading only (ROLE=permanence_builder to act as another role)
	@$(PYTHON) -m include.commands.sql $(or $(ROLE),permanence_reader)

.PHONY: url
url: setup ## The warehouse's address for a BI tool, with a sign-in that only reads
	@$(PYTHON) -m include.commands.url

.PHONY: batches
batches: setup ## Show the ledger: what became of each batch (SOURCE=ssd for all of one source)
	@$(PYTHON) -m include.commands.batches $(if $(SOURCE),--source $(SOURCE))

.PHONY: land
land: setup ## Load one delivery (SOURCE=ssd DATE=2026-03-31; FINGERPRINT= of make batches: the archived original)
	@$(PYTHON) -m include.commands.land --source "$(SOURCE)" --date "$(DATE)" $(if $(FINGERPRINT),--fingerprint $(FINGERPRINT))

.PHONY: withdraw
withdraw: setup ## Take a batch out of history (SOURCE= DATE= WHY="…"; SLICE=2021/22 where there are several)
	@$(PYTHON) -m include.commands.withdraw --source "$(SOURCE)" --date "$(DATE)" --why "$(WHY)" $(if $(SLICE),--slice $(SLICE))

.PHONY: known
known: setup ## Show every version of a record and when it was said (SOURCE=ssd TABLE=cla_episodes KEY=750101)
	@$(PYTHON) -m include.commands.known --source "$(SOURCE)" --table "$(TABLE)" --key "$(KEY)"

.PHONY: quality
quality: setup ## Write the records to put right: a page and a workbook, a list a team (.local/quality)
	@$(PYTHON) -m include.commands.quality

.PHONY: backfill
backfill: setup ## Load every delivery of a range of dates, publish once (FROM= TO= SOURCES=a,b DRY_RUN=yes RESTATE=yes SKIP_BAD=yes)
	@$(PYTHON) -m include.commands.backfill --from "$(FROM)" --to "$(TO)" $(if $(SOURCES),--sources "$(SOURCES)") \
	$(if $(DRY_RUN),--dry-run) $(if $(RESTATE),--restate) $(if $(SKIP_BAD),--skip-bad)

.PHONY: publish
publish: setup ## Publish a day by hand, also an older one, and hold it (AS_AT=2026-01-31; KNOWN_ON= another date)
	@$(PYTHON) -m include.commands.publish --as-at "$(AS_AT)" $(if $(KNOWN_ON),--known-on $(KNOWN_ON))

.PHONY: build
build: setup ## Build a day as known on a day, beside what is live (AS_AT=2023-03-31 KNOWN_ON=2023-04-15)
	@$(PYTHON) -m include.commands.build --as-at "$(AS_AT)" $(if $(KNOWN_ON),--known-on $(KNOWN_ON))

.PHONY: drop-build
drop-build: setup ## Remove what make build made (BUILD=build_20230331_…)
	@$(PYTHON) -m include.commands.drop_build --build "$(BUILD)"

.PHONY: freeze
freeze: setup ## Let a year's annual report stand on what is live, for good (YEAR=2022-23)
	@$(PYTHON) -m include.commands.freeze --year "$(YEAR)"

.PHONY: restatement
restatement: setup ## Say which figures of a frozen report changed since, and why (YEAR=2022-23 KNOWN_ON=)
	@$(PYTHON) -m include.commands.restatement --year "$(YEAR)" $(if $(KNOWN_ON),--known-on $(KNOWN_ON))

.PHONY: release
release: setup ## Let nights publish again, and publish the newest day
	@$(PYTHON) -m include.commands.release

.PHONY: rollback
rollback: setup ## Put the publication before the live one back, and hold it
	@$(PYTHON) -m include.commands.rollback

.PHONY: docs
docs: setup ## Write the data dictionary with its essays: one page, needs no database (.local/data-dictionary.html)
	@.venv/bin/dbt --quiet parse $(DBT_DOCS)
	@.venv/bin/dbt --quiet docs generate --static --no-compile --empty-catalog $(DBT_DOCS)
	@mv .local/dbt-docs/static_index.html .local/data-dictionary.html
	@echo "The data dictionary is $(CURDIR)/.local/data-dictionary.html: open it in a browser."

.PHONY: test
test: setup ## Every test but those that take minutes
	@$(PYTHON) -m pytest $(IN_PARALLEL) -m "not torture and not bench"

.PHONY: torture
torture: setup ## The tests that kill, fill and race for minutes
	@$(PYTHON) -m pytest -m torture

.PHONY: bench
bench: setup ## Measure the night
	@$(PYTHON) -m pytest -m bench -s

.PHONY: check
check: setup ## What must hold before a commit: style, SQL style, dbt's parse, unit tests
	@$(MAKE) --jobs=4 --output-sync=target $(CHECKS)

.PHONY: lint
lint: setup ## Python: ruff's rules and format
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

.PHONY: lint-sql
lint-sql: setup ## SQL: sqlfluff, in an environment of its own, on the files that changed since they passed (ALL=yes: on all)
	@$(if $(ALL),rm -f $(SQL_PASSED))
	@$(MAKE) $(SQL_PASSED)

# dated before the look: a file that is changed meanwhile is looked at next time
$(SQL_PASSED): $(SQL_FILES) $(SQL_STYLE)
	@mkdir -p $(@D) && touch $@.begun
	@$(SQLFLUFF) lint --processes 0 $(if $(filter $(SQL_STYLE),$?),$(SQL_FILES),$?)
	@mv $@.begun $@

.PHONY: parse
parse: setup ## dbt: parse the project (no database)
	@PERMANENCE_DBT_HOST=none PERMANENCE_DBT_PORT=1 PERMANENCE_DBT_USER=none DBT_ENV_SECRET_PERMANENCE_PASSWORD=none \
	PERMANENCE_DBT_DATABASE=none PERMANENCE_DBT_SCHEMA=none PERMANENCE_DBT_THREADS=1 $(DBT_PARSE)

.PHONY: test-unit
test-unit: setup ## The unit tests, the direction of imports among them
	@$(PYTHON) -m pytest -q $(IN_PARALLEL) tests/unit

.PHONY: clean
clean: setup ## Delete this machine's database and Airflow's state (CONFIRM=yes); exports, archive and secrets stay
	@[[ "$(CONFIRM)" == yes ]] || { echo "This deletes the embedded database. To do it: make clean CONFIRM=yes"; exit 1; }
	@$(PYTHON) -m include.commands.clean
