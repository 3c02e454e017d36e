"""XML documents, element by element: no value is there twice, and what is empty is left out where it may be."""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

Record = Mapping[str, Any]


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
