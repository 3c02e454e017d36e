"""Advocates and independent visitors; in the year of the annual report as many as it counts."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, draw, stream
from include.sample.days import NEVER, YEAR, first_of_financial_year
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.targets import YEAR_END, Targets

_FIRST_YEAR = 2015
_MATCHED, _WAITING = 7, 12
_REFERRERS = ("SOCIAL_WORKER", "IRO", "CHILD", "CARER", "FAMILY", "CHAIR", "SCHOOL")
_END_REASONS = ("CHILD_ENDED", "VISITOR_LEFT", "CHILD_LEFT_CARE", "CHILD_MOVED", "NOT_MATCHED", "OTHER")


def advocacy_register(seed: int, periods: pd.DataFrame, plans: pd.DataFrame, targets: Targets) -> Register:
    """cssu.advocacy_referrals."""
    rng = stream(seed, "advocacy")
    found = []
    for year in range(_FIRST_YEAR, 2032):
        begins, stops = int(first_of_financial_year(year)), int(first_of_financial_year(year + 1))
        every, of_plans = targets.advocacy(year)
        for context, frame, first, last, count in (
            (0, periods, "entered", "left", every - of_plans), (1, plans, "starts", "ends", of_plans),
        ):  # fmt: skip
            low, high = np.maximum(frame[first].to_numpy(), begins), np.minimum(frame[last].to_numpy(), stops) - 1
            may = (high - low > 20) & ((low - frame["dob"]) > 7 * YEAR).to_numpy()
            rows = choose(rng, may, count)
            on = between(rng, low[rows] + 1, high[rows] - 1, len(rows))
            found.append(pd.DataFrame({"person": frame["person_id"].to_numpy()[rows], "on": on, "context": context}))
    frame = pd.concat(found, ignore_index=True).sort_values(["on", "person"], kind="stable", ignore_index=True)
    count, on = len(frame), frame["on"].to_numpy()
    accepted = np.where(chance(rng, 94, count), on + between(rng, 0, 8, count), NEVER)
    contact = np.where((accepted < NEVER) & chance(rng, 93, count), accepted + between(rng, 1, 20, count), NEVER)
    closed = np.where(contact < NEVER, contact + between(rng, 20, 240, count), on + between(rng, 10, 40, count))
    known = recorded(rng, on)
    rows = pd.DataFrame(
        {
            "referral_id": 350101 + np.arange(count),
            "person_id": frame["person"],
            "referral_date": frame["on"],
            "context": coded(frame["context"], ("CIC", "CP", "OTHER")),
            "referrer_role": coded(draw(rng, {0: 40, 1: 22, 2: 15, 3: 8, 4: 5, 5: 6, 6: 4}, count), _REFERRERS),
            "accepted_date": accepted.astype(np.int32),
            "first_contact_date": contact.astype(np.int32),
            "closed_date": closed.astype(np.int32),
            "outcome": coded(
                np.where(contact < NEVER, draw(rng, {0: 9, 4: 1}, count), draw(rng, {1: 5, 2: 5}, count)),
                ("SUPPORTED", "CHILD_DECLINED", "NOT_REACHED", "NOT_ELIGIBLE", "WITHDRAWN"),
            ),
            "known_from": known,
            "accepted_known": np.maximum(accepted, known).astype(np.int32),
            "contact_known": np.maximum(contact, known).astype(np.int32),
            "closed_known": np.maximum(closed, known).astype(np.int32),
        }
    )
    return Register(
        rows,
        {
            "accepted_known": ("accepted_date",),
            "contact_known": ("first_contact_date",),
            "closed_known": ("closed_date", "outcome"),
        },
        {"referral_id": "AD"},
    )


def visitor_register(seed: int, periods: pd.DataFrame, targets: Targets) -> Register:
    """cssu.independent_visitors: on the day of the report so many are matched, and so many wait."""
    rng = stream(seed, "independent visitors")
    count = len(periods)
    entered, left = periods["entered"].to_numpy(), np.minimum(periods["left"].to_numpy(), NEVER)
    dob = periods["dob"].to_numpy()
    may = (left - entered > 500) & ~periods["short_break"].to_numpy() & (left - dob > 11 * YEAR)
    referred = np.maximum(entered + between(rng, 200, 1500, count), dob + 9 * YEAR)
    waits = between(rng, 60, 520, count)
    lasts = between(rng, 200, 900, count)
    never_matched = chance(rng, 20, count)
    matched = np.where(never_matched, NEVER, referred + waits)
    ended = np.where(never_matched, referred + 500, matched + lasts)
    ended = np.minimum(ended, left)
    matched = np.where(matched >= ended, NEVER, matched)
    may &= (referred < ended - 30) & chance(rng, 16, count)
    # nobody at random on that day, then as many as there were
    on = YEAR_END
    may &= ~((referred <= on) & (ended > on))
    in_care = (entered < on - 500) & (left > on + 200) & ~periods["short_break"].to_numpy() & (on - dob > 9 * YEAR)
    in_care &= ~periods["left_known_late"].to_numpy() & ~may
    both = choose(rng, in_care, targets.scaled(_MATCHED) + targets.scaled(_WAITING))
    both = both[rng.permutation(len(both))]
    now, waiting = both[: targets.scaled(_MATCHED)], both[targets.scaled(_MATCHED) :]
    referred[now] = on - between(rng, 300, 440, len(now))
    matched[now] = on - between(rng, 20, 240, len(now))
    ended[now] = np.minimum(on + between(rng, 60, 500, len(now)), left[now])
    referred[waiting] = on - between(rng, 20, 330, len(waiting))
    matched[waiting] = on + between(rng, 30, 120, len(waiting))
    ended[waiting] = np.minimum(on + between(rng, 180, 700, len(waiting)), left[waiting])
    may[both] = True
    rows = np.flatnonzero(may)
    rows = rows[np.argsort(referred[rows], kind="stable")]
    size = len(rows)
    known = recorded(rng, referred[rows])
    reason = np.where(
        ended[rows] == left[rows], 2, np.where(matched[rows] == NEVER, 4, draw(rng, {0: 4, 1: 4, 3: 1, 5: 1}, size))
    )
    table = pd.DataFrame(
        {
            "match_id": 360101 + np.arange(size),
            "person_id": periods["person_id"].to_numpy()[rows],
            "referred_date": referred[rows].astype(np.int32),
            "matched_date": matched[rows].astype(np.int32),
            "ended_date": ended[rows].astype(np.int32),
            "provider": coded(
                rng.integers(0, 2, size), ("Lantern Visitors (invented)", "Friends of Zindle (invented)")
            ),
            "end_reason": coded(reason, _END_REASONS),
            "known_from": known,
            "matched_known": np.maximum(recorded(rng, matched[rows].astype(np.int32), at_once=True), known),
            "ended_known": np.maximum(recorded(rng, ended[rows].astype(np.int32), at_once=True), known),
        }
    )
    return Register(table, {"matched_known": ("matched_date", "provider"), "ended_known": ("ended_date", "end_reason")})
