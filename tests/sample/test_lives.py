"""What children live through over the years: each situation is there, and hangs together. Counted in the files."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from include.calendar.bank_holidays import bank_holidays
from include.sample.exports import write_exports
from tests.oracle.figures import Tables, months_on, read_tables

NIGHT, EARLIER = date(2026, 3, 31), date(2021, 3, 31)
AWAY = {"T0", "T1", "T2", "T3", "T4"}
ADOPTIVE = {"A5", "A6"}


@pytest.fixture(scope="module")
def nights(tmp_path_factory) -> dict[date, Tables]:
    """Every table of two nights five years apart, at SIZE 1.0."""
    drop = tmp_path_factory.mktemp("lives")
    write_exports(drop, [EARLIER, NIGHT], size=1.0)
    return {night: read_tables(drop, night) for night in (EARLIER, NIGHT)}


@pytest.fixture(scope="module")
def tables(nights) -> Tables:
    return nights[NIGHT]


@pytest.fixture(scope="module")
def homes(tables) -> pd.DataFrame:
    """Placements by period of care and day, with why each began, and the one before and after it in the period."""
    rows = tables["cla_placement"]
    names = {"clap_cla_placement_id": "placement", "clap_cla_id": "period", "clap_person_id": "person_id"}
    rows = rows.rename(columns=names).rename(columns=lambda name: name.removeprefix("clap_cla_placement_"))
    episodes = tables["cla_episodes"].sort_values("clae_cla_episode_start_date")
    first = episodes.drop_duplicates("clae_cla_placement_id").set_index("clae_cla_placement_id")
    rows["why"] = rows["placement"].map(first["clae_cla_episode_start_reason"]).fillna("")
    household = tables["household_placements"].set_index("placement_id")["household_id"]
    rows["household"] = rows["placement"].map(household).fillna("")
    rows = rows.sort_values(["period", "start_date"], ignore_index=True)
    for name, step in (("before", 1), ("after", -1)):
        same = rows["period"] == rows["period"].shift(step)
        for column in ("type", "provider", "household", "postcode", "why", "urn"):
            rows[f"{column}_{name}"] = rows[column].shift(step).where(same)
    return rows


def _days(starts: pd.Series, ends: pd.Series) -> pd.Series:
    return (pd.to_datetime(ends) - pd.to_datetime(starts)).dt.days


def test_a_temporary_move_keeps_to_the_rules_of_the_return(homes, tables):
    """Rules 375 to 383: it neither begins nor ends a period, it is short, and the child goes back to the same home."""
    away = homes[homes["type"].isin(AWAY)]
    assert set(away["type"]) >= {"T1", "T2", "T3", "T4"}
    assert 0.005 < len(away) / len(homes) < 0.05, "a few"
    over = away[away["end_date"] != ""]
    # the extract's window may have cut the placement before it
    known = over[over["type_before"].notna()]
    assert len(known) > 0.9 * len(over)
    assert over["type_after"].notna().all()
    for column in ("type", "provider", "household", "postcode", "urn"):
        assert (known[f"{column}_before"] == known[f"{column}_after"]).all(), column
    assert set(away["why"]) <= {"T", "U"}
    assert set(over["why_after"]) <= {"T", "U"}
    assert set(away["provider"]) | set(away["household"]) | set(away["urn"]) == {""}
    assert set(away["change_reason"]) == {""}
    days = _days(over["start_date"], over["end_date"])
    for kind, most in (("T1", 42), ("T3", 21), ("T4", 7)):
        assert days[over["type"] == kind].max() <= most, kind
    holidays = over[over["type"] == "T3"].sort_values(["person_id", "start_date"])
    third = holidays.groupby("person_id")["start_date"].shift(-2).dropna()
    assert (third > months_on(holidays.loc[third.index, "start_date"], 12)).all()
    breaks = tables["legal_status"].query("lega_legal_status in ['V3', 'V4']")["lega_person_id"]
    assert not away["person_id"].isin(breaks).any()


def test_a_review_that_was_adjourned_has_two_meetings_and_is_one_review(tables):
    details = tables["review_details"].set_index("review_detail_id")
    first = details[details["adjourned_to_review_id"] != ""]
    held = details[details["held_date"] != ""]
    assert 0.005 < len(first) / len(held) < 0.03
    second = details.loc[first["adjourned_to_review_id"]]
    assert set(details.index[details["series_number"] == "2"]) == set(held.index) & set(second.index)
    assert set(first["series_number"]) == {"1"}
    for column in ("person_id", "cla_id", "review_type"):
        assert (first[column].to_numpy() == second[column].to_numpy()).all(), column
    assert set(second["review_id"]) | set(second["adjourned_to_review_id"]) == {""}
    both = second["held_date"].to_numpy() != ""
    one, other = (rows["held_date"].to_numpy()[both].astype("datetime64[D]") for rows in (first, second))
    apart = np.busday_count(one, other, holidays=np.array([day for day, _ in bank_holidays()], dtype="datetime64[D]"))
    assert apart.min() > 0
    assert apart.max() <= 20
    reviews = tables["cla_reviews"].query("clar_cla_review_id != ''")
    reviews = reviews.set_index("clar_cla_review_id")["clar_cla_review_date"]
    complete = first[first["review_id"].isin(reviews.index)]
    assert len(complete) > 50
    assert (complete["review_id"].map(reviews) == complete["held_date"]).all(), "it is held on the day of the first"
    dates = set(zip(tables["cla_reviews"]["clar_cla_id"], tables["cla_reviews"]["clar_cla_review_date"], strict=True))
    assert not dates & set(zip(second["cla_id"], second["held_date"], strict=True)), "the second is no other review"


def test_an_adoption_that_fails_ends_the_plan_and_the_decision_is_taken_back(homes, tables):
    back = homes[homes["type"].isin(ADOPTIVE) & homes["type_after"].notna() & ~homes["type_after"].isin(ADOPTIVE)]
    assert len(back) >= 3
    assert set(back["why_after"]) <= {"P", "B"}
    decisions = tables["permanence_plan_decisions"].query("plan_option == 'ADOPTION' and end_reason == 'BROKE_DOWN'")
    ended = decisions.set_index("cla_id")["ended_date"]
    told = back[back["period"].isin(ended.index)]
    assert len(told) >= 3
    assert (told["period"].map(ended) == told["end_date"]).all()
    taken_back = tables["permanence"].query("perm_placed_for_adoption_date != '' and perm_decision_reversed_date != ''")
    assert len(taken_back) >= 3
    assert (taken_back["perm_decision_reversed_date"] > taken_back["perm_placed_for_adoption_date"]).all()
    seen = taken_back["perm_decision_reversed_date"] > months_on(back["end_date"].min(), 6)
    assert taken_back[seen]["perm_cla_id"].isin(back["period"]).all()


def test_a_child_adopted_by_its_foster_carers_stays_where_it_is(homes, tables):
    stayed = homes[(homes["type"] == "A5") & homes["type_before"].notna()]
    assert len(stayed) >= 5
    assert set(stayed["why"]) <= {"T", "U"}
    assert stayed["type_before"].str.startswith("U").all()
    assert (stayed["postcode"] == stayed["postcode_before"]).all()
    said = tables["permanence"].set_index("perm_cla_id")["perm_adopted_by_carer_flag"]
    told = homes[homes["type"].isin(ADOPTIVE) & (homes["period"].map(said) != "")]
    told = told.drop_duplicates("period")
    assert ((told["period"].map(said) == "Y") == (told["type"] == "A5")).all()


def test_a_child_in_secure_accommodation_is_reviewed_by_another_than_its_iro(homes, tables):
    secure = homes[homes["type"] == "K1"]
    ends = secure["end_date"].where(secure["end_date"] != "", NIGHT.isoformat())
    assert len(secure) >= 5
    assert _days(secure["start_date"], ends).max() <= 300
    special = tables["special_reviews"].query("review_type == 'SECURE'")
    special = special.merge(tables["special_review_children"], on="special_review_id")
    stays = special.merge(secure, left_on=["person_id", "trigger_date"], right_on=["person_id", "start_date"])
    seen = special["trigger_date"] >= secure["start_date"].min()
    assert len(stays) >= seen.sum() >= 5
    assert (stays["review_date"] > stays["trigger_date"]).all()
    assert (stays["review_date"] <= stays["due_date"]).mean() > 0.7
    iros = tables["involvements"].query("invo_professional_role_id == 'IRO'")
    own = special.merge(iros, left_on="person_id", right_on="invo_person_id")
    own = own[own["invo_involvement_start_date"] <= own["review_date"]]
    own = own[(own["invo_involvement_end_date"] == "") | (own["invo_involvement_end_date"] > own["review_date"])]
    assert len(own) >= 5
    assert (own["chair_professional_id"] != own["invo_professional_id"]).all()


def test_the_same_meeting_is_sometimes_two_reviews(tables):
    special = tables["special_reviews"].set_index("special_review_id")
    both = tables["review_details"].query("also_review_id != ''")
    assert 0.002 < len(both) / len(tables["review_details"]) < 0.05
    assert (both["also_review_id"].map(special["review_date"]) == both["held_date"]).all()
    assert (both["also_review_id"].map(special["chair_professional_id"]) == both["chair_professional_id"]).all()
    child = tables["special_review_children"].set_index("special_review_id")["person_id"]
    assert (both["also_review_id"].map(child) == both["person_id"]).all()
    assert set(both["also_review_id"].map(special["review_type"])) == {
        "ADOPTION",
        "DISRUPTION",
        "AIM2",
        "COMPLEX_ABUSE",
    }
    age = _days(both["person_id"].map(tables["person"].set_index("pers_person_id")["pers_dob"]), both["held_date"])
    assert age[both["also_review_id"].map(special["review_type"]) == "AIM2"].min() > 3650


def test_a_child_of_one_night_is_the_same_child_years_later(nights):
    before, after = (nights[night]["person"].set_index("pers_person_id") for night in (EARLIER, NIGHT))
    born = before[before["pers_dob"] != ""]
    both = born.index.intersection(after.index)
    assert len(both) > 0.99 * len(born), "but for duplicates that were merged"
    for column in ("pers_dob", "pers_sex", "pers_ethnicity", "pers_forename"):
        assert (born.loc[both, column] == after.loc[both, column]).all(), column
    periods = [nights[night]["cla_episodes"].groupby("clae_cla_id") for night in (EARLIER, NIGHT)]
    entered = [each["clae_entered_care_date"].first() for each in periods]
    child = [each["clae_person_id"].first() for each in periods]
    assert len(entered[0]) > 1000
    assert (entered[1][entered[0].index] == entered[0]).all()
    assert (child[1][child[0].index] == child[0]).all()


def test_an_adopted_child_comes_back_as_another_person(tables):
    before = tables["cla_previous_permanence"].query("lapp_previous_permanence_option == 'P1'")["lapp_person_id"]
    persons = tables["person"].set_index("pers_person_id")
    left = tables["cla_episodes"].query("clae_cla_episode_ceased_reason in ['E11', 'E12']")["clae_person_id"]
    assert not set(before) & set(left), "nothing joins the two"
    who = [tuple(row) for row in persons.loc[before, ["pers_dob", "pers_sex", "pers_ethnicity"]].to_numpy()]
    was = {tuple(row) for row in persons.loc[left.unique(), ["pers_dob", "pers_sex", "pers_ethnicity"]].to_numpy()}
    assert sum(each in was for each in who) >= 3


def test_siblings_are_placed_together_and_apart(homes, tables):
    groups = tables["sibling_groups"]
    assert {"TOGETHER", "APART"} == set(groups["plan"])
    once = tables["cla_episodes"].groupby("clae_person_id")["clae_cla_id"].nunique() == 1
    first = homes[(homes["why"] == "S") & homes["person_id"].map(once)].set_index("person_id")["household"]
    groups = groups.assign(household=groups["person_id"].map(first))
    known = groups[groups.groupby("group_id")["household"].transform(lambda each: each.notna().all() and len(each) > 1)]
    alike = known.groupby("group_id").agg({"plan": "first", "household": "nunique"})
    assert len(alike) > 50
    assert (alike[alike["plan"] == "TOGETHER"]["household"] == 1).all()
    assert (alike[alike["plan"] == "APART"]["household"] > 1).all()


def test_iros_change_and_children_come_of_age(tables):
    iros = tables["involvements"].query("invo_professional_role_id == 'IRO'")
    assert (iros.groupby("invo_person_id")["invo_professional_id"].nunique() > 1).sum() > 100
    ended = tables["cla_episodes"].query("clae_cla_episode_ceased_reason in ['E5', 'E6', 'E7']")
    born = ended["clae_person_id"].map(tables["person"].set_index("pers_person_id")["pers_dob"])
    assert len(ended) > 100
    assert (months_on(born, 216) == ended["clae_cla_episode_ceased_date"]).mean() > 0.99


def test_children_are_born_after_a_plan_was_made_for_them(tables):
    plans = tables["cp_plans"].merge(tables["person"], left_on="cppl_person_id", right_on="pers_person_id")
    born = plans[plans["pers_dob"] != ""]
    later = born[born["pers_dob"] > born["cppl_cp_plan_start_date"]]
    assert 0.03 < len(later) / len(born) < 0.2
    assert (_days(later["cppl_cp_plan_start_date"], later["pers_dob"]) < 150).all()
    assert ((plans["pers_dob"] == "") & (plans["pers_expected_dob"] != "")).any()


def test_a_family_that_moved_here_with_a_plan_is_said_to_have_in_both_registers(tables):
    initial = tables["initial_cp_conference"]
    moved = initial.groupby("icpc_icpc_meeting_id")["icpc_icpc_transfer_in"].agg(set)
    assert set(map(len, moved)) == {1}
    details = tables["conference_details"].set_index("meeting_id")["transfer_in"]
    assert (moved.index.map(details) == moved.map(lambda said: next(iter(said)))).all()
    assert 0.005 < (moved == {"Y"}).mean() < 0.05


def test_unaccompanied_children_and_children_out_of_the_area(homes, tables):
    seeking = tables["immigration_status"].query("immi_immigration_status == 'UASC'")["immi_person_id"]
    theirs = tables["cla_episodes"][tables["cla_episodes"]["clae_person_id"].isin(seeking)]
    assert theirs["clae_person_id"].nunique() > 50
    assert set(theirs["clae_cla_primary_need_code"]) == {"N8"}
    statuses = tables["legal_status"][tables["legal_status"]["lega_person_id"].isin(seeking)]
    assert set(statuses["lega_legal_status"]) == {"V2"}
    assert "E15" in set(theirs["clae_cla_episode_ceased_reason"]), "found to be an adult"
    assert 0.25 < homes["postcode"].str.startswith("VX").mean() < 0.45
