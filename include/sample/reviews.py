"""Reviews of children in care: held by regulation 33's clock, planned ahead, written up later."""

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
    nearest,
    weekday,
    working_days_after,
)
from include.sample.register import Register
from include.sample.workforce import IRO, allocated

_MOST_REVIEWS = 40
_REGISTER_BEGAN = pd.Timestamp("2022-04-01")
_PARTICIPATION = {"PN1": 52, "PN2": 6, "PN3": 6, "PN4": 4, "PN5": 14, "PN6": 16, "PN7": 2}
_MEETING_FORMATS = {"FACE_TO_FACE": 66, "VIDEO": 14, "HYBRID": 14, "PHONE": 3, "NO_MEETING": 3}
_LATE_REASONS = (
    "SOCIAL_WORK_CAPACITY",
    "IRO_CAPACITY",
    "REPORT_LATE",
    "CHILD_OR_FAMILY_ASKED",
    "COURT",
    "ILLNESS",
    "OTHER",
)


def meetings(seed: int, periods: pd.DataFrame, homes: pd.DataFrame, statuses: pd.DataFrame) -> pd.DataFrame:
    """Review meetings of every period of care, held, or planned and not yet held.

    Returns the period's columns, `number` (from 1), `before` (the review before, or entry), `planned`, `held` (NaT:
    not by the horizon, or the child left first), `late`, `review_id`, `form_completed`. Around the reference day: one
    is held on it, the form of one is waiting, and of one that was due there is no record.
    """
    rng = stream(seed, "meetings")
    frame = _schedule(rng, periods, homes, statuses)
    held = frame["held"].notna()
    on_the_day = nearest(frame["held"], after(REFERENCE_DAY, 1), frame["held"] > pd.Timestamp(REFERENCE_DAY))
    frame.loc[on_the_day, ["planned", "held"]] = pd.Timestamp(REFERENCE_DAY)
    lag = rng.integers(2, 10, len(frame))
    frame["form_completed"] = pd.Series(after(as_days(frame["held"]), lag))
    waiting = nearest(frame["held"], after(REFERENCE_DAY, -4), frame["held"] < pd.Timestamp(REFERENCE_DAY))
    frame.loc[waiting, "form_completed"] = pd.Timestamp(after(REFERENCE_DAY, 6))
    overdue = nearest(frame["held"], after(REFERENCE_DAY, -25), held & (frame["number"] > 2) & frame["left"].isna())
    missed, from_then = frame.loc[overdue, "cla_id"], frame["number"] >= frame.loc[overdue, "number"]
    frame = frame[~((frame["cla_id"] == missed) & from_then)].reset_index(drop=True)
    frame["review_id"] = pd.Series(numbered(810101, len(frame))).where(frame["held"].notna())
    without_id = frame[frame["held"].notna()].index[::151]
    frame.loc[without_id, "review_id"] = None
    return frame


def _schedule(
    rng: np.random.Generator, periods: pd.DataFrame, homes: pd.DataFrame, statuses: pd.DataFrame
) -> pd.DataFrame:
    """Each review due by the clocks from the one held before, and held a little before its due date, 5 % late."""
    count = len(periods)
    entered = as_days(periods["entered"])
    until = as_days(periods["left"].fillna(pd.Timestamp(HORIZON)))
    short = periods["short_breaks"].to_numpy()
    authorised = _first_day(periods, statuses[statuses["status"] == "E1"])
    placed = _first_day(periods, homes[homes["type"] == "A6"])
    since_placing = np.zeros(count, dtype=int)
    first = np.where(short, add_months(entered, 3), working_days_after(entered, 20))
    before, active, rounds = entered, np.full(count, True), []
    for number in range(1, _MOST_REVIEWS + 1):
        months = np.where((number == 2) & ~short, 3, 6)
        due = first if number == 1 else add_months(before, months)
        # adoption: 3 months from the authority, then 4 weeks, 3 and 6 months from the placing
        due = np.where(before < authorised, np.minimum(due, add_months(authorised, 3)), due)
        due = np.where(since_placing == 1, add_months(before, 3), due)
        placed_since = (before < placed) & (placed < due)
        due = np.where(placed_since, after(placed, 28), due)
        since_placing = np.where(placed_since, 1, since_placing + (since_placing > 0))
        planned = weekday(after(due, -rng.integers(1, 12, count)))
        late = chance(rng, 5, count)
        held = np.where(late, weekday(after(due, rng.integers(6, 30, count)), "forward"), planned)
        happens = held < until
        rounds.append(
            periods.assign(
                number=number, before=before, planned=planned, held=np.where(happens, held, NOT_YET), late=late
            )[active]
        )
        active &= happens
        before = held
    return pd.concat(rounds).sort_values(["cla_id", "number"], ignore_index=True)


