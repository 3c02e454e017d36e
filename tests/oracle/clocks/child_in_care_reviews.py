"""Reviews of children in care: regulation 33 of the Care Planning, Placement and Case Review (England) Regulations
2010, and regulation 48 for short breaks; meetings cancelled, adjourned, moved and planned.

The clock that rules is told as it is lived: something is due, until a review is held or the child is placed for
adoption or comes back to the agency (regulation 36 of the Adoption Agencies Regulations 2005; histories of that are in
`adoption_and_secure_reviews`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after, working_days_after, working_days_late

NIGHT = date(2026, 3, 31)
NEVER = date(9999, 1, 1)


@dataclass
class Period:
    """A period of care as it was: whose, its days, what was held in it, and when the child was placed for adoption."""

    child: str
    name: str
    started: date
    ended: date | None
    born: date
    short_break: bool = False
    reviews: list[date] = field(default_factory=list)
    placed: list[tuple[date, date]] = field(default_factory=list)

    def is_over(self, day: date) -> bool:
        """Is the child out of care, or of age, on a day: then nothing is due on it, and nothing was late."""
        had_birthday = (day.month, day.day) >= (self.born.month, self.born.day)
        return (self.ended is not None and self.ended <= day) or day.year - self.born.year - (not had_birthday) >= 18


@dataclass(frozen=True)
class Due:
    """What one clock asked for: a review by a day, counted from another; answered on a day, or not."""

    number: int
    clock: str
    due: date
    held: date | None
    decides: bool = False

    @property
    def judged(self) -> tuple:
        """Held, due, in time, working days late."""
        if self.held is None:
            return None, self.due, None, None
        return self.held, self.due, self.held <= self.due, working_days_late(self.due, self.held)


def ruling_clock(period: Period) -> list[Due]:
    """Each review of a period and what it was due by; what waits at the end, unless the child left before."""
    own_clock = "regulation 48" if period.short_break else "regulation 33"
    found, waiting = [], []  # waiting: what ran out and is not answered yet, the oldest first
    held: list[date] = []
    since_placed: list[date] = []
    placed_on: date | None = None

    def by_care() -> date:
        if period.short_break:
            return months_after(held[-1], 6) if held else months_after(period.started, 3)
        if not held:
            return working_days_after(period.started, 20)
        return months_after(held[-1], 3 if len(held) == 1 else 6)

    def by_placement() -> date:
        if not since_placed:
            return placed_on + timedelta(days=28)
        return months_after(since_placed[-1], 3 if len(since_placed) == 1 else 6)

    def answer(day: date | None) -> None:
        clocks = set()
        for clock, due in [*waiting, now]:
            if clock not in clocks and not (day is None and period.is_over(due)):
                found.append(Due(len(held) + 1, clock, due, day, decides=not clocks))
            clocks.add(clock)

    now = (own_clock, by_care())
    turns = [(last, 0, "returned") for _, last in period.placed] + [(first, 1, "placed") for first, _ in period.placed]
    for day, _, what in sorted(turns + [(day, 2, "review") for day in set(period.reviews)]):
        if what == "review":
            answer(day)
            waiting = []
            held.append(day)
            if placed_on:
                since_placed.append(day)
            now = ("adoption placed", by_placement()) if placed_on else (own_clock, by_care())
            continue
        if day == NEVER:
            continue
        if now[1] < day:
            waiting.append(now)
        if what == "placed":
            placed_on, since_placed = day, []
            now = ("adoption placed", by_placement())
        else:
            placed_on = None
            now = (own_clock, max(by_care(), day))
    answer(None)
    return found


REVIEW = st.fixed_dictionaries(
    {
        "gap": st.integers(1, 260),
        "how": st.sampled_from(
            ["form", "form", "register", "both", "cancelled", "cancelled in the register", "series", "open series"]
        ),
        "meetings_apart": st.integers(1, 25),
        "linked_by_form": st.booleans(),
    }
)
SPECIAL_DAYS = [
    date(2022, 5, 5),  # the working days after it pass over 2 and 3 June
    date(2022, 8, 22),  # and 19 September
    date(2022, 12, 16),
    date(2023, 12, 1),
    date(2023, 8, 31),
    date(2023, 11, 30),
    date(2024, 2, 29),
    date(2024, 12, 31),
    date(2025, 4, 1),
]
CHILD = st.fixed_dictionaries(
    {
        "started": st.one_of(st.dates(date(2022, 4, 2), date(2026, 3, 1)), st.sampled_from(SPECIAL_DAYS)),
        "reviews": st.lists(REVIEW, max_size=6),
        "care": st.sampled_from(["full", "full", "short break", "short break that became full care"]),
        # days, or until the day on which the first review is due
        "stays": st.one_of(st.none(), st.integers(1, 900), st.just("until due")),
        "comes_back_after": st.one_of(st.none(), st.integers(0, 60)),
        "born": st.one_of(st.just(date(2015, 5, 5)), st.dates(date(2008, 4, 1), date(2008, 12, 31))),
        "planned": st.sampled_from(["no", "yes", "moved", "cancelled"]),
    }
)


def _periods(children: Sequence[dict]) -> Iterator[tuple[Period, list[tuple[date, date | None, dict]], date | None]]:
    """Periods of care with their meetings (day, day of the second meeting, how) and what is planned next."""
    for number, child in enumerate(children, 1):
        started, stays = child["started"], child["stays"]
        short_break = child["care"] == "short break"
        if stays == "until due":
            ended = months_after(started, 3) if short_break else working_days_after(started, 20)
        else:
            ended = started + timedelta(days=stays) if stays else None
        if ended and ended > NIGHT:
            ended = None
        spans = [(f"CR-C{number}", started, ended)]
        if ended and child["comes_back_after"] is not None:
            again = ended + timedelta(days=child["comes_back_after"])
            if again <= NIGHT:
                spans.append((f"CR-C{number}.2", again, None))
        for name, first, last in spans:
            meetings, day = [], first
            for review in child["reviews"]:
                day += timedelta(days=review["gap"])
                if day > (last or NIGHT):
                    break
                again = day + timedelta(days=review["meetings_apart"])
                how = review["how"]
                if how == "series" and again > (last or NIGHT):
                    how = "open series"
                meetings.append((day, again if how == "series" else None, review | {"how": how}))
                day = again
            held = [day for day, _, review in meetings if "cancelled" not in review["how"]]
            period = Period(f"CR-P{number}", name, first, last, child["born"], short_break, reviews=held)
            yield period, meetings, (NIGHT + timedelta(days=40) if child["planned"] != "no" and not last else None)


def _records(children: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {"person": [], "cla_episodes": [], "legal_status": [], "cla_reviews": []}
    cssu: dict[str, list[dict]] = {"review_details": [], "meeting_changes": []}
    for (period, meetings, planned), child in zip(_periods(children), _children_of(children), strict=True):
        tell_care(ssd, period, _statuses(period, child["care"]))
        for place, (day, second, review) in enumerate(meetings):
            _tell_meeting(ssd, cssu, period, f"{period.name}.{place}", day, second, review)
        if planned:
            _tell_planned(cssu, period, planned, child["planned"])
    return {"ssd": ssd, "cssu": cssu}


def _children_of(children: Sequence[dict]) -> Iterator[dict]:
    for period, _, _ in _periods(children):
        yield children[int(period.child.removeprefix("CR-P")) - 1]


def _statuses(period: Period, care: str) -> list[tuple[str, date, date | None]]:
    """Legal statuses: what, from, until."""
    if care == "short break that became full care":
        turn = period.started + timedelta(days=10)
        if period.ended is None or turn < period.ended:
            return [("V4", period.started, turn), ("V2", turn, period.ended)]
        return [("V2", period.started, period.ended)]
    return [("V4" if care == "short break" else "C2", period.started, period.ended)]


def tell_care(ssd: dict[str, list[dict]], period: Period, statuses: list[tuple[str, date, date | None]]) -> None:
    """The person, the episode and the legal statuses of a period of care."""
    if not period.name.endswith(".2"):
        ssd["person"].append({"pers_person_id": period.child, "pers_dob": period.born.isoformat()})
    ssd["cla_episodes"].append(
        {
            "clae_cla_episode_id": f"E{period.name}",
            "clae_person_id": period.child,
            "clae_cla_id": period.name,
            "clae_cla_episode_start_date": period.started.isoformat(),
            "clae_cla_episode_start_reason": "S",
            "clae_cla_episode_ceased_date": period.ended.isoformat() if period.ended else "",
        }
    )
    ssd["legal_status"] += [
        {
            "lega_legal_status_id": f"L{period.name}.{status}",
            "lega_person_id": period.child,
            "lega_legal_status": status,
            "lega_legal_status_start_date": first.isoformat(),
            "lega_legal_status_end_date": last.isoformat() if last else "",
        }
        for status, first, last in statuses
    ]


def form(period: Period, name: str, day: date, *, cancelled: bool = False) -> dict:
    """The case system's record of a review."""
    return {
        "clar_cla_review_id": f"R{name}",
        "clar_cla_id": period.name,
        "clar_cla_review_date": day.isoformat(),
        "clar_cla_review_cancelled": "Y" if cancelled else "N",
        # the source's own due date is wrong on purpose: it must never decide
        "clar_cla_review_due_date": (day - timedelta(days=400)).isoformat(),
    }


