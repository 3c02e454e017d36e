"""Promises of the permanence tracker to those who read it."""

from expectations.rule import Rule

# Children in care counted on raw history and held keys by a query of its own, not through staging: every child the
# export counts, and no other, is on the tracker.
_COUNTED = """
    with speaking as (
        select source from {seeds}.speaks_for where concept = 'care' and from_day <= {as_at} and to_day > {as_at}
    ),
    ssd_said as (
        select e._record_key, e.clae_person_id, e.clae_cla_episode_start_date, e.clae_cla_episode_ceased_date
        from raw.ssd_cla_episodes as e where e._recorded @> {known_on}
    ),
    ssd_held as (
        select distinct on (e._record_key)
            e._record_key, e.clae_person_id, e.clae_cla_episode_start_date, e.clae_cla_episode_ceased_date
        from raw.held_key as h
        inner join raw.ssd_cla_episodes as e on e._slice = h.slice and e._record_key = h.record_key
        where h.source = 'ssd' and h.table_name = 'cla_episodes' and h.recorded @> {known_on}
        and lower(e._recorded) <= {known_on}
        and not exists (select from ssd_said as s where s._record_key = e._record_key)
        order by e._record_key, lower(e._recorded) desc
    ),
    ssd_people as (
        select pers_person_id as child, safe.as_date(pers_dob) as born from raw.ssd_person where _recorded @> {known_on}
    ),
    return_year as (
        select case when extract(month from {as_at}) >= 4 then extract(year from {as_at})::integer
            else extract(year from {as_at})::integer - 1 end as began
    ),
    returned as (
        select e.child, safe.as_date(e.decom) as started, safe.as_date(e.dec) as ended
        from raw.ssda903_episodes as e inner join return_year as y
            on e._slice = y.began || '/' || lpad(((y.began + 1) % 100)::text, 2, '0')
        where e._recorded @> {known_on}
    ),
    return_people as (
        select distinct on (child) child, safe.as_date(dob) as born from raw.ssda903_header
        where _recorded @> {known_on} order by child, _slice desc
    ),
    counted as (
        select e.clae_person_id as child from (select * from ssd_said union all select * from ssd_held) as e
        left join ssd_people as p on p.child = e.clae_person_id
        where 'ssd' in (select source from speaking)
        and safe.as_date(e.clae_cla_episode_start_date) <= {as_at}
        and coalesce(safe.as_date(e.clae_cla_episode_ceased_date) > {as_at}, true)
        and coalesce(extract(year from age({as_at}, p.born)) < 18, true)
        union
        select r.child from returned as r left join return_people as p on p.child = r.child
        where 'ssda903' in (select source from speaking)
        and r.started <= {as_at} and coalesce(r.ended > {as_at}, true)
        and coalesce(extract(year from age({as_at}, p.born)) < 18, true)
    )
"""

RULES = [
    Rule(
        "marts.permanence_tracker.children_missing",
        "critical",
        "A child whom the export counts as in care is not on the tracker",
        "A defect of the models of care: compare int_care__periods with the record of the child in raw history",
        _COUNTED + "select child as record_key from counted as c "
        "where not exists (select from {marts}.permanence_tracker as t where t.child_ref = c.child)",
        owner="data engineer",
    ),
    Rule(
        "marts.permanence_tracker.children_not_counted",
        "critical",
        "A child is on the tracker whom the export does not count as in care",
        "A defect of the models of care: compare int_care__periods with the record of the child in raw history",
        _COUNTED + "select t.child_ref as record_key from {marts}.permanence_tracker as t "
        "where not exists (select from counted as c where c.child = t.child_ref)",
        owner="data engineer",
    ),
    Rule(
        "marts.permanence_tracker.no_source_for_this_day",
        "critical",
        "There is no source for this day: none that speaks for care covers it, so zero children would be shown",
        "Load the return or extract that covers the day, or correct the seed speaks_for",
        "select 1 as failing where not exists (select from {intermediate}.int_run__care_coverage as c "
        "where c.from_day <= {as_at} and c.to_day > {as_at})",
        owner="data engineer",
        scope="table",
    ),
    Rule(
        "marts.permanence_tracker.colour_without_reason",
        "critical",
        "A child is red or amber and no reason is said, or has a reason and no colour",
        "A defect of the tracker: every colour comes from the seed rag_reason",
        "select child_ref as record_key from {marts}.permanence_tracker "
        "where (rag in ('RED', 'AMBER')) <> (cardinality(rag_reasons) > 0)",
        owner="data engineer",
    ),
    Rule(
        "marts.permanence_tracker.child_unknown",
        "critical",
        "A child on the tracker is not in dim_child",
        "A defect of the models: dim_child holds every child that any source names",
        "select t.child_ref as record_key from {marts}.permanence_tracker as t "
        "where not exists (select from {marts}.dim_child as c where c.child_ref = t.child_ref)",
        owner="data engineer",
    ),
    Rule(
        "marts.permanence_tracker.status_unknown",
        "warning",
        "A child in care has no care status on the day; full care is assumed",
        "Enter the legal status in the case system",
        "select child_ref as record_key from {marts}.permanence_tracker where legal_status is null",
    ),
    Rule(
        "marts.permanence_tracker.age_unknown",
        "warning",
        "A child in care has no date of birth that can be read",
        "Correct the date of birth in the case system",
        "select child_ref as record_key from {marts}.permanence_tracker where age is null",
    ),
]
