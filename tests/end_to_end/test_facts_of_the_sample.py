"""Every fact on the sample authority: its rows against the files, and against a ledger in git.

`row_counts.csv` beside this file has, for each mart, its rows, those that the files tell and those that the warehouse
derived (what is due and has no record). A change of a model or of the sample that changes a number has to change it
there, where it is seen. The files are counted here with pandas, knowing nothing of dbt.
Where the first test fails, what it found is what the ledger should say, once somebody has said why it changed.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.figures import Tables

LEDGER = Path(__file__).with_name("row_counts.csv")
RUN = {
    "publication", "publication_source", "dim_date", "dim_permanence_option", "permanence_timescales",
    "permanence_survival_curve", "dim_measure", "figures", "annual_report_reconciliation", "comparator",
    "figures_for_publication", "score_card", "score_card_person", "caseload", "caseload_person",
    "work_due", "permanence_trend",
}  # fmt: skip
"""Marts that no file has a row for: of the run, of days and options, and figures."""
VOICE = {
    "voice_participation", "voice_conference_invitations", "voice_compliance_answers", "voice_statements",
    "voice_statement_children", "voice_safety_flags", "voice_advocacy", "voice_independent_visitors",
}  # fmt: skip
"""Marts that count what children said: test_voice.py counts it in the files."""
POSITIONS = {
    "fct_child_position", "permanence_tracker", "fct_cp_position", "cp_tracker", "worklist",
    "permanence_movement", "permanence_movement_span",
}  # fmt: skip
"""Marts of how things stood on days: gate 2 counts their children."""
DERIVED = {
    "fct_cic_review": "status <> 'held'",
    "fct_cic_review_clock": "held_date is null",
    "fct_cp_conference": "status = 'due'",
    "fct_foster_carer_review": "review_id like 'due|%'",
    "fct_private_fostering_visit": "visit_date is null",
}
"""Marts of which some rows are derived, and which."""


def _care_statuses(tables: Tables) -> int:
    """Spells of a care status that lie within a period of care: no two of the sample's overlap."""
    spans = (
        tables["cla_episodes"]
        .groupby(["clae_person_id", "clae_cla_id"])
        .agg(
            starts=("clae_entered_care_date", "min"),
            ends=("clae_cla_episode_ceased_date", lambda days: days.replace("", "9999").max()),
        )
    )
    statuses = tables["legal_status"].merge(
        spans.reset_index(), left_on="lega_person_id", right_on="clae_person_id", how="inner"
    )
    until = statuses["lega_legal_status_end_date"].replace("", "9999")
    within = (statuses["lega_legal_status_start_date"] < statuses["ends"]) & (until > statuses["starts"])
    return int(within.sum())


def _reviews_held(tables: Tables) -> pd.DataFrame:
    """Reviews held: one a period and day, whoever has it; a later meeting of a series is none."""
    forms = tables["cla_reviews"]
    forms = forms[forms["clar_cla_review_cancelled"] != "Y"]
    details = tables["review_details"]
    details = details[(details["held_date"] != "")]
    cancelled = set(
        tables["cla_reviews"].loc[tables["cla_reviews"]["clar_cla_review_cancelled"] == "Y", "clar_cla_review_id"]
    )
    details = details[~details["review_id"].isin(cancelled - {""})]
    later = set(details["adjourned_to_review_id"]) - {""}
    second = details[
        details["review_detail_id"].isin(later) | (details["review_id"].isin(later) & (details["review_id"] != ""))
    ]
    days = pd.concat(
        [
            forms.rename(columns={"clar_cla_id": "period", "clar_cla_review_date": "day"})[["period", "day"]],
            details.rename(columns={"cla_id": "period", "held_date": "day"})[["period", "day"]],
        ]
    ).drop_duplicates()
    again = second.rename(columns={"cla_id": "period", "held_date": "day"})[["period", "day"]].drop_duplicates()
    return days.merge(again, how="left", indicator=True).query("_merge == 'left_only'")


def _children(tables: Tables) -> int:
    """Everybody whom a record of a child names."""
    named = {
        "person": "pers_person_id", "cla_episodes": "clae_person_id", "s47_enquiry": "s47e_person_id",
        "initial_cp_conference": "icpc_person_id", "cp_plans": "cppl_person_id", "cla_visits": "clav_person_id",
        "involvements": "invo_person_id", "missing": "miss_person_id", "escalations": "person_id",
        "statements": "person_id", "advocacy_referrals": "person_id", "scrutiny": "person_id",
    }  # fmt: skip
    return len(set().union(*(set(tables[table][column]) for table, column in named.items())) - {""})


