"""The sample authority: what it exports is well formed, the same every time, and shows every situation."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from include.contract.codes import code_lists
from include.contract.model import Table, header_name, source
from include.feeds.batches import find_batches
from include.sample.authority import SMALLEST
from include.sample.exports import DEFAULT_NIGHTS, SOURCES, write_exports
from include.sample.names import FORENAME_STARTS, OTHER_DISTRICTS, OWN_DISTRICTS, SURNAME_STARTS
from include.sample.writing.dialects import DIALECTS
from include.sample.writing.texts import as_texts
from include.settings import PROJECT
from tests.conftest import environment

EVE, NIGHT = DEFAULT_NIGHTS
TODAY = NIGHT.isoformat()
SIZE = 0.15
"""With fewer children there is not one for every situation."""
TABLES = [table for name in SOURCES for table in source(name).tables]
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,47}")
# Columns that no extract of this authority fills.
EMPTY = {
    "addr_address_end_date",
    "clae_cla_last_iro_contact_date",
    "clea_care_leaver_personal_advisor",
    "link_valid_to_date",
    "meeting_id",
    "perm_ffa_cp_decision_date",
    "perm_placed_ffa_cp_date",
    "perm_placed_foster_carer_date",
    "perm_placement_provider_urn",
    "pers_death_date",
}
# Days that may lie ahead of the night.
PLANS = {
    "pers_expected_dob", "planned_date", "due_date", "clar_cla_review_due_date", "target_date", "temporary_until",
    "icpc_icpc_target_date", "cppr_cp_review_due", "new_date", "follow_up_due", "to_date", "absent_to", "original_date",
}  # fmt: skip

Exports = dict[tuple[str, date], pd.DataFrame]


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _file(drop: Path, table: Table, night: date) -> Path:
    folder = drop / table.source / night.isoformat()
    return next(path for path in folder.iterdir() if table.matches(path.name))


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "drop"
    write_exports(folder, DEFAULT_NIGHTS, size=SIZE)
    return folder


@pytest.fixture(scope="module")
def exports(drop: Path) -> Exports:
    """Every table of both nights as texts, by `<source>.<table>` and night."""
    return {
        (table.full_name, night): pd.read_csv(_file(drop, table, night), dtype=str, keep_default_na=False)
        for table in TABLES
        for night in DEFAULT_NIGHTS
    }


@pytest.fixture(scope="module")
def night(exports: Exports) -> dict[str, pd.DataFrame]:
    """Every table of the second night."""
    return {name: rows for (name, day), rows in exports.items() if day == NIGHT}


@pytest.fixture(scope="module")
def in_care(night) -> pd.DataFrame:
    """Open episodes of the second night with the child, the placement and the last day of being 17."""
    episodes = night["ssd.cla_episodes"]
    open_now = episodes[episodes["clae_cla_episode_ceased_date"] == ""]
    children = open_now.merge(night["ssd.person"], left_on="clae_person_id", right_on="pers_person_id")
    children["adult"] = pd.to_datetime(children["pers_dob"]) + pd.DateOffset(years=18) <= pd.Timestamp(NIGHT)
    homes = night["ssd.cla_placement"]
    return children.merge(homes, left_on="clae_cla_placement_id", right_on="clap_cla_placement_id")


@pytest.fixture(scope="module")
def plans(night, in_care) -> pd.DataFrame:
    """Decisions for periods of care that are open, with the day of the second review held."""
    details = night["cssu.review_details"]
    second = details[(details["review_type"] == "SECOND") & (details["series_number"] != "2")]
    second = second.set_index("cla_id")["held_date"]
    decisions = night["cssu.permanence_plan_decisions"]
    decisions = decisions[decisions["cla_id"].isin(in_care["clae_cla_id"])]
    return decisions.assign(second_review=decisions["cla_id"].map(second).fillna(""))


def test_the_same_arguments_give_the_same_bytes_in_another_environment(drop, tmp_path):
    code = "import sys; from pathlib import Path; from include.sample.exports import DEFAULT_NIGHTS, write_exports; "
    outcome = subprocess.run(
        [sys.executable, "-c", code + "write_exports(Path(sys.argv[1]), DEFAULT_NIGHTS, size=0.15)", str(tmp_path)],
        cwd="/",
        env=os.environ
        | {"PYTHONPATH": str(PROJECT), "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "LANG": "C", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr[-2000:]
    assert _tree(tmp_path) == _tree(drop)


def test_another_seed_makes_another_council(drop, tmp_path):
    write_exports(tmp_path, [NIGHT], seed=392, size=SIZE)
    ours = {name: content for name, content in _tree(drop).items() if TODAY in name}
    theirs = _tree(tmp_path)
    # a header alone is the same for all
    alike = {name for name in ours if ours[name] == theirs[name] and ours[name].count(b"\n") > 1}
    assert alike == {f"ssd/{TODAY}/ssd_department.csv"}


def test_a_batch_that_differs_is_replaced_and_one_that_does_not_is_left_alone(drop, tmp_path):
    shutil.copytree(drop, tmp_path, dirs_exist_ok=True)
    before = {folder: (tmp_path / folder / TODAY).stat().st_ino for folder in SOURCES}
    altered = tmp_path / "ssd" / TODAY / "ssd_person.csv"
    altered.write_bytes(altered.read_bytes()[:5000])
    write_exports(tmp_path, [NIGHT], size=SIZE)
    assert _tree(tmp_path) == _tree(drop), "the same whatever other nights are written"
    replaced = {folder for folder in SOURCES if (tmp_path / folder / TODAY).stat().st_ino != before[folder]}
    assert replaced == {"ssd"}
    assert {path.name for path in (tmp_path / "ssd").iterdir()} == {EVE.isoformat(), TODAY}, "nothing is left behind"


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("day", DEFAULT_NIGHTS)
def test_manifests_agree_with_the_files(drop, name, day):
    folder = drop / name / day.isoformat()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["source"], manifest["batch_date"]) == (name, day.isoformat())
    assert {entry["file"] for entry in manifest["files"]} == {path.name for path in folder.glob("*.csv")}
    for entry in manifest["files"]:
        content = (folder / entry["file"]).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["rows"] == content.count(b"\r\n") - 1


@pytest.mark.parametrize(
    ("name", "day", "speaks_for"),
    [
        ("ssd", NIGHT, "all"),
        ("cssu", NIGHT, "all"),
        ("momo", EVE, "2026-03-30/2026-03-31"),
        ("momo", NIGHT, "2026-03-01/2026-04-01"),
    ],
)
def test_each_delivery_is_one_batch_with_every_table(drop, name, day, speaks_for):
    (batch,) = find_batches(drop, name, day, drop)
    assert batch.slice == speaks_for
    assert [file.table for file in batch.files] == list(source(name).tables)
    assert not batch.other_files


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.full_name)
def test_headers_keys_and_ids_keep_to_the_contract(exports, table):
    for day in DEFAULT_NIGHTS:
        rows = exports[table.full_name, day]
        assert list(rows.columns) == [column.name for column in table.columns]
        if rows.empty:
            continue
        key = rows[list(table.key)].agg("|".join, axis=1)
        if table.stand_in_key:
            key = key.where(key != "", "~" + rows[list(table.stand_in_key)].agg("|".join, axis=1))
        assert key.is_unique
        assert key.str.contains(r"\d").all()
        for column in table.columns:
            values = rows[column.name]
            if column.required:
                assert (values != "").all(), column.name
            if column.kind == "id":
                present = values[values != ""]
                assert present.map(ID.fullmatch).all(), column.name
                assert present.str.contains(r"\d").all(), column.name
            if column.name not in EMPTY and len(rows) > 20:
                assert (values != "").any(), column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.full_name)
def test_only_plans_lie_after_the_night(exports, table):
    for day in DEFAULT_NIGHTS:
        for column in table.columns:
            if column.data_type in ("date", "timestamp") and column.name not in PLANS:
                values = exports[table.full_name, day][column.name]
                assert (values.str[:10] <= day.isoformat()).all(), column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.full_name)
def test_codes_are_those_of_the_seeds_and_days_can_be_read(night, table):
    rows = night[table.full_name]
    for column in table.columns:
        present = rows[column.name][rows[column.name] != ""]
        if column.codes:
            unknown = {value for value in present if header_name(value) not in code_lists()[column.codes]}
            assert unknown == set(), column.name
        if column.data_type in ("date", "timestamp"):
            assert pd.to_datetime(present, errors="coerce").notna().all(), column.name


def test_records_refer_to_records_that_are_there(night):
    def known(table: str, column: str) -> set[str]:
        return set(night[table][column])

    persons, periods = known("ssd.person", "pers_person_id"), known("ssd.cla_episodes", "clae_cla_id")
    professionals = known("ssd.professionals", "prof_professional_id")
    referrals, plans = known("ssd.cin_episodes", "cine_referral_id"), known("ssd.cp_plans", "cppl_cp_plan_id")
    for table in TABLES:
        for column in table.columns:
            values = set(night[table.full_name][column.name]) - {""}
            name = f"{table.full_name}.{column.name}"
            if column.name.endswith("person_id"):
                assert values <= persons, name
            elif column.name.endswith("cla_id"):
                assert values <= periods, name
            elif column.name.endswith(("professional_id", "worker_id")):
                assert values <= professionals, name
            elif column.name.endswith("referral_id") and table.name != "advocacy_referrals":
                assert values <= referrals, name
            elif column.name.endswith("cp_plan_id"):
                assert values <= plans, name
    for table, column, other, key in (
        ("ssd.cla_episodes", "clae_cla_placement_id", "ssd.cla_placement", "clap_cla_placement_id"),
        ("ssd.involvements", "invo_professional_team", "ssd.department", "dept_team_id"),
        ("ssd.department", "dept_team_parent_id", "ssd.department", "dept_team_id"),
        ("ssd.initial_cp_conference", "icpc_s47_enquiry_id", "ssd.s47_enquiry", "s47e_s47_enquiry_id"),
        ("ssd.cp_plans", "cppl_icpc_id", "ssd.initial_cp_conference", "icpc_icpc_id"),
        ("ssd.cp_reviews", "cppr_cp_review_meeting_id", "cssu.conference_details", "meeting_id"),
        ("cssu.compliance_forms", "meeting_id", "cssu.conference_details", "meeting_id"),
        ("cssu.review_details", "review_id", "ssd.cla_reviews", "clar_cla_review_id"),
        ("cssu.review_details", "also_review_id", "cssu.special_reviews", "special_review_id"),
        ("cssu.review_details", "adjourned_to_review_id", "cssu.review_details", "review_detail_id"),
        ("cssu.special_review_children", "special_review_id", "cssu.special_reviews", "special_review_id"),
        ("cssu.permanence_plan_decisions", "agreed_at_review_id", "cssu.review_details", "review_id"),
        ("cssu.permanence_milestones", "decision_id", "cssu.permanence_plan_decisions", "decision_id"),
        ("cssu.escalation_stages", "escalation_id", "cssu.escalations", "escalation_id"),
        ("cssu.foster_carer_reviews", "household_id", "cssu.foster_households", "household_id"),
        ("cssu.household_placements", "household_id", "cssu.foster_households", "household_id"),
        ("cssu.meeting_changes", "meeting_id", "cssu.review_details", "review_detail_id"),
        ("cssu.private_fostering_visits", "arrangement_id", "cssu.private_fostering_arrangements", "arrangement_id"),
    ):
        rows = night[table]
        missing = set(rows[column]) - {""} - known(other, key)
        # what left the extract's window is not referred to any more but by what stands in the registers for good
        if column in ("review_id", "agreed_at_review_id"):
            day = {"review_id": "held_date", "agreed_at_review_id": "agreed_date"}[column]
            missing &= set(rows[column][rows[day] >= "2020-05-01"])
            missing -= set(night["cssu.review_details"]["review_id"][_without_id(night)])
        if column == "clae_cla_placement_id":
            missing &= set(rows[column][~rows["clae_cla_episode_ceased_date"].between("2000", "2020-05-01")])
        assert missing == set(), f"{table}.{column}"


def _without_id(night) -> pd.Series:
    """Flags the details of reviews whose id the case system's extract lacks."""
    reviews = night["ssd.cla_reviews"]
    lacking = reviews[reviews["clar_cla_review_id"] == ""]
    pairs = set(zip(lacking["clar_cla_id"], lacking["clar_cla_review_date"], strict=True))
    details = night["cssu.review_details"]
    return pd.Series([pair in pairs for pair in zip(details["cla_id"], details["held_date"], strict=True)])


