"""The same made-up children told by the council's extract and by its returns: the same facts.

What a return does not carry is left out of the comparison, and said where it is. One warehouse holds the export of the
day on which the returns are delivered, the others nothing but the returns: the SSDA903 as CSV and the census of a year,
and Ofsted's workbook of that day. The SSDA903 as XML gives the same history as its CSV, and so the same facts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest

from include.contract.model import source
from include.night import load_delivery, publish_day
from include.sample.authority import Authority, sample_authority
from include.sample.days import day
from include.sample.exports import DEFAULT_SEED, write_exports
from include.sample.returns.annex_a import write_annex_a
from include.sample.returns.cin_census import write_cin_census
from include.sample.returns.ssda903 import write_ssda903
from tests import small_project as small
from tests.conftest import Warehouse, environment, warehouse_of

pytestmark = pytest.mark.torture

SIZE = 0.5
YEAR, DELIVERED, YEAR_END = 2022, date(2023, 6, 30), date(2023, 3, 31)
IN_YEAR = f"between '{YEAR}-04-01' and '{YEAR_END}'"

COMPARED = (
    "fct_care_period",
    "fct_cic_review",
    "fct_cp_conference",
    "fct_cp_plan",
    "fct_legal_status",
    "fct_missing",
    "fct_placement",
)
# Facts of the year: what both tell in full. A return's first day is cut where its year begins, so a fact counts by the
# day on which it came about.
FACTS_OF_CARE = {
    "in care on 31 March": "select child_ref, care_basis, legal_status, placement_type from "
    f"marts.fct_child_position where position_date = '{YEAR_END}'",
    "began": f"select child_ref, started_on, category_of_need from marts.fct_care_period where started_on {IN_YEAR}",
    "ended": f"select child_ref, ended_on, end_reason from marts.fct_care_period where ended_on {IN_YEAR}",
    "unaccompanied": f"select child_ref, is_unaccompanied from marts.fct_care_period where started_on {IN_YEAR}",
    "statuses": f"select child_ref, started_on, legal_status from marts.fct_legal_status where started_on {IN_YEAR}",
    # of temporary moves and other placements the return has no provider, of short breaks no place
    "placements": "select h.child_ref, h.started_on, h.placement_type, "
    "case when p.last_care_basis = 'full' then h.area end as area, "
    "case when h.placement_type !~ '^[TZ]' then h.placement_provider end as provider "
    "from marts.fct_placement as h inner join marts.fct_care_period as p using (care_period_id) "
    f"where h.started_on {IN_YEAR}",
    # of short breaks the return has no reviews (rule 399)
    "reviews": "select r.child_ref, r.held_date, r.participation from marts.fct_cic_review as r "
    f"inner join marts.fct_care_period as p using (care_period_id) where r.held_date {IN_YEAR} "
    "and p.last_care_basis = 'full'",
    # of children whose whole period of care both tell
    "clocks": "select r.child_ref, r.held_date, r.review_number, r.due_date, r.in_time from marts.fct_cic_review as r "
    f"inner join marts.fct_care_period as p using (care_period_id) where p.started_on {IN_YEAR} "
    f"and r.held_date <= '{YEAR_END}' and p.last_care_basis = 'full'",
    # the return has times that overlap as one (rule 574), and those of children in care
    "missing": "select distinct child_ref, started_on from marts.fct_missing as m "
    f"where started_on {IN_YEAR} and care_period_id is not null and not exists (select from marts.fct_missing as o "
    "where o.child_ref = m.child_ref and o.started_on < m.started_on and o.ended_on >= m.started_on)",
    "children": "select c.child_ref, c.date_of_birth, c.sex, c.ethnicity from marts.dim_child as c "
    f"inner join marts.fct_care_period as p using (child_ref) where p.started_on {IN_YEAR}",
}
FACTS_OF_PROTECTION = {
    "plans": "select child_ref, started_on, ended_on, initial_category, latest_category from marts.fct_cp_plan "
    f"where ended_on {IN_YEAR}",
    "plans begun": f"select child_ref, started_on, initial_category from marts.fct_cp_plan where started_on {IN_YEAR}",
    "initial conferences": "select child_ref, held_date from marts.fct_cp_conference "
    f"where kind = 'initial' and held_date {IN_YEAR}",
    "review conferences": "select child_ref, held_date from marts.fct_cp_conference "
    f"where kind = 'review' and held_date {IN_YEAR}",
    # of plans that began in the year, so that both know the conference before
    "clocks": "select c.child_ref, c.held_date, c.due_date, c.in_time from marts.fct_cp_conference as c "
    f"inner join marts.fct_cp_plan as p using (cp_plan_id) where c.kind = 'review' and p.started_on {IN_YEAR} "
    f"and c.held_date {IN_YEAR}",
}
FACTS_OF_THE_DAY = {
    "in care": "select child_ref, care_basis, legal_status, placement_type from marts.permanence_tracker",
    "since": "select p.child_ref, p.started_on from marts.fct_care_period as p "
    "inner join marts.permanence_tracker as t using (child_ref) where p.ended_on is null",
    "on plans": "select child_ref, plan_started_on from marts.cp_tracker",
}


@contextmanager
def _loaded(template: str, folder, delivered: dict[str, date]) -> Iterator[Warehouse]:
    with warehouse_of(template, folder) as made, environment(PERMANENCE_NIGHTLY_SOURCES=""):
        for source_name, on in delivered.items():
            load_delivery(source_name, on)
        yield made


def _history_of_return(warehouse: Warehouse) -> dict[str, list[tuple]]:
    """Every version in history of a return's tables, by table."""
    return {
        table.name: sorted(warehouse.rows(f"select _slice, _record_key, _version, _recorded from raw.{table.raw_name}"))
        for table in source("ssda903").tables
    }


