"""Escalations: a notified manager answers within 5 working days (the Case Discussion and Escalation Process, annual
report 8.5), else the next one up is notified, in the line or in the unit; the whole formal process takes no longer than
20 working days (IRO Handbook 6.2).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import working_days_after, working_days_late

ROLES = ("TEAM_MANAGER", "SERVICE_MANAGER", "CSSU_SERVICE_MANAGER", "ASSISTANT_DIRECTOR", "CAFCASS", "")
ONWARD = {"CSSU_SERVICE_MANAGER": "CSSU service manager", "CAFCASS": "Cafcass", "": "not recorded"}
# around these days working days and calendar days part: Christmas, New Year, leap days, Easter, the Jubilee, the
# State Funeral, the Coronation
DAYS = tuple(
    date(*day) for day in (
        (2022, 5, 30), (2022, 6, 2), (2022, 9, 15), (2022, 9, 19), (2022, 12, 23), (2023, 4, 6), (2023, 5, 5),
        (2023, 12, 22), (2024, 2, 26), (2024, 2, 29), (2024, 12, 24), (2025, 12, 19),
    )
)  # fmt: skip

STAGE = st.fixed_dictionaries(
    {
        "after": st.integers(0, 14),
        "role": st.sampled_from(ROLES),
        "answered_after": st.one_of(st.none(), st.integers(0, 16)),
    }
)
CASE = st.fixed_dictionaries(
    {
        "raised": st.one_of(
            st.dates(date(2022, 4, 2), date(2025, 12, 31)),
            st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(DAYS), st.integers(-30, 4)),
        ),
        "formal": st.sampled_from(("Y", "Y", "N", "")),
        "stages": st.lists(STAGE, max_size=4),
        "closed_after": st.one_of(st.none(), st.integers(0, 45)),
    }
)


def stage_clock(notified: date, answered: date | None) -> tuple:
    """(due, in time or None, working days late or None) of one stage; the day of the notification is day 0."""
    due = working_days_after(notified, 5)
    return due, answered <= due if answered else None, working_days_late(due, answered) if answered else None


def process_clock(formal: str, raised: date, notified: list[date], closed: date | None) -> tuple:
    """(due or None, in time or None): a formal one runs from the first notification, else from the day raised."""
    if formal != "Y":
        return None, None
    due = working_days_after(min(notified, default=raised), 20)
    return due, closed <= due if closed else None


def _stages(case: dict) -> list[tuple[date, str, date | None]]:
    """(notified, role, answered or None), one stage after the other."""
    found, day = [], case["raised"]
    for stage in case["stages"]:
        day += timedelta(days=stage["after"])
        after = stage["answered_after"]
        found.append((day, stage["role"], None if after is None else day + timedelta(days=after)))
    return found


def _closed(case: dict) -> date | None:
    return None if case["closed_after"] is None else case["raised"] + timedelta(days=case["closed_after"])


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _records(cases: Sequence[dict]) -> Tables:
    cssu: dict[str, list[dict]] = {"escalations": [], "escalation_stages": []}
    for number, case in enumerate(cases, 1):
        cssu["escalations"].append(
            {
                "escalation_id": f"ES-X{number}",
                "person_id": f"ES-P{number}",
                "raised_by_professional_id": "W1",
                "raised_date": _text(case["raised"]),
                "formal": case["formal"],
                "closed_date": _text(_closed(case)),
            }
        )
        cssu["escalation_stages"] += [
            {
                "stage_id": f"ES-S{number}.{place}",
                "escalation_id": f"ES-X{number}",
                "stage_number": str(place),
                "notified_date": _text(notified),
                "notified_role": role,
                "responded_date": _text(answered),
            }
            for place, (notified, role, answered) in enumerate(_stages(case), 1)
        ]
    return {"cssu": cssu}


def _of_stages(cases: Sequence[dict]) -> set[tuple]:
    found = set()
    for number, case in enumerate(cases, 1):
        stages = _stages(case)
        for place, (notified, _, answered) in enumerate(stages, 1):
            onward = stages[place : place + 1]
            went_to = [ONWARD.get(role, "line management") for _, role, _ in onward]
            unanswered = [answered is None or answered > day for day, _, _ in onward]
            found.add(
                (
                    f"ES-S{number}.{place}",
                    *stage_clock(notified, answered),
                    went_to[0] if went_to else None,
                    unanswered == [True],
                )
            )
    return found


def _of_processes(cases: Sequence[dict]) -> set[tuple]:
    return {
        (
            f"ES-X{number}",
            *process_clock(case["formal"], case["raised"], [day for day, _, _ in _stages(case)], _closed(case)),
            working_days_late(case["raised"], _closed(case)) if _closed(case) else None,
        )
        for number, case in enumerate(cases, 1)
    }


def _expected(cases: Sequence[dict]) -> set[tuple]:
    return {("stage", *row) for row in _of_stages(cases)} | {
        ("process", *row, None, None) for row in _of_processes(cases)
    }


# one history has both clocks: as many rows as there are stages and escalations
ESCALATIONS = Clock(
    name="escalations: 5 working days a stage, 20 in all",
    history=CASE,
    count=1_500,
    records=_records,
    expected=_expected,
    query="select 'stage', stage_id, response_due_date, in_time, working_days_late, went_to, has_gone_on_unanswered "
    "from {marts}.fct_escalation_stage where stage_id like 'ES-%' "
    "union all select 'process', escalation_id, process_due_date, in_time, working_days_open, null, null "
    "from {marts}.fct_escalation where escalation_id like 'ES-%'",
    breaks=(
        Break("seeds/threshold.csv", "escalation_response_working_days,5,", "escalation_response_working_days,7,"),
        Break("seeds/threshold.csv", "escalation_process_working_days,20,", "escalation_process_working_days,28,"),
        Break(
            "models/intermediate/escalation/int_escalation__stages.sql",
            "stages.responded_date <= due.calendar_date",
            "stages.responded_date < due.calendar_date",
        ),
        Break(
            "models/intermediate/escalation/int_escalation__cases.sql",
            "coalesce(staged.first_notified_date, escalations.raised_date)",
            "escalations.raised_date",
        ),
    ),
)
