"""Plans for permanence: what was decided when, the dated steps, and what was done about drift."""

import json

import numpy as np
import pandas as pd

from include.sample.chance import any_of, numbered, stream
from include.sample.days import NOT_YET, REFERENCE_DAY, add_months, after, as_days, nearest
from include.sample.periods import DRIFTING, PATHWAYS, Story
from include.sample.register import Register
from include.sample.workforce import SOCIAL_WORKER, allocated

CARE_PLAN_KEYS = (
    "REMAINSUP",
    "RETURN1M",
    "RETURN6M",
    "RETURNEV",
    "LTRELFR",
    "LTFOST18",
    "RESPLMT",
    "SUPPLIV",
    "ADOPTION",
    "OTHERPLN",
)
_KEY_OF_LOCAL_OPTION = {"SGO": "OTHERPLN", "CAO": "OTHERPLN", "KINSHIP_FOSTER": "LTRELFR"}

_AGAIN = -1  # decided again after a breakdown, by the panel
# Story, role, main option (0) or alternative (1), number of the review that agrees it (0: none), how it ends.
_DECISIONS = pd.DataFrame(
    [
        (Story.PROPOSED, "PRIMARY", 0, 0, ""),
        (Story.BY_SECOND_REVIEW, "PRIMARY", 0, 2, ""),
        (Story.LATE, "PRIMARY", 0, 3, ""),
        (Story.PARALLEL, "PRIMARY", 0, 2, ""),
        (Story.PARALLEL, "PARALLEL", 1, 2, ""),
        (Story.SUPERSEDED, "PRIMARY", 1, 2, "SUPERSEDED"),
        (Story.SUPERSEDED, "PRIMARY", 0, 4, ""),
        (Story.REVERSED, "PRIMARY", 0, 2, "REVERSED"),
        (Story.BROKE_DOWN, "PRIMARY", 0, 2, "BROKE_DOWN"),
        (Story.BROKE_DOWN_NEW_PLAN, "PRIMARY", 0, 2, "BROKE_DOWN"),
        (Story.BROKE_DOWN_NEW_PLAN, "PRIMARY", 0, _AGAIN, ""),
        (Story.ACHIEVED, "PRIMARY", 0, 2, ""),
        (Story.MILESTONE_OVERDUE, "PRIMARY", 0, 2, ""),
        (Story.TARGET_PASSED, "PRIMARY", 0, 2, ""),
        (Story.SHORT_BREAKS, "PRIMARY", 0, 1, ""),
        (Story.LEFT, "PRIMARY", 0, 2, "LEFT_CARE"),
    ],
    columns=["story", "plan_role", "choice", "review", "end_reason"],
)
_MONTHS_TO_STEPS = pd.DataFrame(
    [
        ("LTFOST18", "LONG_TERM_MATCH_PANEL", 5),
        ("KINSHIP_FOSTER", "CONNECTED_PERSON_ASSESSMENT", 3),
        ("KINSHIP_FOSTER", "LONG_TERM_MATCH_PANEL", 6),
        ("LTRELFR", "CONNECTED_PERSON_ASSESSMENT", 3),
        ("LTRELFR", "LONG_TERM_MATCH_PANEL", 6),
        ("ADOPTION", "APPLICATION", 2),
        ("ADOPTION", "COURT_HEARING", 4),
        ("ADOPTION", "ADOPTION_MATCH_PANEL", 9),
        ("RETURN1M", "RETURN_HOME_STEP", 1),
        ("RETURN6M", "RETURN_HOME_STEP", 2),
        ("RETURN6M", "RETURN_HOME_STEP", 5),
        ("SGO", "SPECIAL_GUARDIANSHIP_ASSESSMENT", 3),
        ("SGO", "APPLICATION", 5),
        ("SGO", "COURT_HEARING", 8),
        ("CAO", "APPLICATION", 3),
        ("CAO", "COURT_HEARING", 6),
        ("RESPLMT", "PLACEMENT_ASSESSMENT", 3),
        ("SUPPLIV", "PATHWAY_PLAN", 3),
        ("OTHERPLN", "PATHWAY_PLAN", 4),
    ],
    columns=["plan_option", "milestone", "months"],
)
_OBSTACLES = ("COURT_TIMETABLE", "ASSESSMENT", "MATCHING", "IMMIGRATION", "HEALTH", "CONTACT", "OTHER")
_ACTIONS = (
    "PERMANENCE_PLANNING_MEETING",
    "CHASE_ASSESSMENT",
    "FAMILY_FINDING",
    "LEGAL_ADVICE",
    "FAMILY_GROUP_CONFERENCE",
)


