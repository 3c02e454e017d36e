"""Business rules of ssd.initial_cp_conference."""

from expectations.recurring import not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.initial_cp_conference",
        "held_after_export",
        ("icpc_icpc_date",),
        "An initial conference is said to have been held after the day the export speaks of",
    ),
    Rule(
        "ssd.initial_cp_conference.before_enquiry",
        "warning",
        "An initial conference was held before the enquiry that led to it, or is due before it",
        "Correct the day of the conference, or the enquiry that it names",
        """
        select c._file, c._record, 'icpc_icpc_date' as column_name from {this} as c
        inner join {s47_enquiry} as s on c.icpc_s47_enquiry_id = s.s47e_s47_enquiry_id
        where least(c.icpc_icpc_date, c.icpc_icpc_target_date) < s.s47e_s47_start_date
        """,
        source="domain, timescales T10: within 15 working days of the strategy discussion",
    ),
    Rule(
        "ssd.initial_cp_conference.led_to_no_plan",
        "warning",
        "An initial conference decided on a plan, and its child has none from that day on",
        "Enter the plan in the case system, or correct what the conference decided",
        """
        select c._file, c._record, 'icpc_icpc_outcome_cp_flag' as column_name from {this} as c
        where c.icpc_icpc_outcome_cp_flag = 'Y' and c.icpc_icpc_date <= {batch_date}
        and exists (select from {cp_plans})
        and not exists (
            select from {cp_plans} as p
            where p.cppl_person_id = c.icpc_person_id
            and greatest(coalesce(p.cppl_cp_plan_end_date, 'infinity'), p.cppl_cp_plan_start_date) >= c.icpc_icpc_date
        )
        """,
        source="SSD ICPC013A: did a plan come of it",
    ),
    Rule(
        "ssd.initial_cp_conference.two_plans_of_one",
        "warning",
        "The conference that a plan names names another plan",
        "Correct which plan the conference led to, or which conference the plan came from",
        """
        select c._file, c._record, 'icpc_cp_plan_id' as column_name from {this} as c
        inner join {cp_plans} as p on p.cppl_icpc_id = c.icpc_icpc_id
        where c.icpc_cp_plan_id <> p.cppl_cp_plan_id
        """,
        source="SSD ICPC011A and CPPL008A: each names the other",
    ),
]
