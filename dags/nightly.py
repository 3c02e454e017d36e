"""The night: from the exports of a day to the published marts. Wiring only; each task is one call into include/."""

from datetime import datetime, timedelta

from airflow.sdk import CronDataIntervalTimetable, Param, dag, get_current_context, task

TRIAGE = """
### What it does
Waits for the night's exports, lands them, checks them (gate 1), records them in history, builds the marts, checks
those (gate 2) and publishes them. A night that fails leaves yesterday's marts standing.

### Triage
Each task says in its last error line what is wrong and what to do. Every task can be cleared and run again.

| task | when it fails | what to do |
| --- | --- | --- |
| wait_for_exports | an awaited source is not there, or its files still change | have it delivered; clear the task |
| land | a file can't be read: the line names file, record and remedy | have it delivered again; clear the task |
| gate_landing | a critical rule stopped a batch (quality.result) | put it right at the source, or deliver again |
| record | the server refused, or control totals don't add up | clear the task; a second failure is a defect |
| build | a model failed (ops.build.reason) | read the model named; clear the task |
| gate_publication | a promise to the reader doesn't hold (quality.publication_failure) | follow the rule's remedy |
| publish | the live marts can't take the build | the line names the mart and what to do |

Runbooks: docs/runbooks/. Owner: data engineering. Nobody's name or text stands in a log: keys only.
"""


def _days():
    """The run's as_at and known_on."""
    from include.run_date import known_date, run_date

    context = get_current_context()
    as_at = run_date(context["params"], context["dag_run"].data_interval_start)
    return as_at, known_date(context["params"], as_at)


def _live_days():
    """as_at and known_on of the day the run brings up to date: its own, or the newer one that is live."""
    from include.publish.live import day_to_publish

    return day_to_publish(*_days())


@dag(
    dag_id="nightly",
    schedule=CronDataIntervalTimetable("0 2 * * *", timezone="Europe/London"),
    start_date=datetime(2020, 1, 1),
    catchup=False,
    # a night that waits for its exports must not keep a run by hand from starting
    max_active_runs=3,
    dagrun_timeout=timedelta(hours=10),
    default_args={
        "owner": "data-engineering",
        "retries": 2,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(hours=1),
    },
    params={
        "as_at": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The day the exports speak of, for a run by hand. Empty: the day of the schedule.",
        ),
        "known_on": Param(
            None,
            type=["null", "string"],
            format="date",
            description="The newest export date the figures may know. Empty: the same day.",
        ),
    },
    tags=["nightly", "permanence", "tier-1"],
    doc_md=TRIAGE,
)
def nightly():
    """Seven tasks in a row; what passes between them stands in the database."""

    @task.sensor(mode="reschedule", poke_interval=60, timeout=timedelta(hours=9), retries=0)
    def wait_for_exports():
        from airflow.sdk.exceptions import AirflowSkipException

        from include.feeds.readiness import exports_ready, nothing_delivered

        context = get_current_context()
        run = context["dag_run"]
        as_at, _ = _days()
        if run.run_type == "backfill" and nothing_delivered(as_at):
            raise AirflowSkipException(f"nothing was delivered of {as_at}: a backfill goes on with the next day")
        return exports_ready(as_at, run.data_interval_end if run.run_type == "scheduled" else None)

    @task
    def land():
        from include.landing.land import land_night

        land_night(_days()[0])

    @task
    def gate_landing():
        from include.quality.landing_gate import gate_night

        gate_night(_days()[0])

    @task
    def record():
        from include.history.record import record_night

        record_night(_days()[0])

    @task
    def build():
        from include.transform.build import build

        build(*_live_days())

    @task
    def gate_publication():
        from include.quality.publication_gate import gate_build
        from include.warehouse.builds import newest_build

        gate_build(newest_build(*_live_days()))

    @task
    def publish():
        from include.night import publish_day

        publish_day(*_live_days())

    wait_for_exports() >> land() >> gate_landing() >> record() >> build() >> gate_publication() >> publish()


nightly()