@pytest.fixture(scope="module")
def authority() -> Authority:
    return sample_authority(DEFAULT_SEED, SIZE, day(DELIVERED.isoformat()))


@pytest.fixture(scope="module")
def told(template, authority, tmp_path_factory) -> Iterator[dict[str, dict[str, list[tuple]]]]:
    """What each warehouse says, by who tells it and fact; and the history of the return, told by its CSV."""
    said = {}
    project = small.make(tmp_path_factory.mktemp("project"), *COMPARED)
    facts = FACTS_OF_CARE | {f"protection: {name}": query for name, query in FACTS_OF_PROTECTION.items()}
    of_day = {f"day: {name}": query for name, query in FACTS_OF_THE_DAY.items()}
    with small.in_use(project):
        for who, queries in {"extract": facts | of_day, "csv": facts, "workbook": of_day}.items():
            folder = tmp_path_factory.mktemp(who)
            drop = folder / "drop"
            as_at = YEAR_END if who == "csv" else DELIVERED
            if who == "extract":
                write_exports(drop, [DELIVERED], size=SIZE)
                delivered = {"ssd": DELIVERED}
            elif who == "workbook":
                write_annex_a(drop, DELIVERED, authority=authority)
                delivered = {"annex_a": DELIVERED}
            else:
                write_ssda903(drop, YEAR, DELIVERED, authority=authority)
                write_cin_census(drop, YEAR, DELIVERED, authority=authority)
                delivered = {"ssda903": DELIVERED, "cin_census": DELIVERED}
            with _loaded(template, folder, delivered) as made:
                publish_day(as_at, DELIVERED)
                said[who] = {name: sorted(made.rows(query), key=str) for name, query in queries.items()}
                if who == "csv":
                    said["history"] = _history_of_return(made)
        yield said


@pytest.mark.parametrize("fact", [*FACTS_OF_CARE, *(f"protection: {name}" for name in FACTS_OF_PROTECTION)])
def test_a_return_gives_the_facts_of_the_extract(told, fact):
    assert told["csv"][fact] == told["extract"][fact]
    assert told["extract"][fact]


def test_a_return_in_xml_is_the_history_of_its_csv(told, template, authority, tmp_path):
    write_ssda903(tmp_path / "drop", YEAR, DELIVERED, xml=True, authority=authority)
    with _loaded(template, tmp_path, {"ssda903": DELIVERED}) as made:
        of_xml = _history_of_return(made)
    assert of_xml["episodes"]
    assert of_xml == told["history"]


@pytest.mark.parametrize("fact", FACTS_OF_THE_DAY)
def test_the_workbook_gives_the_facts_of_the_day(told, fact):
    assert told["workbook"][f"day: {fact}"] == told["extract"][f"day: {fact}"]
    assert told["extract"][f"day: {fact}"]
