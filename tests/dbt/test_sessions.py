"""How dbt's sessions plan: a join that the planner takes for one row makes no loop of pairs of the next one."""

import psycopg

from include.transform import dbt
from include.warehouse.connection import Role, parameters

# both columns of each table say the same, as a period of care and its child do
ROWS = "select number::text as care_period_id, number::text as child_ref from generate_series(1, 5000) as number"
JOINED = """
with told as materialized (
    select plans.care_period_id
    from periods
    inner join plans on periods.care_period_id = plans.care_period_id and periods.child_ref = plans.child_ref
)
select count(*) from told left join told as seen on told.care_period_id = seen.care_period_id
"""


def _plan(connection: psycopg.Connection) -> str:
    for name in ("periods", "plans"):
        connection.execute(f"create temporary table {name} as {ROWS}")
        connection.execute(f"analyze {name}")
    return "\n".join(line for (line,) in connection.execute(f"explain {JOINED}"))


def _signed_in() -> psycopg.Connection:
    """As dbt signs in: what else a session is told stands in its environment."""
    told = {name: value for name, value in parameters(Role.BUILDER).items() if name != "options"}
    return psycopg.connect(**told)


def test_a_join_on_two_columns_that_say_the_same_is_hashed(warehouse, monkeypatch):
    with _signed_in() as connection:
        assert "Nested Loop" in _plan(connection)
    monkeypatch.setenv("PGOPTIONS", "-c statement_timeout=77s")
    monkeypatch.setenv("PGOPTIONS", dbt.environment("build")["PGOPTIONS"])
    with _signed_in() as connection:
        plan = _plan(connection)
        assert "Nested Loop" not in plan
        assert "Hash" in plan
        assert connection.execute("show statement_timeout").fetchone() == ("77s",)
