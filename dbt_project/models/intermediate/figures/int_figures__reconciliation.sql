-- each figure that a report printed beside what the measure says of its period: a number agrees with the measure as it
-- is published, a range or a word by the bounds that the seed gives it
select
    published.figure_id,
    published.paragraph,
    published.measure_id,
    published.period_kind || ' ' || published.last_day as period_id,
    published.printed,
    published.published_value,
    counts.numerator,
    counts.denominator,
    counts.value,
    counts.value_as_published,
    case
        when counts.measure_id is null then null
        when published.published_value is not null then counts.value_as_published = published.published_value
        else
            counts.value >= coalesce(published.at_least, counts.value)
            and counts.value <= coalesce(published.at_most, counts.value)
            and (published.more_than is null or counts.value > published.more_than)
    end as agrees,
    published.status,
    nullif(
        concat_ws(
            ' ',
            published.note,
            published.cannot_agree_because,
            case when counts.measure_id is null then 'No figure: not all of its period can be known.' end
        ),
        ''
    ) as note,
    published.cannot_agree_because
from {{ ref('published_figure') }} as published
left join {{ ref('int_figures__counts') }} as counts
    on
        published.measure_id = counts.measure_id
        and published.period_kind || ' ' || published.last_day = counts.period_id
        and published.breakdown = counts.breakdown
        and published.breakdown_value = counts.breakdown_value
