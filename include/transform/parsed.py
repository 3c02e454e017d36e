"""The project as dbt parsed it, kept until a file of it changes: parsing says the same every night (adr 0023)."""

import hashlib
import logging
import os
import shutil
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from include.settings import settings
from include.transform import dbt
from include.transform.run_parsed import AS_PARSED

log = logging.getLogger(__name__)

KEPT = 5
"""So many parsed projects stay, those used last: some 9 MB each."""

_MAKING = "parsing-"


class ParseFailed(Exception):
    """dbt could not parse the project; the log says why."""


def parsed_project() -> Path:
    """The folder with what dbt makes of the project as it stands: `manifest.json`, `partial_parse.msgpack`.

    Parsed the first time; several who ask at once make one. Raises ParseFailed.
    """
    kept = settings().local_folder.resolve() / "dbt"
    folder = kept / _fingerprint()
    with suppress(FileNotFoundError):
        os.utime(folder)
        return folder
    kept.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=kept, prefix=_MAKING) as made:
        target = Path(made) / "target"
        target.mkdir()
        if dbt.run(["parse"], schema=AS_PARSED, target=target) != 0:
            raise ParseFailed("dbt can't parse the project: look at what it says above")
        try:
            target.rename(folder)
        except OSError:
            # another run was quicker: what it made is the same
            if not folder.is_dir():
                raise
    _forget_unused(kept)
    return folder


def _forget_unused(kept: Path) -> None:
    used = []
    for folder in kept.iterdir():
        # what another run is making, or takes away, at this moment is none of ours
        if not folder.name.startswith(_MAKING):
            with suppress(FileNotFoundError):
                used.append((folder.stat().st_mtime, folder))
    for _, folder in sorted(used)[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def run(arguments: list[str], *, schema: str, target: Path) -> int:
    """Run a dbt command on the parsed project, as `dbt.run` does on its files; a project that can't be parsed has dbt's
    exit code for it."""
    try:
        parsed = parsed_project() / "partial_parse.msgpack"
    except ParseFailed as error:
        log.error("%s", error)
        return 2
    program = [sys.executable, "-m", "include.transform.run_parsed", str(parsed)]
    return dbt.run(arguments, schema=schema, target=target, program=program)


def _fingerprint() -> str:
    """Of all that parsing depends on: the project's files and where they are, and dbt itself."""
    versions = (version(name) for name in ("dbt-core", "dbt-postgres"))
    parts = [dbt.project_fingerprint(), str(dbt.PROJECT_FOLDER), *versions]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]
