"""Ways in which a return as XML is broken: each takes the text of a good one and gives bytes.

`first` and `last` of a kind's document are the names of elements that each child has: where its records are cut.
"""

import zlib
from random import Random

from tests.broken.kind import FORMULA, MEGABYTE, NAME, Kind

_FORM = r", line \d+: it is not well-formed XML\. Have it delivered again"
_ENTITY = r": it declares a document type or an entity\. Have it written without"
_NO_CHILD = r": there is no element (CHILD|Child) in it\. Deliver the return as its schema has it"
_ENCODING = r": its encoding can't be read\. Have it written in UTF-8"
_TOO_LARGE = r": more than (16 MB|100,000 elements) without the end of a child's records\. Have it written again"


def _declared(types: str, used: str):
    def broken(text: str, chance: Random) -> bytes:
        head, _, body = text.partition("?>")
        root = "EXPSSDA903" if "<EXPSSDA903" in body else "Message"
        at = _within(body, chance)
        return f"{head}?>\n<!DOCTYPE {root} {types}>\n{body[:at]}{used}{body[at:]}".encode()

    return broken


def _within(text: str, chance: Random) -> int:
    """A place between the first child's first value and the last child's last: before an element's end."""
    ends = [at for at in range(len(text) // 8, len(text) - 400) if text.startswith("</", at) and text[at - 1].isalnum()]
    return chance.choice(ends)


def _with(used: str):
    def broken(text: str, chance: Random) -> bytes:
        at = _within(text, chance)
        return (text[:at] + used + text[at:]).encode()

    return broken


def _cut(text: str, chance: Random) -> bytes:
    whole = text.encode()
    return whole[: chance.randrange(200, len(whole) - 60)]


def _shifted(text: str, chance: Random) -> bytes:
    """An element's end stands behind the next one's beginning."""
    at = _within(text, chance)
    end = text.index(">", at) + 1
    begins = text.index(">", text.index("<", end)) + 1
    return (text[:at] + text[end:begins] + text[at:end] + text[begins:]).encode()


def _child(text: str) -> str:
    """The name of the element of a child."""
    return "CHILD" if "<CHILD>" in text else "Child"


def _inside_a_child(filling: str, times: int):
    def broken(text: str, chance: Random) -> bytes:
        child = f"<{_child(text)}>"
        before, _, behind = text.rpartition(child)
        return (before + child + filling * times + behind).encode()

    return broken


def _nested(text: str, chance: Random) -> bytes:
    child = f"<{_child(text)}>"
    before, _, behind = text.rpartition(child)
    return (before + child + "<a>" * 400_000 + "</a>" * 400_000 + behind).encode()


def _value(value: str):
    """The children's ids are another text: neither an id nor empty."""

    def broken(text: str, chance: Random) -> bytes:
        name = "CHILDID" if "<CHILDID>" in text else "LAchildID"
        at = text.rindex(f"<{name}>") + len(name) + 2
        return (text[:at] + value.replace("&", "&amp;") + text[text.index("<", at) :]).encode()

    return broken


_BILLION = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
XML_KINDS = {
    "cut": Kind(_cut, "refused", _FORM),
    "cut anywhere, with a manifest": Kind(_cut, "refused", f"({_FORM}|its sha256 is not)", manifest=True),
    "without its end": Kind(lambda text, chance: text.rstrip()[:-4].encode(), "refused", _FORM),
    "an element's end shifted": Kind(_shifted, "refused", _FORM),
    "two documents": Kind(lambda text, chance: (text + text).encode(), "refused", _FORM),
    "UTF-16 that says it is UTF-8": Kind(lambda text, chance: text.encode("utf-16-le"), "refused", _FORM),
    "EBCDIC": Kind(lambda text, chance: text.encode("cp037"), "refused", _FORM),
    "a byte of no encoding": Kind(
        lambda text, chance: _with("\ufffe")(text, chance).replace("\ufffe".encode(), b"\xe9\x81"), "refused", _FORM
    ),
    "an unknown encoding": Kind(
        lambda text, chance: text.replace("utf-8", "x-nobody's").replace("'utf", '"utf').encode(),
        "refused",
        f"({_FORM}|{_ENCODING})",
    ),
    "an encoding that nobody has": Kind(
        lambda text, chance: text.replace("utf-8", "x-none").encode(), "refused", f"({_FORM}|{_ENCODING})"
    ),
    "empty": Kind(lambda text, chance: b"", "refused", r"(, line \d+)?: it is not well-formed XML\. Have it"),
    "empty lines alone": Kind(lambda text, chance: b"\n\n \n", "refused", _FORM),
    "binary": Kind(lambda text, chance: chance.randbytes(20_000), "refused", f"({_FORM}|{_ENCODING})"),
    "packed": Kind(lambda text, chance: zlib.compress(text.encode()), "refused", f"({_FORM}|{_ENCODING})"),
    "a CSV": Kind(lambda text, chance: f"CHILD,SEX,DOB\n1,1,{NAME}\n".encode(), "refused", _FORM),
    "a page of the web": Kind(
        lambda text, chance: f"<html><body>Sign in, {NAME}</body></html>".encode(), "refused", _NO_CHILD
    ),
    "no children": Kind(
        lambda text, chance: (
            text[: text.index(f"<{_child(text)}>")].encode()
            + (b"</EXPSSDA903>" if "<EXPSSDA903>" in text else b"</Children></Message>")
        ),
        "refused",
        _NO_CHILD,
    ),
    "a NUL": Kind(_with(f"{NAME}\0"), "refused", _FORM),
    "a bare ampersand": Kind(_with(f"{NAME} & more"), "refused", _FORM),
    "an entity that is not declared": Kind(_with("&nbsp;"), "refused", _FORM),
    "a quote that never closes": Kind(_with(f'<a b="{NAME}>'), "refused", _FORM),
    "entities within entities": Kind(_declared(f'[<!ENTITY a0 "{NAME}">{_BILLION}]', "&a9;"), "refused", _ENTITY),
    "one large entity, often": Kind(_declared(f'[<!ENTITY a "{"a" * 50_000}">]', "&a;" * 50_000), "refused", _ENTITY),
    "a file outside": Kind(_declared('[<!ENTITY x SYSTEM "file:///etc/passwd">]', "&x;"), "refused", _ENTITY),
    "an address outside": Kind(_declared('[<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]', "&x;"), "refused", _ENTITY),
    "a parameter entity": Kind(_declared('[<!ENTITY % x SYSTEM "file:///etc/hostname"> %x;]', ""), "refused", _ENTITY),
    "a document type outside": Kind(_declared('SYSTEM "http://127.0.0.1:9/a.dtd"', ""), "refused", _ENTITY),
    "a child of 20 MB": Kind(_inside_a_child(f"<UPN>{'a' * MEGABYTE}</UPN>", 20), "refused", _TOO_LARGE),
    "a child of a million elements": Kind(_inside_a_child("<a/>", 1_000_000), "refused", _TOO_LARGE),
    "elements within elements": Kind(_nested, "refused", _TOO_LARGE),
    "1 MB in the key": Kind(_value((NAME * MEGABYTE)[:MEGABYTE]), "loaded", "key"),
    "a formula in the key": Kind(_value(f"{FORMULA}{NAME}"), "loaded", "key"),
}
