"""Promises of the tracker of children on child protection plans to those who read it."""

from expectations.publication.raw_history import read
from expectations.rule import Rule

# Children on plans counted on raw history and held keys by a query of its own: every child whom the extract has on a
# plan, and no other, is on the tracker.
_COUNTED = f"""
    with
    {read("said", "ssd", "cp_plans")},
    counted as (
        select distinct p.cppl_person_id as child from said as p
        where p.cppl_person_id is not null and safe.as_date(p.cppl_cp_plan_start_date) <= {{as_at}}
        and coalesce(safe.as_date(p.cppl_cp_plan_end_date) > {{as_at}}, true)
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
    ),
    Rule(
        "marts.cp_tracker.children_not_counted",
        "critical",
        "A child is on the tracker whom the extract does not have on a child protection plan",
        "A defect of the models of protection: compare int_protection__plans with the plan in raw history",
        _COUNTED + "select t.child_ref as record_key from {marts}.cp_tracker as t "
        "where not exists (select from counted as c where c.child = t.child_ref)",
        owner="data engineer",
    ),
    Rule(
        "marts.cp_tracker.child_unknown",
        "critical",
        "A child on a child protection plan is not in dim_child",
        "A defect of the models: dim_child holds every child that any source names",
        "select t.child_ref as record_key from {marts}.cp_tracker as t "
        "where not exists (select from {marts}.dim_child as c where c.child_ref = t.child_ref)",
        owner="data engineer",
    ),
    Rule(
        "marts.cp_tracker.colour_without_reason",
        "critical",
        "A child on a plan is red or amber and no reason is said, or has a reason and no colour",
        "A defect of the tracker: every colour comes from the seed reason_to_act",
        "select child_ref as record_key from {marts}.cp_tracker "
        "where (rag in ('RED', 'AMBER')) <> (cardinality(rag_reasons) > 0)",
        owner="data engineer",
    ),
]
