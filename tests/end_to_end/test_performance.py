"""Score cards, caseloads and work that comes due on the sample authority, against counts of the files."""

from datetime import timedelta

import pandas as pd
import pytest

from include.sample.exports import DEFAULT_NIGHTS
from tests.oracle.figures import months_on, on_plan, open_on

NIGHT = DEFAULT_NIGHTS[1]
DAYS = ("2026-03-31", "2026-02-28", "2025-09-30", "2025-03-31")
YEAR = ("2025-04-01", "2026-03-31")
LEAST_CASES, WEEKS = 20, 12


@pytest.fixture(scope="module")
def tables(sample_night):
    return sample_night.tables


def _frame(sample_night, mart: str, where: str = "true") -> pd.DataFrame:
    with sample_night.warehouse.connect() as connection:
        cursor = connection.execute(f"select * from {sample_night.marts}.{mart} where {where}")
        return pd.DataFrame(cursor.fetchall(), columns=[column.name for column in cursor.description])


def _in_care(tables, on: str) -> set[str]:
    """Children in care and under 18, those on short breaks among them."""
    episodes = open_on(tables["cla_episodes"], "clae_cla_episode_start_date", "clae_cla_episode_ceased_date", on)
    born = episodes["clae_person_id"].map(tables["person"].set_index("pers_person_id")["pers_dob"])
    return set(episodes.loc[months_on(born, 216) > on, "clae_person_id"])


def _iro_of(tables, on: str) -> pd.Series:
    """The IRO allocated to each child on a day, by child; of two at a time the later one."""
    rows = tables["involvements"][tables["involvements"]["invo_professional_role_id"] == "IRO"]
    rows = open_on(rows, "invo_involvement_start_date", "invo_involvement_end_date", on)
    rows = rows.sort_values("invo_involvement_start_date").drop_duplicates("invo_person_id", keep="last")
    return rows.set_index("invo_person_id")["invo_professional_id"]


def _posts(tables, on: str) -> pd.DataFrame:
    posts = open_on(tables["iro_posts"], "from_date", "to_date", on)
    return posts.assign(
        fte_total=posts["fte_total"].astype(float),
        fte_children=posts["fte_children"].astype(float),
        away=(posts["absent_from"] != "")
        & (posts["absent_from"] <= on)
        & ((posts["absent_to"] == "") | (posts["absent_to"] >= on)),
    )


@pytest.mark.parametrize("on", DAYS)
def test_caseload_is_each_child_once_for_each_full_time_post_that_carries_children(sample_night, tables, on):
    (row,) = _frame(sample_night, "caseload", f"position_date = '{on}'").to_dict("records")
    care, plans, posts = _in_care(tables, on), set(on_plan(tables, on)["cppl_person_id"]), _posts(tables, on)
    both, iro = care | plans, _iro_of(tables, on)
    found = {name: float(row[name]) for name in row if name not in ("position_date", "is_month_end")}
    assert found == pytest.approx(
        {
            "children_in_care": len(care),
            "children_on_plans": len(plans),
            "children_both": len(care & plans),
            "children": len(both),
            "children_without_iro": len(both - set(iro.index)),
            "fte_total": posts["fte_total"].sum(),
            "fte_children": posts["fte_children"].sum(),
            "fte_children_absent": posts.loc[posts["away"], "fte_children"].sum(),
            "children_per_fte": round(len(both) / posts["fte_children"].sum(), 1),
        },
        abs=0.051,
    )


@pytest.mark.parametrize("on", DAYS)
def test_the_caseload_of_a_person_is_of_who_is_allocated_on_the_day(sample_night, tables, on):
    rows = _frame(sample_night, "caseload_person", f"position_date = '{on}'").set_index("iro_id")
    children = _in_care(tables, on) | set(on_plan(tables, on)["cppl_person_id"])
    iro = _iro_of(tables, on)
    carried = iro[iro.index.isin(children)].value_counts()
    posts = _posts(tables, on).groupby("professional_id").agg({"fte_children": "sum", "away": "any"})
    assert rows.index.is_unique
    assert set(rows.index) == set(posts.index) | set(carried.index)
    assert rows["children"].to_dict() == carried.reindex(rows.index, fill_value=0).to_dict()
    assert rows["is_absent"].astype(bool).to_dict() == posts["away"].reindex(rows.index, fill_value=False).to_dict()
    held = rows["fte_children"].dropna().astype(float)
    assert held.to_dict() == pytest.approx(posts["fte_children"].to_dict())


def _of_persons(sample_night, measure: str) -> pd.DataFrame:
    return _frame(
        sample_night, "score_card_person", f"measure_id = '{measure}' and period_id = 'year to date {YEAR[1]}'"
    ).set_index("iro_id")


