"""What follows from plans for permanence: care plans, dated steps, adoptions, and what was done about drift."""

import json

import numpy as np
import pandas as pd

from include.sample.care.care_periods import ADOPTED, ARRANGEMENTS, GUARDIAN
from include.sample.care.legal_statuses import STATUSES
from include.sample.care.placements import BY_CARERS, PLACED_FOR_ADOPTION, UNTIL_REVOKED
from include.sample.chance import between, chance, coded, flags, numbers_within, stream
from include.sample.days import NEVER, add_months
from include.sample.plans.decisions import (
    ADOPTION,
    BROKE_DOWN,
    LTRELFR,
    OBSTACLES,
    OPTIONS,
    OTHERPLN,
    REVERSED,
    SUPERSEDED,
)
from include.sample.recording import recorded
from include.sample.register import Register
from include.sample.staff.allocations import Allocations

CARE_PLAN_KEYS = OPTIONS[:10]
"""The keys of SSD's care plan; it knows no order of special guardianship or child arrangements."""
_KEY = np.array([*range(10), OTHERPLN, OTHERPLN, LTRELFR])
_STEPS = {
    "LTFOST18": (("LONG_TERM_MATCH_PANEL", 5),),
    "KINSHIP_FOSTER": (("CONNECTED_PERSON_ASSESSMENT", 3), ("LONG_TERM_MATCH_PANEL", 6)),
    "LTRELFR": (("CONNECTED_PERSON_ASSESSMENT", 3), ("LONG_TERM_MATCH_PANEL", 6)),
    "ADOPTION": (("APPLICATION", 2), ("COURT_HEARING", 4), ("ADOPTION_MATCH_PANEL", 9)),
    "RETURN1M": (("RETURN_HOME_STEP", 1),),
    "RETURN6M": (("RETURN_HOME_STEP", 2), ("RETURN_HOME_STEP", 5)),
    "SGO": (("SPECIAL_GUARDIANSHIP_ASSESSMENT", 3), ("APPLICATION", 5), ("COURT_HEARING", 8)),
    "CAO": (("APPLICATION", 3), ("COURT_HEARING", 6)),
    "RESPLMT": (("PLACEMENT_ASSESSMENT", 3),),
    "SUPPLIV": (("PATHWAY_PLAN", 3),),
    "OTHERPLN": (("PATHWAY_PLAN", 4),),
}
_MILESTONES = tuple(sorted({step for steps in _STEPS.values() for step, _ in steps}))
_ACTIONS = ("PERMANENCE_PLANNING_MEETING", "CHASE_ASSESSMENT", "FAMILY_FINDING", "LEGAL_ADVICE",
            "FAMILY_GROUP_CONFERENCE", "BRING_REVIEW_FORWARD", "MATCH_TO_PANEL", "ESCALATE")  # fmt: skip
_ADOPTER_SEX = ("MF", "FF", "MM", "F1", "M1")
_ADOPTER_STATUS = ("L11", "L12", "L2", "L0")  # who adopts alone is no couple


def milestone_register(seed: int, decisions: pd.DataFrame) -> Register:
    """cssu.permanence_milestones: the steps of each agreed option; a tenth of returns home were agreed without any."""
    rng = stream(seed, "milestones")
    steps = [_STEPS.get(option, ()) for option in OPTIONS]
    many = np.array([len(each) for each in steps])
    agreed = (decisions["agreed"] < NEVER).to_numpy()
    without = np.isin(decisions["option"], (1, 2)) & chance(rng, 12, len(decisions))
    owner, number = numbers_within(np.where(agreed & ~without, many[decisions["option"]], 0))
    width = int(many.max())
    kinds = np.array([[_MILESTONES.index(step) for step, _ in each] + [0] * (width - len(each)) for each in steps])
    months = np.array([[month for _, month in each] + [0] * (width - len(each)) for each in steps])
    option = decisions["option"].to_numpy()[owner]
    planned = add_months(decisions["agreed"].to_numpy()[owner], months[option, number])
    delay = np.where(chance(rng, 70, len(owner)), between(rng, -14, 12, len(owner)), between(rng, 20, 160, len(owner)))
    actual = planned + delay
    until = np.minimum(decisions["ended"].to_numpy(), decisions["achieved"].to_numpy())[owner]
    # a step that comes after the plan was carried out was taken with it
    actual = np.where((until < NEVER) & (actual > until), until, actual)
    happens = ~chance(rng, 5, len(owner))
    actual = np.where(happens & (actual > decisions["agreed"].to_numpy()[owner]), actual, NEVER)
    known = np.maximum(decisions["known_from"].to_numpy()[owner], recorded(rng, decisions["agreed"].to_numpy()[owner]))
    rows = pd.DataFrame(
        {
            "milestone_id": 920101 + np.arange(len(owner)),
            "decision_id": 910101 + owner,
            "milestone": coded(kinds[option, number], _MILESTONES),
            "planned_date": planned,
            "actual_date": actual.astype(np.int32),
            "known_from": known,
            "actual_known": np.maximum(recorded(rng, actual), known),
        }
    )
    return Register(rows, {"actual_known": ("actual_date",)})


