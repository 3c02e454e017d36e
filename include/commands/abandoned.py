"""Runs that were going on in a process that is no more: `make run` interrupted, killed, or its machine restarted."""

from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, State, TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType
from sqlalchemy import select

from include.commands.console import Say


def close_abandoned_runs(say: Say) -> None:
    """Mark as failed every run that began in a process without scheduler and has not ended.

    To be called by whose turn it is: no such process lives then. Left running, a scheduler would take it up.
    """
    with create_session() as session:
        left = session.scalars(
            select(DagRun).where(
                DagRun.state.in_([DagRunState.QUEUED, DagRunState.RUNNING]),
                DagRun.triggered_by == DagRunTriggeredByType.TEST,
            )
        ).all()
        for run in left:
            say(f"closing run {run.run_id}, which was interrupted")
            for task in run.get_task_instances(session=session):
                if task.state not in State.finished:
                    task.state = TaskInstanceState.FAILED if task.state else None
            run.set_state(DagRunState.FAILED)
