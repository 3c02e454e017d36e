"""A backfill: every delivery of a range of dates into history, one build, one publication. Wiring only."""

from datetime import date, timedelta

from airflow.sdk import Param, dag, get_current_context, task

TRIAGE = """
### What it does
Lists the deliveries of a range of dates that lie in the drop folder, lands, checks (gate 1) and records each, oldest
first, builds the marts once over all of it, checks those (gate 2) and publishes them. A newer day that is live stays
live and is built again. With dry_run, as it is unless you change it, the list in the log of `list_deliveries` is all.

### Triage
Each task says in its last error line what is wrong and what to do. Every task can be cleared and run again: what is
in history already is not loaded twice, so a run that was stopped goes on where it stopped.

| task | when it fails | what to do |
| --- | --- | --- |
| list_deliveries | nothing lies there of those dates, or a folder's name is no date | name other dates, or deliver |
| load | a delivery is wrong (and bad is stop), or the server refused | put the delivery right, or bad: skip; clear it |
| publish | a model failed, gate 2 stopped it, or the live marts can't take it | the line names what and the remedy |

Deliveries left out (bad: skip) are named at the end of the log of `load`. Runbook: docs/runbooks/load-years.md. Owner:
data engineering. Nobody's name or text stands in a log: keys only.
"""


def _range():
    """First and last batch date, and the sources' names."""
    params = get_current_context()["params"]
    return date.fromisoformat(params["from"]), date.fromisoformat(params["to"]), params["sources"]


@dag(
    dag_id="backfill",
    schedule=None,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=24),
    default_args={
        "owner": "data-engineering",
        "retries": 2,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(hours=1),
    },
    params={
        "from": Param(type="string", format="date", description="The first batch date to load."),
        "to": Param(type="string", format="date", description="The last batch date to load."),
        "sources": Param([], type="array", items={"type": "string"}, description="Only these sources; empty for all."),
        "dry_run": Param(True, type="boolean", description="Only list what would be loaded."),
        "mode": Param(
            "reproduce",
            enum=["reproduce", "restate"],
            description="reproduce: what history stands on stays unless its content changed. restate: what a changed "
            "contract or rule reads differently is read again, and what was withdrawn comes back.",
        ),
        "bad": Param(
            "stop",
            enum=["stop", "skip"],
            description="What a wrong delivery does: stop the run, or be named and left out.",
        ),
    },
    tags=["backfill", "permanence"],
    doc_md=TRIAGE,
)
def backfill():
    """Three tasks in a row; what passes between them stands in the database."""

    @task.short_circuit
    def list_deliveries():
        import logging

        from include.backfill import deliveries_between, told

        params = get_current_context()["params"]
        for delivery in deliveries_between(*_range()):
            logging.getLogger(__name__).info("%s", told(delivery, restate=params["mode"] == "restate"))
        return not params["dry_run"]

    @task(execution_timeout=timedelta(hours=20))
    def load():
        import logging

        from include.backfill import deliveries_between, load_range

        log = logging.getLogger(__name__)
        params = get_current_context()["params"]
        wrong = load_range(
            deliveries_between(*_range()),
            lambda line: log.info("%s", line),
            restate=params["mode"] == "restate",
            skip_bad=params["bad"] == "skip",
        )
        for line in wrong:
            log.warning("left out: %s", line)

    @task
    def publish():
        from include.backfill import publish_range

        publish_range(*_range()[:2])

    list_deliveries() >> load() >> publish()


backfill()
