"""Reviews of foster carers: regulation 28 of the Fostering Services (England) Regulations 2011, and the expiry of a
temporary approval (regulation 24 of the Care Planning, Placement and Case Review (England) Regulations 2010).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after, working_days_after, working_days_late

REGISTER_BEGAN = date(2019, 12, 2)
NIGHT = date(2026, 3, 31)


def reviews_due(approved: date, held: list[date], *, ended: date | None, register_began: date) -> list[tuple]:
    """(held or None, due, is it the first) of each review of a household that is reviewed yearly, and of the next one.

    Not more than a year after approval, then at intervals of not more than a year, from the day of the last review
    meeting; two on a day have the same meeting before them. A meeting before the approval was not one of it. One that
    a household approved more than a year before the register began may have had since is not known: its first meeting
    in the register's first year is not judged (no due date), and from the register's beginning its year has run at the
    latest. A household whose approval ended by the due date has no next review.
    """
    found, before = [], None
    unknown_before = months_after(approved, 12) < register_began
    for day in sorted(held):
        if day < approved:
            found.append((day, None, None))
            continue
        earlier = [meeting for meeting in held if approved <= meeting < day]
        if earlier:
            found.append((day, months_after(max(earlier), 12), False))
        elif not unknown_before:
            found.append((day, months_after(approved, 12), True))
        else:
            latest = months_after(register_began, 12)
            found.append((day, latest if day > latest else None, None))
        before = day
    if before:
        due, first = months_after(before, 12), False
    elif unknown_before:
        due, first = months_after(register_began, 12), None
    else:
        due, first = months_after(approved, 12), True
    if ended is None or ended > due:
        found.append((None, due, first))
    return found


HOUSEHOLD = st.fixed_dictionaries(
    {
        "approved": st.one_of(st.dates(date(2012, 1, 1), date(2026, 3, 1)), st.just(date(2024, 2, 29))),
        "kind": st.sampled_from(("GENERAL", "CONNECTED_PERSON", "SHORT_BREAK", "", "TEMPORARY")),
        "whose": st.sampled_from(("OWN", "OWN", "", "AGENCY")),
        "extended": st.one_of(st.none(), st.integers(1, 200)),
        # the first may be before the approval: of a temporary one that was converted
        "before": st.booleans(),
        "gaps": st.lists(st.one_of(st.integers(1, 600), st.integers(355, 375), st.just(0)), max_size=6),
        "types": st.lists(
            st.sampled_from(("FIRST", "ANNUAL", "AFTER_ALLEGATION", "CHANGE", "")), min_size=8, max_size=8
        ),
        # some to the very day on which the first is due
        "stays": st.one_of(st.none(), st.integers(30, 2000), st.sampled_from((365, 366))),
        "planned": st.booleans(),
        "written_up_after": st.integers(10, 45),
    }
)


def _held(household: dict) -> list[date]:
    """The days of the meetings that the register has: none from before it began, or of a night to come."""
    approved, days = household["approved"], []
    day = approved
    for gap in household["gaps"]:
        day += timedelta(days=gap)
        days.append(day)
    if household["before"]:
        days.append(approved - timedelta(days=20))
    return sorted(day for day in days if REGISTER_BEGAN <= day <= NIGHT)


def _ended(household: dict) -> date | None:
    if household["stays"] is None:
        return None
    ended = household["approved"] + timedelta(days=household["stays"])
    return ended if ended <= NIGHT else None


def _is_yearly(household: dict) -> bool:
    return household["whose"] != "AGENCY" and household["kind"] != "TEMPORARY"


def _plans(household: dict) -> bool:
    """Is the next review entered in the register? Its day there is late on purpose: it must never decide."""
    return household["planned"]


def _records(households: Sequence[dict]) -> Tables:
    homes, reviews = [], []
    for number, household in enumerate(households, 1):
        home, ended = f"FC-H{number}", _ended(household)
        temporary = household["kind"] == "TEMPORARY"
        until = household["approved"] + timedelta(days=household["extended"]) if household["extended"] else None
        homes.append(
            {
                "household_id": home,
                "approved_date": household["approved"].isoformat(),
                "approval_type": household["kind"],
                "own_or_agency": household["whose"],
                # a converted approval may still say until when it was temporary
                "temporary_until": until.isoformat() if until and (temporary or household["before"]) else "",
                "ended_date": ended.isoformat() if ended else "",
            }
        )
        held = _held(household)
        for place, day in enumerate(held):
            reviews.append(
                {
                    "review_id": f"FC-R{number}.{place}",
                    "household_id": home,
                    "due_date": (day - timedelta(days=100)).isoformat(),
                    "review_type": household["types"][place],
                    "review_date": day.isoformat(),
                    "written_up_date": (day + timedelta(days=household["written_up_after"])).isoformat(),
                }
            )
        if _plans(household):
            reviews.append(
                {
                    "review_id": f"FC-R{number}.next",
                    "household_id": home,
                    "due_date": date(2027, 6, 1).isoformat(),
                    "review_type": household["types"][-1],
                }
            )
    return {"cssu": {"foster_households": homes, "foster_carer_reviews": reviews}}


def _expected(households: Sequence[dict]) -> set[tuple]:
    register_began = min(day for household in households for day in _held(household))
    rows = set()
    for number, household in enumerate(households, 1):
        home, ended, held = f"FC-H{number}", _ended(household), _held(household)
        if household["kind"] == "TEMPORARY":
            approved = household["approved"]
            extended = timedelta(days=household["extended"] or 7 * 16)
            rows.add((home, "expires", approved + extended, None, approved + timedelta(weeks=16 + 8), None))
        if _is_yearly(household):
            told = reviews_due(household["approved"], held, ended=ended, register_began=register_began)
        else:
            told = [(day, None, None) for day in held]
        for place, (day, due, _first) in enumerate(told):
            if day is None:
                continue
            written_up = working_days_after(day, 20)
            in_time = day + timedelta(days=household["written_up_after"]) <= written_up
            late = working_days_late(due, day) if due else None
            rows.add((f"FC-R{number}.{place}", "held", due, late, written_up, in_time))
        following = next(((due,) for day, due, _ in told if day is None), None)
        if _plans(household):
            if not _is_yearly(household):
                status = "planned" if ended is None else "lapsed"
                rows.add((f"FC-R{number}.next", status, None, None, None, None))
            elif following:
                rows.add((f"FC-R{number}.next", "planned", following[0], None, None, None))
            else:
                due = reviews_due(household["approved"], held, ended=None, register_began=register_began)[-1][1]
                rows.add((f"FC-R{number}.next", "lapsed", due, None, None, None))
        elif following:
            rows.add((f"due|{home}", "due", following[0], None, None, None))
    return rows


YEARLY_REVIEWS = Clock(
    name="foster carer reviews",
    history=HOUSEHOLD,
    count=900,
    records=_records,
    expected=_expected,
    query="select review_id, status, due_date, working_days_late, written_up_due_date, written_up_in_time "
    "from {marts}.fct_foster_carer_review where household_id like 'FC-%' union all "
    "select household_id, 'expires', temporary_until, null, temporary_at_most_until, null "
    "from {marts}.dim_foster_household where household_id like 'FC-%' and temporary_until is not null",
    breaks=(
        Break("seeds/threshold.csv", "foster_carer_review_months,12,", "foster_carer_review_months,13,"),
        Break("seeds/threshold.csv", "temporary_approval_weeks,16,", "temporary_approval_weeks,17,"),
        Break("seeds/threshold.csv", "temporary_approval_extension_weeks,8,", "temporary_approval_extension_weeks,9,"),
        Break(
            "seeds/threshold.csv",
            "foster_carer_review_write_up_working_days,20,",
            "foster_carer_review_write_up_working_days,21,",
        ),
        # from the day it was due, not from the meeting
        Break(
            "models/intermediate/fostering/int_fostering__reviews.sql",
            "max(register.review_date) over (",
            "max(register.source_due_date) over (",
        ),
        # temporary approvals counted
        Break(
            "models/intermediate/fostering/int_fostering__households.sql",
            "coalesce(households.approval_type, 'GENERAL') <> 'TEMPORARY'",
            "coalesce(households.approval_type, 'GENERAL') <> 'NONE'",
        ),
        # agencies' households counted
        Break(
            "models/intermediate/fostering/int_fostering__households.sql",
            "coalesce(households.own_or_agency, 'OWN') = 'OWN'",
            "coalesce(households.own_or_agency, 'OWN') <> 'NONE'",
        ),
        # a meeting before the approval counted
        Break(
            "models/intermediate/fostering/int_fostering__reviews.sql",
            "and register.review_date >= households.approved_date",
            "and register.review_date >= date '1900-01-01'",
        ),
        # a household that ended by the due date held late
        Break(
            "models/intermediate/fostering/int_fostering__reviews.sql",
            "coalesce(due.household_ended_date <= due.due_date, false)",
            "coalesce(due.household_ended_date < due.due_date, false)",
        ),
    ),
)
