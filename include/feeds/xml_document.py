"""A return as XML, taken apart into a CSV file a table: child by child, in memory that doesn't grow with the file.

Where a record and its values stand is the contract's to say (`xml` of a table and its columns). A document that
declares a document type or an entity is refused before either is read: no return has one.
"""

import csv
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from include.contract.model import Column, Source, Table
from include.feeds.errors import DeliveryError

# what the records of one child may take: the largest real one is some tens of kilobytes
_BYTES_OF_A_CHILD = 16 << 20
_ELEMENTS_OF_A_CHILD = 100_000  # each takes many times its bytes while it is held

_Place = tuple[int, str]


class _Watched:
    """An open file that stops when one child's records never end."""

    def __init__(self, handle: IO[bytes], path: Path):
        self.handle, self.path, self.since_child = handle, path, 0

    def read(self, size: int = -1) -> bytes:
        block = self.handle.read(size)
        self.since_child += len(block)
        if self.since_child > _BYTES_OF_A_CHILD:
            raise _endless(self.path, f"{_BYTES_OF_A_CHILD >> 20} MB")
        return block

    def close(self) -> None:
        self.handle.close()


def _endless(path: Path, much: str) -> DeliveryError:
    return DeliveryError(
        str(path),
        f"more than {much} without the end of a child's records",
        "Have it written again: a return has an element for each child",
    )


def write_tables(path: Path, contract: Source, folder: Path) -> tuple[int | None, dict[str, tuple[Path, int]]]:
    """Write the tables of an XML document into a folder, a CSV file each, in UTF-8, with the contract's column names.

    Returns the year in which the return begins, where the document says it, and each table's file with the number of
    its records; a table that has none has a file of its header alone. Raises DeliveryError for a document that is not
    well-formed, declares entities or a document type, or holds no child.
    """
    document = contract.document
    places = {table.name: _places(table) for table in contract.tables if table.xml}
    counts = dict.fromkeys(places, 0)
    files = {name: folder / f"{path.stem} {name}.csv" for name in places}
    year, children = None, 0
    with ExitStack() as stack:
        writers = {}
        for table in contract.tables:
            if table.xml:
                handle = stack.enter_context(files[table.name].open("w", encoding="utf-8", newline=""))
                writers[table.name] = csv.writer(handle)
                writers[table.name].writerow([column.name for column in _written(table)])
        for root, child in _children(path, document.child):
            if children == 0 and document.year_of:
                year = _year_of(path, root, document.year_of)
            children += 1
            parents = {inner: outer for outer in child.iter() for inner in outer}
            for table in contract.tables:
                if not table.xml:
                    continue
                for record in child.findall(table.xml):
                    writers[table.name].writerow(
                        [_value(record, parents, ways) for ways in places[table.name].values()]
                    )
                    counts[table.name] += 1
    if not children:
        raise DeliveryError(
            str(path), f"there is no element {document.child} in it", "Deliver the return as its schema has it"
        )
    return year, {name: (files[name], counts[name]) for name in files}


def _written(table: Table) -> list[Column]:
    return [column for column in table.landed_columns if column.xml]


def _places(table: Table) -> dict[str, list[_Place]]:
    """Of each column, the ways to its value: how many elements up, and the path from there."""
    return {
        column.name: [(way.count("../"), way.replace("../", "")) for way in column.xml.split("|")]
        for column in _written(table)
    }


def _value(record: Element, parents: dict[Element, Element], ways: list[_Place]) -> str:
    for up, way in ways:
        element: Element | None = record
        for _ in range(up):
            element = parents[element]
        found = element.find(way)
        if found is not None and found.text and found.text.strip():
            return found.text.strip()
    return ""


def _children(path: Path, name: str) -> Iterator[tuple[Element, Element]]:
    """The document's first element and each child's, one after the other; a child is gone when the next one comes."""
    with path.open("rb") as handle:
        watched = _Watched(handle, path)
        root, outer, depth_of_child, held = None, [], None, 0
        try:
            for event, element in iterparse(watched, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    held += 1
                    if held > _ELEMENTS_OF_A_CHILD:
                        raise _endless(path, f"{_ELEMENTS_OF_A_CHILD:,} elements")
                    element.tag = element.tag.rpartition("}")[2]
                    root = element if root is None else root
                    outer.append(element)
                    if depth_of_child is None and element.tag == name:
                        depth_of_child = len(outer)
                    continue
                outer.pop()
                if depth_of_child == len(outer) + 1 and element.tag == name:
                    yield root, element
                    depth_of_child, held = None, 0
                    watched.since_child = 0
                    if outer:
                        outer[-1].clear()
        except DefusedXmlException:
            raise DeliveryError(
                str(path),
                "it declares a document type or an entity",
                "Have it written without: a return needs neither, and they can be used to read or fill this machine",
            ) from None
        except ParseError as error:
            line = f", line {error.position[0]}" if getattr(error, "position", None) else ""
            raise DeliveryError(
                f"{path}{line}", "it is not well-formed XML", "Have it delivered again, whole and as it was written"
            ) from None
        except (LookupError, ValueError):
            raise DeliveryError(
                str(path), "its encoding can't be read", "Have it written in UTF-8, as its declaration says"
            ) from None


def _year_of(path: Path, root: Element, place: str) -> int:
    """The year in which the return begins: that of the April before the day it ends on."""
    found = root.find(f".//{place}")
    try:
        ends = date.fromisoformat((found.text or "").strip() if found is not None else "")
    except ValueError:
        raise DeliveryError(
            str(path), f"{place} gives no day", "Deliver it with the day on which its year ends, as YYYY-MM-DD"
        ) from None
    return ends.year - 1 if (ends.month, ends.day) <= (3, 31) else ends.year
