"""Reviews of children who may be or are placed for adoption, and of children in secure accommodation.

Adoption: regulation 36 of the Adoption Agencies Regulations 2005, as definitions have it: authorised and not placed,
beside regulation 33; placed, instead of it; back to the agency, regulation 33 again. Secure accommodation: regulation
15 of the Children (Secure Accommodation) Regulations 1991, by another than the child's own IRO.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.child_in_care_reviews import (
    NEVER,
    NIGHT,
    QUERY,
    SPECIAL_DAYS,
    Due,
    Period,
    clock_row,
    entry,
    form,
    review_row,
    ruling_clock,
    tell_care,
)
from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after

HOME = "U6"


@dataclass
class Story:
    """A period of care with all that matters to these clocks."""

    period: Period
    homes: list[tuple[str, date, date | None]] = field(default_factory=list)
    """Where the child lived: type of placement, from, until."""
    permanence: list[dict[str, date]] = field(default_factory=list)
    orders: list[tuple[date, date | None]] = field(default_factory=list)
    """Placement orders that a legal status alone tells."""
    authority: tuple[date, date] | None = None
    adoption_reviews: list[date] = field(default_factory=list)
    """Meetings of their own, no child in care review by the register's word."""
    stays: list[tuple[date, date]] = field(default_factory=list)
    """In secure accommodation."""
    secure_reviews: list[tuple[date, str, bool]] = field(default_factory=list)
    """Day, who chaired (IRO, OTHER, or nobody recorded), and whether the same meeting was a child in care review."""


def authorised_clock(story: Story) -> list[Due]:
    """What regulation 36 asks for while the child may be placed and is not."""
    if story.authority is None:
        return []
    begins, ends = story.authority
    days = sorted({day for day in story.period.reviews + story.adoption_reviews if begins <= day < ends})
    turns = [(begins, 0, "runs")]
    for placed, returned in story.period.placed:
        turns += [(placed, 1, "stops"), (returned, 0, "runs")]
    turns = [turn for turn in turns if begins <= turn[0] < ends]
    if any(placed <= begins < returned for placed, returned in story.period.placed):
        turns = [turn for turn in turns if turn[:2] != (begins, 0)]
    found, waiting, running, last = [], [], None, None
    for day, _, what in sorted(turns + [(day, 2, "review") for day in days] + [(ends, 3, "stops")]):
        if what == "runs":
            running = max(months_after(last, 6) if last else months_after(begins, 3), day)
        elif what == "stops":
            if running and running < day:
                waiting.append(running)
            running = None
        else:
            asked = waiting + ([running] if running else [])
            if asked:
                found.append((day, asked[0]))
            waiting, last = [], day
            running = months_after(day, 6) if running else None
    numbers = {day: number for number, day in enumerate(days, 1)}
    dues = [Due(numbers[day], "adoption authorised", due, day) for day, due in found]
    if waiting and not story.period.is_over(waiting[0]):
        dues.append(Due(len(days) + 1, "adoption authorised", waiting[0], None))
    return dues


def secure_clock(story: Story) -> list[Due]:
    """Within a month, then three; what was due on or after the last day was not asked for."""
    found = []
    for begins, ends in story.stays:
        before, months = begins, 1
        days = {day for day, chair, _ in story.secure_reviews if begins <= day < ends and chair != "IRO"}
        for number, day in enumerate([*sorted(days), None], 1):
            due = months_after(before, months)
            if day or (due < ends and not story.period.is_over(due)):
                found.append(Due(number, "secure accommodation", due, day))
            before, months = day, 3
    return found


