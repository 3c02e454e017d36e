"""Every command a runbook shows is run as it stands there, in order, and says what the runbook says it says.

In a runbook's ```console blocks a line that starts with $ is a command, and what follows is what it prints: … stands
for anything, a line of … alone for any lines, and <name> for a value that is used again further down.
"""

import os
import re
import subprocess

import pytest

from include.settings import PROJECT
from tests.conftest import environment
from tests.ssd_databases import ENCODED, SCHEMA, ssd_database

RUNBOOKS = PROJECT / "docs" / "runbooks"
SHOWN = (
    "a-wrong-delivery.md",
    "an-older-day.md",
    "as-it-was-known.md",
    "load-years.md",
    "put-records-right.md",
    "roll-back.md",
)
TAKE_MINUTES = {"an-older-day.md", "as-it-was-known.md", "load-years.md"}
NEEDS_A_RUNBOOK = {
    "backfill",
    "batches",
    "build",
    "drop-build",
    "freeze",
    "land",
    "withdraw",
    "known",
    "publish",
    "quality",
    "release",
    "restatement",
    "rollback",
}

_BLOCK = re.compile(r"^( *)```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SECONDS = re.compile(r"^ *\d+\.\d s  ", re.MULTILINE)


def _commands(name):
    """(command, what it prints) of a runbook, in order."""
    for indent, block in _BLOCK.findall((RUNBOOKS / name).read_text(encoding="utf-8")):
        lines = [line.removeprefix(indent) for line in block.splitlines()]
        for part in "\n".join(lines).split("$ ")[1:]:
            command, _, printed = part.partition("\n")
            yield command, printed.strip("\n")


def _pattern(printed, known):
    """A regular expression of what is printed; a <name> met for the first time is a group."""
    lines, met = [], set()
    for line in printed.split("\n"):
        if line.strip() == "…":
            lines.append(r"(?:.*\n)*?")
            continue
        parts = []
        for part in re.split(r"(…|<\w+>|\s+)", line):
            if part == "…":
                parts.append(".*")
            elif part.isspace():
                parts.append(r"\s+")
            elif named := re.fullmatch(r"<(\w+)>", part):
                name = named[1]
                if name in known:
                    parts.append(re.escape(known[name]))
                elif name in met:
                    parts.append(f"(?P={name})")
                else:
                    parts.append(rf"(?P<{name}>\S+)")
                    met.add(name)
            else:
                parts.append(re.escape(part))
        lines.append("".join(parts) + r"\s*\n")
    return re.compile("".join(lines))


def _filled(command, known):
    return re.sub(r"<(\w+)>", lambda found: known[found[1]], command)


def _says_what_happens(name):
    known = {}
    commands = list(_commands(name))
    assert commands
    for command, printed in commands:
        outcome = subprocess.run(
            ["bash", "-c", _filled(command, known)],
            cwd=PROJECT,
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = _SECONDS.sub("", outcome.stdout + outcome.stderr)
        found = _pattern(printed, known).fullmatch(said)
        assert found, f"{command}\nprinted\n{said}\nand the runbook shows\n{printed}"
        known |= found.groupdict()


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.torture if name in TAKE_MINUTES else ()) for name in SHOWN]
)
def test_the_runbook_says_what_happens(name, published_nights):
    _says_what_happens(name)


def test_the_runbook_of_the_ssd_database_says_what_happens(published_nights, sample_exports, nights):
    """With the grants of its SQL, run by the owner of the tables, and no others."""
    name = "ssd-from-a-database.md"
    (grants,) = re.findall(r"^ *```sql\n(.*?)^ *```$", (RUNBOOKS / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    with ssd_database(sample_exports / "ssd" / nights[1].isoformat()) as database:
        database.run(f'alter schema "{SCHEMA}" rename to reporting')
        database.run(grants.replace("…", "made-up"))
        url = database.url.replace(f"{database.reader}:{ENCODED}", "permanence_ssd:made-up")
        try:
            with environment(PERMANENCE_SSD_DATABASE_URL=url.replace(f"schema={SCHEMA}", "schema=reporting")):
                _says_what_happens(name)
        finally:
            database.run("drop owned by permanence_ssd; drop role permanence_ssd")


def test_every_command_on_history_and_publications_stands_in_a_runbook():
    shown = {command.split()[1] for name in SHOWN for command, _ in _commands(name)}
    assert shown >= NEEDS_A_RUNBOOK
