"""Child protection conferences, and visits to children on plans: Working Together to Safeguard Children, and the
council's own standard for visits.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after, working_days_after, working_days_late

NIGHT = date(2026, 3, 31)
SHOWN_FROM = date(2020, 3, 31)
"""The export of NIGHT shows review conferences of six years."""


def days(first: date, last: date) -> st.SearchStrategy[date]:
    """Days, and more often those that a clock may stumble on."""
    hard = [
        (date(2022, 5, 9), date(2022, 6, 6)),  # the days off of 2 and 3 June 2022
        (date(2022, 8, 22), date(2022, 9, 20)),  # the one of 19 September 2022
        (date(2022, 12, 1), date(2023, 1, 3)),
        (date(2023, 12, 1), date(2024, 3, 1)),  # Christmas, and a leap day
        (date(2024, 8, 29), date(2024, 8, 31)),
        (date(2023, 11, 28), date(2023, 11, 30)),
    ]
    return st.one_of(st.dates(first, last), *(st.dates(a, b) for a, b in hard if a >= first and b <= last))


def initial_due(strategy: date | None, *, transfer_in: bool) -> date | None:
    """Within 15 working days of the strategy discussion; a child who moved here on a plan has no such clock."""
    return None if transfer_in or strategy is None else working_days_after(strategy, 15)


def asks_for_a_conference(no_further_action: str, *, on_a_plan: bool) -> bool:
    """An enquiry asks for a conference unless nothing further is to be done or the child is on a plan already."""
    return no_further_action != "Y" and not on_a_plan


def reviews_due(began: date, held: list[date], ended: date | None, *, shown_from: date) -> list[tuple]:
    """(held or None, due or None) of each review conference of a plan, and of the next one that fell due in it.

    First within 3 months of the conference that began the plan here, then within 6 months of the one held before. What
    was held before that conference has no clock here. Of a plan that began before the days that are shown nobody knows
    which review is the first one seen. A plan that ended on or before the due date was not late.
    """
    found: list[tuple] = [(day, None) for day in held if day <= began]
    before = began if began >= shown_from else None
    months = 3
    for day in [*sorted(day for day in set(held) if day > began), None]:
        due = months_after(before, months) if before else None
        if day is None and ended is not None and (due is None or ended <= due):
            break
        found.append((day, due))
        before, months = day, 6
    return found


def visits_due(
    started: date, ended: date | None, visits: list[tuple[date, str]], *, first_known: date
) -> list[date | None]:
    """The day by which the child was to be seen, of each visit: 28 days after the plan began or the last time seen."""
    found: list[date | None] = []
    for day, _ in visits:
        if day < started or (ended is not None and day > ended):
            found.append(None)
            continue
        seen = [other for other, how in visits if how == "Y" and started <= other < day]
        due = max(seen, default=started) + timedelta(days=28)
        # where no visit of anybody is known of the time, nothing is said of the first one
        found.append(due if seen or due >= first_known else None)
    return found


# initial conferences -------------------------------------------------------------------------------------------------

FAMILY = st.fixed_dictionaries(
    {
        "children": st.integers(1, 3),
        "strategy": days(date(2021, 11, 1), date(2026, 3, 25)),
        "held_after": st.one_of(st.none(), st.integers(0, 40), st.integers(19, 25)),
        "register_after": st.one_of(st.none(), st.integers(-3, 3)),
        "no_further_action": st.sampled_from(["Y", "N", ""]),
        "names_enquiry": st.booleans(),
        "transfer_in": st.sampled_from(["", "", "", "record", "register"]),
        "on_a_plan": st.sampled_from([False, False, True]),
        "again_after": st.one_of(st.none(), st.integers(60, 200)),
    }
)


def _enquiries(families: Sequence[dict]) -> Iterator[dict]:
    """Each child's enquiries, with what came of them; the second one of a family was never answered by a conference."""
    for number, family in enumerate(families, 1):
        strategy, after = family["strategy"], family["held_after"]
        held = strategy + timedelta(days=after) if after is not None else None
        held = held if held and held <= NIGHT else None
        register = family["register_after"]
        told = strategy + timedelta(days=register) if held and register is not None else None
        for child in range(family["children"]):
            one = {
                "person": f"CI-P{number}.{child}",
                "id": f"CI-{number}.{child}",
                "meeting": f"CI-M{number}",
                "first": True,
                "strategy": strategy,
                "told": told,
                "held": held,
                "nfa": family["no_further_action"],
                "named": family["names_enquiry"],
                # a child who moved here need not have had an enquiry here
                "enquiry": not (held and family["transfer_in"] and not family["names_enquiry"]),
                "transfer_in": family["transfer_in"] if held else "",
                "on_a_plan": family["on_a_plan"],
            }
            yield one
            again = family["again_after"]
            if again and strategy + timedelta(days=again) <= NIGHT:
                yield one | {
                    "id": f"CI-{number}.{child}.2",
                    "first": False,
                    "strategy": strategy + timedelta(days=again),
                    "held": None,
                    "enquiry": True,
                }