def test_episodes_chain_by_the_rules_of_the_return(night):
    episodes = night["ssd.cla_episodes"].sort_values(["clae_cla_id", "clae_cla_episode_start_date"])
    for _, period in episodes.groupby("clae_cla_id"):
        starts, ends = period["clae_cla_episode_start_date"], period["clae_cla_episode_ceased_date"]
        assert list(period["clae_cla_episode_start_reason"] == "S") == [True] + [False] * (len(period) - 1)
        assert list(starts[1:]) == list(ends[:-1])
        assert (period["clae_cla_episode_ceased_reason"].iloc[:-1] == "X1").all()
        assert period["clae_cla_episode_ceased_reason"].iloc[-1] != "X1"
        assert (period["clae_cla_episode_ceased_reason"].iloc[-1] == "") == (ends.iloc[-1] == "")
        assert ((starts < ends) | (ends == "")).all()
        assert set(period["clae_entered_care_date"]) == {starts.iloc[0]}
        assert period["clae_cla_primary_need_code"].nunique() == 1
        assert period["clae_person_id"].nunique() == 1


def test_statuses_and_placements_of_a_period_neither_overlap_nor_leave_a_gap(night):
    for table, prefix, group in (
        ("ssd.cla_placement", "clap_cla_placement", "clap_cla_id"),
        ("ssd.legal_status", "lega_legal_status", "lega_person_id"),
    ):
        rows = night[table].sort_values([group, f"{prefix}_start_date"])
        same = rows[group] == rows[group].shift()
        before = rows[f"{prefix}_end_date"].shift()
        assert (before[same] != "").all(), table
        starts = rows[f"{prefix}_start_date"][same]
        assert (starts >= before[same]).all(), table
        if group == "clap_cla_id":
            assert (starts == before[same]).all(), table


