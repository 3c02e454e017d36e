"""Promises of the figures: no part is more than the whole, the parts of a breakdown add up to it, and what was said
stays said unless something was delivered that changes it."""

from expectations.publication.facts import DEFECT
from expectations.rule import Rule


def _moved(share: float, least: int, which: str) -> str:
    """Totals that are further from what the newest publication said of the same period than a share, and a number.

    `which`: of which builds `b` beside which publications `p`, and of which figures `f`.
    """
    return f"""
        with b as (select as_at, batches from ops.build where build_id || '_marts' = '{{marts}}'),
        p as (select publication_id, as_at, batches from ops.publication order by publication_id desc limit 1),
        said as (
            select s.* from p cross join lateral ops.figures_said(p.publication_id) as s where s.breakdown = 'total'
        )
        select f.measure_id || '|' || f.period_id as record_key from {{marts}}.figures as f
        inner join said as s
            on s.measure_id = f.measure_id and s.period_id = f.period_id and s.breakdown = f.breakdown
            and s.breakdown_value = f.breakdown_value
        cross join b cross join p
        where {which}
        and abs(coalesce(f.numerator, 0) - coalesce(s.numerator, 0))
            >= greatest({least}, {share} * coalesce(s.numerator, 0))
    """


_SAME_BATCHES = "b.batches @> p.batches and b.batches <@ p.batches"

RULES = [
    Rule(
        "marts.figures.moved_without_a_batch",
        "critical",
        "A figure is another than was published of the same day, by 2 % or more and at least 3, though nothing was "
        "delivered since: a model was changed",
        "Undo the change of the model; where it is meant, accept the figure in the seed accepted_failure for the night",
        _moved(0.02, 3, f"b.as_at = p.as_at and {_SAME_BATCHES}"),
        owner="data engineer",
        source="promise to the reader: a figure does not move without a cause",
        may_be_accepted=True,
    ),
    Rule(
        "marts.figures.moved_far",
        "warning",
        "A figure of a period that was over moved by a fifth or more, and at least 10, since the publication before",
        "Look with make known which records the night's batches changed; tell those who have quoted the figure",
        _moved(0.2, 10, f"f.last_day < least(b.as_at, p.as_at) and not ({_SAME_BATCHES})"),
        owner="performance team",
        source="promise to the reader: a figure does not move without a cause",
    ),
    Rule(
        "marts.figures.more_than_all",
        "critical",
        "A share counts more than those it is a share of",
        DEFECT,
        "select f.measure_id || '|' || f.period_id || '|' || f.breakdown || '|' || f.breakdown_value as record_key "
        "from {marts}.figures as f inner join {marts}.dim_measure as m on m.measure_id = f.measure_id "
        "where m.unit in ('count', 'percent') and f.numerator > f.denominator",
        owner="data engineer",
        source="promise to the reader: figures add up",
    ),
    Rule(
        "marts.figures.parts_not_the_whole",
        "critical",
        "What a figure is broken down into does not add up to it",
        DEFECT,
        "select whole.measure_id || '|' || whole.period_id || '|' || parts.breakdown as record_key "
        "from {marts}.figures as whole inner join ("
        "select measure_id, period_id, breakdown, sum(numerator) as numerator, sum(denominator) as denominator "
        "from {marts}.figures where breakdown <> 'total' group by measure_id, period_id, breakdown) as parts "
        "on parts.measure_id = whole.measure_id and parts.period_id = whole.period_id "
        "where whole.breakdown = 'total' and (parts.numerator, parts.denominator) "
        "is distinct from (whole.numerator, whole.denominator)",
        owner="data engineer",
        source="promise to the reader: figures add up",
    ),
]
