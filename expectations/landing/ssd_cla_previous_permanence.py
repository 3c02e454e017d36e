"""Business rules of ssd.cla_previous_permanence."""

from expectations.rule import Rule

# the day of the order, where all of it is known
_DAY = "safe.as_date(substring(lapp_previous_permanence_order_date from '^[0-9].*'))"

RULES = [
    Rule(
        "ssd.cla_previous_permanence.after_export",
        "warning",
        "An earlier permanence order is dated after the day the export speaks of",
        "Correct the day of the order in the case system",
        f"""
        select _file, _record, 'lapp_previous_permanence_order_date' as column_name from {{this}}
        where {_DAY} > {{batch_date}}
        """,
        source="this project: an export can't know what is still to come",
    ),
    Rule(
        "ssd.cla_previous_permanence.before_birth",
        "warning",
        "An earlier permanence order is dated before its child was born",
        "Correct the day of the order, or the date of birth",
        f"""
        select l._file, l._record, 'lapp_previous_permanence_order_date' as column_name from {{this}} as l
        inner join {{person}} as p on l.lapp_person_id = p.pers_person_id
        where {_DAY} < p.pers_dob
        """,
        source="this project: the order of dates",
    ),
]
