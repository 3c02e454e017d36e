"""Plans for permanence: one is agreed by the second review of the period of care (IRO Handbook; Adoption statutory
guidance 2013, the four month review): three months after the first, which is held within 20 working days.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle.clocks.clock import Break, Clock, Tables
from tests.oracle.clocks.days import months_after, working_days_after

NIGHT = date(2026, 3, 31)

DECISION = st.fixed_dictionaries(
    {
        # the day of the agreement: never, so long after the start of care, or about the day a plan is due; or so long
        # after a review that the decision names
        "agreed": st.one_of(
            st.none(),
            st.tuples(st.just("after the start"), st.integers(0, 400)),
            st.tuples(st.just("after it is due"), st.integers(-2, 2)),
        ),
        "names": st.one_of(st.none(), st.integers(0, 4)),
        "days_after_named": st.integers(0, 30),
    }
)
CHILD = st.fixed_dictionaries(
    {
        "started": st.one_of(
            st.dates(date(2022, 4, 2), date(2025, 6, 30)),
            # first reviews at the end of a month, second ones at the end of February
            st.builds(lambda year, day: date(year, 11, 1) + timedelta(days=day), st.integers(2022, 2024),
                      st.integers(0, 6)),
        ),
        "gaps": st.lists(st.integers(1, 130), max_size=5),
        "short_break": st.sampled_from((False, False, False, True)),
        "decisions": st.lists(DECISION, min_size=1, max_size=4),
    }
)  # fmt: skip


def plan_due(started: date, held: list[date]) -> date:
    """The day by which a plan is due: the second review held; else three months after the first was held, or due."""
    if len(held) > 1:
        return held[1]
    return months_after(held[0] if held else working_days_after(started, 20), 3)


def agreed_at(held: list[date], agreed: date, named: int | None) -> int | None:
    """Number of the review that agreed a plan: the one it names, else the last one held by then."""
    return named or sum(day <= agreed for day in held) or None


def _held(child: dict) -> list[date]:
    held, day = [], child["started"]
    for gap in child["gaps"]:
        day += timedelta(days=gap)
        held.append(day)
    return [day for day in held if day <= NIGHT]


def _decisions(child: dict) -> list[tuple[date | None, int | None]]:
    """(agreed or None, number of the review it names or None)."""
    held, found = _held(child), []
    bases = {"after the start": child["started"], "after it is due": plan_due(child["started"], held)}
    for decision in child["decisions"]:
        named = decision["names"]
        if named is not None and named < len(held):
            found.append((held[named] + timedelta(days=decision["days_after_named"]), named + 1))
        elif decision["agreed"] is None:
            found.append((None, None))
        else:
            base, days = decision["agreed"]
            found.append((bases[base] + timedelta(days=days), None))
    return found


def _records(children: Sequence[dict]) -> Tables:
    ssd: dict[str, list[dict]] = {"person": [], "cla_episodes": [], "legal_status": [], "cla_reviews": []}
    decisions = []
    for number, child in enumerate(children, 1):
        person, period, started = f"PL-P{number}", f"PL-C{number}", child["started"].isoformat()
        ssd["person"].append({"pers_person_id": person, "pers_dob": "2015-05-05"})
        ssd["cla_episodes"].append(
            {
                "clae_cla_episode_id": f"E{period}",
                "clae_person_id": person,
                "clae_cla_id": period,
                "clae_cla_episode_start_date": started,
                "clae_cla_episode_start_reason": "S",
            }
        )
        ssd["legal_status"].append(
            {
                "lega_legal_status_id": f"L{period}",
                "lega_person_id": person,
                "lega_legal_status": "V4" if child["short_break"] else "C2",
                "lega_legal_status_start_date": started,
            }
        )
        ssd["cla_reviews"] += [
            {
                "clar_cla_review_id": f"R{period}.{place}",
                "clar_cla_id": period,
                "clar_cla_review_date": day.isoformat(),
            }
            for place, day in enumerate(_held(child), 1)
        ]
        decisions += [
            {
                "decision_id": f"PL-D{number}.{place}",
                "person_id": person,
                "cla_id": period,
                "plan_option": "LTFOST18",
                "plan_role": "PRIMARY",
                "proposed_date": started,
                "agreed_date": agreed.isoformat() if agreed else "",
                "agreed_at_review_id": f"R{period}.{named}" if named else "",
            }
            for place, (agreed, named) in enumerate(_decisions(child), 1)
        ]
    return {"ssd": ssd, "cssu": {"permanence_plan_decisions": decisions}}


def _expected(children: Sequence[dict]) -> set[tuple]:
    found = set()
    for number, child in enumerate(children, 1):
        held = _held(child)
        due = None if child["short_break"] else plan_due(child["started"], held)
        for place, (agreed, named) in enumerate(_decisions(child), 1):
            by_second = review = days = None
            if agreed:
                review, days = agreed_at(held, agreed, named), (agreed - child["started"]).days
                by_second = None if due is None else (named <= 2 if named else agreed <= due)
            found.add((f"PL-D{number}.{place}", review, days, due, by_second))
    return found


AGREED_BY_THE_SECOND_REVIEW = Clock(
    name="plans agreed by the second review",
    history=CHILD,
    count=1_500,
    records=_records,
    expected=_expected,
    query="select decision_id, agreed_at_review_number, days_to_agree, plan_due_date, is_agreed_by_second_review "
    "from {marts}.fct_permanence_plan where decision_id like 'PL-%'",
    breaks=(
        Break(
            "models/intermediate/plans/int_plans__agreement.sql",
            "decisions.agreed_date <= due.plan_due_date",
            "decisions.agreed_date < due.plan_due_date",
        ),
        Break(
            "models/intermediate/plans/int_plans__agreement.sql",
            "order by candidates.decision_id, candidates.choice, candidates.held_date desc",
            "order by candidates.decision_id, candidates.held_date desc, candidates.choice",
        ),
        Break(
            "models/intermediate/plans/int_plans__agreement.sql",
            "when agreeing.is_named then agreeing.review_number <= 2",
            "when agreeing.is_named then agreeing.review_number <= 3",
        ),
        Break(
            "models/intermediate/plans/int_plans__due.sql",
            "coalesce(second_review.held_date, second_review.due_date)",
            "second_review.due_date",
        ),
    ),
)
