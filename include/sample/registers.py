"""The service's other registers: escalations and their stages, foster households and their reviews."""

import numpy as np
import pandas as pd

from include.sample.chance import any_of, chance, numbered, pick, stream
from include.sample.days import (
    HORIZON,
    NOT_YET,
    REFERENCE_DAY,
    add_months,
    after,
    as_days,
    weekday,
    working_days_after,
)
from include.sample.periods import DRIFTING, Story
from include.sample.register import Register
from include.sample.workforce import IRO, allocated, holders

# All days of the two scripts are working days before the reference day; None: not yet.
_ESCALATIONS = (  # raised, formal, reason, closed, outcome
    (3, "Y", "DRIFT_AND_DELAY", None, None),
    (9, "Y", "DRIFT_AND_DELAY", None, None),
    (16, "Y", "CARE_PLAN", None, None),
    (19, "Y", "IMPLEMENTATION_OF_PLAN", None, None),
    (7, "Y", "VISITS", None, None),
    (5, "N", "RECORDING", None, None),
    (0, "Y", "NO_ALLOCATED_WORKER", None, None),
    (30, "Y", "DRIFT_AND_DELAY", 26, "RESOLVED"),
    (48, "Y", "DECISION_IN_CARE_PLANNING", 40, "PLAN_CHANGED"),
    (62, "Y", "HEALTH_OR_EDUCATION", 54, "RESOLVED"),
    (85, "Y", "DRIFT_AND_DELAY", 75, "RESOLVED"),
    (110, "Y", "CARE_PLAN", 92, "TO_CAFCASS"),
    (140, "N", "PARTICIPATION", 138, "RESOLVED"),
    (170, "Y", "PLACEMENT", 160, "NOT_UPHELD"),
    (210, "Y", "OTHER", 207, "WITHDRAWN"),
)
_STAGES = (  # escalation by its place above, role notified, notified, responded, response
    (0, "TEAM_MANAGER", 3, None, None),
    (1, "TEAM_MANAGER", 9, None, None),
    (2, "TEAM_MANAGER", 16, 12, "DISPUTED"),
    (2, "SERVICE_MANAGER", 11, None, None),
    (3, "TEAM_MANAGER", 19, None, None),
    (3, "CSSU_SERVICE_MANAGER", 13, 9, "DISPUTED"),
    (3, "ASSISTANT_DIRECTOR", 2, None, None),
    (4, "TEAM_MANAGER", 7, 4, "ACTION_AGREED"),
    (5, "TEAM_MANAGER", 5, 2, "ACTION_AGREED"),
    (6, "TEAM_MANAGER", 0, None, None),
    (7, "TEAM_MANAGER", 30, 26, "RESOLVED"),
    (8, "TEAM_MANAGER", 48, 44, "ACTION_AGREED"),
    (9, "TEAM_MANAGER", 62, 54, "RESOLVED"),
    (10, "TEAM_MANAGER", 85, 80, "DISPUTED"),
    (10, "SERVICE_MANAGER", 79, 75, "RESOLVED"),
    (11, "TEAM_MANAGER", 110, 106, "DISPUTED"),
    (11, "DIRECTOR", 105, 101, "DISPUTED"),
    (11, "CHIEF_EXECUTIVE", 100, 93, "DISPUTED"),
    (11, "CAFCASS", 92, None, None),
    (12, "TEAM_MANAGER", 140, 138, "RESOLVED"),
    (13, "TEAM_MANAGER", 170, 166, "DISPUTED"),
    (14, "TEAM_MANAGER", 210, None, None),
)
_JOB_TITLES = {
    "TEAM_MANAGER": "Team Manager",
    "SERVICE_MANAGER": "Service Manager",
    "CSSU_SERVICE_MANAGER": "CSSU Service Manager",
    "ASSISTANT_DIRECTOR": "Assistant Director",
    "DIRECTOR": "Director of Children's Services",
    "CHIEF_EXECUTIVE": "Chief Executive",
}
_DISPUTED_STORIES = (*DRIFTING, Story.BY_SECOND_REVIEW)
_HOUSEHOLDS = 40
_MOST_CARER_REVIEWS = 16


