"""Promises of the tracker of children on child protection plans to those who read it."""

from expectations.publication.raw_history import never_good, read, speaking
from expectations.rule import Rule

# Children on plans counted on raw history and held keys by a query of its own: every child whom the source that speaks
# for it has on a plan, and no other, is on the tracker. A census tells of the plans that ended in its years, and of
# those open at its end where no other source is there.
_COUNTED = f"""
    with {speaking("protection")},
    census_year as (
        select distinct c.from_day, c.to_day, left(b.slice, 4)::integer as began from chosen as c
        inner join ops.batch_standing as b on b.source = c.source and b.batch_date <= {{known_on}}
        where c.source = 'cin_census'
    ),
    {read("extracted", "ssd", "cp_plans")},
    {read("listed", "annex_a", "child_protection_plans")},
    {read("returned", "cin_census", "child_protection_plans")},
    plans as (
        select 'ssd' as source, cppl_person_id as child, safe.as_date(cppl_cp_plan_start_date) as started,
            safe.as_date(cppl_cp_plan_end_date) as ended from extracted
        union all
        select 'annex_a', child_unique_id, safe.as_date(plan_start_date), safe.as_date(plan_end_date) from listed
        union all
        select 'cin_census', la_child_id, started, ended from (
            select distinct on (la_child_id, safe.as_date(cpp_start_date)) la_child_id,
                safe.as_date(cpp_start_date) as started, safe.as_date(cpp_end_date) as ended
            from returned order by la_child_id, safe.as_date(cpp_start_date), said_in desc
        ) as newest
    ),
    counted as (
        select distinct p.child from plans as p
        where p.child is not null and p.source in (select source from chosen)
        and p.started <= {{as_at}} and coalesce(p.ended > {{as_at}}, true)
        and (
            (p.source = 'cin_census') = exists (
                select from census_year as y
                where p.ended >= greatest(y.from_day, make_date(y.began, 4, 1))
                and p.ended < least(y.to_day, make_date(y.began + 1, 4, 1))
            )
            or not exists (select from chosen as o where o.source <> p.source)
        )
    )
"""

RULES = [
    Rule(
        "marts.cp_tracker.children_missing",
        "critical",
        "A child whom the extract has on a child protection plan is not on the tracker",
        "A defect of the models of protection: compare int_protection__plans with the plan in raw history",
        _COUNTED + "select child as record_key from counted as c "
        "where not exists (select from {marts}.cp_tracker as t where t.child_ref = c.child)",
        owner="data engineer",
        source="promise to the reader: every child on a plan is on the tracker",
        child="record_key",
    ),
    Rule(
        "marts.cp_tracker.children_not_counted",
        "critical",
        "A child is on the tracker whom the extract does not have on a child protection plan",
        "A defect of the models of protection: compare int_protection__plans with the plan in raw history",
        _COUNTED + "select t.child_ref as record_key from {marts}.cp_tracker as t "
        "where not exists (select from counted as c where c.child = t.child_ref)",
        owner="data engineer",
        source="promise to the reader: no other child is on the tracker",
        child="record_key",
    ),
    Rule(
        "marts.cp_tracker.held_and_never_good",
        "warning",
        "A record that may put a child on a child protection plan is held back, and was never read without fault: the "
        "child is not on the tracker",
        "Correct the record in the case system today: gate 1 lists what is wrong with it under the same key",
        never_good(
            "cp_tracker", ("ssd.cp_plans", "annex_a.child_protection_plans", "cin_census.child_protection_plans")
        ),
        source="promise to the reader: no child on a plan is lost in silence",
        child="child",
    ),
    Rule(
        "marts.cp_tracker.child_unknown",
        "critical",
        "A child on a child protection plan is not in dim_child",
        "A defect of the models: dim_child holds every child that any source names",
        "select t.child_ref as record_key from {marts}.cp_tracker as t "
        "where not exists (select from {marts}.dim_child as c where c.child_ref = t.child_ref)",
        owner="data engineer",
        source="promise to the reader: a child that is named can be looked up",
        child="record_key",
    ),
    Rule(
        "marts.cp_tracker.colour_without_reason",
        "critical",
        "A child on a plan is red or amber and no reason is said, or has a reason and no colour",
        "A defect of the tracker: every colour comes from the seed reason_to_act",
        "select child_ref as record_key from {marts}.cp_tracker "
        "where (rag in ('RED', 'AMBER')) <> (cardinality(rag_reasons) > 0)",
        owner="data engineer",
        source="promise to the reader: every colour says why",
        child="record_key",
    ),
]
