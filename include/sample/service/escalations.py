"""Escalations by Independent Reviewing Officers, and their stages: as many formal ones a year as `targets` has."""

import numpy as np
import pandas as pd

from include.sample.chance import between, chance, choose, coded, draw, flags, numbers_within, stream
from include.sample.days import NEVER, first_of_financial_year, on_working_day, working_days_after
from include.sample.register import Register
from include.sample.staff.allocations import Allocations
from include.sample.staff.workforce import (
    ASSISTANT_DIRECTOR,
    CHIEF,
    CSSU_MANAGER,
    DIRECTOR,
    SERVICE_MANAGER,
    TEAM_MANAGER,
    Workforce,
)
from include.sample.targets import Targets

REASONS = ("DRIFT_AND_DELAY", "CARE_PLAN", "IMPLEMENTATION_OF_PLAN", "DECISION_IN_CARE_PLANNING", "NO_ALLOCATED_WORKER",
           "VISITS", "HEALTH_OR_EDUCATION", "PLACEMENT", "RECORDING", "OTHER", "PARTICIPATION")  # fmt: skip
# Formal ones are hardly ever raised for want of the child's voice; the report of 2022-23 has none.
_FORMAL = {0: 46, 1: 11, 2: 10, 3: 7, 4: 5, 5: 6, 6: 6, 7: 6, 8: 2, 9: 1}
_INFORMAL = {0: 25, 1: 10, 2: 10, 3: 5, 4: 5, 5: 15, 6: 10, 7: 5, 8: 10, 9: 3, 10: 2}
_OUTCOMES = ("RESOLVED", "PLAN_CHANGED", "NOT_UPHELD", "WITHDRAWN", "TO_CAFCASS")
_ROLES = (
    "TEAM_MANAGER",
    "SERVICE_MANAGER",
    "CSSU_SERVICE_MANAGER",
    "ASSISTANT_DIRECTOR",
    "DIRECTOR",
    "CHIEF_EXECUTIVE",
)
_TITLES = (TEAM_MANAGER, SERVICE_MANAGER, CSSU_MANAGER, ASSISTANT_DIRECTOR, DIRECTOR, CHIEF)
# Who is notified stage by stage: the line managers one by one, or the unit's own manager second.
_ROUTES = np.array([[0, 1, 3, 4, 5], [0, 2, 3, 4, 5]])
_FIRST_YEAR = 2016
_RESPONSES = ("RESOLVED", "ACTION_AGREED", "DISPUTED")