def test_a_period_of_care_begins_before_what_belongs_to_it(night):
    entered = night["ssd.cla_episodes"].groupby("clae_cla_id")["clae_entered_care_date"].first()
    for table, period, day in (
        ("ssd.cla_reviews", "clar_cla_id", "clar_cla_review_date"),
        ("ssd.cla_visits", "clav_cla_id", "clav_cla_visit_date"),
        ("cssu.permanence_plan_decisions", "cla_id", "proposed_date"),
    ):
        rows = night[table]
        assert (rows[day] > rows[period].map(entered)).mean() > 0.99, table


def test_participation_is_pn0_exactly_under_four(night):
    reviews = night["ssd.cla_reviews"].merge(
        night["ssd.cla_episodes"][["clae_cla_id", "clae_person_id"]].drop_duplicates(),
        left_on="clar_cla_id",
        right_on="clae_cla_id",
    )
    born = reviews["clae_person_id"].map(night["ssd.person"].set_index("pers_person_id")["pers_dob"])
    four = pd.to_datetime(born) + pd.DateOffset(years=4)
    under_four = pd.to_datetime(reviews["clar_cla_review_date"]) < four
    assert ((reviews["clar_cla_review_participation"] == "PN0") == under_four).all()


def test_about_a_hundred_children_are_in_care(night, in_care):
    assert in_care["clae_person_id"].is_unique
    assert 90 <= (~in_care["adult"]).sum() <= 110
    assert in_care["adult"].sum() <= 4
    episodes = night["ssd.cla_episodes"]
    assert (episodes.groupby("clae_person_id")["clae_cla_id"].nunique() == 2).sum() >= 5
    assert (night["ssd.person"]["pers_expected_dob"] != "").any()
    assert (night["ssd.person"].query("pers_expected_dob != ''")["pers_dob"] == "").all()
    open_statuses = night["ssd.legal_status"].query("lega_legal_status_end_date == ''")
    current = open_statuses[open_statuses["lega_person_id"].isin(in_care["clae_person_id"])]
    assert {"C1", "C2", "E1", "V2", "V4"} <= set(current["lega_legal_status"])
    assert {"U1", "U3", "U4", "U6", "K2", "P1", "K3"} <= set(in_care["clap_cla_placement_type"])