def action_register(
    seed: int, decisions: pd.DataFrame, periods: pd.DataFrame, allocated: Allocations, known: np.ndarray
) -> Register:
    """cssu.permanence_actions: in hand, overdue or done, where no plan is agreed or it is long in coming."""
    rng = stream(seed, "actions")
    count = len(periods)
    agreed = np.full(count, NEVER, dtype=np.int32)
    by_day = decisions.sort_values("agreed", kind="stable", ascending=False)
    agreed[by_day["period"]] = by_day["agreed"]
    entered, left = periods["entered"].to_numpy(), np.minimum(periods["left"].to_numpy(), NEVER)
    no_plan = pd.DataFrame({"period": np.arange(count), "from": entered + 135, "until": np.minimum(agreed, left)})
    slow = decisions[((decisions["agreed"] < NEVER) & ~decisions["parallel"]).to_numpy()]
    until = np.minimum(np.minimum(slow["achieved"], slow["ended"]), NEVER)
    slow = pd.DataFrame({"period": slow["period"], "from": slow["target"] + 20, "until": until})
    drift = pd.concat([no_plan, slow], ignore_index=True)
    drift = drift[(drift["until"] > drift["from"] + 20) & ~periods["short_break"].to_numpy()[drift["period"]]]
    drift = drift[chance(rng, 75, len(drift))].reset_index(drop=True)
    many = np.minimum((drift["until"].to_numpy().astype(np.int64) - drift["from"].to_numpy()) // 90 + 1, 6)
    owner, number = numbers_within(many)
    discussed = drift["from"].to_numpy()[owner] + number * 90 + between(rng, 0, 45, len(owner))
    period = drift["period"].to_numpy()[owner]
    within = discussed < np.minimum(drift["until"].to_numpy()[owner], left[period])
    discussed, period = discussed[within].astype(np.int32), period[within]
    order = np.argsort(discussed, kind="stable")
    discussed, period = discussed[order], period[order]
    due = discussed + between(rng, 14, 45, len(period))
    done = np.where(chance(rng, 72, len(period)), due + between(rng, -12, 25, len(period)), NEVER).astype(np.int32)
    person = periods["person_id"].to_numpy()[period]
    known_from = np.maximum(recorded(rng, discussed, at_once=True), known[period])
    rows = pd.DataFrame(
        {
            "action_id": 930101 + np.arange(len(period)),
            "person_id": person,
            "cla_id": periods["cla_id"].to_numpy()[period],
            "discussed_date": discussed,
            "obstacle": coded(rng.integers(0, len(OBSTACLES), len(period)), OBSTACLES),
            "action_code": coded(rng.integers(0, len(_ACTIONS), len(period)), _ACTIONS),
            "owner_professional_id": allocated.allocated(1, person, discussed),
            "due_date": due,
            "done_date": np.maximum(done, discussed),
            "known_from": known_from.astype(np.int32),
            "done_known": np.maximum(recorded(rng, np.maximum(done, discussed), at_once=True), known_from),
        }
    )
    return Register(rows, {"done_known": ("done_date",)})


def care_plan_register(
    seed: int, decisions: pd.DataFrame, periods: pd.DataFrame, known: np.ndarray, end_known: np.ndarray
) -> Register:
    """ssd.cla_care_plan: a care plan without a plan for permanence from the second week, then one a decision."""
    rng = stream(seed, "care plans")
    agreed = decisions[(decisions["agreed"] < NEVER).to_numpy()]
    primary = agreed[~agreed["parallel"].to_numpy()]
    beside = agreed[agreed["parallel"].to_numpy()].drop_duplicates(["period", "agreed"])
    primary = primary.drop_duplicates(["period", "agreed"], keep="last")
    both = primary.merge(
        beside[["period", "agreed", "option"]], on=["period", "agreed"], how="left", suffixes=("", "_beside")
    )
    first = _KEY[both["option"]]
    second = np.where(both["option_beside"].isna(), first, _KEY[both["option_beside"].fillna(0).astype(int)])
    blank = len(CARE_PLAN_KEYS)
    width = blank + 1
    plans = pd.DataFrame(
        {
            "period": np.concatenate([np.arange(len(periods)), both["period"]]),
            "starts": np.concatenate([periods["entered"] + 8, both["agreed"]]).astype(np.int32),
            "text": np.concatenate(
                [
                    np.full(len(periods), blank * width + blank),
                    np.minimum(first, second) * width + np.maximum(first, second),
                ]
            ),
        }
    )
    plans = plans[(plans["starts"] < periods["left"].to_numpy()[plans["period"]]).to_numpy()]
    plans = plans.sort_values(["period", "starts"], kind="stable", ignore_index=True)
    last = (plans["period"] != plans["period"].shift(-1, fill_value=-1)).to_numpy()
    known_from = np.maximum(recorded(rng, plans["starts"].to_numpy()), known[plans["period"]])
    known_from = (np.maximum.accumulate(plans["period"].to_numpy() * (1 << 32) + known_from) & 0xFFFFFFFF).astype(
        np.int32
    )
    plans["ends"] = np.where(last, periods["left"].to_numpy()[plans["period"]], plans["starts"].shift(-1, fill_value=0))
    ends_known = np.where(last, np.maximum(end_known[plans["period"]], known_from), np.append(known_from[1:], 0))
    order = np.argsort(plans["starts"].to_numpy(), kind="stable")
    plans = plans.iloc[order].reset_index(drop=True)
    texts = [
        json.dumps({key: "Y" if place in (one, two) else "N" for place, key in enumerate(CARE_PLAN_KEYS)})
        for one in range(width)
        for two in range(width)
    ]
    used = np.unique(plans["text"])
    rows = pd.DataFrame(
        {
            "lacp_table_id": 940101 + np.arange(len(plans)),
            "lacp_person_id": periods["person_id"].to_numpy()[plans["period"]],
            "lacp_cla_care_plan_start_date": plans["starts"],
            "lacp_cla_care_plan_end_date": plans["ends"].astype(np.int32),
            "lacp_cla_care_plan_json": coded(np.searchsorted(used, plans["text"]), [texts[place] for place in used]),
            "known_from": known_from[order],
            "ends_known": ends_known[order].astype(np.int32),
        }
    )
    return Register(rows, {"ends_known": ("lacp_cla_care_plan_end_date",)})


def permanence_register(
    seed: int,
    periods: pd.DataFrame,
    decisions: pd.DataFrame,
    homes: pd.DataFrame,
    statuses: pd.DataFrame,
    allocated: Allocations,
    known: np.ndarray,
    end_known: np.ndarray,
) -> Register:
    """ssd.permanence: one row a period of care with a plan of adoption, or that an order ended."""
    rng = stream(seed, "permanence")
    count = len(periods)
    decided = np.full(count, NEVER, dtype=np.int32)
    reversed_on = decided.copy()
    adoption = decisions[((decisions["option"] == ADOPTION) & (decisions["agreed"] < NEVER)).to_numpy()]
    decided[adoption["period"].iloc[::-1]] = adoption["agreed"].iloc[::-1]
    taken_back = adoption[adoption["end_reason"].isin([SUPERSEDED, REVERSED]).to_numpy()]
    reversed_on[taken_back["period"]] = taken_back["ended"]
    ordered, placed = np.full(count, NEVER, dtype=np.int32), np.full(count, NEVER, dtype=np.int32)
    orders = statuses[(statuses["status"] == STATUSES.index("E1")).to_numpy()]
    ordered[orders["period"]] = orders["starts"]
    adopters = homes[np.isin(homes["type"], PLACED_FOR_ADOPTION)].iloc[::-1]
    placed[adopters["period"]] = adopters["starts"]
    by_carers = np.zeros(count, dtype=bool)
    by_carers[adopters["period"]] = adopters["type"] == BY_CARERS
    decided = np.where((ordered < NEVER) & (decided > ordered), ordered - 12, decided)
    decided = np.where((placed < NEVER) & (decided > placed), placed - 60, decided)
    # of a child who is in care (rule 1003)
    decided = np.where(decided < NEVER, np.maximum(decided, periods["entered"]), NEVER).astype(np.int32)
    # while an order stands, nobody takes the decision back (rule 553)
    reversed_on = np.where((placed < NEVER) | (ordered < NEVER), NEVER, reversed_on)
    # where adopters gave up, the agency looked for others before it changed its mind
    failed = adoption[(adoption["end_reason"] == BROKE_DOWN).to_numpy()]
    reversed_on[failed["period"]] = failed["ended"] + UNTIL_REVOKED
    left = periods["left"].to_numpy()
    outcome = periods["outcome"].to_numpy()
    # who leaves otherwise than adopted is not to be placed any more (rule 557)
    reversed_on = np.where(decided < np.minimum(left, NEVER), np.minimum(reversed_on, left), NEVER)
    reversed_on = np.where(outcome == ADOPTED, NEVER, reversed_on).astype(np.int32)
    with_the_end = reversed_on == left
    order_type = np.select([outcome == ADOPTED, outcome == GUARDIAN, outcome == ARRANGEMENTS], [0, 1, 2], default=-1)
    rows = np.flatnonzero((decided < NEVER) | (order_type >= 0))
    size = len(rows)
    order_date = np.where(order_type >= 0, left, NEVER)[rows]
    kind = rng.integers(0, len(_ADOPTER_SEX), size)
    is_placed = (placed < NEVER)[rows]
    siblings = chance(rng, 30, size)
    # no court is blamed where it made an order, no want of adopters where there were some
    why = rng.integers(0, 4, size)
    why = np.where((why == 1) & (ordered < NEVER)[rows], 2, why)
    why = np.where((why == 2) & is_placed, 3, why)
    start = np.maximum(np.minimum(np.minimum(decided, ordered), np.minimum(placed, left)), periods["entered"])[rows]
    known_from = np.maximum(recorded(rng, start), known[rows])
    frame = pd.DataFrame(
        {
            "perm_table_id": 950101 + np.arange(size),
            "perm_person_id": periods["person_id"].to_numpy()[rows],
            "perm_cla_id": periods["cla_id"].to_numpy()[rows],
            "perm_adm_decision_date": decided[rows],
            "perm_placement_order_date": ordered[rows],
            # nobody is matched before it is decided
            "perm_matched_date": np.where(
                is_placed, np.maximum(placed[rows] - between(rng, 10, 40, size), decided[rows]), NEVER
            ).astype(np.int32),
            "perm_placed_for_adoption_date": placed[rows],
            "perm_decision_reversed_date": reversed_on[rows],
            "perm_decision_reversed_reason": coded(
                np.where(reversed_on[rows] < NEVER, why, -1), ("RD1", "RD2", "RD3", "RD4")
            ),
            "perm_permanence_order_date": order_date.astype(np.int32),
            "perm_permanence_order_type": coded(order_type[rows], ("ADOPTION", "SGO", "CAO")),
            "perm_adopted_by_carer_flag": flags(by_carers[rows], among=is_placed),
            "perm_part_of_sibling_group": flags(siblings, among=is_placed),
            "perm_siblings_placed_together": np.where(is_placed & siblings, rng.integers(1, 4, size), -1),
            "perm_siblings_placed_apart": np.where(is_placed & siblings, rng.integers(0, 3, size), -1),
            "perm_adoption_worker_id": allocated.allocated(1, periods["person_id"].to_numpy()[rows], start),
            "perm_adopter_sex": coded(np.where(is_placed, kind, -1), _ADOPTER_SEX),
            "perm_adopter_legal_status": coded(np.where(is_placed, np.minimum(kind, 3), -1), _ADOPTER_STATUS),
            "perm_number_of_adopters": np.where(is_placed, np.where(kind > 2, 1, 2), -1),
            "known_from": known_from,
        }
    )
    frame["ordered_known"] = np.maximum(recorded(rng, ordered[rows]), known_from)
    frame["placed_known"] = np.maximum(recorded(rng, placed[rows]), known_from)
    reversed_known = np.where(with_the_end, end_known, 0)[rows]
    reversed_known = np.where(reversed_known > 0, reversed_known, recorded(rng, reversed_on[rows]))
    frame["reversed_known"] = np.maximum(reversed_known, known_from).astype(np.int32)
    frame["ended_known"] = np.maximum(np.where(order_date < NEVER, end_known[rows], NEVER), known_from).astype(np.int32)
    # without a decision the row is there as soon as there is a day to show
    first_known = frame[["ordered_known", "placed_known", "ended_known"]].min(axis=1)
    frame["known_from"] = np.where(frame["perm_adm_decision_date"] == NEVER, first_known, known_from).astype(np.int32)
    of_placing = ("perm_adopted_by_carer_flag", "perm_part_of_sibling_group", "perm_siblings_placed_together",
                  "perm_siblings_placed_apart", "perm_adopter_sex", "perm_adopter_legal_status",
                  "perm_number_of_adopters", "perm_matched_date", "perm_placed_for_adoption_date")  # fmt: skip
    return Register(
        frame,
        {
            "ordered_known": ("perm_placement_order_date",),
            "placed_known": of_placing,
            "reversed_known": ("perm_decision_reversed_date", "perm_decision_reversed_reason"),
            "ended_known": ("perm_permanence_order_date", "perm_permanence_order_type"),
        },
    )
