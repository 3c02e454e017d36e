"""What the profile of a case system changes in the contract of ssd."""

import pytest
import yaml

from include.contract import model
from include.contract.model import ContractError, source

CASE_SYSTEMS = ("standard", "eclipse", "mosaic", "systemc")


def _with_profile(profile: str) -> model.Source:
    return model._with_profile(source("ssd"), yaml.safe_load(profile))


def test_a_profile_adds_spellings_and_replaces_keys_made_anew_each_run():
    differs = _with_profile(
        "tables: {cla_care_plan: {natural_key: [lacp_person_id, lacp_cla_care_plan_start_date], "
        "aliases: {lacp_person_id: [Person Number]}}}"
    )
    table = differs.table("cla_care_plan")
    assert table.key == ("lacp_person_id", "lacp_cla_care_plan_start_date")
    assert table.column_of_header("person number").name == "lacp_person_id"
    assert "lacp_table_id" not in {column.name for column in table.recorded_columns}
    assert "lacp_table_id" not in table.required_headers


def test_a_profile_can_not_name_a_column_the_contract_lacks():
    with pytest.raises(ContractError, match="has no column shoe_size"):
        _with_profile("tables: {person: {aliases: {shoe_size: [Shoe]}}}")


def test_a_profile_can_not_name_a_table_the_contract_lacks_nor_say_what_nobody_understands():
    with pytest.raises(ContractError, match="source ssd has no table parents"):
        _with_profile("tables: {parents: {not_supplied: [pers_dob]}}")
    with pytest.raises(ContractError, match=r"ssd\.person: unknown constant"):
        _with_profile("tables: {person: {constant: [pers_sex]}}")


@pytest.mark.parametrize("word", ["says_nothing", "not_supplied"])
@pytest.mark.parametrize("column", ["clav_cla_visit_id", "clav_person_id"])
def test_a_profile_can_not_take_away_what_a_table_stands_on(word, column):
    with pytest.raises(ContractError, match=f"stands on {column}"):
        _with_profile(f"tables: {{cla_visits: {{{word}: [{column}]}}}}")


def test_a_column_that_says_nothing_reaches_no_table_and_one_not_supplied_may_be_empty():
    contract = source("ssd").table("cp_reviews")
    assert "cppr_cp_plan_id" in contract.required_headers
    differs = _with_profile(
        "tables: {cp_reviews: {says_nothing: [cppr_cp_review_quorate], not_supplied: [cppr_cp_plan_id]}}"
    ).table("cp_reviews")
    assert "cppr_cp_review_quorate" in {column.name for column in contract.landed_columns}
    assert "cppr_cp_review_quorate" not in {column.name for column in differs.landed_columns}
    assert differs.column_of_header("cppr_cp_review_quorate") is not None, "known, and dropped"
    assert "cppr_cp_plan_id" in {column.name for column in differs.recorded_columns}
    assert not differs.column("cppr_cp_plan_id").required


@pytest.mark.parametrize("case_system", CASE_SYSTEMS)
def test_each_case_systems_profile_fits_the_contract(case_system):
    profile = (model.PROFILES / f"{case_system}.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(profile)["case_system"] == case_system
    for table in _with_profile(profile).tables:
        for name in table.key:
            column = table.column(name)
            assert column.kind in {"id", "date", "code"}, name
            assert column.recorded, name


@pytest.mark.parametrize(
    ("case_system", "says_nothing", "not_supplied", "natural_keys"),
    [
        ("standard", set(), set(), {}),
        (
            "eclipse",
            {
                "clae_cla_last_iro_contact_date",
                "clar_cla_review_cancelled",
                "clap_cla_placement_urn",
                "cppr_cp_review_quorate",
            },
            {"cppr_cp_plan_id"},
            {"cla_care_plan": ("lacp_person_id", "lacp_cla_care_plan_start_date")},
        ),
        ("mosaic", set(), set(), {"mother": ("moth_person_id", "moth_childs_person_id")}),
        ("systemc", set(), set(), {"linked_identifiers": ("link_person_id", "link_identifier_type")}),
    ],
)
def test_what_each_case_system_does_differently(case_system, says_nothing, not_supplied, natural_keys):
    differs = _with_profile((model.PROFILES / f"{case_system}.yml").read_text(encoding="utf-8"))
    pairs = list(zip(source("ssd").tables, differs.tables, strict=True))
    assert {
        name
        for ours, theirs in pairs
        for name in {c.name for c in ours.landed_columns} - {c.name for c in theirs.landed_columns}
    } == says_nothing
    keys = {name for ours, theirs in pairs if ours.key != theirs.key for name in ours.key}
    required = {
        column.name
        for ours, theirs in pairs
        for column in ours.columns
        if column.required and not theirs.column(column.name).required
    }
    assert required - keys == not_supplied
    assert {theirs.name: theirs.key for ours, theirs in pairs if ours.key != theirs.key} == natural_keys