def _conferences_held(tables: Tables) -> int:
    initial = tables["initial_cp_conference"]
    initial = initial[initial["icpc_icpc_date"] != ""][["icpc_person_id", "icpc_icpc_date"]].drop_duplicates()
    reviews = tables["cp_reviews"]
    reviews = reviews[reviews["cppr_cp_review_date"] != ""][["cppr_person_id", "cppr_cp_review_date"]].drop_duplicates()
    return len(initial) + len(reviews)


def _concerns(tables: Tables) -> int:
    reviews = tables["foster_carer_reviews"]
    return int(((reviews["lado_issue"] == "Y") | (reviews["review_type"] == "AFTER_ALLEGATION")).sum())


def _whole(table: str) -> Callable[[Tables], int]:
    return lambda tables: len(tables[table])


TOLD: dict[str, Callable[[Tables], int]] = {
    "dim_child": _children,
    "child_identity": lambda tables: int(
        ((tables["person"]["pers_forename"] != "") | (tables["person"]["pers_surname"] != "")).sum()
    ),
    "dim_professional": _whole("professionals"),
    "dim_team": _whole("department"),
    "dim_team_manager": _whole("team_managers"),
    "dim_iro_post": _whole("iro_posts"),
    "dim_foster_household": _whole("foster_households"),
    "fct_care_period": lambda tables: tables["cla_episodes"]["clae_cla_id"].nunique(),
    "fct_legal_status": _care_statuses,
    "fct_placement": _whole("cla_placement"),
    "fct_allocation": lambda tables: int(
        tables["involvements"]["invo_professional_role_id"].isin(["IRO", "Social Worker"]).sum()
    ),
    "fct_visit": lambda tables: len(tables["cla_visits"]) + len(tables["cp_visits"]),
    "fct_iro_contact": _whole("iro_contacts"),
    "fct_missing": _whole("missing"),
    "fct_cic_review": lambda tables: len(_reviews_held(tables)),
    "fct_cp_conference": _conferences_held,
    "fct_conference_participation": _whole("conference_participation"),
    "fct_cp_plan": _whole("cp_plans"),
    "fct_permanence_plan": _whole("permanence_plan_decisions"),
    "fct_permanence_milestone": _whole("permanence_milestones"),
    "fct_permanence_action": _whole("permanence_actions"),
    "fct_escalation": _whole("escalations"),
    "fct_escalation_stage": _whole("escalation_stages"),
    "fct_foster_carer_review": _whole("foster_carer_reviews"),
    "foster_carer_concern": _concerns,
    "fct_private_fostering": _whole("private_fostering_arrangements"),
    "fct_private_fostering_visit": _whole("private_fostering_visits"),
    "fct_statement": _whole("statements"),
    "fct_compliance_form": _whole("compliance_forms"),
    "fct_advocacy_referral": _whole("advocacy_referrals"),
    "fct_independent_visitor": _whole("independent_visitors"),
    "fct_review_action": _whole("review_actions"),
    "fct_meeting_change": _whole("meeting_changes"),
    "fct_special_review": _whole("special_reviews"),
    "fct_special_review_child": _whole("special_review_children"),
    "fct_scrutiny": _whole("scrutiny"),
}
"""How many rows of each mart the files tell."""
BY_CLOCK = {"fct_cic_review_clock"}
"""Of these a row is a clock's: how many a review has depends on the clocks, which the oracle holds."""


@pytest.fixture(scope="module")
def counts(sample_night) -> tuple[Tables, dict[str, tuple[int, int]]]:
    """The files of the night, and of each mart how many rows it has and how many of them are derived."""
    warehouse, marts = sample_night.warehouse, sample_night.marts
    counted = {}
    for (name,) in warehouse.rows("select tablename from pg_tables where schemaname = %s", (marts,)):
        derived = DERIVED.get(name, "false")
        counted[name] = warehouse.rows(f"select count(*), count(*) filter (where {derived}) from {marts}.{name}")[0]
    return sample_night.tables, counted


def _ledger() -> dict[str, tuple[int, int]]:
    with LEDGER.open(newline="") as handle:
        return {row["mart"]: (int(row["rows"]), int(row["derived"])) for row in csv.DictReader(handle)}


def test_the_rows_of_each_mart_are_those_of_the_ledger(counts):
    assert {name: rows for name, rows in counts[1].items() if name not in RUN | VOICE | POSITIONS} == _ledger()


def test_every_mart_is_counted():
    assert set(TOLD) | BY_CLOCK == set(_ledger())


@pytest.mark.parametrize("mart", TOLD)
def test_what_the_files_tell_is_in_the_mart_and_nothing_else(counts, mart):
    tables, found = counts
    rows, derived = found[mart]
    assert rows - derived == TOLD[mart](tables)
