"""Promises of the figures: no part is more than the whole, and the parts of a breakdown add up to it."""

from expectations.rule import Rule

_DEFECT = "A defect of the models: say which build, and look at the keys in quality.publication_failure"

RULES = [
    Rule(
        "marts.figures.more_than_all",
        "critical",
        "A share counts more than those it is a share of",
        _DEFECT,
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
        _DEFECT,
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