def test_every_story_of_a_first_plan_is_told(plans, in_care, night):
    agreed = plans[plans["agreed_date"] != ""]
    first = agreed.sort_values("agreed_date").drop_duplicates("cla_id")
    assert (first["agreed_date"] <= first["second_review"]).sum() >= 20
    assert (first["agreed_date"] > first["second_review"]).sum() >= 3
    undecided = in_care[~in_care["adult"] & ~in_care["clae_cla_id"].isin(agreed["cla_id"])]
    entered = pd.to_datetime(undecided["clae_entered_care_date"])
    days = (pd.Timestamp(NIGHT) - entered).dt.days
    assert (days < 60).sum() >= 2, "not due"
    assert days.between(80, 120).any(), "due within four weeks"
    assert (days > 150).sum() >= 2, "overdue"
    assert ((plans["proposed_date"] != "") & (plans["agreed_date"] == "")).any()
    assert {"SGO", "KINSHIP_FOSTER", "ADOPTION", "LTFOST18", "REMAINSUP"} <= set(plans["plan_option"])


def test_every_story_of_a_current_plan_is_told(plans, night):
    agreed = plans[plans["agreed_date"] != ""]
    current = agreed[agreed["ended_date"] == ""]
    with_plan = set(current["cla_id"])
    ended = agreed[agreed["ended_date"] != ""]
    assert current.groupby("cla_id")["plan_role"].agg(set).eq({"PRIMARY", "PARALLEL"}).any()
    everybody = night["cssu.permanence_plan_decisions"]
    assert {"SUPERSEDED", "REVERSED", "BROKE_DOWN", "LEFT_CARE"} <= set(everybody["end_reason"])
    for reason, again in (("SUPERSEDED", True), ("BROKE_DOWN", True), ("BROKE_DOWN", False)):
        of_reason = ended[ended["end_reason"] == reason]
        assert (of_reason["cla_id"].isin(with_plan) == again).any(), (reason, again)
    assert (current["achieved_date"] != "").sum() >= 15
    waiting = current[current["achieved_date"] == ""]
    assert (waiting["target_date"] < TODAY).any()
    assert (waiting["target_date"] > TODAY).sum() >= 10
    steps = night["cssu.permanence_milestones"].merge(waiting, on="decision_id")
    assert ((steps["planned_date"] < TODAY) & (steps["actual_date"] == "")).any()
    assert ((steps["planned_date"] > TODAY) & (steps["actual_date"] == "")).any()
    actions = night["cssu.permanence_actions"]
    open_actions = actions[actions["done_date"] == ""]
    assert (open_actions["due_date"] > TODAY).any(), "in hand"
    assert (open_actions["due_date"] < TODAY).any(), "overdue"
    assert (actions["done_date"] != "").any()


