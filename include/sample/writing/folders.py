"""How a delivery comes to be in the drop folder: whole, or not at all, with the manifest of its files."""

import filecmp
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path


def deliver[Made](folder: Path, write: Callable[[Path], Made]) -> Made:
    """Bring a folder to what `write` writes into an empty one, so that nobody ever finds half of it there.

    A folder that is there already with the same bytes is left alone, another is replaced.
    """
    unfinished, replaced = (folder.with_name(f".{folder.name}.{state}") for state in ("part", "replaced"))
    for left_behind in (unfinished, replaced):
        shutil.rmtree(left_behind, ignore_errors=True)
    unfinished.mkdir(parents=True)
    made = write(unfinished)
    if folder.is_dir() and _same(folder, unfinished):
        shutil.rmtree(unfinished)
    else:
        if folder.exists():
            folder.rename(replaced)
        unfinished.rename(folder)
        shutil.rmtree(replaced, ignore_errors=True)
    return made


def manifest(source: str, batch_date: str, slice_: Mapping[str, str], promised: Mapping[str, tuple[int, str]]) -> bytes:
    """The manifest of a delivery: of each file, its records and its sha256."""
    contents = {
        "source": source,
        "batch_date": batch_date,
        "slice": slice_,
        "files": [
            {"file": name} | ({} if rows is None else {"rows": rows}) | {"sha256": sha256}
            for name, (rows, sha256) in promised.items()
        ],
    }
    return (json.dumps(contents, indent=2) + "\n").encode()


def sha256_of(contents: bytes) -> str:
    """The sha256 of what a file holds."""
    return hashlib.sha256(contents).hexdigest()


def _same(one: Path, other: Path) -> bool:
    """Do two folders hold the same files, byte for byte?"""
    names = {path.name for path in one.iterdir()}
    if names != {path.name for path in other.iterdir()}:
        return False
    return all(filecmp.cmp(one / name, other / name, shallow=False) for name in names)
