"""Reviews of other kinds: in secure accommodation; and those that are the same meeting as a child in care review."""

import numpy as np
import pandas as pd

from include.sample.care.episodes import row_on
from include.sample.care.placements import PLACED_FOR_ADOPTION, SECURE
from include.sample.chance import between, chance, coded, draw, stream
from include.sample.days import NEVER, YEAR, add_months, on_working_day
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.reviews.review_registers import REGISTER_BEGAN
from include.sample.staff.allocations import Allocations
from include.sample.staff.workforce import IRO, Workforce
from include.sample.targets import LAST_HALF

_KINDS = ("ADOPTION", "SECURE", "DISRUPTION", "AIM2", "COMPLEX_ABUSE")
_ADOPTION, _SECURE, _DISRUPTION, _AIM2, _COMPLEX_ABUSE = range(5)
_OUTCOMES = ("PLAN_CONTINUES", "PLAN_CHANGED", "LEARNING_AGREED", "CRITERIA_NO_LONGER_MET", "OTHER")
_BROKE_DOWN = ("CREQB", "CREQO", "ALLEG")  # why a placement ended, where a disruption meeting follows
_FIRST_ID, _FIRST_SECURE = 480101, 60_000_101


def same_meetings(seed: int, reviews: pd.DataFrame, homes: pd.DataFrame, periods: pd.DataFrame) -> np.ndarray:
    """What else each review was (place in _KINDS, -1: nothing): by where the child lives, and where it lived before."""
    rng = stream(seed, "special reviews")
    count, held = len(reviews), reviews["held"].to_numpy()
    happened = (held < NEVER) & (reviews["meant"] >= REGISTER_BEGAN).to_numpy()
    home = row_on(homes, reviews["period"].to_numpy(), np.where(happened, held, reviews["meant"]))
    kind, since = homes["type"].to_numpy()[home], homes["starts"].to_numpy()[home]
    moved = (homes["number"].to_numpy()[home] > 0) & (held - since < 60)
    why = homes["change_reason"].to_numpy()[np.maximum(home - 1, 0)]
    age = held - periods["dob"].to_numpy()[reviews["period"]]
    adopters = np.isin(kind, PLACED_FOR_ADOPTION)
    drawn = rng.integers(0, 1000, count)
    kinds = np.select(
        [
            ~happened, adopters & (drawn < 250), moved & ~adopters & np.isin(why, _BROKE_DOWN) & (drawn < 200),
            (age > 10 * YEAR) & (drawn < 3), drawn == 5,
        ],
        [-1, _ADOPTION, _DISRUPTION, _AIM2, _COMPLEX_ABUSE],
        default=-1,
    )  # fmt: skip
    return kinds.astype(np.int8)


def ids_of(reviews: pd.DataFrame, kinds: np.ndarray) -> np.ndarray:
    """The id of the special review that each review's meeting was too, -1 of most."""
    return np.where(kinds >= 0, _FIRST_ID + reviews["rank"].to_numpy(), -1)


def special_review_registers(
    seed: int,
    reviews: pd.DataFrame,
    kinds: np.ndarray,
    homes: pd.DataFrame,
    periods: pd.DataFrame,
    allocated: Allocations,
    staff: Workforce,
) -> tuple[Register, Register]:
    """cssu.special_reviews and their children, one a child."""
    rng = stream(seed, "special review registers")
    mine = reviews.assign(kind=kinds, special_review_id=ids_of(reviews, kinds))[kinds >= 0]
    mine = mine.sort_values("rank", kind="stable")
    count = len(mine)
    same_meeting = pd.DataFrame(
        {
            "special_review_id": mine["special_review_id"].to_numpy(),
            "kind": mine["kind"].to_numpy(),
            "trigger": mine["held"].to_numpy() - between(rng, 20, 60, count),
            "due": mine["held"].to_numpy() + between(rng, -3, 14, count),
            "held": mine["held"].to_numpy(),
            "chair": mine["chair"].to_numpy(),
            "person": mine["person_id"].to_numpy(),
            "known": mine["held_known"].to_numpy(),
        }
    )
    frame = pd.concat([same_meeting, _secure(rng, homes, periods, allocated, staff)], ignore_index=True)
    count = len(frame)
    outcome = draw(rng, {0: 5, 1: 2, 2: 2, 4: 1}, count)
    outcome = np.where(frame["kind"] == _SECURE, draw(rng, {0: 8, 3: 2}, count), outcome)
    rows = pd.DataFrame(
        {
            "special_review_id": frame["special_review_id"],
            "review_type": coded(frame["kind"], _KINDS),
            "trigger_date": frame["trigger"].astype(np.int32),
            "due_date": frame["due"].astype(np.int32),
            "review_date": frame["held"].astype(np.int32),
            "chair_professional_id": frame["chair"],
            "outcome": coded(outcome, _OUTCOMES),
            "known_from": frame["known"].astype(np.int32),
        }
    )
    children = rows[["special_review_id", "known_from"]].assign(person_id=frame["person"])
    prefix = {"special_review_id": "SR"}
    return Register(rows, prefixes=prefix), Register(children, prefixes=prefix)


def _secure(
    rng: np.random.Generator, homes: pd.DataFrame, periods: pd.DataFrame, allocated: Allocations, staff: Workforce
) -> pd.DataFrame:
    """Of each child in secure accommodation: within a month of being placed there, then every three months at most, a
    few late; chaired by another than the child's own IRO.
    """
    stays = homes[(homes["type"] == SECURE).to_numpy() & (homes["starts"] >= REGISTER_BEGAN).to_numpy()]
    period, placed = stays["period"].to_numpy(), stays["starts"].to_numpy()
    until = np.minimum(stays["ends"].to_numpy(), LAST_HALF)
    before, months, found = placed, 1, []
    while len(period):
        due = add_months(before, months)
        late = np.where(chance(rng, 8, len(due)), between(rng, 5, 20, len(due)), -between(rng, 1, 9, len(due)))
        held = on_working_day(due + late)
        on = held < until
        found.append(pd.DataFrame({"period": period, "trigger": placed, "due": due, "held": held})[on])
        period, placed, until, before, months = period[on], placed[on], until[on], held[on], 3
    frame = pd.concat(found, ignore_index=True).sort_values(["held", "period"], kind="stable", ignore_index=True)
    person, held = periods["person_id"].to_numpy()[frame["period"]], frame["held"].to_numpy()
    posts = staff.posts_of(IRO, (0,))
    own = allocated.allocated(0, person, held)
    chair, other = (staff.holder(posts[(person + step) % len(posts)], held) for step in (0, 1))
    return frame.assign(
        special_review_id=_FIRST_SECURE + np.arange(len(frame)), kind=_SECURE, person=person,
        chair=np.where(chair == own, other, chair), known=recorded(rng, held, at_once=True),
    )  # fmt: skip