def test_care_plans_name_the_plan_agreed(night):
    keys = [set(json.loads(text).items()) for text in night["ssd.cla_care_plan"]["lacp_cla_care_plan_json"]]
    assert {len(each) for each in keys} == {10}
    assert any(("ADOPTION", "Y") in each for each in keys)
    assert any(all(answer == "N" for _, answer in each) for each in keys)


def test_every_situation_of_a_review_is_there(night, in_care):
    details, reviews = night["cssu.review_details"], night["ssd.cla_reviews"]
    held = details[details["held_date"] != ""]
    written_up = set(zip(reviews["clar_cla_id"], reviews["clar_cla_review_date"], strict=True))
    recent = held[held["held_date"] > "2026-03-01"]
    waiting = [key not in written_up for key in zip(recent["cla_id"], recent["held_date"], strict=True)]
    assert len(recent[waiting]) >= 2, "held, the form not complete"
    assert (recent[waiting]["review_id"] == "").all()
    assert (reviews["clar_cla_review_id"] == "").any()
    assert (details["held_date"].eq("") & details["planned_date"].gt(TODAY)).sum() >= 60
    assert 0 < (held["late_reason"] != "").mean() < 0.1
    assert (held["also_review_id"] != "").any(), "one meeting, two reviews"
    assert (night["ssd.cla_reviews"]["clar_cla_review_date"] >= "2020-03-31").all(), "the window of six years"
    assert (held["held_date"] < "2020-03-01").any(), "the register has no window"


def test_nearly_every_child_in_care_has_an_iro_and_a_social_worker(night, in_care):
    current = night["ssd.involvements"].query("invo_involvement_end_date == ''")
    by_role = current.groupby("invo_professional_role_id")["invo_person_id"].agg(set)
    children = set(in_care["clae_person_id"])
    assert len(children - by_role["Social Worker"]) <= 2
    # never allocated one, lost it, or waiting for the next holder of a post to be entered
    assert 1 <= len(children - by_role["IRO"]) < 0.1 * len(children)
    teams = current[current["invo_professional_role_id"] == "Social Worker"]["invo_professional_team"]
    assert teams.nunique() == 5


