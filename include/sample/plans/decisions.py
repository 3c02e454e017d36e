"""Plans for permanence: what was decided when, by which review, what became of it."""

import numpy as np
import pandas as pd

from include.sample.care.care_periods import ADOPTED, ARRANGEMENTS, GUARDIAN, HOME
from include.sample.care.legal_statuses import STATUSES
from include.sample.care.placements import PLACED_FOR_ADOPTION, TYPES
from include.sample.chance import between, chance, coded, draw, stream
from include.sample.days import NEVER, YEAR, add_months
from include.sample.recording import recorded
from include.sample.register import Register

OPTIONS = ("REMAINSUP", "RETURN1M", "RETURN6M", "RETURNEV", "LTRELFR", "LTFOST18", "RESPLMT", "SUPPLIV", "ADOPTION",
           "OTHERPLN", "SGO", "CAO", "KINSHIP_FOSTER")  # fmt: skip
(REMAINSUP, RETURN1M, RETURN6M, RETURNEV, LTRELFR, LTFOST18, RESPLMT, SUPPLIV, ADOPTION, OTHERPLN, SGO, CAO,
 KINSHIP) = range(13)  # fmt: skip
_HOMEWARD = (RETURN1M, RETURN6M, RETURNEV)
_LASTING = (LTRELFR, LTFOST18, RESPLMT, SUPPLIV, OTHERPLN, KINSHIP)
_ALTERNATIVE = {RETURN6M: 30, LTFOST18: 35, KINSHIP: 15, SGO: 20}
_END_REASONS = ("SUPERSEDED", "REVERSED", "BROKE_DOWN", "LEFT_CARE", "OTHER")
SUPERSEDED, REVERSED, BROKE_DOWN, LEFT_CARE = range(4)
_AGREED_BY = ("REVIEW", "PANEL", "COURT", "AGENCY_DECISION_MAKER")
OBSTACLES = ("COURT_TIMETABLE", "ASSESSMENT", "MATCHING", "IMMIGRATION", "HEALTH", "CONTACT", "OTHER")
# The number of the review that agrees a first plan; 0: none does.
_AGREED_AT = {2: 68, 1: 9, 3: 13, 4: 5, 0: 5}
_MONTHS_TO_TARGET = np.array([12, 2, 7, 18, 12, 12, 9, 9, 12, 9, 10, 9, 12])


def decisions(
    seed: int,
    periods: pd.DataFrame,
    homes: pd.DataFrame,
    statuses: pd.DataFrame,
    reviews: pd.DataFrame,
    known: np.ndarray,
) -> pd.DataFrame:
    """Decisions on plan options by period and day: `period`, `option` (place in OPTIONS), `parallel`, `proposed`,
    `agreed`, `review` (row of the review that agreed it, -1: none), `agreed_by`, `target`, `achieved`, `ended`,
    `end_reason` (place, -1: none), `obstacle` (place, -1: none); days NEVER where they never come.
    """
    rng = stream(seed, "decisions")
    count = len(periods)
    held = _held(reviews, count)
    option = _options(rng, periods, statuses)
    at = draw(rng, _AGREED_AT, count)
    at[periods["short_break"].to_numpy()] = 1
    agreed, review = held(np.arange(count), np.maximum(at, 1))
    agreed = np.where(at == 0, NEVER, agreed)
    first, _ = held(np.arange(count), np.ones(count, dtype=np.int64))
    frame = pd.DataFrame(
        {"period": np.arange(count), "option": option, "parallel": False, "proposed": first, "agreed": agreed,
         "review": np.where(at == 0, -1, review), "number": at}
    )  # fmt: skip
    frame["ended"], frame["end_reason"] = np.int32(NEVER), np.int8(-1)
    frame = frame[(first < NEVER)].reset_index(drop=True)
    frame = _superseded(rng, frame, held)
    frame = _in_parallel(rng, frame)
    frame["achieved"] = _achieved(rng, frame, periods, homes)
    frame = _broken_down(rng, frame, homes, periods)
    frame = _reversed(rng, frame, held)
    left = np.minimum(periods["left"].to_numpy(), NEVER)[frame["period"]]
    frame["proposed"] = np.minimum(frame["proposed"], frame["agreed"])
    frame = frame[(frame["proposed"] < left)].reset_index(drop=True)
    left = np.minimum(periods["left"].to_numpy(), NEVER)[frame["period"]]
    frame.loc[frame["agreed"] >= left, ["agreed", "review"]] = [NEVER, -1]
    frame["achieved"] = np.where((frame["achieved"] > left) | (frame["agreed"] == NEVER), NEVER, frame["achieved"])
    open_at_end = (frame["ended"] >= left) & (left < NEVER)
    frame["ended"] = np.where(open_at_end, left, frame["ended"]).astype(np.int32)
    frame["end_reason"] = np.where(open_at_end, LEFT_CARE, frame["end_reason"]).astype(np.int8)
    frame["achieved"] = np.where(frame["achieved"] > frame["ended"], NEVER, frame["achieved"]).astype(np.int32)
    agreed = frame["agreed"].to_numpy()
    months = _MONTHS_TO_TARGET[frame["option"]] + rng.integers(-1, 4, len(frame))
    target = add_months(np.where(agreed < NEVER, agreed, 0), months)
    frame["target"] = np.where(agreed < NEVER, target, NEVER).astype(np.int32)
    frame["agreed_by"] = np.select(
        [agreed == NEVER, frame["review"] < 0, frame["option"] == ADOPTION, chance(rng, 6, len(frame))],
        [-1, 1, 3, 2], default=0,
    )  # fmt: skip
    slow = (frame["achieved"] > frame["target"]) | (agreed == NEVER)
    frame["obstacle"] = np.where(slow & chance(rng, 75, len(frame)), rng.integers(0, len(OBSTACLES), len(frame)), -1)
    frame["known_from"] = np.maximum(recorded(rng, frame["proposed"].to_numpy()), known[frame["period"]])
    return frame.sort_values(["proposed", "period", "agreed"], kind="stable", ignore_index=True)