def escalation_registers(
    periods: pd.DataFrame, reviews: pd.DataFrame, allocations: pd.DataFrame, staff: pd.DataFrame
) -> tuple[Register, Register]:
    """cssu.escalations and cssu.escalation_stages, each of a child whose plan drifts, raised by the child's IRO."""
    cases = pd.DataFrame(_ESCALATIONS, columns=["ago", "formal", "reason", "closed_ago", "outcome"])
    cases = cases.join(_disputed(periods), how="inner")
    cases["escalation_id"] = numbered(950101, len(cases), "CD")
    cases["raised_date"] = _working_days_ago(cases["ago"])
    cases["closed_date"] = _working_days_ago(cases["closed_ago"])
    cases["known_from"] = cases["raised_date"]
    cases["raised_by_professional_id"] = allocated(allocations, IRO, cases["person_id"], cases["raised_date"])
    cases = pd.merge_asof(
        cases.sort_values("raised_date"),
        reviews.loc[reviews["held"].notna(), ["cla_id", "held", "review_id"]].sort_values("held"),
        left_on="raised_date",
        right_on="held",
        by="cla_id",
    )
    stages = pd.DataFrame(_STAGES, columns=["case", "notified_role", "notified_ago", "responded_ago", "response"])
    stages["escalation_id"] = numbered(950101, len(_ESCALATIONS), "CD")[stages["case"]]
    stages["stage_number"] = stages.groupby("case").cumcount() + 1
    stages["stage_id"] = stages["escalation_id"] + "-" + stages["stage_number"].astype(str)
    stages["notified_date"] = _working_days_ago(stages["notified_ago"])
    stages["responded_date"] = _working_days_ago(stages["responded_ago"])
    stages["known_from"] = stages["notified_date"]
    managers = {role: holders(staff, title)[0] for role, title in _JOB_TITLES.items()}
    stages["notified_professional_id"] = stages["notified_role"].map(managers)
    stages = stages[stages["escalation_id"].isin(cases["escalation_id"])]
    return Register(cases, {"closed_date": ("outcome",)}), Register(stages, {"responded_date": ("response",)})


def _disputed(periods: pd.DataFrame) -> pd.DataFrame:
    """Children, one period each, the worst stories first, who had an IRO for at least a year."""
    rank = periods["story"].map({story: place for place, story in enumerate(_DISPUTED_STORIES)})
    a_year = periods["left"].isna() & (periods["entered"] < "2025-04-01") & (periods["iro"] == "allocated")
    found = periods.assign(rank=rank)[a_year & rank.notna()].sort_values(["rank", "cla_id"], ignore_index=True)
    return found[["person_id", "cla_id"]]


def _working_days_ago(counts: pd.Series) -> pd.Series:
    days = working_days_after(np.repeat(REFERENCE_DAY, len(counts)), -counts.fillna(0).to_numpy(dtype=int))
    return pd.Series(days).where(counts.notna())


def foster_households(seed: int, staff: pd.DataFrame) -> pd.DataFrame:
    """Approved foster households in the contract's columns. A temporary approval runs for 16 weeks."""
    rng = stream(seed, "foster households")
    kind = np.resize(
        ["GENERAL", "GENERAL", "CONNECTED_PERSON", "GENERAL", "SHORT_BREAK", "CONNECTED_PERSON"], _HOUSEHOLDS
    )
    kind[[7, 19, 31]] = "TEMPORARY"
    temporary = kind == "TEMPORARY"
    days = np.where(temporary, rng.integers(20, 140, _HOUSEHOLDS), rng.integers(30, 4200, _HOUSEHOLDS))
    approved = weekday(after(REFERENCE_DAY, -days))
    has_ended = (days > 800) & chance(rng, 20, _HOUSEHOLDS) & ~temporary
    ended = after(REFERENCE_DAY, -rng.integers(10, 700, _HOUSEHOLDS))
    agency = (kind == "GENERAL") & chance(rng, 25, _HOUSEHOLDS)
    supervisors = holders(staff, "Supervising Social Worker")
    return pd.DataFrame(
        {
            "household_id": numbered(3101, _HOUSEHOLDS, "FH"),
            "approved_date": approved,
            "approval_type": kind,
            "supervising_professional_id": any_of(rng, supervisors, _HOUSEHOLDS),
            "own_or_agency": np.where(agency, "AGENCY", "OWN"),
            "temporary_until": pd.Series(after(approved, 112)).where(temporary),
            "ended_date": pd.Series(ended).where(has_ended),
            "end_reason": pd.Series(pick(rng, {"RESIGNED": 5, "RETIRED": 3, "TERMINATED": 1}, _HOUSEHOLDS)).where(
                has_ended
            ),
            "known_from": approved,
        }
    )


