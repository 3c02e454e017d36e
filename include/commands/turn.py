"""One `make run`, `make up` or `make clean` at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from include.commands.console import Say
from include.settings import settings


@contextmanager
def our_turn(say: Say) -> Iterator[None]:
    """Wait until no other command of this folder is at work, and keep others waiting until we are done.

    A run without a scheduler must have Airflow's metadata to itself: a scheduler that starts meanwhile would
    take up its tasks a second time.
    """
    folder = settings().local_folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "command.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another command is at work here (make run, make up or make clean); waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
