"""Great Expectations, imported for what the gates use of it: on the whole it takes as long as their work does."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

_FOR_CHARTS_AND_DISTRIBUTIONS = ("altair", "scipy.stats")
"""A third of the time; no rule of the gates uses them."""


def great_expectations() -> ModuleType:
    """The module, imported the first time that it is asked for."""
    # of the millions of objects that importing it makes none is garbage, and looking for garbage among them again and
    # again is an eighth of the time
    gc.disable()
    try:
        with _run_when_used(_FOR_CHARTS_AND_DISTRIBUTIONS):
            import great_expectations as module
    finally:
        gc.enable()
    return module


@contextmanager
def _run_when_used(names: tuple[str, ...]) -> Iterator[None]:
    """Modules that are imported within the block are there, but their code runs when something is asked of them."""

    class Finder:
        @staticmethod
        def find_spec(name: str, path=None, target=None) -> ModuleSpec | None:
            found = PathFinder.find_spec(name, path) if name in names else None
            if found and found.loader:
                found.loader = LazyLoader(found.loader)
            return found

    sys.meta_path.insert(0, Finder)
    try:
        yield
    finally:
        sys.meta_path.remove(Finder)
