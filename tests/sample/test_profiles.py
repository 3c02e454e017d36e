"""The extracts of the case systems: each can be read, and differs from the standard one as its profile says."""

import io
from datetime import date

import pandas as pd
import pytest

from include.contract.model import PROFILES, source
from include.feeds.csv_file import read_header, scan
from include.sample.exports import write_exports
from include.sample.writing.dialects import DIALECTS

EVE, NIGHT = date(2026, 3, 30), date(2026, 3, 31)


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    """The folder of the ssd extract of each case system."""
    found = {}
    for profile in DIALECTS:
        drop = tmp_path_factory.mktemp(profile)
        write_exports(drop, [EVE, NIGHT], profile=profile, size=0.15)
        found[profile] = drop
    return found


def _read(extracts, profile, table, night=NIGHT) -> pd.DataFrame:
    text = (extracts[profile] / "ssd" / night.isoformat() / f"ssd_{table}.csv").read_text(encoding="utf-8-sig")
    delimiter = DIALECTS[profile].delimiter
    return pd.read_csv(io.StringIO(text), sep=delimiter, dtype=str, keep_default_na=False)


def test_there_is_a_dialect_for_every_profile_of_the_contract():
    assert set(DIALECTS) == {path.stem for path in PROFILES.iterdir()}


@pytest.mark.parametrize("profile", DIALECTS)
def test_every_file_is_read_with_all_its_columns(extracts, profile):
    for table in source("ssd").tables:
        path = extracts[profile] / "ssd" / NIGHT.isoformat() / f"{table.raw_name}.csv"
        header = read_header(path, table, scan(path))
        assert header.delimiter == DIALECTS[profile].delimiter
        assert [column for column in header.columns if column] == [column for column in table.columns if column.stored]


@pytest.mark.parametrize("profile", DIALECTS)
def test_the_registers_are_the_same_whatever_the_case_system(extracts, profile):
    for name in ("cssu", "momo"):
        for path in (extracts["standard"] / name / NIGHT.isoformat()).iterdir():
            assert path.read_bytes() == (extracts[profile] / name / NIGHT.isoformat() / path.name).read_bytes()


def test_eclipse_leaves_out_ids_and_says_constants(extracts):
    reviews, homes = _read(extracts, "eclipse", "cla_reviews"), _read(extracts, "eclipse", "cla_placement")
    assert 0.1 < (reviews["clar_cla_review_id"] == "").mean() < 0.3
    assert {"", "DQ"} < set(homes["clap_cla_placement_type"])
    assert set(_read(extracts, "eclipse", "cp_reviews")["cppr_cp_review_quorate"]) == {"Y"}
    conferences = _read(extracts, "eclipse", "cp_reviews")
    assert (conferences["cppr_cp_plan_id"] == "").any()
    assert set(_read(extracts, "eclipse", "professionals")["prof_full_time_equivalency"]) == {""}
    assert (_read(extracts, "eclipse", "person")["pers_death_date"] == "1900-01-01").mean() > 0.9
    plans = [_read(extracts, "eclipse", "cla_care_plan", night) for night in (EVE, NIGHT)]
    assert not set(plans[0]["lacp_table_id"]) & set(plans[1]["lacp_table_id"]), "made anew each run"
    assert not plans[1].duplicated(["lacp_person_id", "lacp_cla_care_plan_start_date"]).any()
    last = _read(extracts, "eclipse", "cla_episodes")["clae_cla_last_iro_contact_date"]
    assert set(last) - {""} <= set(reviews["clar_cla_review_date"]) | set(last[last < "2020-04-01"])


def test_system_c_uses_words_and_days_first(extracts):
    reviews = _read(extracts, "systemc", "cla_reviews")
    assert reviews["clar_cla_review_participation"].str.startswith("Child ").all()
    assert reviews["clar_cla_review_date"].str.fullmatch(r"\d\d/\d\d/\d{4}").all()
    assert "Neglect" in set(_read(extracts, "systemc", "cp_plans")["cppl_cp_plan_latest_category"])
    identifiers = [_read(extracts, "systemc", "linked_identifiers", night) for night in (EVE, NIGHT)]
    assert not set(identifiers[0]["link_table_id"]) & set(identifiers[1]["link_table_id"])


def test_mosaic_writes_moments_and_its_own_due_dates(extracts):
    ours, theirs = (_read(extracts, name, "cla_reviews") for name in ("standard", "mosaic"))
    assert theirs["clar_cla_review_date"].str.endswith(" 00:00:00").all()
    due = theirs["clar_cla_review_due_date"].str[:10]
    assert (due != ours["clar_cla_review_due_date"]).mean() > 0.5
    days = (pd.to_datetime(due) - pd.to_datetime(theirs.groupby("clar_cla_id")["clar_cla_review_date"].shift())).dt.days
    assert set(days.dropna().astype(int)) <= {91, 183}