def escalation_registers(
    seed: int, reviews: pd.DataFrame, allocated: Allocations, staff: Workforce, targets: Targets
) -> tuple[Register, Register]:
    """cssu.escalations and cssu.escalation_stages."""
    rng = stream(seed, "escalations")
    cases = _cases(rng, reviews, targets)
    count = len(cases)
    formal = cases["formal"].to_numpy()
    reason = np.where(formal, draw(rng, _FORMAL, count), draw(rng, _INFORMAL, count))
    stages = np.where(formal, draw(rng, {1: 55, 2: 28, 3: 12, 4: 4, 5: 1}, count), 1)
    owner, number = numbers_within(stages)
    # each stage has five working days; a few are answered late, then the next manager up is notified
    takes = np.where(chance(rng, 78, len(owner)), between(rng, 0, 5, len(owner)), between(rng, 6, 14, len(owner)))
    total = np.cumsum(takes) - takes
    offset = total - total[np.cumsum(stages) - stages][owner]
    notified = working_days_after(cases["raised"].to_numpy()[owner], offset)
    responded = working_days_after(notified, takes)
    last = number == stages[owner] - 1
    silent = ~last & chance(rng, 25, len(owner))
    closed = np.zeros(count, dtype=np.int32)
    closed[owner[last]] = on_working_day(responded[last] + between(rng, 0, 9, count), "forward")
    drags = chance(rng, 26, count)
    closed = np.where(drags, closed + between(rng, 20, 260, count), closed)
    route = rng.integers(0, 2, count)
    role = _ROUTES[route[owner], number]
    outcome = draw(rng, {0: 55, 1: 25, 2: 8, 3: 8, 4: 4}, count)
    outcome = np.where((outcome == 4) & (stages < 3), 0, outcome)
    raised_by = allocated.allocated(0, cases["person"].to_numpy(), cases["raised"].to_numpy())
    raised_by = np.where(raised_by >= 0, raised_by, cases["chair"])
    rows = pd.DataFrame(
        {
            "escalation_id": 330101 + np.arange(count),
            "person_id": cases["person"],
            "raised_by_professional_id": raised_by,
            "raised_date": cases["raised"],
            "formal": flags(formal),
            "reason": coded(reason, REASONS),
            "review_id": np.where(cases["from_review"], cases["review_id"], -1),
            "closed_date": closed.astype(np.int32),
            "outcome": coded(outcome, _OUTCOMES),
            "known_from": cases["raised"],
            "closed_known": closed.astype(np.int32),
        }
    )
    manager = _managers(rng, staff, role, notified, owner)
    answer = np.where(last, draw(rng, {0: 6, 1: 4}, len(owner)), 2)
    table = pd.DataFrame(
        {
            "stage_id": 340101 + np.arange(len(owner)),
            "escalation_id": 330101 + owner,
            "stage_number": (number + 1).astype(np.int64),
            "notified_date": notified,
            "notified_professional_id": manager,
            "notified_role": coded(role, _ROLES),
            "responded_date": np.where(silent, NEVER, responded).astype(np.int32),
            "response": coded(np.where(silent, -1, answer), _RESPONSES),
            "known_from": notified,
            "answered": np.where(silent, NEVER, responded).astype(np.int32),
        }
    )
    return (
        Register(rows, {"closed_known": ("closed_date", "outcome")}),
        Register(table, {"answered": ("responded_date", "response")}),
    )


def _cases(rng: np.random.Generator, reviews: pd.DataFrame, targets: Targets) -> pd.DataFrame:
    """Children whose review gave reason to escalate, within two weeks of it and inside the year."""
    held = reviews["held"].to_numpy()
    found = []
    for year in range(_FIRST_YEAR, 2032):
        begins, stops = int(first_of_financial_year(year)), int(first_of_financial_year(year + 1))
        formal = targets.formal_escalations(year)
        may = (
            (held >= begins)
            & (held < stops - 20)
            & (reviews["number"] >= 2).to_numpy()
            & (reviews["chair"] >= 0).to_numpy()
        )
        rows = choose(rng, may, formal + formal * 2 // 3)
        rows = rows[rng.permutation(len(rows))]
        raised = on_working_day(held[rows] + between(rng, 0, 14, len(rows)), "forward")
        found.append(pd.DataFrame({"row": rows, "raised": raised, "formal": np.arange(len(rows)) < formal}))
    frame = pd.concat(found, ignore_index=True)
    frame["person"] = reviews["person_id"].to_numpy()[frame["row"]]
    frame["review_id"] = reviews["review_id"].to_numpy()[frame["row"]]
    frame["chair"] = reviews["chair"].to_numpy()[frame["row"]]
    form_late = reviews["form_known"].to_numpy()[frame["row"]] > frame["raised"]
    frame["from_review"] = ~form_late & chance(rng, 60, len(frame))
    return frame.sort_values(["raised", "person"], kind="stable", ignore_index=True)


def _managers(
    rng: np.random.Generator, staff: Workforce, role: np.ndarray, on: np.ndarray, owner: np.ndarray
) -> np.ndarray:
    manager = np.full(len(role), -1, dtype=np.int64)
    for place, title in enumerate(_TITLES):
        posts = staff.posts_of(title)
        rows = np.flatnonzero(role == place)
        manager[rows] = staff.holder(posts[owner[rows] % len(posts)], on[rows])
    return manager
