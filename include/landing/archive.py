"""The archive of delivered files, by the sha256 of what was delivered.

Columns that are never stored, or that the contract does not know, are left out here as everywhere. What is kept
lands the same records again: after a server that stopped at once, or to undo a correction.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from include.feeds.csv_file import BLOCK, Header, Scan, changed, passes_as_is, stream
from include.feeds.errors import NotDelivered
from include.settings import settings


def archived_path(sha256: str) -> Path:
    """Where the file delivered with that sha256 is kept, compressed with Zstandard."""
    return settings().archive_folder / sha256[:2] / f"{sha256}.csv.zst"


def store(path: Path, scanned: Scan, header: Header) -> None:
    """Keep a delivered file. Does nothing when one with the same content is kept already.

    Raises DeliveryError when it is no longer the file that was scanned: what is kept under a sha256 is that content.
    """
    target = archived_path(scanned.sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    os.close(handle)
    try:
        with pa.CompressedOutputStream(temporary, "zstd") as out:
            if passes_as_is(scanned, header):
                with path.open("rb") as original:
                    while block := original.read(BLOCK):
                        out.write(block)
            else:
                out.write((",".join(column.name for column in header.kept) + "\n").encode())
                for block in stream(path, scanned, header):
                    out.write(block)
        if error := changed(path, scanned):
            raise error
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def restored(sha256: str, name: str) -> Iterator[Path]:
    """The kept file, unpacked for as long as the block lasts.

    Raises NotDelivered when the archive doesn't hold it.
    """
    source = archived_path(sha256)
    if not source.exists():
        raise NotDelivered(name, f"the archive has no file {sha256[:12]}…", "Deliver the batch again, then land it")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        with pa.CompressedInputStream(str(source), "zstd") as packed, path.open("wb") as out:
            while block := packed.read(BLOCK):
                out.write(block)
        yield path