def _initial_records(families: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {
        "person": [], "s47_enquiry": [], "initial_cp_conference": [], "cp_plans": [],
    }  # fmt: skip
    meetings: dict[str, dict] = {}
    for one in _enquiries(families):
        if one["first"]:
            ssd["person"].append({"pers_person_id": one["person"], "pers_dob": "2019-05-05"})
        if one["first"] and one["on_a_plan"]:
            began = (one["strategy"] - timedelta(days=30)).isoformat()
            ssd["cp_plans"].append(
                {
                    "cppl_cp_plan_id": f"CI-CP{one['id']}",
                    "cppl_person_id": one["person"],
                    "cppl_cp_plan_start_date": began,
                }
            )
        if one["enquiry"]:
            ssd["s47_enquiry"].append(
                {
                    "s47e_s47_enquiry_id": f"CI-S{one['id']}",
                    "s47e_person_id": one["person"],
                    "s47e_s47_start_date": one["strategy"].isoformat(),
                    "s47e_s47_nfa": one["nfa"],
                }
            )
        if one["held"]:
            ssd["initial_cp_conference"].append(
                {
                    "icpc_icpc_id": f"CI-IC{one['id']}",
                    "icpc_icpc_meeting_id": one["meeting"],
                    "icpc_s47_enquiry_id": f"CI-S{one['id']}" if one["named"] else "",
                    "icpc_person_id": one["person"],
                    "icpc_icpc_transfer_in": "Y" if one["transfer_in"] == "record" else "",
                    # wrong on purpose: it must never decide
                    "icpc_icpc_target_date": (one["held"] - timedelta(days=400)).isoformat(),
                    "icpc_icpc_date": one["held"].isoformat(),
                }
            )
            meetings[one["meeting"]] = {
                "meeting_id": one["meeting"],
                "conference_type": "ICPC",
                "strategy_discussion_date": one["told"].isoformat() if one["told"] else "",
                "transfer_in": "Y" if one["transfer_in"] == "register" else "N",
            }
    return {"ssd": ssd, "cssu": {"conference_details": list(meetings.values())}}


def _initial_expected(families: Sequence[dict]) -> set[tuple]:
    found = set()
    for one in _enquiries(families):
        held = one["held"]
        if held is None and not asks_for_a_conference(one["nfa"], on_a_plan=one["on_a_plan"]):
            continue
        strategy = one["told"] or (one["strategy"] if one["enquiry"] else None)
        due = initial_due(strategy if held else one["strategy"], transfer_in=bool(held and one["transfer_in"]))
        judged = held is not None and due is not None
        found.add(
            (
                one["person"],
                held,
                due,
                held <= due if judged else None,
                working_days_late(due, held) if judged else None,
            )
        )
    return found


INITIAL_CONFERENCES = Clock(
    name="initial child protection conferences",
    history=FAMILY,
    count=1_000,
    records=_initial_records,
    expected=_initial_expected,
    query="select child_ref, held_date, due_date, in_time, working_days_late "
    "from {marts}.fct_cp_conference where kind = 'initial' and child_ref like 'CI-%'",
    breaks=(
        Break("seeds/threshold.csv", "initial_conference_working_days,15,", "initial_conference_working_days,16,"),
        Break(
            "models/intermediate/protection/int_protection__initial_clock.sql",
            "when coalesce(every_conference.transfer_in, 'N') <> 'Y' then",
            "when coalesce(every_conference.transfer_in, 'N') <> 'X' then",
        ),
        Break(
            "models/intermediate/protection/int_protection__initial_clock.sql",
            "coalesce(conferences.strategy_discussion_date, led_to.started_on)",
            "coalesce(led_to.started_on, conferences.strategy_discussion_date)",
        ),
        Break(
            "models/intermediate/protection/int_protection__initial_clock.sql",
            "enquiries.no_further_action is distinct from 'Y'",
            "enquiries.no_further_action = 'N'",
        ),
        Break(
            "models/intermediate/protection/int_protection__initial_clock.sql",
            "and on_a_plan.section_47_enquiry_id is null",
            "",
        ),
    ),
)


# review conferences --------------------------------------------------------------------------------------------------

ON_THE_DAY = st.integers(-1, 1)
PLAN = st.fixed_dictionaries(
    {
        "started": days(date(2019, 6, 1), date(2026, 3, 1)),
        # days from the plan's start to the conference that began it here; more than none where the child moved here
        "conference_after": st.one_of(st.none(), st.just(0), st.just(0), st.integers(-2, 100)),
        "reviews": st.lists(st.one_of(st.integers(1, 260), st.tuples(st.just("due"), st.integers(-3, 3))), max_size=6),
        "before_it": st.booleans(),
        "ends": st.one_of(
            st.none(),
            st.integers(1, 900),
            st.tuples(st.just("due"), ON_THE_DAY),
            st.just("with the last review"),
        ),
        "names_plan": st.booleans(),
        "comes_back_after": st.one_of(st.none(), st.just(0), st.integers(0, 60)),
    }
)


def _plans(histories: Sequence[dict]) -> Iterator[dict]:
    """Each plan: its child, days, the conference that began it, and the review conferences held in it."""
    for number, history in enumerate(histories, 1):
        started = history["started"]
        after = history["conference_after"]
        conference = started + timedelta(days=after) if after is not None else None
        conference = conference if conference and conference <= NIGHT else None
        began = conference or started
        held, before, months = [], began, 3
        for review in history["reviews"]:
            due = months_after(before, months)
            day = before + timedelta(days=review) if isinstance(review, int) else due + timedelta(days=review[1])
            held.append(day)
            before, months = day, 6
        ended = None
        match history["ends"]:
            case int(length):
                ended = started + timedelta(days=length)
            case ("due", offset):
                ended = months_after(before, months) + timedelta(days=offset)
            case "with the last review":
                ended = held[-1] if held else None
        if ended is not None and (ended > NIGHT or ended <= max(started, began)):
            ended = None
        held = [day for day in held if started < day <= (ended or NIGHT)]
        if history["before_it"] and began > started + timedelta(days=10):
            held.append(started + timedelta(days=9))
        plan = {
            "person": f"CV-P{number}",
            "plan": f"CV-CP{number}",
            "started": started,
            "conference": conference,
            "began": began,
            "held": [day for day in held if day >= SHOWN_FROM],
            "ended": ended,
            "named": history["names_plan"],
        }
        yield plan
        if ended and history["comes_back_after"] is not None:
            again = ended + timedelta(days=history["comes_back_after"])
            if again <= NIGHT:
                yield plan | {
                    "plan": f"CV-CP{number}.2",
                    "started": again,
                    "conference": None,
                    "began": again,
                    "held": [],
                    "ended": None,
                }


def _review_records(histories: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {"person": [], "initial_cp_conference": [], "cp_plans": [], "cp_reviews": []}
    for plan in _plans(histories):
        if not plan["plan"].endswith(".2"):
            ssd["person"].append({"pers_person_id": plan["person"], "pers_dob": "2018-05-05"})
        conference = plan["conference"]
        if conference:
            ssd["initial_cp_conference"].append(
                {
                    "icpc_icpc_id": f"CV-IC{plan['plan']}",
                    "icpc_person_id": plan["person"],
                    "icpc_cp_plan_id": plan["plan"],
                    "icpc_icpc_transfer_in": "Y" if conference > plan["started"] else "N",
                    "icpc_icpc_date": conference.isoformat(),
                }
            )
        ssd["cp_plans"].append(
            {
                "cppl_cp_plan_id": plan["plan"],
                "cppl_person_id": plan["person"],
                "cppl_cp_plan_start_date": plan["started"].isoformat(),
                "cppl_cp_plan_end_date": plan["ended"].isoformat() if plan["ended"] else "",
            }
        )
        ssd["cp_reviews"] += [
            {
                "cppr_cp_review_id": f"CV-R{plan['plan']}.{place}",
                "cppr_person_id": plan["person"],
                "cppr_cp_plan_id": plan["plan"] if plan["named"] else "",
                "cppr_cp_review_date": day.isoformat(),
                # wrong on purpose: it must never decide
                "cppr_cp_review_due": (day - timedelta(days=400)).isoformat(),
            }
            for place, day in enumerate(plan["held"])
        ]
    return {"ssd": ssd}


def _review_expected(histories: Sequence[dict]) -> set[tuple]:
    return {
        (
            plan["plan"],
            day,
            due,
            day <= due if day and due else None,
            working_days_late(due, day) if day and due else None,
        )
        for plan in _plans(histories)
        for day, due in reviews_due(plan["began"], plan["held"], plan["ended"], shown_from=SHOWN_FROM)
    }


REVIEW_CLOCK = "models/intermediate/protection/int_protection__review_clock.sql"
REVIEW_CONFERENCES = Clock(
    name="review child protection conferences",
    history=PLAN,
    count=1_200,
    records=_review_records,
    expected=_review_expected,
    query="select cp_plan_id, held_date, due_date, in_time, working_days_late "
    "from {marts}.fct_cp_conference where kind = 'review' and child_ref like 'CV-%'",
    breaks=(
        Break("seeds/threshold.csv", "first_review_conference_months,3,", "first_review_conference_months,4,"),
        Break("seeds/threshold.csv", "later_review_conference_months,6,", "later_review_conference_months,5,"),
        # from the day due and not from the day held
        Break(REVIEW_CLOCK, "lag(expected.held_date) over", "lag(expected.source_due_date) over"),
        Break(REVIEW_CLOCK, "due.ended_on <= due.due_date", "due.ended_on < due.due_date"),
        Break(
            REVIEW_CLOCK,
            "{{ months_after('runs_from.from_day', threshold('later_review_conference_months')) }}",
            "runs_from.from_day + 30 * {{ threshold('later_review_conference_months') }}",
        ),
        Break(
            REVIEW_CLOCK,
            "coalesce(recorded.held_date, recorded.source_due_date) > plans.started_on",
            "coalesce(recorded.held_date, recorded.source_due_date) >= plans.started_on",
        ),
        Break(REVIEW_CLOCK, "case when plans.is_seen_whole then plans.reviewed_from end", "plans.reviewed_from"),
        Break(
            "models/intermediate/protection/int_protection__plans.sql",
            "coalesce(initial_conferences.held_date, counted.started_on)",
            "counted.started_on",
        ),
    ),
)


# visits --------------------------------------------------------------------------------------------------------------

FIRST_VISIT = date(2019, 1, 15)
VISITED = st.fixed_dictionaries(
    {
        "started": days(date(2018, 10, 1), date(2026, 3, 1)),
        "visits": st.lists(
            st.tuples(st.one_of(st.integers(0, 45), st.integers(27, 30)), st.sampled_from(["Y", "Y", "Y", "N", ""])),
            max_size=10,
        ),
        "stays": st.one_of(st.none(), st.integers(1, 200)),
        "names_plan": st.booleans(),
    }
)


def _visited(histories: Sequence[dict]) -> Iterator[dict]:
    """Each plan with its visits; and one whose visit is the first of all that the source has."""
    yield {
        "number": 0,
        "started": date(2019, 1, 1),
        "ended": None,
        "visits": [(FIRST_VISIT, "Y")],
        "named": True,
    }
    for number, history in enumerate(histories, 1):
        started, stays = history["started"], history["stays"]
        ended = started + timedelta(days=stays) if stays and started + timedelta(days=stays) <= NIGHT else None
        visits, day = [], started
        for gap, seen in history["visits"]:
            day += timedelta(days=gap)
            if FIRST_VISIT <= day <= NIGHT:
                visits.append((day, seen))
        named = history["names_plan"]
        yield {"number": number, "started": started, "ended": ended, "visits": visits, "named": named}


def _visit_records(histories: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {"person": [], "cp_plans": [], "cp_visits": []}
    for one in _visited(histories):
        person, plan = f"CS-P{one['number']}", f"CS-CP{one['number']}"
        ssd["person"].append({"pers_person_id": person, "pers_dob": "2017-05-05"})
        ssd["cp_plans"].append(
            {
                "cppl_cp_plan_id": plan,
                "cppl_person_id": person,
                "cppl_cp_plan_start_date": one["started"].isoformat(),
                "cppl_cp_plan_end_date": one["ended"].isoformat() if one["ended"] else "",
            }
        )
        ssd["cp_visits"] += [
            {
                "cppv_cp_visit_id": f"CS-V{one['number']}.{place}",
                "cppv_person_id": person,
                "cppv_cp_plan_id": plan if one["named"] else "",
                "cppv_cp_visit_date": day.isoformat(),
                "cppv_cp_visit_seen": seen,
            }
            for place, (day, seen) in enumerate(one["visits"])
        ]
    return {"ssd": ssd}


def _in_time(day: date, due: date | None, seen: str) -> bool | None:
    """In time is a visit by the due date at which the child was seen; a late one is not, whatever it says of that."""
    if due is None:
        return None
    if day > due or seen == "N":
        return False
    return True if seen == "Y" else None


def _visit_expected(histories: Sequence[dict]) -> set[tuple]:
    return {
        (f"CS-V{one['number']}.{place}", due, _in_time(day, due, seen))
        for one in _visited(histories)
        for place, ((day, seen), due) in enumerate(
            zip(
                one["visits"],
                visits_due(one["started"], one["ended"], one["visits"], first_known=FIRST_VISIT),
                strict=True,
            )
        )
    }


VISITS = "models/intermediate/protection/int_protection__visits.sql"
PROTECTION_VISITS = Clock(
    name="visits to children on child protection plans",
    history=VISITED,
    count=1_000,
    records=_visit_records,
    expected=_visit_expected,
    query="select visit_key, due_date, in_time from {intermediate}.int_protection__visits where child_ref like 'CS-%'",
    breaks=(
        Break("seeds/threshold.csv", "protection_visit_days,28,", "protection_visit_days,29,"),
        Break(VISITS, "filter (where visits.seen = 'Y' and visits.is_on_plan)", "filter (where visits.is_on_plan)"),
        Break(VISITS, "then due.seen = 'Y' and due.visit_date", "then due.visit_date"),
        Break(
            VISITS,
            "when not seen_before.is_on_plan then null",
            "when seen_before.cp_plan_id is null then null",
        ),
    ),
)
