"""A document that every night finds again is taken apart once, and again when it, or how it is read, has changed."""

from datetime import date
from unittest.mock import patch

import pytest

from include.feeds import documents
from include.history.withdraw import withdraw
from include.landing import land
from include.night import load_delivery
from tests.end_to_end.night import load

DELIVERED, NIGHT = date(2023, 7, 1), date(2026, 3, 31)
RETURN = (
    "<EXPSSDA903>"
    + "".join(
        f"<CHILD><HEADER><CHILDID>C{number}</CHILDID><SEX>2</SEX><DOB>03/02/2010</DOB><ETHNIC>WBRI</ETHNIC>"
        "<AREVIEW><REVIEW>01/06/2022</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW></HEADER>"
        "<EPISODE><DECOM>04/05/2022</DECOM><RNE>S</RNE><LS>C2</LS><PL>U4</PL></EPISODE></CHILD>"
        for number in (1, 2)
    )
    + "</EXPSSDA903>"
)


@pytest.fixture
def document(empty_warehouse):
    """A return as XML, delivered and loaded by a night."""
    folder = empty_warehouse.drop / "ssda903" / DELIVERED.isoformat()
    folder.mkdir(parents=True)
    (folder / "_READY").touch()
    path = folder / "SSDA903_2023.xml"
    path.write_text(RETURN, encoding="utf-8")
    load(NIGHT)
    assert _recorded(empty_warehouse) == [2]
    return path


def _recorded(warehouse) -> list[int]:
    return [count for (count,) in warehouse.rows("select count(*) from raw.ssda903_episodes group by _slice")]


def _taken_apart_by_a_night() -> int:
    with patch.object(documents, "take_apart", wraps=documents.take_apart) as take_apart:
        load(NIGHT)
    return take_apart.call_count


def test_a_document_in_history_is_taken_apart_again_only_when_something_changed(document, empty_warehouse):
    entries = "select count(*) from ops.batch"
    before = empty_warehouse.value(entries)
    assert _taken_apart_by_a_night() == 0
    assert empty_warehouse.value(entries) == before

    # read otherwise by now: looked at, and told to be the same
    with patch.object(land, "contract_fingerprint", lambda _: "another"):
        assert _taken_apart_by_a_night() == 1
    assert empty_warehouse.value(entries) == before

    document.write_text(RETURN.replace("C2</CHILDID>", "C3</CHILDID>"), encoding="utf-8")
    assert _taken_apart_by_a_night() == 1
    standing = "select child from raw.ssda903_episodes where upper_inf(_recorded) order by 1"
    assert [child for (child,) in empty_warehouse.rows(standing)] == ["C1", "C3"]
    assert _taken_apart_by_a_night() == 0


def test_a_withdrawn_document_is_not_taken_apart_until_somebody_asks_for_it(document, empty_warehouse):
    withdraw("ssda903", DELIVERED, "of another council")
    assert _taken_apart_by_a_night() == 0
    load_delivery("ssda903", DELIVERED)
    assert _recorded(empty_warehouse) == [2]
