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


RULES = [
    _tracker_is_position("permanence_tracker", "fct_child_position"),
    _tracker_is_position("cp_tracker", "fct_cp_position"),
    _tracker_row_is_open("permanence_tracker", "fct_care_period", "care_period_id", "period_of_care"),
    _tracker_row_is_open("cp_tracker", "fct_cp_plan", "cp_plan_id", "plan"),
    _figure_is_tracker("cic_count", "permanence_tracker", "care_basis = 'full'"),
    _figure_is_tracker("cp_count", "cp_tracker", "true"),
]
