-- how long a child had the same IRO: spells of allocation one after the other, whoever else changed
with numbered as (
    select
        spells.*,
        coalesce(
            lag(spells.to_day) over spells_of_child = spells.from_day
            and lag(spells.iro_id) over spells_of_child is not distinct from spells.iro_id,
            false
        ) as goes_on
    from {{ ref('int_people__allocation_spells') }} as spells
    window spells_of_child as (partition by spells.child_ref order by spells.from_day)
),

runs as (
    select
        numbered.child_ref,
        numbered.iro_id,
        numbered.from_day,
        numbered.to_day,
        count(*) filter (where not numbered.goes_on) over (
            partition by numbered.child_ref order by numbered.from_day
        ) as run
    from numbered
)

select
    runs.child_ref,
    min(runs.iro_id) as iro_id,
    min(runs.from_day) as from_day,
    max(runs.to_day) as to_day
from runs
where runs.iro_id is not null
group by runs.child_ref, runs.run
