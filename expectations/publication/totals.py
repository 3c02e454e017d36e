"""Promises that marts which count the same agree: trackers, positions, and the figures of the day."""

from expectations.publication.facts import DEFECT
from expectations.rule import Rule

_SOURCE = "promise to the reader: totals between facts agree"


def _tracker_is_position(tracker: str, fact: str) -> Rule:
    return Rule(
        f"marts.{fact}.differs_from_tracker",
        "critical",
        f"{fact} on the day and {tracker} do not have the same children",
        DEFECT,
        "select coalesce(t.child_ref, p.child_ref) as record_key from {marts}." + tracker + " as t "
        f"full join (select child_ref from {{marts}}.{fact} where position_date = {{as_at}}) as p "
        "on p.child_ref = t.child_ref where t.child_ref is null or p.child_ref is null",
        owner="data engineer",
        source=_SOURCE,
        child="record_key",
    )


def _tracker_row_is_open(tracker: str, fact: str, key: str, what: str) -> Rule:
    return Rule(
        f"marts.{tracker}.{what}_not_open",
        # who is in care on a day is said by the return of that year alone: a later one may contradict it
        "warning",
        f"A row of {tracker} stands on a {what.replace('_', ' ')} that {fact} does not have open on the day",
        "Look which return or extract ends it: two of them tell otherwise of the day; if none does, it is a defect",
        f"select t.child_ref as record_key from {{marts}}.{tracker} as t where t.{key} is not null and not exists ("
        f"select from {{marts}}.{fact} as f where f.{key} = t.{key} and f.child_ref = t.child_ref "
        "and f.started_on <= {as_at} and coalesce(f.ended_on > {as_at}, true))",
        owner="data engineer",
        source=_SOURCE,
        child="record_key",
    )


def _figure_is_tracker(measure: str, tracker: str, counted: str) -> Rule:
    return Rule(
        f"marts.figures.{measure}_differs_from_tracker",
        "critical",
        f"The figure {measure} of the day is not the number of children that {tracker} has",
        DEFECT,
        "select f.measure_id as record_key from {marts}.figures as f "
        f"where f.measure_id = '{measure}' and f.breakdown = 'total' and f.period_kind = 'as at' "
        f"and f.last_day = {{as_at}} and f.numerator <> (select count(*) from {{marts}}.{tracker} where {counted})",
        owner="data engineer",
        source=_SOURCE,
    )


def _figure_is_fact(measure: str, fact: str, day: str, counted: str = "true") -> Rule:
    return Rule(
        f"marts.figures.{measure}_differs_from_{fact}",
        "critical",
        f"The figure {measure} of a period is not the number of rows that {fact} has of its days",
        DEFECT,
        f"select f.measure_id || '|' || f.period_id as record_key from {{marts}}.figures as f "
        f"where f.measure_id = '{measure}' and f.breakdown = 'total' and f.period_kind <> 'as at' "
        f"and f.numerator <> (select count(*) from {{marts}}.{fact} as t where ({counted}) "
        f"and t.{day} between f.first_day and least(f.last_day, {{as_at}}))",
        owner="data engineer",
        source=_SOURCE,
    )


RULES = [
    _tracker_is_position("permanence_tracker", "fct_child_position"),
    _tracker_is_position("cp_tracker", "fct_cp_position"),
    _tracker_row_is_open("permanence_tracker", "fct_care_period", "care_period_id", "period_of_care"),
    _tracker_row_is_open("cp_tracker", "fct_cp_plan", "cp_plan_id", "plan"),
    _figure_is_tracker("cic_count", "permanence_tracker", "care_basis = 'full'"),
    _figure_is_tracker("cp_count", "cp_tracker", "true"),
    _figure_is_fact("cic_started", "fct_care_period", "started_on", "t.care_basis = 'full'"),
    _figure_is_fact("cic_left", "fct_care_period", "ended_on", "t.last_care_basis = 'full'"),
    _figure_is_fact("cic_reviews_held", "fct_cic_review", "held_date"),
    _figure_is_fact("cp_started", "fct_cp_plan", "started_on"),
    _figure_is_fact("cp_ended", "fct_cp_plan", "ended_on"),
    _figure_is_fact("icpc_held", "fct_cp_conference", "held_date", "t.kind = 'initial'"),
    _figure_is_fact("rcpc_held", "fct_cp_conference", "held_date", "t.kind = 'review'"),
    _figure_is_fact("escalations", "fct_escalation", "raised_date", "t.formal = 'Y'"),
    _figure_is_fact("escalations_informal", "fct_escalation", "raised_date", "t.formal = 'N'"),
    _figure_is_fact("foster_carer_reviews", "fct_foster_carer_review", "held_date"),
    _figure_is_fact("advocacy_referrals", "fct_advocacy_referral", "referral_date"),
    _figure_is_fact("compliance_forms", "fct_compliance_form", "conference_date"),
]
