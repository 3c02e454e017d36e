"""Reviews of children in care: regulation 33 of the Care Planning, Placement and Case Review (England) Regulations
2010, and regulation 48 for short breaks.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after, working_days_after, working_days_late

NIGHT = date(2026, 3, 31)


def reviews_due(started: date, held: list[date], *, short_break: bool, ended: date | None) -> list[tuple]:
    """(number, held or None, due) of each review of a period of care, and of the next one that fell due in it.

    A child who left on or before the due date was not late; one who left after it missed the review.
    Regulation 33: within 20 working days, then 3 months, then 6 months after the review held before. Short breaks,
    regulation 48: within 3 months, then 6.
    """
    found, before = [], started
    for number, day in enumerate([*sorted(set(held)), None], 1):
        if short_break:
            due = months_after(before, 3 if number == 1 else 6)
        elif number == 1:
            due = working_days_after(before, 20)
        else:
            due = months_after(before, 3 if number == 2 else 6)
        if day is None and ended is not None and ended <= due:
            break
        found.append((number, day, due))
        before = day
    return found


CHILD = st.fixed_dictionaries(
    {
        "started": st.dates(date(2022, 4, 2), date(2026, 3, 1)),
        "gaps": st.lists(st.integers(1, 260), max_size=7),
        "short_break": st.booleans(),
        "stays": st.one_of(st.none(), st.integers(1, 900)),
        "comes_back_after": st.one_of(st.none(), st.integers(0, 60)),
    }
)


def _periods(children: Sequence[dict]) -> Iterator[tuple]:
    """(child, period of care, its first day, its last or None, days of its reviews, short breaks?)."""
    for number, child in enumerate(children, 1):
        started, stays = child["started"], child["stays"]
        ended = started + timedelta(days=stays) if stays and started + timedelta(days=stays) <= NIGHT else None
        spans = [(f"CR-C{number}", started, ended)]
        if ended and child["comes_back_after"] is not None:
            again = ended + timedelta(days=child["comes_back_after"])
            if again <= NIGHT:
                spans.append((f"CR-C{number}.2", again, None))
        for period, first, last in spans:
            held, day = [], first
            for gap in child["gaps"]:
                day += timedelta(days=gap)
                if day <= (last or NIGHT):
                    held.append(day)
            yield f"CR-P{number}", period, first, last, held, child["short_break"]


def _records(children: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {"person": [], "cla_episodes": [], "legal_status": [], "cla_reviews": []}
    for person, period, started, ended, held, short_break in _periods(children):
        until = ended.isoformat() if ended else ""
        if not period.endswith(".2"):
            ssd["person"].append({"pers_person_id": person, "pers_dob": "2015-05-05"})
        ssd["cla_episodes"].append(
            {
                "clae_cla_episode_id": f"E{period}",
                "clae_person_id": person,
                "clae_cla_id": period,
                "clae_cla_episode_start_date": started.isoformat(),
                "clae_cla_episode_start_reason": "S",
                "clae_cla_episode_ceased_date": until,
            }
        )
        ssd["legal_status"].append(
            {
                "lega_legal_status_id": f"L{period}",
                "lega_person_id": person,
                "lega_legal_status": "V4" if short_break else "C2",
                "lega_legal_status_start_date": started.isoformat(),
                "lega_legal_status_end_date": until,
            }
        )
        ssd["cla_reviews"] += [
            {
                "clar_cla_review_id": f"R{period}.{place}",
                "clar_cla_id": period,
                "clar_cla_review_date": review.isoformat(),
                # the source's own due date is wrong on purpose: it must never decide
                "clar_cla_review_due_date": (review - timedelta(days=400)).isoformat(),
            }
            for place, review in enumerate(held)
        ]
    return {"ssd": ssd}


def _expected(children: Sequence[dict]) -> set[tuple]:
    return {
        (period, number, day, due, day <= due if day else None, working_days_late(due, day) if day else None)
        for _, period, started, ended, held, short_break in _periods(children)
        for number, day, due in reviews_due(started, held, short_break=short_break, ended=ended)
    }


REGULATION_33_AND_48 = Clock(
    name="reviews of children in care",
    history=CHILD,
    count=10_000,
    records=_records,
    expected=_expected,
    query="select care_period_id, review_number, held_date, due_date, in_time, working_days_late "
    "from {marts}.fct_cic_review where child_ref like 'CR-%'",
    breaks=(
        Break("seeds/threshold.csv", "first_review_working_days,20,", "first_review_working_days,21,"),
        Break("seeds/threshold.csv", "second_review_months,3,", "second_review_months,4,"),
        Break("seeds/threshold.csv", "\nlater_review_months,6,", "\nlater_review_months,7,"),
        Break("seeds/threshold.csv", "short_break_first_review_months,3,", "short_break_first_review_months,1,"),
        Break("seeds/threshold.csv", "short_break_later_review_months,6,", "short_break_later_review_months,7,"),
        Break(
            "macros/days.sql",
            "make_interval(months => {{ months }})",
            "make_interval(days => 30 * {{ months }})",
        ),
    ),
)
