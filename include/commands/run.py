"""Run the night by hand, through Airflow: `python -m include.commands.run [--as-at D] [--known-on D]`.

With the services up (make up) the run is theirs; else Airflow runs the DAG in this process, without a scheduler.
"""

import argparse
import shutil
import sys
import time
from datetime import date

from include.commands import airflow_api, services
from include.commands.arguments import read_day
from include.commands.console import Say, console, log_file
from include.commands.prepare import prepare
from include.commands.turn import our_turn
from include.contract.model import sources
from include.feeds import ssd_database
from include.feeds.batches import batch_dates
from include.run_date import newest_closed_day
from include.settings import settings

DAG = "nightly"
FINISHED = ("success", "failed")


class RunError(Exception):
    """The run could not start, or did not succeed; says why and what to do."""


def run(say: Say, as_at: date | None = None, known_on: date | None = None) -> None:
    """Do what is left to do for the night of `as_at` (default: of the newest exports) and say what is published.

    Raises RunError when a task failed.
    """
    with our_turn(say):
        ensure_exports(say)
        day = as_at or newest_exports()
        conf = {"as_at": day.isoformat()}
        if known_on:
            conf["known_on"] = known_on.isoformat()
        if services.running():
            services.start_missing(say)
            say(f"running {DAG} for {day} on Airflow's services")
            state = _on_services(say, conf)
        else:
            prepare(say)
            say(f"running {DAG} for {day} in this process")
            state = _in_this_process(say, conf)
        if state != "success":
            raise RunError(f"The run for {day} ended as {state}. What was published before still stands.")
        from include.publish.report import publication_report

        for line in publication_report():
            say(line)


def ensure_exports(say: Say) -> None:
    """Write the sample authority's exports into the drop folder when nothing was ever delivered, there or elsewhere."""
    drop = settings().drop_folder.resolve()
    if (drop.is_dir() and any(drop.iterdir())) or ssd_database.is_feed_of(ssd_database.SOURCE):
        return
    from include.sample.exports import DEFAULT_NIGHTS, DEMONSTRATED_FAULTS, write_exports

    nights = ", ".join(map(str, DEFAULT_NIGHTS))
    say(f"the drop folder is empty: writing sample exports ({nights}) to {drop}")
    # Beside it first: a half-written sample must not look like a delivery.
    part = drop.with_name(f"{drop.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    write_exports(part, DEFAULT_NIGHTS, fault_names=DEMONSTRATED_FAULTS)
    drop.mkdir(parents=True, exist_ok=True)
    for source in part.iterdir():
        shutil.move(source, drop / source.name)
    part.rmdir()


def newest_exports() -> date:
    """The newest day of which every awaited source has an export.

    Raises RunError when there is none.
    """
    drop, awaited = settings().drop_folder, settings().awaited_sources
    dates = [_days_with_exports(name) for name in awaited or sources()]
    found = set.intersection(*dates) if awaited else set().union(*dates)
    if not found:
        raise RunError(
            f"{drop} has no day with exports of {', '.join(awaited) or 'any source'}. Deliver them as "
            "<source>/<YYYY-MM-DD>/<files>, or name the sources that are awaited in PERMANENCE_NIGHTLY_SOURCES."
            + (f" The database of ssd has {newest_closed_day()} alone." if ssd_database.is_feed_of("ssd") else "")
        )
    return max(found)


def _days_with_exports(name: str) -> set[date]:
    days = set(batch_dates(settings().drop_folder, name))
    return days | {newest_closed_day()} if ssd_database.is_feed_of(name) else days


def _in_this_process(say: Say, conf: dict[str, str]) -> str:
    from airflow.exceptions import AirflowException
    from airflow.sdk.listener import get_listener_manager
    from airflow.utils.cli import get_bagged_dag

    from include.commands.abandoned import close_abandoned_runs
    from include.commands.progress import Progress

    close_abandoned_runs(say)
    try:
        dag = get_bagged_dag(bundle_names=None, dag_id=DAG)
    except AirflowException as error:
        raise RunError(f"{error} What it says on reading: {log_file('run')}") from None
    for task in dag.tasks:
        task.retries = 0  # someone is waiting, and can run it again at once
    get_listener_manager().add_listener(Progress(say))
    outcome = dag.test(run_conf=conf)
    left_out = {task.task_id for task in outcome.get_task_instances() if task.state in ("upstream_failed", None)}
    if left_out:
        say(f"  not run: {', '.join(task for task in dag.task_ids if task in left_out)}")
    return str(outcome.state)


def _on_services(say: Say, conf: dict[str, str]) -> str:
    with airflow_api.signed_in() as client:
        if not airflow_api.dag_is_known(client, DAG, seconds=120):
            raise RunError(f"Airflow does not know DAG {DAG}: see Import Errors on its home page.")
        run_id = airflow_api.trigger(client, DAG, conf)
        seen: dict[str, tuple[str | None, int]] = {}
        state = ""
        while True:
            before, state = state, airflow_api.run_state(client, DAG, run_id)
            ended = state in FINISHED
            if state == "queued" and state != before:
                others = ", ".join(airflow_api.running_runs(client, DAG))
                say("  queued" + (f": Airflow runs {others} first" if others else ""))
            for task, now in airflow_api.task_states(client, DAG, run_id).items():
                if now != seen.get(task) and now[0] is not None:
                    bad = now[0] in ("failed", "up_for_retry")
                    why = airflow_api.reason(client, DAG, run_id, task, now[1]) if bad else ""
                    say(f"  {task}: {now[0]}" + (f": {why}" if why else ""))
                seen[task] = now
            if ended:
                return state
            time.sleep(1)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description="Run the night for a day.")
    parser.add_argument("--as-at", type=read_day, help="the day; default: the newest with exports")
    parser.add_argument("--known-on", type=read_day, help="newest export date to know of")
    options = parser.parse_args()
    with console("run") as say:
        run(say, options.as_at, options.known_on)


if __name__ == "__main__":
    sys.exit(main())