def entry(period: Period, name: str, planned: date, held: date | None = None, **values: str) -> dict:
    """The register's record of a meeting."""
    return {
        "review_detail_id": f"D{name}",
        "person_id": period.child,
        "cla_id": period.name,
        "planned_date": planned.isoformat(),
        "held_date": held.isoformat() if held else "",
    } | values


def _tell_meeting(ssd, cssu, period: Period, name: str, day: date, second: date | None, review: dict) -> None:
    match review["how"]:
        case "form":
            ssd["cla_reviews"].append(form(period, name, day))
        case "register":
            cssu["review_details"].append(entry(period, name, day, day, meeting_format="NO_MEETING"))
        case "both":
            ssd["cla_reviews"].append(form(period, name, day))
            cssu["review_details"].append(entry(period, name, day, day, review_id=f"R{name}"))
        case "cancelled":
            ssd["cla_reviews"].append(form(period, name, day, cancelled=True))
            cssu["review_details"].append(entry(period, name, day, day, review_id=f"R{name}"))
        case "cancelled in the register":
            cssu["review_details"].append(entry(period, name, day))
            cssu["meeting_changes"].append(_change(f"X{name}", f"D{name}", day, None))
        case "series":
            # the form is completed after the last meeting; the first names it, or the second entry of the register
            link = f"R{name}" if review["linked_by_form"] else f"D{name}b"
            cssu["review_details"] += [
                entry(period, name, day, day, adjourned_to_review_id=link, series_number="1"),
                entry(period, f"{name}b", second, second, review_id=f"R{name}", series_number="2"),
            ]
            ssd["cla_reviews"].append(form(period, name, second))
        case "open series":
            again = day + timedelta(days=review["meetings_apart"])
            cssu["review_details"] += [
                entry(period, name, day, day, adjourned_to_review_id=f"D{name}b", series_number="1"),
                entry(period, f"{name}b", again, series_number="2"),
            ]


