"""Run queries as Great Expectations suites: an expectation holds when its query returns no row."""

import logging
import os
from dataclasses import dataclass
from functools import cache

from include.quality.importing import great_expectations
from include.warehouse.connection import Role, sqlalchemy_url


@dataclass(frozen=True)
class Expectation:
    """A query that must return no row, under the id of what it checks."""

    id: str
    query: str
    severity: str


@dataclass(frozen=True)
class Outcome:
    """What became of an expectation: held, failed for so many rows, or could not be evaluated (rows None)."""

    id: str
    success: bool
    rows: int | None


def validate(role: Role, expectations: list[Expectation]) -> dict[str, Outcome]:
    """Run all expectations in one suite and one process, as `role`; returns their outcomes by id.

    A query that fails is an outcome without rows, never an exception: what PostgreSQL says of it may quote data.
    """
    if not expectations:
        return {}
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    _quiet("great_expectations", "great_expectations.data_context.types.base")
    gx = great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    url = sqlalchemy_url(role).render_as_string(hide_password=False)
    source = context.data_sources.add_postgres("warehouse", connection_string=url)
    # the queries name their own relations: the batch itself is of no concern
    asset = source.add_query_asset("nothing", query="select 1 as one")
    definition = asset.add_batch_definition_whole_table("nothing")
    suite = gx.ExpectationSuite(
        name="gate",
        expectations=[
            _counted_expectation()(
                # GX wants the batch named in every query: a comment does. Each row is looked at, else what a row says
                # would not be worked out, and a query that fails at that would pass
                unexpected_rows_query="/* {batch} */ "
                + _escaped(f"select from ({expectation.query}) as failing where failing::text is not null"),
                severity=expectation.severity,
                meta={"id": expectation.id},
            )
            for expectation in expectations
        ],
    )
    try:
        # by itself, not as a validation definition: GX would write each result out to keep it; the gates keep their own
        result = definition.get_batch().validate(suite, result_format="SUMMARY")
    finally:
        # else they stay open until garbage is collected: a backfill of years would use up the server's connections
        source.get_execution_engine().close()
        source.get_engine().dispose()
    outcomes = {}
    for item in result.results:
        name = item.expectation_config.meta["id"]
        raised = any(info.get("raised_exception") for info in _exceptions(item.exception_info))
        rows = None if raised else item.result.get("observed_value")
        outcomes[name] = Outcome(name, bool(item.success) and not raised, rows)
    return outcomes


@cache
def _counted_expectation() -> type:
    """GX's expectation that a query returns no row, which asks for their number alone.

    Its own asks every query twice, for the number and for the first 200 rows, and the gates never look at those.
    """
    from great_expectations.expectations import UnexpectedRowsExpectation

    number = "unexpected_rows_query.row_count"

    class ExpectNoRow(UnexpectedRowsExpectation):
        metric_dependencies = (number,)

        def _validate(self, metrics, runtime_configuration=None, execution_engine=None):
            return {"success": metrics[number] == 0, "result": {"observed_value": metrics[number]}}

    return ExpectNoRow


def _exceptions(info: dict) -> list[dict]:
    # one exception is a flat dictionary; several are a dictionary of them
    return [info] if "raised_exception" in info else [value for value in info.values() if isinstance(value, dict)]


def _escaped(query: str) -> str:
    """The query with what str.format and SQLAlchemy's text() would take for their own made literal."""
    braces = query.replace("{", "{{").replace("}", "}}")
    return braces.replace("::", "\0").replace(":", "\\:").replace("\0", "::")


def _quiet(*names: str) -> None:
    """Keep GX's own lines out of the log: they tell of temporary folders, and of queries that failed."""
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