def _held(reviews: pd.DataFrame, count: int):
    """A function: the day on which each period's nth review was held (NEVER: not), and its row."""
    key = reviews["period"].to_numpy() * np.int64(128) + reviews["number"].to_numpy()
    days = reviews["held"].to_numpy()

    def held(period: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        asked = period * np.int64(128) + number
        place = np.minimum(np.searchsorted(key, asked), len(key) - 1)
        found = (key[place] == asked) & (days[place] < NEVER)
        return np.where(found, days[place], NEVER).astype(np.int32), np.where(found, place, -1)

    return held


def _options(rng: np.random.Generator, periods: pd.DataFrame, statuses: pd.DataFrame) -> np.ndarray:
    """What each period of care came to be planned for, likely by its outcome, a placement order, the child's age."""
    count = len(periods)
    ordered = np.zeros(count, dtype=bool)
    ordered[statuses["period"].to_numpy()[statuses["status"] == STATUSES.index("E1")]] = True
    outcome = periods["outcome"].to_numpy()
    age = (periods["entered"] - periods["dob"]).to_numpy()
    return np.select(
        [
            periods["short_break"], periods["uasc"], ordered | (outcome == ADOPTED), outcome == GUARDIAN,
            outcome == ARRANGEMENTS, outcome == HOME, age > 15 * YEAR, age > 8 * YEAR,
        ],
        [
            np.full(count, REMAINSUP), draw(rng, {OTHERPLN: 5, SUPPLIV: 5}, count), np.full(count, ADOPTION),
            np.full(count, SGO), np.full(count, CAO), draw(rng, {RETURN6M: 6, RETURN1M: 2, RETURNEV: 2}, count),
            draw(rng, {SUPPLIV: 55, LTFOST18: 25, RESPLMT: 20}, count),
            draw(rng, {LTFOST18: 57, RESPLMT: 15, KINSHIP: 12, LTRELFR: 8, RETURNEV: 8}, count),
        ],
        default=draw(rng, {LTFOST18: 38, KINSHIP: 15, LTRELFR: 5, SGO: 16, ADOPTION: 14, RETURN6M: 12}, count),
    )  # fmt: skip


def _superseded(rng: np.random.Generator, frame: pd.DataFrame, held) -> pd.DataFrame:
    """Some first plans give way to the final one at a later review."""
    count = len(frame)
    before = draw(rng, _ALTERNATIVE, count)
    later = frame["number"].to_numpy() + rng.integers(1, 3, count)
    day, review = held(frame["period"].to_numpy(), later)
    changes = chance(rng, 17, count) & (frame["agreed"] < NEVER) & (day < NEVER) & (before != frame["option"])
    changes &= frame["option"] != REMAINSUP
    rows = np.flatnonzero(changes)
    final = frame.iloc[rows].assign(proposed=day[rows], agreed=day[rows], review=review[rows], number=later[rows])
    frame.loc[rows, "option"] = before[rows]
    frame.loc[rows, "ended"], frame.loc[rows, "end_reason"] = day[rows], SUPERSEDED
    return pd.concat([frame, final], ignore_index=True)


def _in_parallel(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """Some plans have another beside them, until it is given up."""
    other = draw(rng, _ALTERNATIVE, len(frame))
    rows = np.flatnonzero(
        chance(rng, 20, len(frame))
        & (frame["agreed"] < NEVER)
        & (other != frame["option"])
        & (frame["option"] != REMAINSUP)
    )
    given_up = frame["agreed"].to_numpy()[rows] + between(rng, 120, 420, len(rows))
    beside = frame.iloc[rows].assign(option=other[rows], parallel=True, ended=given_up, end_reason=SUPERSEDED)
    return pd.concat([frame, beside], ignore_index=True)


def _achieved(rng: np.random.Generator, frame: pd.DataFrame, periods: pd.DataFrame, homes: pd.DataFrame) -> np.ndarray:
    """When each plan was carried out: by the home the child lives in, by an order, or by leaving care."""
    count = len(frame)
    option, period = frame["option"].to_numpy(), frame["period"].to_numpy()
    agreed = frame["agreed"].to_numpy()
    left = np.minimum(periods["left"].to_numpy(), NEVER)[period]
    outcome = periods["outcome"].to_numpy()[period]
    adopters = _first_start(homes, PLACED_FOR_ADOPTION, len(periods))[period]
    parents = _first_start(homes, (TYPES.index("P1"),), len(periods))[period]
    soonest = np.where(agreed < NEVER, agreed, 0) + between(rng, 40, 340, count)
    lasting = np.isin(option, _LASTING) & chance(rng, 84, count) & ~frame["parallel"]
    carried_out = np.select(
        [
            option == REMAINSUP, lasting, option == ADOPTION,
            np.isin(option, _HOMEWARD) & (parents < NEVER) & (parents > agreed),
            np.isin(option, _HOMEWARD) & (outcome == HOME),
            (option == SGO) & (outcome == GUARDIAN), (option == CAO) & (outcome == ARRANGEMENTS),
        ],
        [
            agreed, soonest, np.where((adopters > agreed) & (adopters < NEVER), adopters, NEVER), parents,
            left, left, left,
        ],
        default=NEVER,
    )  # fmt: skip
    return np.where((agreed < NEVER) & (carried_out <= frame["ended"]) & (carried_out >= agreed), carried_out, NEVER)


def _first_start(homes: pd.DataFrame, kinds: tuple[int, ...], count: int) -> np.ndarray:
    first = np.full(count, NEVER, dtype=np.int32)
    of_kind = homes[np.isin(homes["type"], kinds)].iloc[::-1]
    first[of_kind["period"]] = of_kind["starts"]
    return first


def _broken_down(
    rng: np.random.Generator, frame: pd.DataFrame, homes: pd.DataFrame, periods: pd.DataFrame
) -> pd.DataFrame:
    """Where the child moved out of a home meant to last, some plans broke down, and always where it came back from
    adopters; most were made again.
    """
    moves = homes[(homes["number"] > 0).to_numpy() & ~homes["same_carer"].to_numpy()]
    step = np.int64(1 << 32)
    key = moves["period"].to_numpy() * step + moves["starts"].to_numpy()
    asked = frame["period"].to_numpy() * step + np.minimum(frame["achieved"].to_numpy(), NEVER - 1)
    place = np.minimum(np.searchsorted(key, asked, side="right"), max(len(key) - 1, 0))
    same = moves["period"].to_numpy()[place] == frame["period"]
    day = np.where(same & (key[place] > asked), moves["starts"].to_numpy()[place], NEVER)
    lasting = np.isin(frame["option"], _LASTING) & chance(rng, 55, len(frame))
    adoption = (frame["option"] == ADOPTION).to_numpy()
    rows = np.flatnonzero((lasting | adoption) & (frame["achieved"] < NEVER) & (day < frame["ended"]))
    frame.loc[rows, "ended"], frame.loc[rows, "end_reason"] = day[rows], BROKE_DOWN
    again = rows[chance(rng, 80, len(rows))]
    proposed = day[again] + between(rng, 5, 30, len(again))
    agreed = proposed + between(rng, 15, 70, len(again))
    option = np.where(chance(rng, 30, len(again)), RESPLMT, frame["option"].to_numpy()[again])
    adopted = (periods["outcome"] == ADOPTED).to_numpy()[frame["period"].to_numpy()[again]]
    option = np.where(adoption[again], np.where(adopted, ADOPTION, LTFOST18), option)
    new = frame.iloc[again].assign(
        option=option, proposed=proposed, agreed=agreed, review=-1, ended=NEVER, end_reason=-1,
        achieved=np.where(chance(rng, 80, len(again)), agreed + between(rng, 30, 300, len(again)), NEVER),
    )  # fmt: skip
    return pd.concat([frame, new.astype(frame.dtypes.to_dict())], ignore_index=True)


def _reversed(rng: np.random.Generator, frame: pd.DataFrame, held) -> pd.DataFrame:
    """A few decisions not carried out are taken back; of some nothing takes the place."""
    waiting = (frame["achieved"] == NEVER) & (frame["ended"] == NEVER) & (frame["agreed"] < NEVER) & ~frame["parallel"]
    waiting &= frame["option"] != REMAINSUP
    rows = np.flatnonzero(waiting & chance(rng, 9, len(frame)))
    day = frame["agreed"].to_numpy()[rows] + between(rng, 100, 420, len(rows))
    frame.loc[rows, "ended"], frame.loc[rows, "end_reason"] = day, REVERSED
    again = rows[chance(rng, 60, len(rows))]
    option = draw(rng, {LTFOST18: 5, RESPLMT: 2, SGO: 2, KINSHIP: 1}, len(again))
    proposed = frame["ended"].to_numpy()[again] + between(rng, 10, 60, len(again))
    new = frame.iloc[again].assign(
        option=option, proposed=proposed, agreed=proposed + between(rng, 5, 90, len(again)), review=-1,
        ended=NEVER, end_reason=-1,
        achieved=NEVER,
    )  # fmt: skip
    return pd.concat([frame, new.astype(frame.dtypes.to_dict())], ignore_index=True)


def decision_register(
    seed: int, plan_decisions: pd.DataFrame, periods: pd.DataFrame, reviews: pd.DataFrame, end_known: np.ndarray
) -> Register:
    """cssu.permanence_plan_decisions."""
    rng = stream(seed, "decision register")
    frame = plan_decisions
    known = frame["known_from"].to_numpy()
    review = frame["review"].to_numpy()
    of_review = np.where(review >= 0, reviews["review_id"].to_numpy()[np.maximum(review, 0)], -1)
    left_care = (frame["end_reason"] == LEFT_CARE).to_numpy()
    ended_known = np.maximum(recorded(rng, frame["ended"].to_numpy()), known)
    ended_known = np.where(left_care, np.maximum(end_known[frame["period"]], known), ended_known)
    achieved_known = np.maximum(recorded(rng, frame["achieved"].to_numpy()), known)
    # what a review agreed is on record with its form
    agreed_known = np.maximum(recorded(rng, frame["agreed"].to_numpy()), known)
    form_known = np.where(review >= 0, reviews["form_known"].to_numpy()[np.maximum(review, 0)], 0)
    agreed_known = np.maximum(agreed_known, form_known)
    at_the_end = left_care & (frame["achieved"] == frame["ended"]).to_numpy()
    rows = pd.DataFrame(
        {
            "decision_id": 910101 + np.arange(len(frame)),
            "person_id": periods["person_id"].to_numpy()[frame["period"]],
            "cla_id": periods["cla_id"].to_numpy()[frame["period"]],
            "plan_option": coded(frame["option"], OPTIONS),
            "plan_role": coded(frame["parallel"], ("PRIMARY", "PARALLEL")),
            "proposed_date": frame["proposed"].astype(np.int32),
            "agreed_date": frame["agreed"].astype(np.int32),
            "agreed_at_review_id": of_review,
            "agreed_by": coded(frame["agreed_by"], _AGREED_BY),
            "target_date": frame["target"],
            "achieved_date": frame["achieved"],
            "ended_date": frame["ended"],
            "end_reason": coded(frame["end_reason"], _END_REASONS),
            "obstacle": coded(frame["obstacle"], OBSTACLES),
            "known_from": known.astype(np.int32),
            "agreed_known": agreed_known.astype(np.int32),
            "achieved_known": np.where(at_the_end, ended_known, achieved_known).astype(np.int32),
            "ended_known": ended_known.astype(np.int32),
        }
    )
    return Register(
        rows,
        {
            "agreed_known": ("agreed_date", "agreed_at_review_id", "agreed_by", "target_date"),
            "achieved_known": ("achieved_date",),
            "ended_known": ("ended_date", "end_reason"),
        },
    )
