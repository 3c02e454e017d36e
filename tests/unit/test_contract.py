"""The contract: what the source YAML says, read once."""

from dataclasses import replace

import pytest

from include.contract import codes, model
from include.contract.model import ContractError, header_name, source, sources


def test_every_source_is_in_the_contract():
    assert {name: len(contract.tables) for name, contract in sources().items()} == {
        "ssd": 26,
        "cssu": 26,
        "momo": 1,
        "ssda903": 12,
        "annex_a": 6,
        "cin_census": 5,
        "benchmarks": 6,
    }


def test_each_table_says_what_a_row_is_and_each_column_what_it_means():
    for contract in sources().values():
        for table in contract.tables:
            assert table.description.startswith("One row per "), table.full_name
            for column in table.columns:
                assert column.description.endswith("."), f"{table.full_name}.{column.name}"


@pytest.mark.parametrize(
    "spelling",
    [
        "pers_person_id",
        "PERS_PERSON_ID",
        "\ufeffpers_person_id",
        "  pers_person_id ",
        "\u00a0Pers_Person_Id\u202f",
    ],
)
def test_a_header_matches_whatever_its_case_bom_and_spaces(spelling):
    assert source("ssd").table("person").column_of_header(spelling).name == "pers_person_id"


def test_a_header_nobody_declared_is_unknown():
    assert source("ssd").table("person").column_of_header("pers_shoe_size") is None


def test_spaces_inside_a_header_fold_to_one():
    assert header_name(" Date of \u00a0 Birth ") == "date of birth"


def test_never_stored_columns_reach_no_table_and_volatile_ones_no_history():
    statements = source("momo").table("statements")
    assert "statement_text" in {column.name for column in statements.columns}
    assert "statement_text" not in {column.name for column in statements.landed_columns}
    professionals = source("ssd").table("professionals")
    assert "prof_professional_caseload" in {column.name for column in professionals.landed_columns}
    assert "prof_professional_caseload" not in {column.name for column in professionals.recorded_columns}


def test_every_code_list_of_the_contract_has_codes():
    used = {c.codes for s in sources().values() for table in s.tables for c in table.columns if c.codes}
    assert used <= set(codes.code_lists())


def test_a_spelling_of_two_codes_is_refused(tmp_path, monkeypatch):
    (tmp_path / "code.csv").write_text("list,code,label,valid_from_year,valid_to_year\nsex,M,Male,,\nsex,F,Female,,\n")
    (tmp_path / "code_alias.csv").write_text("list,spelling,code\nsex,1,M\nsex,1,F\n")
    monkeypatch.setattr(codes, "SEEDS", tmp_path)
    with pytest.raises(ContractError, match="means M and F"):
        codes.code_lists.__wrapped__()


def test_an_unknown_source_or_table_is_named():
    with pytest.raises(ContractError, match="no source 'annexa'"):
        source("annexa")
    with pytest.raises(ContractError, match="source ssd has no table parents"):
        source("ssd").table("parents")


def _referring(source_name: str, table_name: str, column_name: str, reference: model.Reference) -> model.Source:
    """A source one column of which refers to something else."""
    contract = source(source_name)
    table = contract.table(table_name)
    columns = tuple(replace(c, refers_to=reference) if c.name == column_name else c for c in table.columns)
    return replace(contract, tables=(replace(table, columns=columns), *(t for t in contract.tables if t is not table)))


def test_an_id_stands_for_a_record_that_can_be_looked_up_or_the_contract_is_refused():
    def prove(source_name: str, table: str, column: str, *reference: str | None) -> None:
        referring = _referring(source_name, table, column, model.Reference(*reference))
        model._prove_references(model.sources() | {source_name: referring})

    prove("ssd", "involvements", "invo_referral_id", "cin_episodes", "cine_referral_id")
    with pytest.raises(ContractError, match="source ssd has no table parents"):
        prove("ssd", "involvements", "invo_referral_id", "parents", "id")
    with pytest.raises(ContractError, match="has no column shoe_size"):
        prove("ssd", "involvements", "invo_referral_id", "person", "shoe_size")
    with pytest.raises(ContractError, match="may stand in an earlier delivery"):
        prove("momo", "statements", "person_id", "statements", "statement_id")
    # of another source
    prove("momo", "statements", "person_id", "person", "pers_person_id", None, "ssd")
    with pytest.raises(ContractError, match="refers to no source: case_system"):
        prove("momo", "statements", "person_id", "person", "pers_person_id", None, "case_system")
    with pytest.raises(ContractError, match="source ssd has no table parents"):
        prove("momo", "statements", "person_id", "parents", "id", None, "ssd")


def test_what_an_id_stands_for_is_no_part_of_how_a_batch_is_read():
    table = source("ssd").table("involvements")
    reference = model.Reference("cin_episodes", "cine_referral_id")
    refers = replace(table, columns=tuple(replace(c, refers_to=reference) for c in table.columns))
    assert refers != table
    assert repr(refers) == repr(table)
