"""Visits to privately fostered children: the Children (Private Arrangements for Fostering) Regulations 2005,
SI 2005/1533: the first within 7 working days of the notification; regulation 8: at intervals of not more than 6 weeks
in the first year, and of not more than 12 after it, the arrangement being deemed to begin when the council becomes
aware of it. Private fostering ends on the 16th birthday, the 18th of a disabled child.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after, working_days_after

NIGHT = date(2026, 3, 31)


def first_visit(notified: date, visits: list[date], *, ended: date | None) -> tuple[date | None, date | None]:
    """(due, made or None) of the first visit. None was due of what was over by then, unvisited."""
    due = working_days_after(notified, 7)
    made = min((day for day in visits if day >= notified), default=None)
    if made is None and ended is not None and ended <= due:
        return None, None
    return due, made


def visits_due(begins: date, visits: list[date], *, over: date | None) -> list[tuple[date | None, date | None]]:
    """(day or None, due) of each visit, and of the next one due.

    An interval is one of the year in which it begins. Visits before the arrangement or after it have no day by which
    they were due, and none is due from the day on which it is over.
    """
    found = []
    last = None
    for day in sorted(visits):
        if day < begins or (over is not None and day > over):
            found.append((day, None))
            continue
        since = max((other for other in visits if begins <= other < day), default=begins)
        found.append((day, _next(begins, since)))
        last = day
    due = _next(begins, last or begins)
    if over is None or over > due:
        found.append((None, due))
    return found


def _next(begins: date, since: date) -> date:
    return since + timedelta(weeks=6 if since < months_after(begins, 12) else 12)


ARRANGEMENT = st.fixed_dictionaries(
    {
        "notified": st.one_of(
            st.dates(date(2021, 4, 1), date(2026, 3, 1)),
            st.dates(date(2022, 5, 20), date(2022, 6, 3)),
            st.dates(date(2022, 9, 8), date(2022, 9, 19)),
            st.dates(date(2023, 12, 14), date(2024, 1, 2)),
            st.just(date(2024, 2, 29)),
        ),
        # told of before it began, or after
        "starts_after": st.one_of(st.none(), st.integers(-30, 45)),
        "enquiry": st.sampled_from((False, False, False, False, True)),
        "first_visit": st.integers(-3, 15),
        "gaps": st.lists(st.one_of(st.integers(0, 100), st.sampled_from((42, 43, 84, 85))), max_size=14),
        "visited": st.sampled_from((True, True, True, False)),
        "lasts": st.one_of(st.none(), st.integers(3, 900)),
        # years at the notification, by days
        "aged": st.one_of(st.none(), st.integers(10 * 365, 16 * 365)),
        "disabled": st.sampled_from(("", "", "NONE", "AUT")),
    }
)


def _visits(arrangement: dict) -> list[date]:
    if not arrangement["visited"]:
        return []
    day = arrangement["notified"] + timedelta(days=arrangement["first_visit"])
    days = [day]
    for gap in arrangement["gaps"]:
        day += timedelta(days=gap)
        days.append(day)
    return [day for day in days if day <= NIGHT]


def _ended(arrangement: dict) -> date | None:
    ended = arrangement["notified"] + timedelta(days=arrangement["lasts"]) if arrangement["lasts"] else None
    return ended if ended and ended <= NIGHT else None


def _born(arrangement: dict) -> date | None:
    if arrangement["aged"] is None:
        return None
    return arrangement["notified"] - timedelta(days=arrangement["aged"])


def _records(arrangements: Sequence[dict]) -> Tables:
    people, disabilities, told, visits = [], [], [], []
    for number, arrangement in enumerate(arrangements, 1):
        born, ended, starts = _born(arrangement), _ended(arrangement), arrangement["starts_after"]
        # whose disability the case system has, it has, though perhaps not the birth of
        if born or arrangement["disabled"]:
            people.append({"pers_person_id": f"PF-P{number}", "pers_dob": born.isoformat() if born else ""})
        if arrangement["disabled"]:
            disabilities.append(
                {
                    "disa_table_id": f"PF-D{number}",
                    "disa_person_id": f"PF-P{number}",
                    "disa_disability_code": arrangement["disabled"],
                }
            )
        started = arrangement["notified"] + timedelta(days=starts) if starts is not None else None
        told.append(
            {
                "arrangement_id": f"PF-A{number}",
                "person_id": f"PF-P{number}",
                "notified_date": arrangement["notified"].isoformat(),
                "status": "ENQUIRY" if arrangement["enquiry"] else "ENDED" if ended else "ACTIVE",
                "started_date": started.isoformat() if started else "",
                "ended_date": ended.isoformat() if ended else "",
            }
        )
        visits += [
            {
                "visit_id": f"PF-V{number}.{place}",
                "arrangement_id": f"PF-A{number}",
                "visit_date": day.isoformat(),
                "visit_kind": "REVIEW" if place % 3 == 2 else "VISIT",
            }
            for place, day in enumerate(_visits(arrangement))
        ]
    return {
        "ssd": {"person": people, "disability": disabilities},
        "cssu": {"private_fostering_arrangements": told, "private_fostering_visits": visits},
    }


def _expected(arrangements: Sequence[dict]) -> set[tuple]:
    rows = set()
    for number, arrangement in enumerate(arrangements, 1):
        visits, ended, born = _visits(arrangement), _ended(arrangement), _born(arrangement)
        years = 18 if arrangement["disabled"] == "AUT" else 16
        birthday = months_after(born, 12 * years) if born else None
        made = first_visit(arrangement["notified"], visits, ended=ended)
        if arrangement["enquiry"]:
            rows.add((f"PF-A{number}", birthday, None, None))
            rows |= {(f"PF-V{number}.{place}", None, day, None) for place, day in enumerate(visits)}
            continue
        due, done = made
        rows.add((f"PF-A{number}", birthday, due, done <= due if due and done else None))
        begins = arrangement["notified"] + timedelta(days=max(arrangement["starts_after"] or 0, 0))
        over = min((day for day in (ended, birthday) if day), default=None)
        for place, (day, due) in enumerate(visits_due(begins, visits, over=over)):
            if day is None:
                rows.add((f"next|PF-A{number}", due, None, None))
            else:
                rows.add((f"PF-V{number}.{place}", due, day, day <= due if due else None))
    return rows


SI_2005_1533 = Clock(
    name="private fostering visits",
    history=ARRANGEMENT,
    count=600,
    records=_records,
    expected=_expected,
    query="select visit_id, due_date, visit_date, in_time "
    "from {marts}.fct_private_fostering_visit where arrangement_id like 'PF-%' union all "
    "select arrangement_id, age_limit_date, initial_visit_due_date, initial_visit_in_time "
    "from {marts}.fct_private_fostering where arrangement_id like 'PF-%'",
    breaks=(
        Break(
            "seeds/threshold.csv",
            "private_fostering_initial_visit_working_days,7,",
            "private_fostering_initial_visit_working_days,8,",
        ),
        Break("seeds/threshold.csv", "private_fostering_first_year_weeks,6,", "private_fostering_first_year_weeks,7,"),
        Break("seeds/threshold.csv", "private_fostering_later_weeks,12,", "private_fostering_later_weeks,13,"),
        Break(
            "seeds/threshold.csv", "private_fostering_first_year_months,12,", "private_fostering_first_year_months,11,"
        ),
        Break("seeds/threshold.csv", "private_fostering_years,16,", "private_fostering_years,17,"),
        Break("seeds/threshold.csv", "private_fostering_disabled_years,18,", "private_fostering_disabled_years,16,"),
        # from the day it began, also where the council was not aware of it yet
        Break(
            "models/intermediate/fostering/int_fostering__private_arrangements.sql",
            "greatest(arrangements.notified_date, arrangements.started_date)",
            "coalesce(arrangements.started_date, arrangements.notified_date)",
        ),
    ),
)
