-- by team, service manager and the service: figures of persons are in score_card_person
select
    card.section,
    card.place,
    counts.measure_id,
    measure.name as measure_name,
    measure.unit,
    measure.direction,
    counts.period_id,
    periods.period_kind,
    periods.period_label,
    periods.last_day,
    counts.breakdown,
    counts.breakdown_value,
    coalesce(labels.label, counts.breakdown_value) as breakdown_label,
    counts.numerator,
    counts.denominator,
    counts.value,
    counts.value_as_published,
    year_before.value_as_published as year_before_as_published
from {{ ref('score_card_measure') }} as card
inner join {{ ref('measure') }} as measure on card.measure_id = measure.measure_id
inner join {{ ref('int_figures__counts') }} as counts
    on
        card.measure_id = counts.measure_id
        and counts.breakdown in ('total', 'team', 'service manager')
inner join {{ ref('int_figures__periods') }} as periods
    on counts.period_id = periods.period_id and periods.period_kind in ('month', 'year to date', 'as at')
left join {{ ref('int_figures__counts') }} as year_before
    on
        counts.measure_id = year_before.measure_id
        and counts.breakdown = year_before.breakdown
        and counts.breakdown_value = year_before.breakdown_value
        and periods.period_kind || ' ' || {{ year_before('periods.last_day') }} = year_before.period_id
left join {{ ref('int_figures__labels') }} as labels
    on counts.breakdown = labels.breakdown and counts.breakdown_value = labels.breakdown_value
