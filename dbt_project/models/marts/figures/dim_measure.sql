select
    measure.measure_id,
    measure.name as measure_name,
    measure.definition,
    measure.population,
    measure.numerator,
    measure.denominator,
    measure.unit,
    measure.direction,
    measure.period_kind,
    measure.decimals,
    measure.source as definition_source
from {{ ref('measure') }} as measure