def _change(name: str, meeting: str, original: date, new: date | None) -> dict:
    return {
        "change_id": name,
        "meeting_type": "CIC_REVIEW",
        "meeting_id": meeting,
        "original_date": original.isoformat(),
        "new_date": new.isoformat() if new else "",
        "decided_date": original.isoformat(),
        "asked_by": "FAMILY",
    }


def _tell_planned(cssu, period: Period, day: date, how: str) -> None:
    name = f"{period.name}.next"
    original = day - timedelta(days=9) if how == "moved" else day
    cssu["review_details"].append(entry(period, name, original))
    if how != "yes":
        cssu["meeting_changes"].append(_change(f"X{name}", f"D{name}", original, day if how == "moved" else None))


def review_row(period: Period, due: Due, completed: date | None, planned: date | None, satisfied: str) -> tuple:
    """A row of fct_cic_review."""
    status = "held" if due.held else "planned" if planned else "due"
    return ("review", period.name, due.number, due.clock, status, completed, planned, satisfied, *due.judged)


def clock_row(period: Period, due: Due) -> tuple:
    """A row of fct_cic_review_clock."""
    return ("clock", period.name, due.number, due.clock, str(due.decides).lower(), None, None, "", *due.judged)


QUERY = """
select 'review', care_period_id, review_number, clock, status, completed_date, planned_date,
    array_to_string(clocks_satisfied, ', '), held_date, due_date, in_time, working_days_late
from {{marts}}.fct_cic_review where child_ref like '{prefix}%'
union all
select 'clock', care_period_id, number_by_clock, clock, decides::text, null, null,
    '', held_date, due_date, in_time, working_days_late
from {{marts}}.fct_cic_review_clock where child_ref like '{prefix}%'
"""


