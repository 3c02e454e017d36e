"""A line for every change of state of a task that runs in this process."""

import time

from airflow.listeners import hookimpl

from include.commands.console import Say


class Progress:
    """An Airflow listener; `say` gets the lines."""

    def __init__(self, say: Say):
        self._say, self._began = say, 0.0

    @hookimpl
    def on_task_instance_running(self, task_instance):
        """A task begins."""
        self._began = time.monotonic()
        self._say(f"  {task_instance.task_id}: running")

    @hookimpl
    def on_task_instance_success(self, task_instance):
        """A task has succeeded."""
        self._ended(task_instance, "success", "")

    @hookimpl
    def on_task_instance_skipped(self, task_instance):
        """A task has skipped itself."""
        self._ended(task_instance, "skipped", "")

    @hookimpl
    def on_task_instance_failed(self, task_instance, error):
        """A task has failed; its reason is the first line of the error."""
        name = type(error).__name__ if isinstance(error, BaseException) else ""
        reason = (str(error).splitlines() or [""])[0]
        self._ended(task_instance, "failed", ": ".join(filter(None, [name, reason])))

    def _ended(self, task_instance, state: str, reason: str) -> None:
        seconds = time.monotonic() - self._began
        self._say(f"  {task_instance.task_id}: {state} ({seconds:.1f} s)" + (f": {reason}" if reason else ""))
