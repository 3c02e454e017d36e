"""Private fostering: arrangements and their visits; in the year of the annual report as many as it counts."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, flags, numbers_within, stream
from include.sample.days import NEVER, YEAR
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.staff.workforce import IRO, Workforce
from include.sample.targets import HALF_BEGINS, YEAR_BEGINS, YEAR_END, Targets

_ARRANGEMENTS = ("ENQUIRY", "ACTIVE", "ENDED")


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
