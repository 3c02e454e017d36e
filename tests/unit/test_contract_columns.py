"""The contract's columns against lists kept here: the standard's fields, the registers' columns, what each requires."""

import csv
from pathlib import Path

import pytest
import yaml

from include.contract import codes, model
from include.contract.model import Table, source, sources

STANDARDS = Path(__file__).parent / "standards"
TABLES = [table for contract in sources().values() for table in contract.tables]
REGISTERS = {
    name: columns.split()
    for name, columns in yaml.safe_load((STANDARDS / "registers.yml").read_text(encoding="utf-8")).items()
}
# a mart can't do without them: a delivery without one is refused
NEEDED = {
    *(
        "ssd.person",
        "ssd.cla_episodes",
        "ssd.cla_placement",
        "ssd.legal_status",
        "ssd.cla_reviews",
        "ssd.cla_care_plan",
    ),
    *("ssd.cla_visits", "ssd.involvements", "ssd.professionals", "ssd.department"),
    *("cssu.permanence_plan_decisions", "cssu.permanence_milestones", "cssu.permanence_actions"),
    *("cssu.review_details", "cssu.escalations", "cssu.escalation_stages"),
    *("cssu.foster_households", "cssu.foster_carer_reviews"),
    *("momo.statements", "ssda903.episodes", "cin_census.children", "cin_census.referrals"),
}
# a return is delivered again in part, but never without a child
NOT_EMPTY = {"ssda903.header", "ssda903.reviews"}
# six years back from the export: reviews, legal statuses, placements, involvements
WINDOWS = {
    "ssd.cla_reviews": "clar_cla_review_date",
    "ssd.cp_reviews": "cppr_cp_review_date",
    "ssd.cla_placement": "clap_cla_placement_end_date",
    "ssd.legal_status": "lega_legal_status_end_date",
    "ssd.involvements": "invo_involvement_end_date",
}
# six months back from the day of Ofsted's workbook
WINDOWS_OF_ANNEX_A = {
    "annex_a.section_47": "strategy_discussion_date",
    "annex_a.children_in_need": "cin_closure_date",
    "annex_a.child_protection_plans": "plan_end_date",
    "annex_a.children_in_care": "care_end_date",
    "annex_a.adoption": "adoption_order_date",
}
NEVER_STORED = {
    "link_identifier_value",
    "addr_address_json",
    "addr_address_postcode",
    "cine_referral_source_desc",
    "s47e_s47_outcome_json",
    "icpc_icpc_outcome_json",
    "age",
    "allocated_adviser",
    "allocated_worker",
    "note",
    "statement_text",
}


def _standard() -> dict[str, dict[str, str]]:
    """Fields of the standard, 1.4.5, by table, with the number of each."""
    fields: dict[str, dict[str, str]] = {}
    with (STANDARDS / "ssd_1_4_5.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            fields.setdefault(row["table"], {})[row["field"]] = row["item_ref"]
    return fields


def _ids(table: Table) -> str:
    return table.full_name


def test_the_ssd_contract_has_the_tables_of_the_standard():
    assert {table.name for table in source("ssd").tables} == set(_standard())


@pytest.mark.parametrize("table", source("ssd").tables, ids=_ids)
def test_an_ssd_table_has_every_field_of_the_standard_and_no_other(table):
    fields = _standard()[table.name]
    assert {column.name for column in table.columns} == set(fields)
    for column in table.columns:
        assert f"({fields[column.name]})" in column.description, column.name


def test_every_register_is_in_the_contract():
    assert {table.full_name for name in ("cssu", "momo") for table in source(name).tables} == set(REGISTERS)


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_has_its_columns_and_requires_the_marked_ones(name):
    table = source(name.split(".")[0]).table(name.split(".")[1])
    assert {column.name for column in table.columns} == {column.rstrip("!") for column in REGISTERS[name]}
    marked = {column.rstrip("!") for column in REGISTERS[name] if column.endswith("!")}
    assert table.required_headers == marked
    assert {column.name for column in table.columns if column.required} == marked


@pytest.mark.parametrize("table", TABLES, ids=_ids)
def test_a_column_of_kind_code_has_a_code_list_and_no_other_has(table):
    for column in table.columns:
        assert (column.kind == "code") == (column.codes is not None), column.name
        if column.codes:
            assert codes.code_lists()[column.codes], column.name


def test_every_code_list_is_used_and_says_what_each_code_means():
    used = {column.codes for table in TABLES for column in table.columns if column.codes}
    assert set(codes.code_lists()) == used
    with (codes.SEEDS / "code.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert all(row["label"].strip() for row in rows)
    assert len({(row["list"], row["code"]) for row in rows}) == len(rows)


@pytest.mark.parametrize("table", TABLES, ids=_ids)
def test_a_key_is_made_of_ids_days_years_and_codes_that_are_recorded(table):
    for name in (*table.key, *table.stand_in_key):
        column = table.column(name)
        assert column.kind in {"id", "date", "integer", "code"}, name
        assert column.recorded, name


@pytest.mark.parametrize("table", TABLES, ids=_ids)
def test_persons_and_days_that_a_table_stands_on_are_ids_and_days(table):
    if table.person:
        assert table.column(table.person).kind == "id"
    for name in table.dated_by:
        assert table.column(name).data_type in {"date", "timestamp"}, name


def test_only_tables_that_no_mart_needs_may_be_missing_and_they_may_be_empty_too():
    assert {table.full_name for table in TABLES if not table.may_be_missing} == NEEDED
    # published tables come file by file, and never empty
    for table in TABLES:
        if table.may_be_missing and table.source not in {"benchmarks", "annex_a"}:
            assert table.may_be_empty == (table.full_name not in NOT_EMPTY), table.full_name
        if table.source == "benchmarks":
            assert not table.may_be_empty


def test_the_tables_with_a_rolling_window_are_those_of_the_extracts():
    windows = {}
    for path in sorted(model.STAGING.glob("*/_*__sources.yml")):
        for of_source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in of_source["tables"]:
                if window := table.get("config", {}).get("meta", {}).get("window"):
                    assert window["years"] == (0.5 if of_source["name"] == "annex_a" else 6)
                    windows[f"{of_source['name']}.{table['name']}"] = window["date"]
    assert windows == WINDOWS | WINDOWS_OF_ANNEX_A
    for name, column in windows.items():
        of_source, of_table = name.split(".")
        assert source(of_source).table(of_table).column(column).data_type == "date"


def test_what_names_a_place_an_identifier_or_a_text_is_never_stored():
    assert {column.name for table in TABLES for column in table.columns if not column.stored} == NEVER_STORED


def test_ids_stand_for_what_the_standard_says_they_stand_for():
    """Its foreign keys between tables that are taken; two that name no field of it are put right in the list."""
    with (STANDARDS / "ssd_1_4_5.csv").open(encoding="utf-8", newline="") as handle:
        said = {row["field"]: row["refers_to"] for row in csv.DictReader(handle) if row["refers_to"]}
    referring = {
        column.name: f"{column.refers_to.table}.{column.refers_to.column}"
        for table in source("ssd").tables
        for column in table.columns
        if column.refers_to
    }
    assert said.items() <= referring.items()


def test_what_a_record_belongs_to_is_what_its_id_stands_for():
    for table in TABLES:
        if table.belongs_to:
            referred = table.column(table.belongs_to.column).refers_to
            assert (referred.table, referred.column) == (table.belongs_to.table, table.belongs_to.of)
