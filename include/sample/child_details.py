"""What else the case system says of children: family, address, disability, immigration, going missing, leaving."""

import json

import numpy as np
import pandas as pd

from include.sample.allocations import Allocations
from include.sample.chance import between, chance, coded, draw, flags, numbers_within, pick, stream
from include.sample.days import NEVER, YEAR, birthday
from include.sample.people import duplicates
from include.sample.recording import recorded
from include.sample.referrals import CLOSE_REASONS, SOURCES, Referrals
from include.sample.register import Register
from include.sample.targets import LAST_HALF
from include.sample.workforce import ADVISER, TEAMS, Workforce

_HOME = ("QX1", "QX2", "QX3", "QX4", "QX5", "QX6")
_INWARD = tuple(f"{digit}{letters}" for digit in range(1, 10) for letters in ("CI", "IK", "KO", "MV", "OC", "VM"))
POSTCODES = tuple(f"{area} {inward}" for area in _HOME for inward in _INWARD)
"""Postcodes of the authority's own area. No real postcode begins with Q, V or X, or ends in C, I, K, M, O or V."""
OWN_DISTRICTS, OTHER_DISTRICTS = _HOME, ("VX1", "VX2", "VX3", "VX4")
OTHER_POSTCODES = tuple(f"{area} {inward}" for area in OTHER_DISTRICTS for inward in _INWARD)
_STREETS = ("Quagmoor Row", "Zindle Wynd", "Fnar Bank", "Wexquag Terrace", "Throx Lane")
_DISABILITIES = {"NONE": 3, "LD": 30, "AUT": 28, "BEH": 14, "COMM": 9, "MOB": 6, "CON": 4, "VIS": 3, "HEAR": 3, "PC": 2}
_OUTCOME = '{"NFA_FLAG": "%s", "ASSESSMENT_FLAG": "%s"}'
_SOURCE_WORDS = tuple(f"source {code}" for code in SOURCES)


def referral_register(seed: int, referred: Referrals, allocated: Allocations) -> Register:
    """ssd.cin_episodes: the referral as it was received, and when the case was closed.

    Until it is found that a child was known already, its second referral stands under another id.
    """
    rng = stream(seed, "referral register")
    rows = referred.rows
    count = len(rows)
    source = draw(rng, dict(enumerate(SOURCES.values())), count)
    nfa = rows["nfa"].to_numpy()
    closed_known = np.maximum(recorded(rng, np.minimum(rows["closed"].to_numpy(), NEVER)), rows["date"].to_numpy())
    worker = allocated.allocated(1, rows["person_id"].to_numpy(), rows["date"].to_numpy())
    team = rows["referral_id"].to_numpy() % 5 + 2
    need = rows["need"].to_numpy()
    needs = ("N1", "N2", "N3", "N4", "N5", "N6", "N8")
    table = pd.DataFrame(
        {
            "cine_referral_id": rows["referral_id"],
            "cine_person_id": rows["person_id"],
            "cine_referral_date": rows["date"].astype(np.int32),
            "cine_cin_primary_need_code": coded(np.searchsorted(needs, need), needs),
            "cine_referral_source_code": coded(source, tuple(SOURCES)),
            "cine_referral_source_desc": coded(source, _SOURCE_WORDS),
            "cine_referral_outcome_json": coded(nfa * 1, (_OUTCOME % ("N", "Y"), _OUTCOME % ("Y", "N"))),
            "cine_referral_nfa": flags(nfa),
            "cine_close_reason": coded(draw(rng, dict(enumerate(CLOSE_REASONS.values())), count), tuple(CLOSE_REASONS)),
            "cine_close_date": rows["closed"],
            "cine_referral_team": coded(team, TEAMS),
            "cine_referral_worker_id": worker,
            "known_from": rows["date"].astype(np.int32),
            "known_until": NEVER,
            "closed_known": closed_known,
        }
    )
    doubled = np.flatnonzero((rows["merged"] < NEVER).to_numpy())
    before = table.iloc[doubled].assign(
        cine_person_id=duplicates(rows)["duplicate_id"].to_numpy(), known_until=rows["merged"].to_numpy()[doubled]
    )
    table.loc[doubled, "known_from"] = rows["merged"].to_numpy()[doubled].astype(np.int32)
    return Register(
        pd.concat([table, before.astype(table.dtypes.to_dict())], ignore_index=True),
        {"closed_known": ("cine_close_date", "cine_close_reason")},
        {"cine_referral_id": "RF"},
    )