def carer_review_register(seed: int, households: pd.DataFrame, staff: pd.DataFrame) -> Register:
    """cssu.foster_carer_reviews: yearly for the authority's own households, from the last meeting; some are overdue."""
    rng = stream(seed, "foster carer reviews")
    reviewed = households[(households["own_or_agency"] == "OWN") & (households["approval_type"] != "TEMPORARY")]
    reviewed = reviewed.reset_index(drop=True)
    count = len(reviewed)
    approved = as_days(reviewed["approved_date"])
    until = as_days(reviewed["ended_date"].fillna(pd.Timestamp(HORIZON)))
    # every other household whose review fell due of late is still waiting for it
    put_off = np.arange(count) % 2 == 0
    before, active, rounds = approved, np.full(count, True), []
    for number in range(1, _MOST_CARER_REVIEWS + 1):
        due = add_months(before, 12)
        slack = np.where(chance(rng, 12, count), rng.integers(8, 60, count), -rng.integers(0, 35, count))
        held = weekday(after(due, slack))
        waiting = put_off & (due > after(REFERENCE_DAY, -150)) & (due < REFERENCE_DAY)
        happens = (held < until) & ~waiting
        rounds.append(
            reviewed.assign(number=number, before=before, due_date=due, review_date=np.where(happens, held, NOT_YET))[
                active
            ]
        )
        active &= happens
        before = held
    frame = pd.concat(rounds).sort_values(["household_id", "number"], ignore_index=True)
    return _carer_reviews(rng, frame, holders(staff, "Independent Reviewing Officer")[-2:])


def _carer_reviews(rng: np.random.Generator, frame: pd.DataFrame, chairs: np.ndarray) -> Register:
    """The schedule with what a review brings with it: views, reports, panel and outcome."""
    count = len(frame)
    met = as_days(frame["review_date"])
    first = frame["number"] == 1
    later_types = pick(rng, {"ANNUAL": 94, "AFTER_ALLEGATION": 3, "CHANGE": 3}, count)
    rows = frame.assign(
        review_id=numbered(960101, count, "FR"),
        review_type=np.where(first, "FIRST", later_types),
        meeting_format=pick(rng, {"FACE_TO_FACE": 80, "VIDEO": 12, "HYBRID": 6, "DESKTOP": 2}, count),
        chair_professional_id=any_of(rng, chairs, count),
        panel_date=pd.Series(after(met, rng.integers(20, 50, count))).where(first),
        carer_views_date=after(met, -rng.integers(2, 20, count)),
        child_views_date=pd.Series(after(met, -rng.integers(2, 20, count))).where(chance(rng, 75, count)),
        placing_worker_views_date=pd.Series(after(met, -rng.integers(1, 15, count))).where(chance(rng, 80, count)),
        supervising_report_date=after(met, -rng.integers(1, 12, count)),
        written_up_date=after(met, rng.integers(5, 45, count)),
        outcome=pick(rng, {"CONTINUE": 90, "CHANGE_TERMS": 8, "END_APPROVAL": 2}, count),
        lado_issue=np.where((later_types == "AFTER_ALLEGATION") & ~first, "Y", "N"),
        known_from=after(as_days(frame["before"]), 14),
        known_until=frame["ended_date"].where(frame["review_date"].isna()),
    )
    return Register(
        rows,
        {
            "review_date": ("chair_professional_id", "meeting_format", "lado_issue"),
            "carer_views_date": (),
            "child_views_date": (),
            "placing_worker_views_date": (),
            "supervising_report_date": (),
            "panel_date": (),
            "written_up_date": ("outcome",),
        },
    )
