"""Section 47 enquiries and child protection conferences: one meeting a family, one record a child."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, coded, flags, stream
from include.sample.days import NEVER, add_months, on_working_day, working_days_after
from include.sample.families import together
from include.sample.protection.protection_plans import category_codes
from include.sample.recording import recorded
from include.sample.referrals import Referrals
from include.sample.register import Register
from include.sample.staff.workforce import SOCIAL_WORKER, TEAMS, Workforce
from include.sample.targets import LAST_HALF

_ICPC, _RCPC = 0, 1
TYPES = ("ICPC", "RCPC")
_TRANSFERS = 2  # in a hundred initial conferences
_NO_PLAN = 16  # in a hundred enquiries of families without a plan: a conference that makes none
_OUTCOMES = ('{"NFA_FLAG": "N", "CP_PLAN_FLAG": "Y"}', '{"NFA_FLAG": "Y", "CP_PLAN_FLAG": "N"}')
_S47_OUTCOMES = ('{"NFA_FLAG": "N", "CP_CONFERENCE_FLAG": "Y"}', '{"NFA_FLAG": "Y", "CP_CONFERENCE_FLAG": "N"}')


@dataclass(frozen=True)
class Conferences:
    """`meetings`: one a meeting, by day: `meeting_id`, `type` (place in TYPES), `day`, `strategy` (NEVER: none),
    `chair`, `late`, `known`, `transfer_in`. `children`: one a child and meeting: `meeting` (row), `person`, `dob`,
    `plan` (row, -1), `referral` (row), `due`, `day`, `continues`. `enquiries`: one a child: `person`, `referral`,
    `starts`, `ends`, `meeting` (row, -1: none), `plan` (row, -1).
    """

    meetings: pd.DataFrame
    children: pd.DataFrame
    enquiries: pd.DataFrame


def conferences(seed: int, plans: pd.DataFrame, referred: Referrals, staff: Workforce) -> Conferences:
    """All enquiries and conferences: those of the plans, and those of families who came to none."""
    rng = stream(seed, "conferences")
    initial = _initial(rng, plans, referred)
    children = pd.concat([initial[initial["day"] < NEVER], _reviews(rng, plans, referred)], ignore_index=True)
    children = children.sort_values(["day", "family", "type", "person"], kind="stable", ignore_index=True)
    key = children["family"].to_numpy() * np.int64(1 << 34) + children["day"].to_numpy() * 2 + children["type"]
    _, first, meeting = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    children["meeting"] = rank[meeting]
    meetings = children.loc[first[order], ["type", "day", "due", "strategy", "family"]].reset_index(drop=True)
    meetings["late"] = meetings["day"] > meetings["due"]
    post = staff.chairing_post(seed, meetings["family"].to_numpy())
    meetings["chair"] = staff.holder(post, meetings["day"].to_numpy())
    meetings["meeting_id"] = 420101 + np.arange(len(meetings))
    meetings["known"] = recorded(rng, meetings["day"].to_numpy())
    icpc = children[(children["type"] == _ICPC).to_numpy()]
    found = pd.Series(
        icpc["meeting"].to_numpy(), index=icpc["person"].to_numpy() * np.int64(1 << 32) + icpc["day"].to_numpy()
    )
    found = found[~found.index.duplicated()]
    initial["meeting"] = (
        found.reindex(initial["person"].to_numpy() * np.int64(1 << 32) + initial["day"])
        .fillna(-1)
        .to_numpy()
        .astype(np.int64)
    )
    enquiries = initial.sort_values(["strategy", "family", "person"], kind="stable", ignore_index=True)
    enquiries["ends"] = np.where(
        enquiries["day"] < NEVER,
        np.maximum(enquiries["strategy"], np.minimum(enquiries["day"], NEVER) - 4),
        working_days_after(
            enquiries["strategy"].to_numpy(),
            together(between(rng, 5, 20, len(enquiries)), np.unique(enquiries["family"], return_inverse=True)[1]),
        ),
    ).astype(np.int32)
    # a family that moved here with a plan of another council
    meetings["transfer_in"] = (meetings["type"] == _ICPC) & chance(rng, _TRANSFERS, len(meetings))
    return Conferences(meetings, children, enquiries)


def _initial(rng: np.random.Generator, plans: pd.DataFrame, referred: Referrals) -> pd.DataFrame:
    """One row a child and enquiry: of every plan, and of families with an enquiry alone (day NEVER: no conference)."""
    rows = referred.rows
    plan = np.arange(len(plans))
    mine = referred.of_plan
    days = together(
        np.where(chance(rng, 87, len(plans)), between(rng, 8, 15, len(plans)), between(rng, 16, 24, len(plans))),
        plans["household"].to_numpy(),
    )
    strategy = np.maximum(working_days_after(plans["starts"].to_numpy(), -days), rows["date"].to_numpy()[mine])
    of_plans = pd.DataFrame(
        {
            "person": plans["person_id"], "dob": plans["dob"], "family": plans["family"], "plan": plan,
            "referral": mine, "strategy": strategy, "day": plans["starts"], "continues": True,
        }
    )  # fmt: skip
    alone = np.flatnonzero((rows["in_need"] & rows["enquiry"]).to_numpy())
    family = np.unique(rows["family"].to_numpy()[alone], return_inverse=True)[1]
    strategy = rows["date"].to_numpy()[alone] + together(between(rng, 1, 12, len(alone)), family)
    held = together(chance(rng, _NO_PLAN, len(alone)), family)
    day = working_days_after(strategy, together(between(rng, 9, 17, len(alone)), family))
    others = pd.DataFrame(
        {
            "person": rows["person_id"].to_numpy()[alone], "dob": rows["dob"].to_numpy()[alone],
            "family": rows["family"].to_numpy()[alone], "plan": -1, "referral": alone, "strategy": strategy,
            "day": np.where(held, day, NEVER), "continues": False,
        }
    )  # fmt: skip
    both = pd.concat([of_plans, others], ignore_index=True)
    both["type"] = np.int8(_ICPC)
    both["due"] = working_days_after(both["strategy"].to_numpy(), 15)
    return both


def _reviews(rng: np.random.Generator, plans: pd.DataFrame, referred: Referrals) -> pd.DataFrame:
    """Review conferences of each plan: within three months, then six; the last one ends the plan, mostly."""
    household = plans["household"].to_numpy()
    count = int(household.max()) + 1
    ends = np.minimum(plans["ends"].to_numpy(), LAST_HALF + 400)
    closes = together(chance(rng, 90, len(plans)), household) & (
        ~plans["into_care"].to_numpy() | chance(rng, 50, len(plans))
    )
    plan, before, number, found = np.arange(len(plans)), plans["starts"].to_numpy(), 1, []
    while len(plan):
        due = add_months(before, 3 if number == 1 else 6)
        group = household[plan]
        slack = between(rng, 2, 20, count)
        slack = np.where(chance(rng, 4, count), -between(rng, 3, 20, count), slack)
        day = on_working_day(np.maximum(due - slack[group], before + 10))
        last = ends[plan] <= day + 24
        held = np.where(last, np.where(closes[plan], ends[plan], NEVER), day)
        ok = (held < NEVER) & (held > before + 4)
        found.append(
            pd.DataFrame({"plan": plan[ok], "due": due[ok], "day": held[ok].astype(np.int32), "continues": ~last[ok]})
        )
        plan, before, number = plan[~last], day[~last], number + 1
    frame = pd.concat(found, ignore_index=True)
    of = plans.iloc[frame["plan"]].reset_index(drop=True)
    return frame.assign(
        person=of["person_id"], dob=of["dob"], family=of["family"], referral=referred.of_plan[frame["plan"]],
        strategy=NEVER, type=np.int8(_RCPC),
    )  # fmt: skip


def enquiry_register(seed: int, meetings: Conferences, referred: Referrals, staff: Workforce) -> Register:
    """ssd.s47_enquiry."""
    rng = stream(seed, "enquiry register")
    frame = meetings.enquiries
    post = _worker_post(frame, staff, seed)
    known = np.maximum(recorded(rng, frame["strategy"].to_numpy(), at_once=True), frame["strategy"])
    nfa = (frame["meeting"] < 0).to_numpy()
    rows = pd.DataFrame(
        {
            "s47e_s47_enquiry_id": 430101 + np.arange(len(frame)),
            "s47e_referral_id": referred.rows["referral_id"].to_numpy()[frame["referral"]],
            "s47e_person_id": frame["person"],
            "s47e_s47_start_date": frame["strategy"].astype(np.int32),
            "s47e_s47_end_date": frame["ends"],
            "s47e_s47_nfa": flags(nfa),
            "s47e_s47_outcome_json": coded(nfa * 1, _S47_OUTCOMES),
            "s47e_s47_completed_by_worker_id": staff.holder(post, frame["ends"].to_numpy()),
            "s47e_s47_completed_by_team": coded(staff.posts["team"].to_numpy()[post], TEAMS),
            "known_from": known,
            "ended_known": np.maximum(recorded(rng, frame["ends"].to_numpy(), at_once=True), known),
        }
    )
    of_the_end = tuple(
        name for name in rows if name.startswith("s47e_s47_") and name[9:] not in ("enquiry_id", "start_date")
    )
    return Register(rows, {"ended_known": of_the_end}, {"s47e_referral_id": "RF"})


def _worker_post(frame: pd.DataFrame, staff: Workforce, seed: int) -> np.ndarray:
    posts = staff.posts_of(SOCIAL_WORKER)
    return posts[(frame["family"].to_numpy() * 104729 + seed) % len(posts)]


def initial_conference_register(seed: int, meetings: Conferences, referred: Referrals, staff: Workforce) -> Register:
    """ssd.initial_cp_conference: one row a child."""
    frame = meetings.enquiries
    enquiry = np.flatnonzero((frame["meeting"] >= 0).to_numpy())
    mine = frame.iloc[enquiry].reset_index(drop=True)
    post = _worker_post(mine, staff, seed)
    planned = (mine["plan"] >= 0).to_numpy()
    rows = pd.DataFrame(
        {
            "icpc_icpc_id": 440101 + np.arange(len(mine)),
            "icpc_icpc_meeting_id": meetings.meetings["meeting_id"].to_numpy()[mine["meeting"]],
            "icpc_s47_enquiry_id": 430101 + enquiry,
            "icpc_person_id": mine["person"],
            "icpc_cp_plan_id": np.where(planned, 450101 + mine["plan"], -1),
            "icpc_referral_id": referred.rows["referral_id"].to_numpy()[mine["referral"]],
            "icpc_icpc_transfer_in": flags(meetings.meetings["transfer_in"].to_numpy()[mine["meeting"]]),
            "icpc_icpc_target_date": mine["due"].astype(np.int32),
            "icpc_icpc_date": mine["day"].astype(np.int32),
            "icpc_icpc_outcome_cp_flag": flags(planned),
            "icpc_icpc_outcome_json": coded(~planned * 1, _OUTCOMES),
            "icpc_icpc_team": coded(staff.posts["team"].to_numpy()[post], TEAMS),
            "icpc_icpc_worker_id": staff.holder(post, mine["day"].to_numpy()),
            "known_from": meetings.meetings["known"].to_numpy()[mine["meeting"]],
        }
    )
    return Register(rows, prefixes={"icpc_referral_id": "RF"})


def plan_register(seed: int, plans: pd.DataFrame, meetings: Conferences, referred: Referrals) -> Register:
    """ssd.cp_plans."""
    rng = stream(seed, "plan register")
    enquiries = meetings.enquiries
    conference = np.full(len(plans), -1, dtype=np.int64)
    held = np.flatnonzero((enquiries["meeting"] >= 0).to_numpy())
    of_plan = enquiries["plan"].to_numpy()[held]
    conference[of_plan[of_plan >= 0]] = (440101 + np.arange(len(held)))[of_plan >= 0]
    meeting = enquiries["meeting"].to_numpy()[held][of_plan >= 0]
    known = np.zeros(len(plans), dtype=np.int32)
    known[of_plan[of_plan >= 0]] = meetings.meetings["known"].to_numpy()[meeting]
    ended_known = np.maximum(recorded(rng, plans["ends"].to_numpy()), known)
    changed = (plans["category"] != plans["latest_category"]).to_numpy()
    rows = pd.DataFrame(
        {
            "cppl_cp_plan_id": 450101 + np.arange(len(plans)),
            "cppl_referral_id": referred.rows["referral_id"].to_numpy()[referred.of_plan],
            "cppl_icpc_id": conference,
            "cppl_person_id": plans["person_id"],
            "cppl_cp_plan_start_date": plans["starts"],
            "cppl_cp_plan_end_date": plans["ends"],
            "cppl_cp_plan_ola": flags(np.zeros(len(plans), dtype=bool)),
            "cppl_cp_plan_initial_category": category_codes(plans["category"]),
            "cppl_cp_plan_latest_category": category_codes(plans["category"].where(~changed, plans["latest_category"])),
            "known_from": known,
            "ended_known": ended_known.astype(np.int32),
        }
    )
    return Register(rows, {"ended_known": ("cppl_cp_plan_end_date",)}, {"cppl_referral_id": "RF"})


def review_conference_register(seed: int, meetings: Conferences) -> Register:
    """ssd.cp_reviews: one row a child."""
    rng = stream(seed, "review conferences")
    mine = meetings.children[(meetings.children["type"] == _RCPC).to_numpy()].reset_index(drop=True)
    four = mine["day"].to_numpy() - mine["dob"].to_numpy() > 1461
    way = np.where(four, np.array([1, 5, 6, 7])[rng.integers(0, 4, len(mine))], 0)
    rows = pd.DataFrame(
        {
            "cppr_cp_review_id": 460101 + np.arange(len(mine)),
            "cppr_person_id": mine["person"],
            "cppr_cp_plan_id": 450101 + mine["plan"],
            "cppr_cp_review_due": mine["due"].astype(np.int32),
            "cppr_cp_review_date": mine["day"].astype(np.int32),
            "cppr_cp_review_meeting_id": meetings.meetings["meeting_id"].to_numpy()[mine["meeting"]],
            "cppr_cp_review_outcome_continue_cp": flags(mine["continues"].to_numpy()),
            "cppr_cp_review_quorate": flags(chance(rng, 96, len(mine))),
            "cppr_cp_review_participation": coded(way, tuple(f"PN{number}" for number in range(8))),
            "known_from": meetings.meetings["known"].to_numpy()[mine["meeting"]],
        }
    )
    return Register(rows)