def family_registers(everybody: pd.DataFrame) -> tuple[Register, Register]:
    """ssd.family and ssd.mother."""
    mine = everybody[(everybody["kind"] == "child").to_numpy()].reset_index(drop=True)
    family = pd.DataFrame(
        {
            "fami_table_id": 110101 + np.arange(len(mine)),
            "fami_family_id": mine["family"] + 60001,
            "fami_person_id": mine["person_id"],
            "known_from": mine["known"].astype(np.int32),
        }
    )
    with_mother = mine[(mine["mother"] >= 0).to_numpy()].reset_index(drop=True)
    born = np.maximum(with_mother["known"].to_numpy(), with_mother["dob"].to_numpy() + 9)
    mother = pd.DataFrame(
        {
            "moth_table_id": 120101 + np.arange(len(with_mother)),
            "moth_person_id": everybody["person_id"].to_numpy()[with_mother["mother"]],
            "moth_childs_person_id": with_mother["person_id"],
            "moth_childs_dob": with_mother["dob"].astype(np.int32),
            "known_from": born.astype(np.int32),
        }
    )
    return Register(family, prefixes={"fami_family_id": "FM"}), Register(mother)


def detail_registers(seed: int, everybody: pd.DataFrame, referred: pd.DataFrame) -> dict[str, Register]:
    """ssd.disability, ssd.immigration_status, ssd.address and ssd.linked_identifiers."""
    rng = stream(seed, "details")
    children = everybody[(everybody["kind"] == "child").to_numpy()].reset_index(drop=True)
    known = np.maximum(children["known"], children["dob"]).to_numpy()
    disabled = np.flatnonzero(children["disabled"].to_numpy())
    disability = pd.DataFrame(
        {
            "disa_table_id": 130101 + np.arange(len(disabled)),
            "disa_person_id": children["person_id"].to_numpy()[disabled],
            "disa_disability_code": pick(rng, _DISABILITIES, len(disabled)),
            "known_from": (known[disabled] + between(rng, 0, 200, len(disabled))).astype(np.int32),
        }
    )
    uasc = np.flatnonzero(children["uasc"].to_numpy())
    first = known[uasc]
    decided = first + between(rng, 200, 700, len(uasc))
    statuses = ("UASC", "REFUGEE", "HUMANITARIAN_PROTECTION", "LIMITED_LEAVE", "APPEAL_RIGHTS_EXHAUSTED")
    immigration = pd.DataFrame(
        {
            "immi_immigration_status_id": 140101 + np.arange(2 * len(uasc)),
            "immi_person_id": np.concatenate([children["person_id"].to_numpy()[uasc]] * 2),
            "immi_immigration_status": coded(
                np.concatenate([np.zeros(len(uasc)), draw(rng, {1: 6, 2: 2, 3: 1, 4: 1}, len(uasc))]), statuses
            ),
            "immi_immigration_status_start_date": np.concatenate([first, decided]).astype(np.int32),
            "immi_immigration_status_end_date": np.concatenate([decided, np.full(len(uasc), NEVER)]).astype(np.int32),
            "known_from": np.concatenate([first, decided + 3]).astype(np.int32),
            "ended_known": np.concatenate([decided + 3, np.full(len(uasc), NEVER)]).astype(np.int32),
        }
    )
    lives = everybody["known"].to_numpy()
    place = rng.integers(0, len(POSTCODES), len(everybody))
    texts = tuple(
        json.dumps({"HOUSE": str(n), "STREET": s, "TOWN": "Zindleford"}) for s in _STREETS for n in range(1, 30)
    )
    address = pd.DataFrame(
        {
            "addr_table_id": 150101 + np.arange(len(everybody)),
            "addr_person_id": everybody["person_id"],
            "addr_address_type": coded(np.zeros(len(everybody)), ("HOME",)),
            "addr_address_start_date": np.maximum(lives, everybody["dob"]).astype(np.int32),
            "addr_address_end_date": NEVER,
            "addr_address_postcode": coded(place, POSTCODES),
            "addr_address_json": coded(rng.integers(0, len(texts), len(everybody)), texts),
            "known_from": np.maximum(lives, everybody["dob"]).astype(np.int32),
        }
    )
    at_school = np.flatnonzero(
        (referred["date"].max() - children["dob"].to_numpy() > 5 * YEAR) & chance(rng, 60, len(children))
    )
    linked = pd.DataFrame(
        {
            "link_table_id": 160101 + np.arange(len(at_school)),
            "link_person_id": children["person_id"].to_numpy()[at_school],
            "link_identifier_type": coded(np.zeros(len(at_school)), ("UPN",)),
            "link_identifier_value": 999_900_000_000 + children["person_id"].to_numpy()[at_school],
            "link_valid_from_date": birthday(children["dob"].to_numpy()[at_school], 5),
            "link_valid_to_date": NEVER,
            "known_from": np.maximum(birthday(children["dob"].to_numpy()[at_school], 5), known[at_school]).astype(
                np.int32
            ),
        }
    )
    return {
        "ssd.disability": Register(disability),
        "ssd.immigration_status": Register(immigration, {"ended_known": ("immi_immigration_status_end_date",)}),
        "ssd.address": Register(address),
        "ssd.linked_identifiers": Register(linked, prefixes={"link_identifier_value": "X"}),
    }


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
            "clea_care_leaver_eligibility": coded(np.where(adult, 2, 1), ("ELIGIBLE", "RELEVANT", "FORMER_RELEVANT")),
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
    return Register(table)


