"""What else the case system and the unit say of children in care: adopted before, siblings, missing, leaving."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, draw, flags, numbers_within, stream
from include.sample.days import NEVER, YEAR, birthday
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.staff.workforce import ADVISER, TEAMS, Workforce
from include.sample.targets import LAST_HALF


def previous_permanence_register(seed: int, periods: pd.DataFrame, known: np.ndarray) -> Register:
    """ssd.cla_previous_permanence: of who was adopted before, and of a few others."""
    rng = stream(seed, "previous permanence")
    back = (periods["life"] != periods["child"]).to_numpy()
    rows = np.flatnonzero(back | (chance(rng, 5, len(periods)) & ~periods["uasc"].to_numpy()))
    count = len(rows)
    option = np.where(back[rows], 0, draw(rng, {1: 6, 2: 3, 3: 1}, count))
    year = between(rng, 2004, 2014, count)
    month = between(rng, 1, 12, count)
    dates = [f"zz/{m:02d}/{y}" for m in range(1, 13) for y in range(2004, 2015)]
    table = pd.DataFrame(
        {
            "lapp_table_id": 170101 + np.arange(count),
            "lapp_person_id": periods["person_id"].to_numpy()[rows],
            "lapp_previous_permanence_option": coded(option, ("P1", "P2", "P3", "P4")),
            "lapp_previous_permanence_order_date": coded((month - 1) * 11 + year - 2004, tuple(dates)),
            "lapp_previous_permanence_la": coded(
                rng.integers(0, 2, count), ("Zindleford (invented)", "Quagmoor (invented)")
            ),
            "known_from": known[rows] + 4,
        }
    )
    return Register(table)


def missing_register(seed: int, periods: pd.DataFrame, known: np.ndarray) -> Register:
    """ssd.missing: a few teenagers, most of them again and again."""
    rng = stream(seed, "missing")
    left = np.minimum(periods["left"].to_numpy(), LAST_HALF)
    from_day = np.maximum(periods["entered"].to_numpy() + 5, birthday(periods["dob"].to_numpy(), 12))
    may = (left - from_day > 60) & ~periods["short_break"].to_numpy() & chance(rng, 22, len(periods))
    rows = np.flatnonzero(may)
    often = draw(rng, {1: 40, 2: 20, 4: 20, 9: 15, 25: 5}, len(rows))
    owner, _ = numbers_within(often)
    period = rows[owner]
    starts = from_day[period] + rng.integers(0, 1 << 31, len(period)) % (left[period] - from_day[period] - 10)
    order = np.argsort(starts, kind="stable")
    starts, period = starts[order].astype(np.int32), period[order]
    count = len(starts)
    ends = starts + draw(rng, {0: 55, 1: 30, 2: 8, 4: 5, 8: 2}, count)
    offered = chance(rng, 88, count)
    known_from = np.maximum(recorded(rng, starts, at_once=True), known[period])
    table = pd.DataFrame(
        {
            "miss_table_id": 180101 + np.arange(count),
            "miss_person_id": periods["person_id"].to_numpy()[period],
            "miss_missing_episode_start_date": starts,
            "miss_missing_episode_end_date": ends.astype(np.int32),
            "miss_missing_episode_type": coded(chance(rng, 25, count) * 1, ("M", "A")),
            "miss_missing_rhi_offered": flags(offered),
            "miss_missing_rhi_accepted": flags(chance(rng, 55, count), among=offered, otherwise="NA"),
            "known_from": known_from,
            "ended_known": np.maximum(ends, known_from).astype(np.int32),
        }
    )
    of_the_end = ("miss_missing_episode_end_date", "miss_missing_rhi_offered", "miss_missing_rhi_accepted")
    return Register(table, {"ended_known": of_the_end})


_ENTITLED = ("ELIGIBLE", "RELEVANT", "FORMER_RELEVANT")


def care_leaver_register(seed: int, periods: pd.DataFrame, staff: Workforce, end_known: np.ndarray) -> Register:
    """ssd.care_leavers: who left care at sixteen or later, until 21."""
    rng = stream(seed, "care leavers")
    dob, left = periods["dob"].to_numpy(), periods["left"].to_numpy()
    may = (left < NEVER) & (np.minimum(left, LAST_HALF) - dob > 16 * YEAR) & ~periods["short_break"].to_numpy()
    may &= (np.minimum(left, LAST_HALF) - periods["entered"].to_numpy()) > 91
    rows = np.flatnonzero(may)
    rows = rows[np.argsort(left[rows], kind="stable")]
    rows = rows[~periods["child"].iloc[rows].duplicated(keep="last").to_numpy()]
    count = len(rows)
    adult = left[rows] >= birthday(dob[rows], 18)
    posts = staff.posts_of(ADVISER)
    adviser = staff.holder(posts[rows % len(posts)], left[rows])
    in_touch = draw(rng, {0: 92, 1: 4, 3: 2, 4: 2}, count)
    rooms = tuple("BCDEGHKRSTUVWXYZ")
    activities = ("F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "G4", "G5", "G6")
    until = birthday(dob[rows], 21)
    seen = np.where(in_touch == 0, left[rows] + between(rng, 5, 56, count), NEVER)
    table = pd.DataFrame(
        {
            "clea_table_id": 190101 + np.arange(count),
            "clea_person_id": periods["person_id"].to_numpy()[rows],
            "clea_care_leaver_eligibility": coded(np.where(adult, 2, 1), _ENTITLED),
            "clea_care_leaver_in_touch": coded(in_touch, ("YES", "NO", "DIED", "REFU", "NREQ")),
            "clea_care_leaver_latest_contact": seen.astype(np.int32),
            "clea_care_leaver_accommodation": coded(rng.integers(0, len(rooms), count), rooms),
            "clea_care_leaver_accom_suitable": coded(chance(rng, 12, count) * 1, ("1", "2")),
            "clea_care_leaver_activity": coded(rng.integers(0, len(activities), count), activities),
            "clea_pathway_plan_review_date": (left[rows] + between(rng, -150, 20, count)).astype(np.int32),
            "clea_care_leaver_allocated_team": coded(np.full(count, 8), TEAMS),
            "clea_care_leaver_worker_id": adviser,
            "known_from": np.maximum(end_known[rows], left[rows] + 60).astype(np.int32),
            "known_until": np.maximum(until, left[rows] + 400).astype(np.int32),
        }
    )
    return Register(_entitled_by_age(table, birthday(dob[rows], 18), adult))


def _entitled_by_age(table: pd.DataFrame, of_age: np.ndarray, adult: np.ndarray) -> pd.DataFrame:
    """Who left care before 18 is relevant until the 18th birthday, and former relevant from then on."""
    young = table[~adult]
    turns = np.clip(of_age[~adult], young["known_from"], young["known_until"]).astype(np.int32)
    grown = young.assign(clea_care_leaver_eligibility=coded(np.full(len(young), 2), _ENTITLED), known_from=turns)
    both = pd.concat([table[adult], young.assign(known_until=turns), grown])
    return both.sort_values(["clea_table_id", "known_from"], kind="stable", ignore_index=True)


def sibling_register(
    seed: int, periods: pd.DataFrame, homes: pd.DataFrame, household: np.ndarray, known: np.ndarray
) -> Register:
    """cssu.sibling_groups: children of a family who came into care on one day, by where they were placed first."""
    rng = stream(seed, "sibling groups")
    first = np.flatnonzero((homes["number"] == 0).to_numpy())
    at = np.full(len(periods), -1, dtype=np.int64)
    at[homes["period"].to_numpy()[first]] = household[first]
    mine = np.flatnonzero(~periods["short_break"].to_numpy() & ~periods["earlier"].to_numpy())
    key = periods["family"].to_numpy()[mine] * np.int64(1 << 22) + periods["entered"].to_numpy()[mine]
    _, group, size = np.unique(key, return_inverse=True, return_counts=True)
    alike = np.full(len(size), -2, dtype=np.int64)
    alike[group] = at[mine]
    apart = np.zeros(len(size), dtype=bool)
    np.logical_or.at(apart, group, at[mine] != alike[group])
    several = size[group] > 1
    rows, group = mine[several], group[several]
    order = np.lexsort((rows, group))
    rows, group = rows[order], group[order]
    separated = apart[group]
    reasons = ("ASSESSED_NEEDS", "NO_PLACEMENT_TOGETHER", "SAFETY", "WISHES", "COURT")
    reason = rng.integers(0, len(reasons), len(size))[group]
    table = pd.DataFrame(
        {
            "group_id": group + 70001,
            "person_id": periods["person_id"].to_numpy()[rows],
            "plan": coded(separated * 1, ("TOGETHER", "APART")),
            "reason": coded(np.where(separated, reason, -1), reasons),
            "known_from": known[rows] + 10,
        }
    )
    return Register(table.drop_duplicates(["group_id", "person_id"], ignore_index=True), prefixes={"group_id": "SG"})
