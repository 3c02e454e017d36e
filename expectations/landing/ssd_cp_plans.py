"""Business rules of ssd.cp_plans."""

from expectations.recurring import BEFORE_BIRTH, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "ssd.cp_plans"
_START, _END = "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"

# the initial conferences of a plan that have been held, whichever of the two names the other
_CONFERENCES = """(
    select p.cppl_cp_plan_id as plan_id, c.icpc_icpc_date as held, c.icpc_icpc_transfer_in as transfer_in
    from {this} as p inner join {initial_cp_conference} as c on p.cppl_icpc_id = c.icpc_icpc_id
    where c.icpc_icpc_date is not null
    union
    select c.icpc_cp_plan_id, c.icpc_icpc_date, c.icpc_icpc_transfer_in
    from {initial_cp_conference} as c where c.icpc_cp_plan_id is not null and c.icpc_icpc_date is not null
)"""

RULES = [
    in_order(
        _TABLE,
        "ends_before_it_starts",
        _START,
        _END,
        "A plan ends on or before the day it began",
        same_day=True,
        source="DfE rules 8925 and 8840 of the CIN census, on the extract",
    ),
    not_after_export(
        _TABLE, "dated_after_export", (_START, _END), "A plan begins, or has ended, after the day the export speaks of"
    ),
    Rule(
        "ssd.cp_plans.overlap",
        "warning",
        "A child has two plans at a time",
        "End the plan that is over in the case system, or delete the one entered twice",
        """
        select _file, _record, 'cppl_cp_plan_start_date' as column_name from (
            select
                _file, _record, cppl_cp_plan_start_date as starts,
                max(coalesce(cppl_cp_plan_end_date, date 'infinity')) over (
                    partition by cppl_person_id order by cppl_cp_plan_start_date, _record
                    rows between unbounded preceding and 1 preceding
                ) as earlier_ends
            from {this} where cppl_person_id is not null
        ) as plans where earlier_ends > starts
        """,
        source="DfE rules 8935 and 8940 of the CIN census, on the extract",
    ),
    Rule(
        "ssd.cp_plans.without_conference",
        "warning",
        "An open plan of this council's names no initial conference held on or before the day it began",
        "Enter the initial conference, or which one the plan came from, in the case system",
        f"""
        select p._file, p._record, 'cppl_icpc_id' as column_name from {{this}} as p
        where p.cppl_cp_plan_end_date is null and p.cppl_cp_plan_ola is distinct from 'Y'
        and exists (select from {{initial_cp_conference}})
        and not exists (
            select from {_CONFERENCES} as c
            where c.plan_id = p.cppl_cp_plan_id and c.held <= p.cppl_cp_plan_start_date
        )
        """,
        source="Working Together: an initial conference decides on a plan",
    ),
    Rule(
        "ssd.cp_plans.starts_after_its_conference",
        "warning",
        "A plan began on a later day than the initial conference that decided on it",
        "Correct the day on which the plan began, or the day of the conference",
        f"""
        select p._file, p._record, 'cppl_cp_plan_start_date' as column_name from {{this}} as p
        inner join (
            select plan_id, max(held) as held from {_CONFERENCES} as c
            where transfer_in is distinct from 'Y' group by plan_id
        ) as c on p.cppl_cp_plan_id = c.plan_id
        where p.cppl_cp_plan_start_date > c.held
        """,
        source="DfE rule 2885 of the CIN census, on the extract",
    ),
    Rule(
        "ssd.cp_plans.long_before_birth",
        "warning",
        "A plan began over 42 weeks before its child was born",
        "Correct the day on which it began, or the date of birth",
        f"""
        select c._file, c._record, 'cppl_cp_plan_start_date' as column_name from {{this}} as c
        inner join {{person}} as p on c.cppl_person_id = p.pers_person_id
        where c.cppl_cp_plan_start_date < p.pers_dob - {BEFORE_BIRTH}
        """,
        source="definitions, who is counted: unborn children are, but for those nobody can know of",
    ),
    Rule(
        "ssd.cp_plans.open_past_18",
        "warning",
        "A plan is still open on the 18th birthday",
        "End the plan in the case system, or correct the date of birth",
        """
        select c._file, c._record, 'cppl_cp_plan_end_date' as column_name from {this} as c
        inner join {person} as p on c.cppl_person_id = p.pers_person_id
        where c.cppl_cp_plan_end_date is null and p.pers_dob + interval '18 years' <= {batch_date}
        """,
        source="Children Act 1989 s.105: a child is under 18",
    ),
    Rule(
        "ssd.cp_plans.open_after_death",
        "warning",
        "A plan is still open though the child has died",
        "End the plan in the case system, or correct the date of death",
        """
        select c._file, c._record, 'cppl_cp_plan_end_date' as column_name from {this} as c
        inner join {person} as p on c.cppl_person_id = p.pers_person_id
        where c.cppl_cp_plan_end_date is null and p.pers_death_date <= {batch_date}
        """,
        source="DfE rules 8915 and 8920 of the CIN census, on the extract",
    ),
]