def sibling_register(
    seed: int, periods: pd.DataFrame, homes: pd.DataFrame, household: np.ndarray, known: np.ndarray
) -> Register:
    """cssu.sibling_groups: children of a family who came into care on one day, by where they were placed first."""
    rng = stream(seed, "sibling groups")
    first = np.flatnonzero((homes["number"] == 0).to_numpy())
    at = np.full(len(periods), -1, dtype=np.int64)
    at[homes["period"].to_numpy()[first]] = household[first]
    key = periods["family"].to_numpy() * np.int64(1 << 22) + periods["entered"].to_numpy()
    _, group, size = np.unique(key, return_inverse=True, return_counts=True)
    alike = np.full(len(size), -2, dtype=np.int64)
    alike[group] = at
    apart = np.zeros(len(size), dtype=bool)
    np.logical_or.at(apart, group, at != alike[group])
    rows = np.flatnonzero((size[group] > 1) & ~periods["short_break"].to_numpy() & ~periods["earlier"].to_numpy())
    rows = rows[np.lexsort((rows, group[rows]))]
    separated = apart[group[rows]]
    reasons = ("ASSESSED_NEEDS", "NO_PLACEMENT_TOGETHER", "SAFETY", "WISHES", "COURT")
    reason = rng.integers(0, len(reasons), len(size))[group[rows]]
    table = pd.DataFrame(
        {
            "group_id": group[rows] + 70001,
            "person_id": periods["person_id"].to_numpy()[rows],
            "plan": coded(separated * 1, ("TOGETHER", "APART")),
            "reason": coded(np.where(separated, reason, -1), reasons),
            "known_from": known[rows] + 10,
        }
    )
    return Register(table.drop_duplicates(["group_id", "person_id"], ignore_index=True), prefixes={"group_id": "SG"})
