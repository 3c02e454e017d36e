"""Services beside care: advocacy, independent visitors, private fostering; as many as the annual report counts."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, draw, flags, numbers_within, stream
from include.sample.days import NEVER, YEAR, first_of_financial_year
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.targets import HALF_BEGINS, YEAR_BEGINS, YEAR_END, Targets
from include.sample.workforce import IRO, Workforce

_FIRST_YEAR = 2015
_MATCHED, _WAITING = 7, 12
_REFERRERS = ("SOCIAL_WORKER", "IRO", "CHILD", "CARER", "FAMILY", "CHAIR", "SCHOOL")
_END_REASONS = ("CHILD_ENDED", "VISITOR_LEFT", "CHILD_LEFT_CARE", "CHILD_MOVED", "NOT_MATCHED", "OTHER")
_ARRANGEMENTS = ("ENQUIRY", "ACTIVE", "ENDED")


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


def private_fostering(
    seed: int, referred: pd.DataFrame, staff: Workforce, targets: Targets
) -> tuple[Register, Register]:
    """cssu.private_fostering_arrangements and their visits: in the year of the report two, both ended in it."""
    rng = stream(seed, "private fostering")
    may = (referred["in_need"] & ((referred["date"] - referred["dob"]) > 9 * YEAR)).to_numpy()
    may &= ((referred["date"] - referred["dob"]) < 15 * YEAR).to_numpy()
    date = referred["date"].to_numpy()
    of_year = may & (date >= YEAR_BEGINS - 200) & (date < YEAR_END)
    chosen = may & ~of_year & chance(rng, 4, len(referred))
    rows = np.flatnonzero(chosen)
    count = len(rows)
    started = date[rows]
    approved = started + between(rng, 20, 42, count)
    ended = started + between(rng, 90, 700, count)
    enquiry = chance(rng, 35, count)
    # none of the others is approved and open in that year
    touches = (approved <= YEAR_END) & (ended >= YEAR_BEGINS)
    ended = np.where(
        touches & (started < YEAR_BEGINS), np.maximum(np.minimum(ended, YEAR_BEGINS - 3), started + 1), ended
    )
    enquiry |= ended <= approved
    two = choose(rng, may & (date >= YEAR_BEGINS) & (date < HALF_BEGINS - 60), targets.scaled(2))
    rows, started = np.concatenate([rows, two]), np.concatenate([started, date[two]])
    approved = np.concatenate([approved, date[two] + between(rng, 20, 40, len(two))])
    ended = np.concatenate([ended, YEAR_END - between(rng, 20, 120, len(two))])
    enquiry = np.concatenate([enquiry, np.zeros(len(two), dtype=bool)])
    order = np.argsort(started, kind="stable")
    rows, started, approved, ended, enquiry = (each[order] for each in (rows, started, approved, ended, enquiry))
    count = len(rows)
    posts = staff.posts_of(IRO, (3,))
    lead = staff.holder(posts[np.zeros(count, dtype=np.int64)], started)
    base = pd.DataFrame(
        {
            "arrangement_id": 370101 + np.arange(count),
            "person_id": referred["person_id"].to_numpy()[rows],
            "notified_date": started.astype(np.int32),
            "status": coded(np.where(enquiry, 0, 1), _ARRANGEMENTS),
            "started_date": np.where(enquiry, NEVER, started).astype(np.int32),
            "approved_date": np.where(enquiry, NEVER, approved).astype(np.int32),
            "ended_date": NEVER,
            "end_reason": coded(np.full(count, -1), ("RETURNED_HOME", "MOVED_TO_RELATIVE", "MOVED_AREA", "OTHER")),
            "lead_professional_id": lead,
            "known_from": started + 2,
            "known_until": np.where(enquiry, NEVER, ended + 3),
            "approved_known": np.where(enquiry, NEVER, approved + 1),
        }
    )
    base = base.astype(
        {"known_from": np.int32, "known_until": np.int32, "approved_known": np.int32, "ended_date": np.int32}
    )
    over = base[~enquiry].assign(known_until=NEVER)
    over["known_from"] = (ended + 3)[~enquiry]
    over["ended_date"] = ended[~enquiry].astype(np.int32)
    over["status"] = coded(np.full(len(over), 2), _ARRANGEMENTS)
    over["end_reason"] = coded(
        rng.integers(0, 4, len(over)), ("RETURNED_HOME", "MOVED_TO_RELATIVE", "MOVED_AREA", "OTHER")
    )
    arrangements = pd.concat([base, over.astype(base.dtypes.to_dict())], ignore_index=True)
    many = np.where(enquiry, 0, np.maximum((ended - started) // 42, 1))
    owner, number = numbers_within(many)
    on = started[owner] + 5 + number * 40 + between(rng, 0, 5, len(owner))
    kept = on < ended[owner]
    owner, number, on = owner[kept], number[kept], on[kept]
    visits = pd.DataFrame(
        {
            "visit_id": 380101 + np.arange(len(owner)),
            "arrangement_id": 370101 + owner,
            "visit_date": on.astype(np.int32),
            "visit_kind": coded((number % 4 == 3) * 1, ("VISIT", "REVIEW")),
            "child_seen_alone": flags(chance(rng, 88, len(owner))),
            "professional_id": staff.holder(posts[np.zeros(len(owner), dtype=np.int64)], on),
            "known_from": np.maximum(recorded(rng, on.astype(np.int32)), started[owner] + 2).astype(np.int32),
        }
    )
    return Register(arrangements, {"approved_known": ("approved_date",)}), Register(visits)
