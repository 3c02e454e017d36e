select
    reconciliation.figure_id,
    reconciliation.paragraph,
    reconciliation.measure_id,
    measure.name as measure_name,
    reconciliation.period_id,
    reconciliation.printed as published,
    reconciliation.numerator,
    reconciliation.denominator,
    reconciliation.value as computed,
    reconciliation.value_as_published as computed_as_published,
    reconciliation.agrees,
    reconciliation.cannot_agree_because is not null as cannot_agree,
    reconciliation.status,
    reconciliation.note
from {{ ref('int_figures__reconciliation') }} as reconciliation
left join {{ ref('measure') }} as measure on reconciliation.measure_id = measure.measure_id