def test_escalations_are_open_and_closed_and_one_stage_waits_too_long(night):
    cases, stages = night["cssu.escalations"], night["cssu.escalation_stages"]
    assert (cases["formal"] == "Y").sum() > (cases["formal"] == "N").sum() > 0
    assert (cases["closed_date"] == "").any()
    assert (cases["closed_date"] != "").sum() >= 5
    assert set(stages.groupby("escalation_id").size()) >= {1, 2, 3}
    assert (stages["responded_date"] == "").any()


def test_foster_households_are_reviewed_yearly_but_for_a_few(night):
    homes, reviews = night["cssu.foster_households"], night["cssu.foster_carer_reviews"]
    assert {"GENERAL", "CONNECTED_PERSON", "TEMPORARY"} <= set(homes["approval_type"])
    assert set(homes["own_or_agency"]) == {"OWN", "AGENCY"}
    reviewed = homes[homes["household_id"].isin(reviews["household_id"])]
    assert set(reviewed["own_or_agency"]) == {"OWN"}
    assert "TEMPORARY" not in set(reviewed["approval_type"])
    waiting = reviews[reviews["review_date"] == ""]
    assert (waiting["due_date"] < TODAY).any()
    assert (waiting["due_date"] > TODAY).sum() >= 10


def test_statements_are_of_their_days_and_carry_text(exports):
    for day, first in ((EVE, EVE), (NIGHT, NIGHT.replace(day=1))):
        statements = exports["momo.statements", day]
        days = statements["submitted_at"].str[:10]
        assert days.between(first.isoformat(), day.isoformat()).all()
        assert (statements["statement_text"] != "").all()
        assert statements["feelings"].str.contains(";").all()
    assert (statements["person_id"] == "").any()
    assert set(statements["account_type"]) == {"YOUNG_PERSON", "WORKER"}
    assert set(exports["momo.statements", EVE]["statement_id"]) < set(statements["statement_id"])


def test_nobody_and_no_address_is_real(night):
    persons, homes = night["ssd.person"], night["ssd.cla_placement"]
    assert persons["pers_forename"].str.startswith(FORENAME_STARTS).all()
    assert persons["pers_surname"].str.startswith(SURNAME_STARTS).all()
    assert night["ssd.professionals"]["prof_professional_name"].str.contains(r"^(?:Zant|Quorv|Vexl)\w+ \w+$").all()
    assert night["ssd.department"]["dept_team_name"].str.endswith("(invented)").all()
    # Royal Mail begins no postcode with Q, V or X, and ends none in C, I, K, M, O or V
    assert homes["clap_cla_placement_postcode"].str.fullmatch(r"[QV]X\d \d[CIKMOV]{2}").all()
    assert night["ssd.address"]["addr_address_postcode"].str.fullmatch(r"QX\d \d[CIKMOV]{2}").all()
    assert set(homes["clap_cla_placement_postcode"].str[:3]) == {*OWN_DISTRICTS, *OTHER_DISTRICTS}
    assert persons["pers_common_child_id"].str.fullmatch(r"(?:999\d{7})?").all()


def test_a_column_of_days_that_are_no_days_is_refused():
    """Days are told from other whole numbers by their width: a column of the wrong one would be written as nonsense."""
    table = source("ssd").table("person")
    columns = {"pers_dob": np.array([20_000], dtype=np.int64)}
    with pytest.raises(TypeError, match="pers_dob: days are 32-bit numbers"):
        as_texts(table, columns, {}, DIALECTS["standard"])


def test_no_report_is_written_before_its_year_is_in_order(tmp_path):
    with (
        environment(PERMANENCE_ANNUAL_REPORT_KNOWN_ON="2023-05-09"),
        pytest.raises(ValueError, match=r"ANNUAL_REPORT_KNOWN_ON=2023-05-09: .* in order from 2023-05-10"),
    ):
        write_exports(tmp_path, [NIGHT], size=SIZE)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("nights", "size", "why"),
    [
        ([NIGHT], SMALLEST / 2, "can have a size from"),
        ([NIGHT], 101, "can have a size from"),
        ([date(2017, 3, 31)], 0.15, "exports nights from"),
        ([date(2032, 1, 1)], 0.15, "exports nights from"),
        ([], 0.15, "no night to export"),
    ],
)
def test_what_the_council_can_not_be_is_refused(tmp_path, nights, size, why):
    with pytest.raises(ValueError, match=why):
        write_exports(tmp_path, nights, size=size)
    assert not list(tmp_path.iterdir())