def _first_day(periods: pd.DataFrame, spells: pd.DataFrame) -> np.ndarray:
    return as_days(periods["cla_id"].map(spells.groupby("cla_id")["starts"].min()))


def review_register(seed: int, held_and_planned: pd.DataFrame) -> Register:
    """ssd.cla_reviews: reviews whose form is complete. The due date is the case system's own opinion, in days."""
    rng = stream(seed, "review forms")
    held = held_and_planned[held_and_planned["held"].notna()].reset_index(drop=True)
    days_allowed = np.select([held["number"] == 1, held["number"] == 2], [28, 91], default=183)
    under_four = as_days(held["held"]) < add_months(as_days(held["dob"]), 48)
    rows = pd.DataFrame(
        {
            "clar_cla_review_id": held["review_id"],
            "clar_cla_id": held["cla_id"],
            "clar_cla_review_due_date": after(as_days(held["before"]), days_allowed),
            "clar_cla_review_date": held["held"],
            "clar_cla_review_cancelled": "N",
            "clar_cla_review_participation": np.where(under_four, "PN0", pick(rng, _PARTICIPATION, len(held))),
            "known_from": held["form_completed"],
        }
    )
    return Register(rows)


def review_details_register(seed: int, held_and_planned: pd.DataFrame, allocations: pd.DataFrame) -> Register:
    """cssu.review_details: the service's own register since 2022, each review from when it is planned."""
    rng = stream(seed, "review details")
    frame = held_and_planned[held_and_planned["planned"] >= _REGISTER_BEGAN].reset_index(drop=True)
    count = len(frame)
    held = as_days(frame["held"])
    was_held = frame["held"].notna()
    first_review = frame["number"] == 1
    midway_check = pd.Series(after(held, rng.integers(30, 95, count)))
    rows = pd.DataFrame(
        {
            "review_detail_id": numbered(820101, count, "RD"),
            "person_id": frame["person_id"],
            "cla_id": frame["cla_id"],
            "planned_date": frame["planned"],
            "review_id": frame["review_id"],
            "held_date": frame["held"],
            "chair_professional_id": allocated(allocations, IRO, frame["person_id"], frame["held"]),
            "review_type": np.select([first_review, frame["number"] == 2], ["FIRST", "SECOND"], default="SUBSEQUENT"),
            "meeting_format": pick(rng, _MEETING_FORMATS, count),
            "series_number": 1,
            "child_seen_before": np.where(chance(rng, 78, count), "Y", "N"),
            "late_reason": pd.Series(any_of(rng, _LATE_REASONS, count)).where(frame["late"]),
            "report_received_date": after(held, -rng.integers(1, 9, count)),
            "parents_invited": np.where(chance(rng, 88, count), "Y", "N"),
            "parents_took_part": np.where(chance(rng, 55, count), "Y", "N"),
            "advocacy_discussed": np.where(chance(rng, 85, count), "Y", "N"),
            "independent_visitor_considered": np.where(chance(rng, 60, count), "Y", "N"),
            "midway_check_date": midway_check.mask(midway_check >= frame["left"]),
            "decisions_shared_date": after(held, rng.integers(2, 10, count)),
            "record_completed_date": after(held, rng.integers(10, 32, count)),
            "form_completed": frame["form_completed"],
            "known_from": after(as_days(frame["before"]), np.where(first_review, 2, 7)),
            "known_until": frame["left"].where(~was_held),
        }
    )
    of_the_meeting = (
        "chair_professional_id",
        "meeting_format",
        "series_number",
        "child_seen_before",
        "late_reason",
        "parents_invited",
        "parents_took_part",
        "advocacy_discussed",
        "independent_visitor_considered",
    )
    return Register(
        rows,
        {
            "held_date": of_the_meeting,
            "form_completed": ("review_id",),
            "report_received_date": (),
            "midway_check_date": (),
            "decisions_shared_date": (),
            "record_completed_date": (),
        },
    )