def decisions(seed: int, periods: pd.DataFrame, homes: pd.DataFrame, reviews: pd.DataFrame) -> pd.DataFrame:
    """Decisions on plan options, as each period's story has them: the period's columns and those of the contract.

    Those never proposed, because the child left before the first review, are left out.
    """
    rng = stream(seed, "decisions")
    frame = periods.merge(_DECISIONS, on="story").sort_values(["cla_id", "review"], ignore_index=True)
    frame["plan_option"] = [
        PATHWAYS[name].options[choice] for name, choice in zip(frame["pathway"], frame["choice"], strict=True)
    ]
    held = reviews.set_index(["cla_id", "number"])[["held", "review_id"]]
    first, agreeing = (
        held.reindex(pd.MultiIndex.from_arrays([frame["cla_id"], number])).reset_index(drop=True)
        for number in (np.ones(len(frame), dtype=int), frame["review"])
    )
    frame["proposed_date"], frame["agreed_date"] = first["held"], agreeing["held"]
    frame["agreed_at_review_id"] = agreeing["review_id"]

    frame["agreed_by"] = np.where(frame["plan_option"] == "ADOPTION", "AGENCY_DECISION_MAKER", "REVIEW")
    frame["achieved_date"], frame["ended_date"] = _outcomes(rng, frame, homes)
    # after a breakdown the panel decides again within weeks
    again = frame["review"] == _AGAIN
    broke_down = frame.groupby("cla_id")["ended_date"].transform("max")
    frame["proposed_date"] = frame["proposed_date"].mask(again, broke_down + pd.Timedelta(days=10))
    frame["agreed_date"] = frame["agreed_date"].mask(again, broke_down + pd.Timedelta(days=40))
    frame["agreed_by"] = frame["agreed_by"].mask(again, "PANEL").mask(_ordered(frame), "COURT")
    frame["target_date"] = _targets(rng, frame)
    stuck = frame["story"].isin(DRIFTING) & frame["ended_date"].isna()
    frame["obstacle"] = pd.Series(any_of(rng, _OBSTACLES, len(frame))).where(stuck)
    frame = frame[frame["proposed_date"].notna()].reset_index(drop=True)
    frame["decision_id"] = numbered(910101, len(frame))
    frame["known_from"] = frame["proposed_date"]
    on_track = (frame["story"] == Story.BY_SECOND_REVIEW) & (frame["agreed_date"] < pd.Timestamp(REFERENCE_DAY))
    entered_late = nearest(frame["agreed_date"], after(REFERENCE_DAY, -20), on_track)
    frame.loc[entered_late, "known_from"] = pd.Timestamp(REFERENCE_DAY)
    return frame


def _ordered(frame: pd.DataFrame) -> pd.Series:
    """Decisions carried out by the court order that ended care."""
    order_ends_care = [name for name, kind in PATHWAYS.items() if kind.order_ends_care]
    return frame["left"].notna() & frame["pathway"].isin(order_ends_care)