def test_a_review_held_belongs_to_its_chair(sample_night, tables):
    held = tables["review_details"]
    held = held[held["held_date"].between(*YEAR) & (held["chair_professional_id"] != "")]
    # meetings of a series are one review, of the day and the chair of the first
    chairs = held.loc[held["series_number"] == "1", "chair_professional_id"].value_counts()
    found = _of_persons(sample_night, "cic_reviews_held")["numerator"].astype(int)
    assert found.to_dict() == chairs.to_dict()
    assert len(chairs) > 3


def test_an_escalation_is_of_who_raised_it(sample_night, tables):
    raised = tables["escalations"]
    raised = raised[(raised["formal"] == "Y") & raised["raised_date"].between(*YEAR)]
    found = _of_persons(sample_night, "escalations")["numerator"].astype(int)
    assert found.to_dict() == raised["raised_by_professional_id"].value_counts().to_dict()


def test_reviews_are_in_time_or_late(sample_night):
    in_time, late = (_of_persons(sample_night, name) for name in ("cic_reviews_in_time", "cic_reviews_late"))
    assert (in_time["numerator"] + late["numerator"] == in_time["denominator"]).all()
    assert (late["denominator"] == in_time["denominator"]).all()
    assert in_time["numerator"].sum() > 0


def test_a_rate_of_few_cases_is_withheld_from_a_persons_row_and_a_count_never_is(sample_night):
    rows = _frame(sample_night, "score_card_person")
    rate = rows["unit"].isin(["percent", "days"])
    few = rate & (rows["denominator"].astype(float) < LEAST_CASES)
    assert few.sum() > 10
    assert (rate & ~few).sum() > 10
    assert (rows["is_rate_withheld"].astype(bool) == few).all()
    assert rows.loc[few, ["value", "value_as_published"]].isna().all(axis=None)
    assert rows.loc[~few, "value"].notna().all()
    assert rows["numerator"].notna().all()


def test_the_score_card_shows_no_person_and_its_teams_add_up(sample_night):
    card = _frame(sample_night, "score_card")
    assert set(card["breakdown"]) == {"total", "team", "service manager"}
    counts = card[(card["unit"] == "count") & card["period_kind"].isin(["month", "year to date"])]
    added = counts.groupby(["measure_id", "period_id", "breakdown"])["numerator"].sum().astype(float).unstack()
    added = added.dropna(subset=["team"])
    assert len(added) > 50
    assert (added["team"] == added["total"]).all()


@pytest.mark.parametrize(
    ("kind", "position", "due"),
    [
        ("child in care review", "fct_child_position", "next_review_due_date"),
        ("review conference", "fct_cp_position", "next_conference_due_date"),
    ],
)
def test_work_of_the_next_weeks_is_listed_once_by_its_week(sample_night, kind, position, due):
    listed = _frame(sample_night, "work_due", f"kind = '{kind}'").set_index("child_ref")
    positions = _frame(sample_night, position, f"position_date = '{NIGHT}'")
    dates = positions.set_index("child_ref")[due].dropna()
    dates = dates[dates <= NIGHT + timedelta(weeks=WEEKS)]
    assert len(dates) > 20
    assert listed.index.is_unique
    assert listed["due_date"].to_dict() == dates.to_dict()
    assert listed["is_overdue"].to_dict() == (dates < NIGHT).to_dict()
    monday = NIGHT - timedelta(days=NIGHT.weekday())
    weeks = dates.map(lambda day: ((day - timedelta(days=day.weekday())) - monday).days // 7)
    assert listed["weeks_ahead"].astype(int).to_dict() == weeks.to_dict()


def test_reviews_of_the_councils_own_carers_that_come_due_are_listed(sample_night, tables):
    listed = _frame(sample_night, "work_due", "kind = 'foster carer review'").set_index("household_id")
    households = tables["foster_households"]
    open_now = households[(households["ended_date"] == "") | (households["ended_date"] > NIGHT.isoformat())]
    own = set(open_now.loc[open_now["own_or_agency"] != "AGENCY", "household_id"])
    assert set(listed.index) <= own
    # a year after the review held last, or after approval
    reviews = tables["foster_carer_reviews"]
    held = reviews[reviews["review_date"] != ""].groupby("household_id")["review_date"].max()
    yearly = open_now[open_now["household_id"].isin(own) & (open_now["temporary_until"] == "")].set_index(
        "household_id"
    )
    runs_from = held.reindex(yearly.index).fillna(yearly["approved_date"])
    due = pd.to_datetime(months_on(runs_from, 12)).dt.date
    due = due[due <= NIGHT + timedelta(weeks=WEEKS)]
    assert len(due) > 3
    assert listed["due_date"].reindex(due.index).to_dict() == due.to_dict()
