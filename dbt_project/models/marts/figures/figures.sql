-- not by reviewing officer: rows about persons have marts and a grant of their own
with published as (
    select distinct
        shown.measure_id,
        shown.period_id,
        shown.breakdown,
        shown.breakdown_value,
        shown.suppressed_value
    from {{ ref('int_suppression__values') }} as shown
)

select
    counts.measure_id,
    counts.period_id,
    counts.breakdown,
    counts.breakdown_value,
    coalesce(labels.label, counts.breakdown_value) as breakdown_label,
    periods.period_kind,
    periods.period_label,
    periods.first_day,
    periods.last_day,
    counts.numerator,
    counts.denominator,
    counts.value,
    counts.value_as_published,
    published.suppressed_value
from {{ ref('int_figures__counts') }} as counts
inner join {{ ref('int_figures__periods') }} as periods on counts.period_id = periods.period_id
left join published
    on
        counts.measure_id = published.measure_id
        and counts.period_id = published.period_id
        and counts.breakdown = published.breakdown
        and counts.breakdown_value = published.breakdown_value
left join {{ ref('int_figures__labels') }} as labels
    on counts.breakdown = labels.breakdown and counts.breakdown_value = labels.breakdown_value
where counts.breakdown <> 'IRO'