def _outcomes(rng: np.random.Generator, frame: pd.DataFrame, homes: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """When each plan was achieved, by the settled placement or the order, and when and so why it ended."""
    settled = homes[homes["settled"]].set_index("cla_id")[["starts", "ends"]]
    settled = settled.reindex(frame["cla_id"]).reset_index(drop=True)
    soonest = frame["agreed_date"] + pd.Timedelta(days=14)
    achieved = settled["starts"].where(settled["starts"] > soonest, soonest)
    achieved = achieved.mask(_ordered(frame) | frame["left_reason"].isin(["E11", "E12"]), frame["left"])
    achieves = frame["story"].isin([Story.ACHIEVED, Story.BROKE_DOWN, Story.BROKE_DOWN_NEW_PLAN, Story.LEFT])
    possible = achieves & settled["starts"].notna() & frame["agreed_date"].notna() & ~(achieved > frame["left"])
    next_agreed = frame["agreed_date"].shift(-1)
    reversed_on = pd.Series(after(REFERENCE_DAY, -rng.integers(50, 200, len(frame))))
    ends = {
        "SUPERSEDED": next_agreed,
        "REVERSED": reversed_on,
        "BROKE_DOWN": settled["ends"],
        "LEFT_CARE": frame["left"],
    }
    ended = pd.Series(NOT_YET, frame.index, "datetime64[s]")
    for reason, day in ends.items():
        ended = ended.mask(frame["end_reason"] == reason, day)
    return achieved.where(possible), ended


def _targets(rng: np.random.Generator, frame: pd.DataFrame) -> pd.Series:
    """A year on; for plans not achieved yet, still to come but for the story that says it has passed."""
    year_on = add_months(as_days(frame["agreed_date"]), 12)
    away = rng.integers(30, 150, len(frame))
    passed = frame["story"] == Story.TARGET_PASSED
    waiting = frame["ended_date"].isna() & frame["achieved_date"].isna()
    to_come = np.where(passed, after(REFERENCE_DAY, -away), np.maximum(year_on, after(REFERENCE_DAY, away)))
    return pd.Series(np.where(waiting, to_come, year_on)).where(frame["agreed_date"].notna())


def decision_register(plan_decisions: pd.DataFrame) -> Register:
    """cssu.permanence_plan_decisions."""
    return Register(
        plan_decisions,
        {
            "agreed_date": ("agreed_at_review_id", "agreed_by", "target_date"),
            "achieved_date": (),
            "ended_date": ("end_reason",),
        },
    )


def milestone_register(seed: int, plan_decisions: pd.DataFrame) -> Register:
    """cssu.permanence_milestones: the steps of each agreed option; one return home was agreed without any."""
    rng = stream(seed, "milestones")
    steps = plan_decisions[plan_decisions["agreed_date"].notna()].merge(_MONTHS_TO_STEPS, on="plan_option")
    steps = steps.sort_values(["decision_id", "months"], ignore_index=True)
    home_without_steps = steps[(steps["plan_option"] == "RETURN6M") & (steps["story"] == Story.BY_SECOND_REVIEW)]
    steps = steps[~steps["decision_id"].isin(home_without_steps["decision_id"].head(1))].reset_index(drop=True)
    last = ~steps["decision_id"].duplicated(keep="last")
    planned = add_months(as_days(steps["agreed_date"]), steps["months"].to_numpy())
    ended = steps["ended_date"].fillna(steps["achieved_date"])
    still_to_come = last & ended.isna()
    away = rng.integers(20, 150, len(steps))
    to_come = np.maximum(planned, after(REFERENCE_DAY, away))
    overdue = steps["story"] == Story.MILESTONE_OVERDUE
    planned = np.where(still_to_come, np.where(overdue, after(REFERENCE_DAY, -away), to_come), planned)
    actual = pd.Series(after(planned, -rng.integers(0, 15, len(steps))))
    steps["actual_date"] = actual.mask(still_to_come | (actual > ended))
    steps["planned_date"] = planned
    steps["milestone_id"] = numbered(920101, len(steps))
    steps["known_from"] = steps[["agreed_date", "known_from"]].max(axis=1)
    return Register(steps, {"actual_date": ()})


def action_register(seed: int, periods: pd.DataFrame, allocations: pd.DataFrame) -> Register:
    """cssu.permanence_actions: in turn in hand, overdue, done, and none recorded, for children whose plan drifts."""
    rng = stream(seed, "actions")
    frame = periods[periods["story"].isin(DRIFTING)].reset_index(drop=True)
    frame["turn"] = frame.index % 4
    frame = frame[frame["turn"] < 3].reset_index(drop=True)
    count = len(frame)
    frame["discussed_date"] = after(REFERENCE_DAY, -rng.integers(20, 60, count))
    days_to_due = np.array([14, -6, -10])[frame["turn"]] + rng.integers(-4, 5, count)
    frame["due_date"] = after(REFERENCE_DAY, days_to_due)
    frame["done_date"] = (frame["due_date"] - pd.Timedelta(days=3)).where(frame["turn"] == 2)
    frame["obstacle"] = any_of(rng, _OBSTACLES, count)
    frame["action_code"] = any_of(rng, _ACTIONS, count)
    frame["owner_professional_id"] = allocated(allocations, SOCIAL_WORKER, frame["person_id"], frame["discussed_date"])
    frame["action_id"] = numbered(930101, count)
    frame["known_from"] = frame["discussed_date"]
    return Register(frame, {"done_date": ()})


def care_plan_register(periods: pd.DataFrame, plan_decisions: pd.DataFrame) -> Register:
    """ssd.cla_care_plan: a care plan without a plan for permanence from the second week, then one a decision.

    Its keys know no order of special guardianship or child arrangements: those stand as another plan.
    """
    agreed = plan_decisions[plan_decisions["agreed_date"].notna()]
    keys = agreed["plan_option"].replace(_KEY_OF_LOCAL_OPTION)
    decided = agreed.assign(key=keys).groupby(["person_id", "cla_id", "agreed_date", "left"], dropna=False)["key"]
    plans = decided.agg(frozenset).reset_index().rename(columns={"agreed_date": "starts"})
    blank = periods[["person_id", "cla_id", "left"]].assign(
        starts=periods["entered"] + pd.Timedelta(days=8), key=[frozenset()] * len(periods)
    )
    plans = pd.concat([blank, plans]).sort_values(["cla_id", "starts"], ignore_index=True)
    rows = pd.DataFrame(
        {
            "lacp_table_id": numbered(940101, len(plans)),
            "lacp_person_id": plans["person_id"],
            "lacp_cla_care_plan_start_date": plans["starts"],
            "lacp_cla_care_plan_end_date": plans.groupby("cla_id")["starts"].shift(-1).fillna(plans["left"]),
            "lacp_cla_care_plan_json": [
                json.dumps({key: "Y" if key in chosen else "N" for key in CARE_PLAN_KEYS}) for chosen in plans["key"]
            ],
            "known_from": plans["starts"],
        }
    )
    return Register(rows, {"lacp_cla_care_plan_end_date": ()})
