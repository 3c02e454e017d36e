"""Write the worklist of records to put right, as a page and a workbook: `python -m include.commands.quality`."""

import os
import tempfile
from collections import Counter
from pathlib import Path

from include.commands.console import console
from include.quality.lists import divide
from include.quality.page import page
from include.quality.workbook import write_workbook
from include.quality.worklist import Worklist, read_worklist, team_names
from include.settings import settings
from include.warehouse.migrate import prepare


class NoWarehouse(Exception):
    """There is no warehouse on this machine yet."""


def folder() -> Path:
    """Where the page and the workbook are written: quality/ in the local folder."""
    return settings().local_folder.resolve() / "quality"


def write(worklist: Worklist) -> tuple[Path, Path]:
    """Write index.html and quality.xlsx, each in the place of the one before; returns both.

    A reader finds the whole old file or the whole new one, and the old ones where this fails.
    """
    lists = divide(worklist, team_names())
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder()) as part:
        new_page, new_workbook = Path(part) / "index.html", Path(part) / "quality.xlsx"
        new_page.write_text(page(worklist, lists), encoding="utf-8")
        write_workbook(new_workbook, worklist, lists)
        for path in (new_page, new_workbook):
            path.chmod(0o600)
            os.replace(path, folder() / path.name)
    return folder() / "index.html", folder() / "quality.xlsx"


def main() -> None:
    """Read the worklist, write it, and say what is open and where it stands."""
    with console("quality") as say:
        if settings().database_url is None and not (settings().local_folder / "postgres").is_dir():
            raise NoWarehouse("There is no warehouse yet: make run makes one and loads a night")
        prepare()
        worklist = read_worklist()
        counts = Counter(row["severity"] for row in worklist.rows)
        told = ", ".join(f"{counts[severity]} {severity}" for severity in ("critical", "warning", "info"))
        say(f"as at {worklist.night}: {len(worklist.rows)} failures open ({told}); {worklist.left_out} accepted")
        for row in worklist.accepted:
            if row["state"] != "accepted":
                say(f"accepted_failure.csv line {row['line']}, {row['rule_id']} {row['record_key']}: {row['state']}")
        for path in write(worklist):
            say(str(path))


if __name__ == "__main__":
    main()