ADOPTION = st.fixed_dictionaries(
    {
        "authority_after": st.integers(1, 300),
        "authority_by": st.sampled_from(["order", "legal status", "consent"]),
        "told_by": st.sampled_from(["permanence", "placements", "both"]),
        "placements": st.lists(
            st.fixed_dictionaries(
                {
                    "waits": st.integers(1, 250),
                    "lasts": st.integers(12, 300),
                    "recorded_late": st.integers(0, 5),
                    "hospital": st.booleans(),
                }
            ),
            max_size=2,
        ),
        "reversed_after": st.one_of(st.none(), st.integers(1, 700)),
        "adoption_reviews": st.lists(st.integers(1, 150), max_size=3),
    }
)
SECURE = st.fixed_dictionaries(
    {
        "stays": st.lists(
            st.fixed_dictionaries({"waits": st.integers(1, 100), "lasts": st.integers(1, 250)}), min_size=1, max_size=2
        ),
        "two_homes": st.booleans(),
        "secure_reviews": st.lists(
            st.fixed_dictionaries(
                {
                    "gap": st.integers(1, 110),
                    "chair": st.sampled_from(["IRO", "OTHER", ""]),
                    "same_meeting": st.booleans(),
                }
            ),
            max_size=4,
        ),
    }
)
CHILD = st.fixed_dictionaries(
    {
        "started": st.one_of(st.dates(date(2022, 4, 2), date(2025, 12, 1)), st.sampled_from(SPECIAL_DAYS)),
        "gaps": st.lists(st.integers(1, 200), max_size=8),
        "stays": st.one_of(st.none(), st.integers(100, 1200)),
        "what": st.one_of(ADOPTION, ADOPTION, ADOPTION, SECURE),
    }
)


def _stories(children: Sequence[dict]) -> Iterator[Story]:
    for number, child in enumerate(children, 1):
        started = child["started"]
        ended = started + timedelta(days=child["stays"]) if child["stays"] else None
        if ended and ended > NIGHT:
            ended = None
        until, reviews, day = ended or NIGHT, [], started
        for gap in child["gaps"]:
            day += timedelta(days=gap)
            if day < until:
                reviews.append(day)
        period = Period(f"CA-P{number}", f"CA-C{number}", started, ended, date(2014, 5, 5), reviews=reviews)
        story = Story(period)
        if "authority_by" in child["what"]:
            _adopt(story, child["what"], until)
        else:
            _secure(story, child["what"], until)
        yield story


def _adopt(story: Story, told: dict, until: date) -> None:
    period = story.period
    begins = period.started + timedelta(days=told["authority_after"])
    if begins >= until:
        story.homes = [(HOME, period.started, period.ended)]
        return
    reversed_on = begins + timedelta(days=told["reversed_after"]) if told["reversed_after"] else None
    if reversed_on and reversed_on >= until:
        reversed_on = None
    by_permanence, by_placements = told["told_by"] != "placements", told["told_by"] != "permanence"
    adoptive = "A4" if told["authority_by"] == "consent" else "A6"
    day, since, home = begins, period.started, HOME
    record: dict[str, date] = {"perm_adm_decision_date": begins}
    if told["authority_by"] == "order":
        record = {"perm_placement_order_date": begins}
    if told["authority_by"] == "legal status":
        record = {}
        story.orders = [(begins, None)]
    if reversed_on:
        record["perm_decision_reversed_date"] = reversed_on
    if record:
        story.permanence.append(record)
    for placement in told["placements"]:
        placed = day + timedelta(days=placement["waits"])
        if placed >= until:
            break
        returned = placed + timedelta(days=placement["lasts"])
        if by_permanence:
            story.permanence.append({"perm_placed_for_adoption_date": placed})
        if by_placements:
            # where permanence leads, the placement may be recorded some days after it
            recorded = placed + timedelta(days=placement["recorded_late"] if by_permanence else 0)
            if recorded < until:
                story.homes.append((home, since, recorded))
                home, since = adoptive, recorded
                out, back = recorded + timedelta(days=2), recorded + timedelta(days=4)
                if placement["hospital"] and back < min(returned, until):
                    story.homes += [(adoptive, recorded, out), ("T1", out, back)]
                    since = back
        is_back = returned < until
        if is_back:
            story.homes.append((home, since, returned))
            home, since = HOME, returned
        stops = returned if is_back else NEVER
        if reversed_on and placed < reversed_on < stops:
            stops = reversed_on
        period.placed.append((placed, stops))
        day = returned
        if not is_back:
            break
    story.homes.append((home, since, period.ended))
    if told["authority_by"] != "consent" or period.placed:
        story.authority = (begins, reversed_on or NEVER)
    day = begins - timedelta(days=60)
    for gap in told["adoption_reviews"]:
        day += timedelta(days=gap)
        if period.started <= day < until and day not in period.reviews:
            story.adoption_reviews.append(day)
    # of a child placed for adoption the adoption review is the review
    period.reviews = sorted(
        period.reviews
        + [day for day in story.adoption_reviews if any(first <= day < last for first, last in period.placed)]
    )


