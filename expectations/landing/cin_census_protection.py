"""Business rules of the children in need census: child protection plans, their reviews, and section 47 enquiries."""

from expectations.dfe import YEAR_ENDS, YEAR_STARTS, dfe_rule

RULES = []

_PLANS = """(
    select
        p.*,
        lag(p.cpp_start_date) over plans as start_before,
        lag(p.cpp_end_date) over plans as end_before,
        count(*) filter (where p.cpp_end_date is null) over (partition by p.la_child_id) as open_plans
    from {this} as p where p.la_child_id is not null and p.cpp_start_date is not null
    window plans as (partition by p.la_child_id order by p.cpp_start_date, p.cpp_end_date, p._file, p._record)
)"""
_WITH_DEATH = """(
    select p.*, c.died from {this} as p
    inner join (select la_child_id, min(person_death_date) as died from {children} group by la_child_id) as c
        on p.la_child_id = c.la_child_id
)"""


def _rule(table, number, column, description, remedy, condition, records="{this}", severity="warning"):
    RULES.append(
        dfe_rule(
            f"cin_census.{table}", number, column, description, remedy, condition, records=records, severity=severity
        )
    )


_rule(
    "child_protection_plans",
    "2885",
    "cpp_start_date",
    "A plan starts on another day than any initial conference of the child",
    "Correct the start of the plan, or the day of the conference",
    # a census has the enquiries and conferences of its own year only
    "cpp_start_date >= "
    + YEAR_STARTS
    + """
    and (exists (select from {section_47}) or exists (select from {referrals} where date_of_initial_cpc is not null))
    and not exists (select from {section_47} as s where s.la_child_id = t.la_child_id
        and s.date_of_initial_cpc = t.cpp_start_date)
    and not exists (select from {referrals} as r where r.la_child_id = t.la_child_id
        and r.date_of_initial_cpc = t.cpp_start_date)""",
)
_rule(
    "child_protection_plans",
    "8840",
    "cpp_end_date",
    "A plan starts and ends on one day",
    "Correct the dates of the plan, or remove it",
    "cpp_end_date = cpp_start_date",
)
_rule(
    "child_protection_plans",
    "8925",
    "cpp_end_date",
    "A plan ends before it starts",
    "Correct the dates of the plan",
    "cpp_end_date < cpp_start_date",
)
_rule(
    "child_protection_plans",
    "8935",
    "cpp_end_date",
    "A child has more than one open plan",
    "End all plans but one",
    "cpp_end_date is null and open_plans > 1",
    _PLANS,
)
_rule(
    "child_protection_plans",
    "8940",
    "cpp_start_date",
    "A plan starts before the one before has ended",
    "Correct the dates of the two plans",
    "start_before is not null and (end_before is null or cpp_start_date < end_before)",
    _PLANS,
)
_rule(
    "child_protection_plans",
    "8915",
    "cpp_start_date",
    "A plan starts on or after the day on which the child died",
    "Correct the start of the plan, or the day of death",
    "cpp_start_date >= died",
    _WITH_DEATH,
)
_rule(
    "child_protection_plans",
    "8920",
    "cpp_end_date",
    "A plan ends after the child died",
    "Correct the end of the plan, or the day of death",
    "cpp_end_date > died",
    _WITH_DEATH,
)
for _number, _column, _which in (
    ("8905", "initial_category_of_abuse", "initial"),
    ("8910", "latest_category_of_abuse", "latest"),
):
    _rule(
        "child_protection_plans",
        _number,
        _column,
        f"The {_which} category of abuse is missing or not valid",
        "Enter the category",
        f"{_column} is null",
    )
_rule(
    "child_protection_plans",
    "8730",
    "number_of_previous_cpp",
    "A plan does not say how many there were before",
    "Enter how many plans the child had before, 0 where none",
    "number_of_previous_cpp is null",
)
_rule(
    "child_protection_plans",
    "1105",
    "cpp_start_date",
    "A plan starts before the referral",
    "Correct the start of the plan, or the day of the referral",
    "cpp_start_date < cin_referral_date",
)
_rule(
    "plan_reviews",
    "8841",
    "cpp_review_date",
    "A plan is reviewed on the day of its start, or before",
    "Correct the day of the review",
    "cpp_review_date <= cpp_start_date",
)
_rule(
    "child_protection_plans",
    "8842Q",
    "cpp_start_date",
    "A plan open for more than three months has no review",
    "Enter the reviews of the plan",
    f"""cpp_end_date is null and cpp_start_date + interval '3 months' < {YEAR_ENDS}
    and not exists (select from {{plan_reviews}} as r where r.la_child_id = t.la_child_id
        and r.cpp_start_date = t.cpp_start_date)""",
    severity="info",
)
_rule(
    "section_47",
    "8870Q",
    "initial_cpc_target",
    "The day by which a conference is due lies at a weekend",
    "Correct the target",
    "extract(isodow from initial_cpc_target) > 5",
    severity="info",
)
_rule(
    "section_47",
    "8875",
    "date_of_initial_cpc",
    "The initial conference lies at a weekend",
    "Correct the day of the conference",
    "extract(isodow from date_of_initial_cpc) > 5",
)
_rule(
    "children",
    "8525Q",
    "person_birth_date",
    "A child has both a date of birth and an expected one, or neither",
    "Leave the date of birth, or the expected one where the child is not born",
    "(person_birth_date is null) = (expected_person_birth_date is null)",
    severity="info",
)
_rule(
    "children",
    "8750",
    "sex",
    "An unborn child has a sex",
    "Enter that the sex is not known",
    "expected_person_birth_date is not null and person_birth_date is null and sex <> 'U'",
)
_OPEN = "date_of_initial_cpc is null and icpc_not_required is distinct from 'Y'"
_ENQUIRIES = f"""(
    select
        s.*,
        lag({_OPEN}) over enquiries as open_before,
        count(*) filter (where {_OPEN}) over (partition by s.la_child_id) as open_enquiries
    from {{this}} as s where s.la_child_id is not null and s.s47_actual_start_date is not null
    window enquiries as (partition by s.la_child_id order by s.s47_actual_start_date, s._file, s._record)
)"""
_rule(
    "section_47",
    "8675Q",
    "date_of_initial_cpc",
    "An enquiry begun more than 15 working days before the end of the year has neither a conference nor a word that "
    "none is needed",
    "Enter the day of the initial conference, or that none is required",
    # three weeks: 15 working days where no bank holiday lies between, of which gate 1 has no list
    f"{_OPEN} and s47_actual_start_date < {YEAR_ENDS} - 21",
    severity="info",
)
_rule(
    "section_47",
    "8890",
    "s47_actual_start_date",
    "An enquiry starts while the one before is open",
    "Enter what became of the earlier enquiry",
    "open_before",
    _ENQUIRIES,
)
_rule(
    "section_47",
    "8839",
    "date_of_initial_cpc",
    "A child has more than one open enquiry",
    "Enter what became of all enquiries but one",
    f"{_OPEN} and open_enquiries > 1",
    _ENQUIRIES,
)
