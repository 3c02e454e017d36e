"""Promises of the permanence tracker to those who read it."""

from expectations.publication.raw_history import never_good, read, speaking
from expectations.rule import Rule

# Children in care counted on raw history and held keys by a query of its own, not through staging: every child the
# export counts, and no other, is on the tracker.
_COUNTED = f"""
    with {speaking("care")},
    speaking as (
        -- the first source that delivered also speaks of the days of those before it
        select source from chosen where (from_day <= {{as_at}} or from_day = first_day) and to_day > {{as_at}}
    ),
    {read("extracted", "ssd", "cla_episodes")},
    {read("extracted_people", "ssd", "person", proof=False)},
    {read("returned", "ssda903", "episodes")},
    {read("returned_people", "ssda903", "header", proof=False)},
    {read("listed", "annex_a", "children_in_care")},
    return_year as (
        select case when extract(month from {{as_at}}) >= 4 then extract(year from {{as_at}})::integer
            else extract(year from {{as_at}})::integer - 1 end as began
    ),
    return_born as (
        select distinct on (child) child, safe.as_date(dob) as born from returned_people order by child, said_in desc
    ),
    counted as (
        select e.clae_person_id as child from extracted as e
        left join extracted_people as p on p.pers_person_id = e.clae_person_id
        where 'ssd' in (select source from speaking)
        and safe.as_date(e.clae_cla_episode_start_date) <= {{as_at}}
        and coalesce(safe.as_date(e.clae_cla_episode_ceased_date) > {{as_at}}, true)
        and coalesce(extract(year from age({{as_at}}, safe.as_date(p.pers_dob))) < 18, true)
        union
        select r.child from returned as r
        inner join return_year as y on r.said_in = y.began || '/' || lpad(((y.began + 1) % 100)::text, 2, '0')
        left join return_born as p on p.child = r.child
        where 'ssda903' in (select source from speaking)
        and safe.as_date(r.decom) <= {{as_at}} and coalesce(safe.as_date(r.dec) > {{as_at}}, true)
        and coalesce(extract(year from age({{as_at}}, p.born)) < 18, true)
        union
        select l.child_unique_id from listed as l
        where 'annex_a' in (select source from speaking)
        and safe.as_date(l.care_start_date) <= {{as_at}}
        and coalesce(safe.as_date(l.care_end_date) > {{as_at}}, true)
        and coalesce(extract(year from age({{as_at}}, safe.as_date(l.date_of_birth))) < 18, true)
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
        source="definitions, who is counted: every child in care is on the tracker",
        child="record_key",
    ),
    Rule(
        "marts.permanence_tracker.children_not_counted",
        "critical",
        "A child is on the tracker whom the export does not count as in care",
        "A defect of the models of care: compare int_care__periods with the record of the child in raw history",
        _COUNTED + "select t.child_ref as record_key from {marts}.permanence_tracker as t "
        "where not exists (select from counted as c where c.child = t.child_ref)",
        owner="data engineer",
        source="definitions, who is counted: no other child is on the tracker",
        child="record_key",
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
        source="promise to the reader: no figure without a source, never zero children",
    ),
    Rule(
        "marts.permanence_tracker.colour_without_reason",
        "critical",
        "A child is red or amber and no reason is said, or has a reason and no colour",
        "A defect of the tracker: every colour comes from the seed reason_to_act",
        "select child_ref as record_key from {marts}.permanence_tracker "
        "where (rag in ('RED', 'AMBER')) <> (cardinality(rag_reasons) > 0)",
        owner="data engineer",
        source="promise to the reader: every colour says why",
        child="record_key",
    ),
    Rule(
        "marts.permanence_tracker.held_and_never_good",
        "warning",
        "A record that may put a child in care is held back, and was never read without fault: the child is not on the "
        "tracker",
        "Correct the record in the case system today: gate 1 lists what is wrong with it under the same key",
        never_good("permanence_tracker", ("ssd.cla_episodes", "ssda903.episodes", "annex_a.children_in_care")),
        source="definitions, who is counted: no child in care is lost in silence",
        child="child",
    ),
    Rule(
        "marts.permanence_tracker.child_unknown",
        "critical",
        "A child on the tracker is not in dim_child",
        "A defect of the models: dim_child holds every child that any source names",
        "select t.child_ref as record_key from {marts}.permanence_tracker as t "
        "where not exists (select from {marts}.dim_child as c where c.child_ref = t.child_ref)",
        owner="data engineer",
        source="promise to the reader: a child that is named can be looked up",
        child="record_key",
    ),
    Rule(
        "marts.permanence_tracker.status_unknown",
        "warning",
        "A child in care has no care status on the day; full care is assumed",
        "Enter the legal status in the case system",
        "select child_ref as record_key from {marts}.permanence_tracker where legal_status is null",
        source="definitions, care status: care_basis is told by it",
        child="record_key",
    ),
    Rule(
        "marts.permanence_tracker.age_unknown",
        "warning",
        "A child in care has no date of birth that can be read",
        "Correct the date of birth in the case system",
        "select child_ref as record_key from {marts}.permanence_tracker where age_years is null",
        source="definitions, who is counted: under 18 on the day",
        child="record_key",
    ),
]