def _expected(children: Sequence[dict]) -> set[tuple]:
    found = set()
    for (period, meetings, planned), child in zip(_periods(children), _children_of(children), strict=True):
        completed = {day: None if review["how"] == "open series" else second or day for day, second, review in meetings}
        for due in ruling_clock(period):
            next_meeting = planned if due.held is None and child["planned"] in {"yes", "moved"} else None
            satisfied = due.clock if due.held else ""
            found.add(review_row(period, due, completed.get(due.held), next_meeting, satisfied))
            found.add(clock_row(period, due))
    return found


_INTERVALS = "models/intermediate/reviews/int_reviews__due_by_clock.sql"
REGULATION_33_AND_48 = Clock(
    name="reviews of children in care",
    history=CHILD,
    count=3_000,
    records=_records,
    expected=_expected,
    query=QUERY.format(prefix="CR-"),
    breaks=(
        Break("seeds/threshold.csv", "first_review_working_days,20,", "first_review_working_days,21,"),
        Break("seeds/threshold.csv", "\nsecond_review_months,3,", "\nsecond_review_months,4,"),
        Break("seeds/threshold.csv", "\nlater_review_months,6,", "\nlater_review_months,7,"),
        Break("seeds/threshold.csv", "short_break_first_review_months,3,", "short_break_first_review_months,1,"),
        Break("seeds/threshold.csv", "short_break_later_review_months,6,", "short_break_later_review_months,7,"),
        # months clamped to the end of the month
        Break(
            "macros/days.sql",
            "make_interval(months => {{ months }})",
            "make_interval(days => 30 * {{ months }})",
        ),
        # each due date runs from the review actually held before
        Break(
            _INTERVALS,
            "lag(expected.held_date) over (partition by expected.sequence_id order by expected.review_number)",
            "min(expected.held_date) over (partition by expected.sequence_id)",
        ),
        # a new period of care starts again
        Break(
            "models/intermediate/reviews/int_reviews__held.sql",
            "        periods.care_period_id,\n        reviews.clar_cla_review_date as held_date,",
            "        min(periods.care_period_id) over (partition by periods.child_ref) as care_period_id,\n"
            "        reviews.clar_cla_review_date as held_date,",
        ),
        # a child who left on or before the due date, or came of age, was not late
        Break(
            _INTERVALS,
            "periods.known_until <= every_clock.due_date",
            "periods.known_until < every_clock.due_date",
        ),
        Break(_INTERVALS, ">= 18, false)", ">= 19, false)"),
        # short breaks throughout run on regulation 48, a period with full care in it does not
        Break(
            "models/intermediate/reviews/int_reviews__clock_spells.sql",
            "bool_and(spells.care_basis",
            "bool_or(spells.care_basis",
        ),
        # a cancelled review does not count, nor does a cancelled meeting as planned
        Break(
            "models/intermediate/reviews/int_reviews__held.sql",
            "coalesce(reviews.clar_cla_review_cancelled, 'N') <> 'Y'",
            "true",
        ),
        Break(
            "models/intermediate/reviews/int_reviews__meetings.sql",
            "case when cancelled.review_id is null then",
            "case when true then",
        ),
        Break("models/intermediate/reviews/int_reviews__clock.sql", "and not meetings.is_cancelled", "and true"),
        # a meeting that was moved is planned for the new day
        Break(
            "models/intermediate/reviews/int_reviews__meetings.sql",
            "coalesce(changes.newest_date, details.planned_date)",
            "details.planned_date",
        ),
        # several meetings are one review, held on the day of the first; a further one is not the next review
        Break(
            "models/intermediate/reviews/int_reviews__meetings.sql",
            "coalesce(first_meeting.series_id, details.review_detail_id)",
            "details.review_detail_id",
        ),
        Break(
            "models/intermediate/reviews/int_reviews__held.sql",
            "min(of_days.held_date) as held_date",
            "max(of_days.held_date) as held_date",
        ),
        Break("models/intermediate/reviews/int_reviews__clock.sql", "and begun.series_id is null", "and true"),
    ),
)
