"""Visits of social workers to children in care: regulation 28 of the Care Planning, Placement and Case Review (England)
Regulations 2010, and the plain measure of the annual report, seen in the last six weeks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after

NIGHT = date(2026, 3, 31)
NEVER = date(2100, 1, 1)
MEANT_TO_LAST = {"U1", "U4"}
ADOPTION = {"A5", "A6"}


@dataclass(frozen=True)
class Home:
    """A placement: where a child lived from a day to another."""

    id: str
    starts: date
    ends: date
    type: str
    reason: str
    household: str = ""
    new_carer: bool = True


@dataclass(frozen=True)
class Story:
    """A period of care: homes one after the other, legal statuses from a day on, reviews, visits (day, seen)."""

    child: str
    period: str
    starts: date
    ends: date
    homes: tuple[Home, ...]
    statuses: tuple[tuple[date, str], ...]
    temporary_until: date
    reviews: tuple[date, ...]
    visits: tuple[tuple[date, str], ...]


def _status(story: Story, day: date) -> str:
    return [code for since, code in story.statuses if since <= day][-1]


def _rule(story: Story, home: Home, day: date) -> str:
    """The paragraph of regulation 28 that a child is visited under on a day, or "" where none judges it."""
    status = _status(story, day)
    if status in {"V3", "V4"} or home.type in ADOPTION:
        return ""
    with_parents = home.type == "P1"
    if (with_parents and status == "C1") or (home.household and day < story.temporary_until):
        return "4"
    return "5" if with_parents and status == "C2" else "2"


def _starts_again(story: Story, before: Home, home: Home, day: date) -> bool:
    """Does a first visit fall due anew: another carer, an order for a child with parents, the end of short breaks?"""
    if home.new_carer and home != before:
        return True

    def footing(place: Home, on: date) -> tuple[str, str]:
        status = _status(story, on)
        if status in {"V3", "V4"}:
            return "breaks", ""
        if place.type in ADOPTION:
            return "adoption", ""
        return ("parents", status) if place.type == "P1" and status in {"C1", "C2"} else ("placement", "")

    return footing(before, day - timedelta(1)) != footing(home, day)


def _home(story: Story, day: date) -> Home:
    """Where the child lives on a day; while away for a time, where the child is away from."""
    return [home for home in story.homes if home.starts <= day and not home.type.startswith("T")][-1]


def visits_due(story: Story) -> list[tuple[date, date | None, date]]:
    """(start of the stretch, day seen or None, due) of each visit at which the child was seen, and of the next of each
    stretch that was due before it ended. A stretch is the time in which one visit's day counts on to the next.

    28(2): within a week of the start of a placement, then every six weeks in its first year; then every three months
    where it is meant to last until 18, else every six weeks. 28(4), temporarily approved carers or with parents under
    an interim order: weekly until the first review, then every four weeks. 28(5), with parents under a care order:
    within a week of the order, then every six weeks.
    """
    starts = {story.starts}
    changes = {home.starts for home in story.homes} | {since for since, _ in story.statuses}
    for day in sorted(changes):
        if story.starts < day < story.ends and _starts_again(
            story, _home(story, day - timedelta(1)), _home(story, day), day
        ):
            starts.add(day)
    bounds = [*sorted(starts), story.ends]
    found: list[tuple[date, date | None, date]] = []
    for first, last in pairwise(bounds):
        if not _rule(story, _home(story, first), first):
            continue
        seen = sorted({day for day, answer in story.visits if answer == "Y" and first <= day < last})
        reviews = [day for day in story.reviews if day >= first]
        before = None
        for day in [*seen, None]:
            due = _due(story, first, before, reviews)
            if day is not None or due < last:
                found.append((first, day, due))
            before = day
    return found


def _due(story: Story, first: date, before: date | None, reviews: list[date]) -> date:
    if before is None:
        return first + timedelta(weeks=1)
    home = _home(story, before)
    rule = _rule(story, home, before)
    if rule == "4":
        a_week_on = before + timedelta(weeks=1)
        return before + timedelta(weeks=4) if reviews and min(reviews) <= a_week_on else a_week_on
    if rule == "2" and home.type in MEANT_TO_LAST and before >= months_after(first, 12):
        return months_after(before, 3)
    return before + timedelta(weeks=6)


HISTORY = st.fixed_dictionaries(
    {
        # leap days, year ends, Christmas and the bank holidays of 2022 among the days
        "started": st.one_of(
            st.dates(date(2022, 4, 2), date(2026, 2, 1)),
            st.sampled_from([date(2024, 2, 29), date(2023, 12, 31), date(2022, 6, 2), date(2022, 9, 12)]),
            st.sampled_from([date(2022, 12, 18), date(2023, 2, 28), date(2024, 12, 24)]),
        ),
        "stays": st.one_of(st.none(), st.integers(1, 1200)),
        "homes": st.lists(
            st.tuples(
                st.integers(1, 500),
                st.sampled_from(["move", "move", "move", "same carer", "away"]),
                st.sampled_from(["U6", "U4", "U1", "U6", "P1", "P1", "K2", "A6", "U3"]),
            ),
            max_size=4,
        ),
        "first_home": st.sampled_from(["U6", "U4", "P1", "U3", "K2"]),
        "temporary_days": st.one_of(st.none(), st.integers(10, 168)),
        "statuses": st.sampled_from(
            [("C2",), ("C2",), ("C1", "C2"), ("C1", "C2"), ("V2",), ("C1", "E1"), ("V2", "C1"), ("V4",), ("V4", "C2")]
        ),
        "order_after": st.integers(1, 400),
        "reviews": st.lists(st.integers(5, 200), max_size=4),
        # often to the day, and often a day beside
        "visits": st.lists(
            st.tuples(st.one_of(st.integers(0, 120), st.sampled_from([6, 7, 8, 27, 28, 29, 41, 42, 43, 90, 92])),
                      st.sampled_from("YYYYN")),
            min_size=4,
            max_size=16,
        ),
        "a_year_on": st.booleans(),
    }
)  # fmt: skip


def _stories(histories: Sequence[dict], prefix: str) -> Iterator[Story]:
    for number, told in enumerate(histories, 1):
        started = told["started"]
        ends = started + timedelta(days=told["stays"]) if told["stays"] else NEVER
        if ends > NIGHT:
            ends = NEVER
        homes = [Home(f"{prefix}-H{number}.0", started, ends, told["first_home"], "S")]
        if told["first_home"] == "U3" and told["temporary_days"]:
            homes[0] = Home(homes[0].id, started, ends, "U3", "S", household=f"{prefix}-FH{number}")
        day = started
        for place, (days, how, kind) in enumerate(told["homes"], 1):
            day += timedelta(days=days)
            if day >= min(ends, NIGHT):
                break
            last = homes[-1]
            homes[-1] = Home(**{**vars(last), "ends": day})
            if how == "away":
                back = day + timedelta(days=5)
                if back >= min(ends, NIGHT):
                    homes[-1] = last
                    break
                homes.append(Home(f"{prefix}-H{number}.{place}a", day, back, "T1", "P", new_carer=False))
                homes.append(
                    Home(f"{prefix}-H{number}.{place}", back, ends, last.type, "P", last.household, new_carer=False)
                )
                day = back
            elif how == "same carer" and last.type[0] == "U":
                kept = "U4" if kind != "A6" else "A5"
                reason = "T" if kept == "U4" else "P"
                homes.append(Home(f"{prefix}-H{number}.{place}", day, ends, kept, reason, new_carer=False))
            else:
                homes.append(Home(f"{prefix}-H{number}.{place}", day, ends, kind, "P"))
        statuses = [(started, told["statuses"][0])]
        ordered = started + timedelta(days=told["order_after"])
        if len(told["statuses"]) > 1 and ordered < min(ends, NIGHT):
            statuses.append((ordered, told["statuses"][1]))
        reviews, day = [], started
        for gap in told["reviews"]:
            day += timedelta(days=gap)
            if day < min(ends, NIGHT):
                reviews.append(day)
        visits, day = [], started
        for gap, seen in told["visits"]:
            day += timedelta(days=gap)
            if day < min(ends, NIGHT):
                visits.append((day, seen))
        if told["a_year_on"] and months_after(started, 12) < min(ends, NIGHT):
            visits.append((months_after(started, 12), "Y"))
        yield Story(
            f"{prefix}-P{number}",
            f"{prefix}-C{number}",
            started,
            ends,
            tuple(homes),
            tuple(statuses),
            started + timedelta(days=told["temporary_days"] or 0),
            tuple(reviews),
            tuple(visits),
        )


def _text(day: date) -> str:
    return "" if day == NEVER else day.isoformat()


def _records(histories: Sequence[dict], prefix: str) -> Tables:
    ssd: dict[str, list[dict]] = {
        name: [] for name in ("person", "cla_episodes", "cla_placement", "legal_status", "cla_reviews", "cla_visits")
    }
    cssu: dict[str, list[dict]] = {"foster_households": [], "household_placements": []}
    # visits are told from before the first story on: a first visit that was due before any is not judged
    ssd["cla_visits"].append(
        {
            "clav_cla_visit_id": f"V{prefix}0",
            "clav_person_id": f"{prefix}-P1",
            "clav_cla_visit_date": "2022-04-01",
            "clav_cla_visit_seen": "N",
        }
    )
    for story in _stories(histories, prefix):
        ssd["person"].append({"pers_person_id": story.child, "pers_dob": "2015-05-05"})
        for home in story.homes:
            ssd["cla_episodes"].append(
                {
                    "clae_cla_episode_id": f"E{home.id}",
                    "clae_person_id": story.child,
                    "clae_cla_id": story.period,
                    "clae_cla_placement_id": home.id,
                    "clae_cla_episode_start_date": home.starts.isoformat(),
                    "clae_cla_episode_start_reason": home.reason,
                    "clae_cla_episode_ceased_date": _text(home.ends),
                    "clae_entered_care_date": story.starts.isoformat(),
                }
            )
            ssd["cla_placement"].append(
                {
                    "clap_cla_placement_id": home.id,
                    "clap_cla_id": story.period,
                    "clap_person_id": story.child,
                    "clap_cla_placement_start_date": home.starts.isoformat(),
                    "clap_cla_placement_end_date": _text(home.ends),
                    "clap_cla_placement_type": home.type,
                    "clap_cla_placement_provider": "PR1",
                }
            )
            if home.household:
                cssu["household_placements"].append({"household_id": home.household, "placement_id": home.id})
        for household in {home.household for home in story.homes if home.household}:
            cssu["foster_households"].append(
                {
                    "household_id": household,
                    "approved_date": story.starts.isoformat(),
                    "approval_type": "TEMPORARY",
                    "temporary_until": story.temporary_until.isoformat(),
                }
            )
        ends = [since for since, _ in story.statuses[1:]] + [story.ends]
        ssd["legal_status"] += [
            {
                "lega_legal_status_id": f"L{story.period}.{place}",
                "lega_person_id": story.child,
                "lega_legal_status": code,
                "lega_legal_status_start_date": since.isoformat(),
                "lega_legal_status_end_date": _text(until),
            }
            for place, ((since, code), until) in enumerate(zip(story.statuses, ends, strict=True))
        ]
        ssd["cla_reviews"] += [
            {
                "clar_cla_review_id": f"R{story.period}.{place}",
                "clar_cla_id": story.period,
                "clar_cla_review_date": day.isoformat(),
            }
            for place, day in enumerate(story.reviews)
        ]
        ssd["cla_visits"] += [
            {
                "clav_cla_visit_id": f"V{story.period}.{place}",
                # a visit that names no period belongs to the one of its day
                "clav_cla_id": story.period if place % 3 else "",
                "clav_person_id": story.child,
                "clav_cla_visit_date": day.isoformat(),
                "clav_cla_visit_seen": seen,
            }
            for place, (day, seen) in enumerate(story.visits)
        ]
    return {"ssd": ssd, "cssu": cssu}


def _expected(histories: Sequence[dict], prefix: str) -> set[tuple]:
    return {
        (story.period, first, seen, due, seen <= due if seen else None, (seen - due).days if seen else None)
        for story in _stories(histories, prefix)
        for first, seen, due in visits_due(story)
    }


def _seen_lately(histories: Sequence[dict], prefix: str) -> set[tuple]:
    days = [months_after(date(2022, 4, 30), number) for number in range(48)]
    return {
        (story.child, day)
        for story in _stories(histories, prefix)
        for day in days
        if any(day - timedelta(days=42) <= visit <= day and seen == "Y" for visit, seen in story.visits)
    }


REGULATION_28 = Clock(
    name="visits to children in care",
    history=HISTORY,
    count=1_500,
    records=partial(_records, prefix="CV"),
    expected=partial(_expected, prefix="CV"),
    # held visits as the fact has them, and the next ones as the clock expects them
    query="select c.care_period_id, c.stretch_from_day, c.visit_date, v.due_date, v.in_time, v.days_late "
    "from {intermediate}.int_care__visit_clock as c join {marts}.fct_visit as v "
    "on v.care_period_id = c.care_period_id and v.visit_date = c.visit_date and v.seen = 'Y' "
    "where c.child_ref like 'CV-%' and c.due_date is not null "
    "union select c.care_period_id, c.stretch_from_day, null, c.due_date, null, null "
    "from {intermediate}.int_care__visit_clock as c "
    "where c.child_ref like 'CV-%' and c.visit_date is null and not c.left_before_due",
    breaks=(
        Break("seeds/threshold.csv", "visit_first_days,7,", "visit_first_days,8,"),
        Break("seeds/threshold.csv", "visit_interval_days,42,", "visit_interval_days,49,"),
        Break("seeds/threshold.csv", "visit_first_year_months,12,", "visit_first_year_months,11,"),
        Break("seeds/threshold.csv", "visit_settled_months,3,", "visit_settled_months,4,"),
        Break("seeds/threshold.csv", "visit_weekly_days,7,", "visit_weekly_days,14,"),
        Break("seeds/threshold.csv", "visit_after_review_days,28,", "visit_after_review_days,42,"),
        Break(
            "models/intermediate/care/int_care__visit_clock.sql",
            "where visits.seen = 'Y'",
            "where visits.seen is not null",
        ),
        Break(
            "models/intermediate/care/int_care__visit_clock.sql",
            "lag(circumstances.carer_number) over spells = circumstances.carer_number",
            "lag(circumstances.carer_number) over spells is not null",
        ),
        Break(
            "models/intermediate/care/int_care__placement_spells.sql",
            "when followed.start_reason in ('T', 'U', 'L') then 0",
            "when followed.start_reason in ('L') then 0",
        ),
        Break(
            "models/intermediate/care/int_care__visit_clock.sql",
            "runs_from.from_day\n                >= {{ months_after(",
            "runs_from.from_day\n                > {{ months_after(",
        ),
    ),
)

SEEN_IN_SIX_WEEKS = Clock(
    name="children seen in the last six weeks",
    history=HISTORY,
    count=300,
    records=partial(_records, prefix="CL"),
    expected=partial(_seen_lately, prefix="CL"),
    query="select distinct child_ref, day from {marts}.fct_visit cross join lateral "
    "(select (date '2022-04-30' + make_interval(months => n))::date as day from generate_series(0, 47) as n) as days "
    "where kind = 'child in care' and child_ref like 'CL-%' and visit_date <= day and counts_as_seen_until >= day",
    breaks=(Break("seeds/threshold.csv", "care_seen_within_days,42,", "care_seen_within_days,41,"),),
)