def _secure(story: Story, told: dict, until: date) -> None:
    period = story.period
    since: date | None = period.started
    day = period.started
    for stay in told["stays"]:
        begins = day + timedelta(days=stay["waits"])
        if begins >= until:
            break
        ends = begins + timedelta(days=stay["lasts"])
        last = ends if ends < until else period.ended
        story.homes.append((HOME, since, begins))
        story.stays.append((begins, last or NEVER))
        middle = begins + timedelta(days=stay["lasts"] // 2)
        if told["two_homes"] and begins < middle < min(ends, until):
            story.homes += [("K1", begins, middle), ("K1", middle, last)]
        else:
            story.homes.append(("K1", begins, last))
        day, since = ends, ends if ends < until else None
        if since is None:
            break
    if since:
        story.homes.append((HOME, since, period.ended))
    day = story.stays[0][0] - timedelta(days=5) if story.stays else until
    for review in told["secure_reviews"]:
        day += timedelta(days=review["gap"])
        if period.started <= day < until:
            same = review["same_meeting"] and day not in period.reviews
            story.secure_reviews.append((day, review["chair"], same))
            if same:
                period.reviews = sorted([*period.reviews, day])


def _records(children: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {
        name: []
        for name in (
            "person",
            "cla_episodes",
            "legal_status",
            "cla_reviews",
            "cla_placement",
            "permanence",
            "involvements",
        )
    }
    cssu: dict[str, list[dict]] = {
        name: [] for name in ("review_details", "special_reviews", "special_review_children")
    }
    for story in _stories(children):
        period = story.period
        statuses = [("C2", period.started, period.ended)]
        statuses += [("E1", first, last or period.ended) for first, last in story.orders]
        tell_care(ssd, period, statuses)
        ssd["involvements"].append(
            {
                "invo_involvements_id": f"I{period.name}",
                "invo_person_id": period.child,
                "invo_professional_id": f"IRO{period.name}",
                "invo_professional_role_id": "IRO",
                "invo_involvement_start_date": period.started.isoformat(),
            }
        )
        ssd["cla_placement"] += [
            {
                "clap_cla_placement_id": f"H{period.name}.{place}",
                "clap_cla_id": period.name,
                "clap_person_id": period.child,
                "clap_cla_placement_type": kind,
                "clap_cla_placement_start_date": first.isoformat(),
                "clap_cla_placement_end_date": last.isoformat() if last else "",
            }
            for place, (kind, first, last) in enumerate(story.homes)
        ]
        ssd["permanence"] += [
            {"perm_table_id": f"A{period.name}.{place}", "perm_person_id": period.child, "perm_cla_id": period.name}
            | {name: day.isoformat() for name, day in record.items()}
            for place, record in enumerate(story.permanence)
        ]
        _tell_reviews(ssd, cssu, story)
    return {"ssd": ssd, "cssu": cssu}


def _tell_reviews(ssd, cssu, story: Story) -> None:
    period = story.period
    same = {day for day, _, is_same in story.secure_reviews if is_same}
    for place, day in enumerate(period.reviews):
        if day not in same and day not in story.adoption_reviews:
            ssd["cla_reviews"].append(form(period, f"{period.name}.{place}", day))
    special = [("ADOPTION", day, "IRO", False) for day in story.adoption_reviews]
    special += [("SECURE", *review) for review in story.secure_reviews]
    for place, (kind, day, chair, is_same) in enumerate(special):
        name = f"S{period.name}.{place}"
        cssu["special_reviews"].append(
            {
                "special_review_id": name,
                "review_type": kind,
                "review_date": day.isoformat(),
                "chair_professional_id": chair and f"{chair}{period.name}",
            }
        )
        cssu["special_review_children"].append({"special_review_id": name, "person_id": period.child})
        if is_same:
            cssu["review_details"].append(entry(period, f"{period.name}.{place}", day, day, also_review_id=name))


def _expected(children: Sequence[dict]) -> set[tuple]:
    found = set()
    for story in _stories(children):
        ruling = ruling_clock(story.period)
        beside = authorised_clock(story) + secure_clock(story)
        same = {day for day, _, is_same in story.secure_reviews if is_same}
        for due in ruling + beside:
            found.add(clock_row(story.period, due))
        for due in ruling:
            if due.decides:
                answered = {other.clock for other in ruling + beside if other.held == due.held}
                if due.held not in same:
                    answered -= {"secure accommodation"}
                found.add(
                    review_row(story.period, due, due.held, None, ", ".join(sorted(answered)) if due.held else "")
                )
    return found


_SPELLS = "models/intermediate/reviews/int_reviews__adoption_spells.sql"
_DUE = "models/intermediate/reviews/int_reviews__due_by_clock.sql"
_CLOCKS = "models/intermediate/reviews/int_reviews__clock_spells.sql"
ADOPTION_AND_SECURE = Clock(
    name="reviews of children placed for adoption or in secure accommodation",
    history=CHILD,
    count=2_000,
    records=_records,
    expected=_expected,
    query=QUERY.format(prefix="CA-"),
    breaks=(
        *(
            Break("seeds/threshold.csv", f"{name},{right},", f"{name},{wrong},")
            for name, right, wrong in (
                ("adoption_authorised_first_review_months", 3, 4),
                ("adoption_authorised_later_review_months", 6, 5),
                ("adoption_placed_first_review_days", 28, 27),
                ("adoption_placed_second_review_months", 3, 4),
                ("adoption_placed_later_review_months", 6, 5),
                ("secure_first_review_months", 1, 2),
                ("secure_later_review_months", 3, 2),
            )
        ),
        # back to the agency: the child lives elsewhere, or the decision was reversed; hospital is not elsewhere
        Break(_SPELLS, "not living.is_adoptive and living.from_day > starts.from_day", "false"),
        Break(_SPELLS, "reversals.reversed_on > starts.from_day", "false"),
        Break(_SPELLS, "where not spells.is_temporary and", "where"),
        # permanence leads, placements and legal statuses stand in
        Break(_SPELLS, "and ending.from_day > said.from_day", "and false"),
        Break(_SPELLS, "living.is_adoptive and not coalesce(living.was_adoptive, false)", "false"),
        Break(_SPELLS, "in ('E1', 'D1')", "in ('D1')"),
        # authority: by consent only of a child who was placed; until the decision is reversed; not while placed
        Break(
            _SPELLS,
            "and exists (\n            select from placed\n",
            "and not exists (\n            select from placed\n",
        ),
        Break(_SPELLS, "reversals.reversed_on > authorities.from_day", "false"),
        Break(_SPELLS, "datemultirange(authority.days) - coalesce(", "datemultirange(authority.days) * coalesce("),
        # what was overdue when a clock stopped stays so, and a clock that starts again asks for nothing before that day
        Break(_DUE, "due.due_date < due.to_day or", "due.due_date < due.to_day and due.held_date is null or"),
        Break(_DUE, "then counted.from_day else", "then counted.counted_date else"),
        # a review before the placement is none of those after it
        Break(_DUE, "spells.counts_from > numbered.held_date", "spells.counts_from < numbered.held_date"),
        # an adoption review of its own answers regulation 36
        Break(_DUE, "then special.series_id is null", "then false"),
        Break("models/intermediate/reviews/int_reviews__held.sql", "special.review_type = 'ADOPTION' and", "false and"),
        # secure accommodation: not by the child's own IRO, and two homes in a row are one stay
        Break(_DUE, "else not special.is_chaired_by_own_iro", "else true"),
        Break(
            _CLOCKS,
            "coalesce(spells.ended_on, periods.until_day)",
            "coalesce(spells.ended_on - 1, periods.until_day)",
        ),
    ),
)
