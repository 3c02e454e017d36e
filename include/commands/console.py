"""What a person at the terminal sees of a command: its progress, and one line about what went wrong."""

import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from include.settings import settings

Say = Callable[[str], None]


@contextmanager
def console(command: str) -> Iterator[Say]:
    """Give a function that prints a line with the seconds since the start; all other output goes to a log file.

    An exception ends the process with status 1: its message is printed, its traceback stands in the log.
    """
    log = log_file(command)
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = time.monotonic()
    terminal = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    terminal_errors = os.dup(sys.stderr.fileno())

    def say(line: str) -> None:
        terminal.write(f"{time.monotonic() - began:6.1f} s  {line}\n")

    with log.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    failure = ""
    try:
        yield say
    except KeyboardInterrupt:
        failure = "stopped; run the command again to go on"
    except Exception as error:
        traceback.print_exc()
        failure = f"{type(error).__name__}: {error}\nMore in {log}"
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(terminal.fileno(), sys.stdout.fileno())
        os.dup2(terminal_errors, sys.stderr.fileno())
    if failure:
        sys.exit(failure)


def log_file(command: str) -> Path:
    """Where the last output of a command is kept."""
    return settings().local_folder.resolve() / "logs" / f"{command}.log"
