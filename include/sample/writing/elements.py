"""XML documents, element by element: no value is there twice, and what is empty is left out where it may be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import pandas as pd

Record = Mapping[str, Any]
Records = list[dict[str, Any]]


def add(parent: Element, name: str, text: str = "") -> Element:
    """A new element at the end of another."""
    element = SubElement(parent, name)
    if text:
        element.text = text
    return element


def add_known(parent: Element, record: Record, names: Iterable[str], required: Iterable[str] = ()) -> None:
    """An element each of a record's values, in the order of `names`; an empty one only of what is required."""
    needed = set(required)
    for name in names:
        if record.get(name, "") != "" or name in needed:
            add(parent, name, record.get(name, ""))


def document(root: Element) -> bytes:
    """A whole document in UTF-8, an element a line."""
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def by_key(rows: pd.DataFrame, names: list[str]) -> Mapping[tuple, Records]:
    """The records of each key, in their order; none of a key that has none."""
    found: dict[tuple, Records] = defaultdict(list)
    for key, record in zip(rows[names].itertuples(index=False, name=None), rows.to_dict("records"), strict=True):
        found[key].append(record)
    return found
