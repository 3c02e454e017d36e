"""Business rules of ssda903.missing and ssda903.previous_permanence."""

from expectations.dfe import YEAR_ENDS, YEAR_STARTS, dfe_rule

RULES = []

_IN_ORDER = """(
    select
        m.*,
        lag(m.mis_start) over spells as start_before,
        lag(m.mis_end) over spells as end_before
    from {this} as m where m.child is not null and m.mis_start is not null
    window spells as (partition by m.child order by m.mis_start, m.mis_end, m._file, m._record)
)"""
_WITH_CARE = """(
    select m.*, e.first_day, case when not e.still then e.left_on end as left_on from {this} as m
    inner join (
        select
            child, min(decom) as first_day, bool_or(dec is null) as still,
            max(dec) filter (where rec <> 'X1') as left_on
        from {episodes} group by child
    ) as e on m.child = e.child
)"""


def _missing(number, column, description, remedy, condition, records="{this}"):
    RULES.append(dfe_rule("ssda903.missing", number, column, description, remedy, condition, records=records))


def _permanence(number, column, description, remedy, condition, records="{this}"):
    RULES.append(
        dfe_rule("ssda903.previous_permanence", number, column, description, remedy, condition, records=records)
    )


_missing(
    "564",
    "mis_start",
    "A time of being missing or away has no start",
    "Enter the day on which it began",
    "missing is not null and mis_start is null",
)
_missing(
    "565",
    "missing",
    "A time that began is not said to be missing or away",
    "Enter M or A",
    "mis_start is not null and missing is null",
)
_missing(
    "566",
    "missing",
    "A time that ended is not said to be missing or away",
    "Enter M or A",
    "mis_end is not null and missing is null",
)
_missing("567", "mis_end", "A time of being missing ends before it began", "Correct the dates", "mis_end < mis_start")
_missing(
    "570",
    "mis_start",
    "A time of being missing starts after the year of the return",
    "Correct the start, or leave it to the next return",
    f"mis_start > {YEAR_ENDS}",
)
_missing(
    "571",
    "mis_end",
    "A time of being missing ends outside the year of the return",
    "Correct the end, or leave the record out",
    f"mis_end < {YEAR_STARTS} or mis_end > {YEAR_ENDS}",
)
_missing(
    "574",
    "mis_start",
    "A time of being missing starts while another is open, or before it has ended",
    "End the earlier time, or correct the dates",
    "start_before is not null and (end_before is null or mis_start < end_before)",
    _IN_ORDER,
)
_missing(
    "575",
    "mis_end",
    "The placement that a child went missing from has ended, and the time of being missing has not",
    "Enter the day on which it ended",
    "mis_end is null and exists (select from {episodes} as e where e.child = t.child and e.dec is not null "
    "and t.mis_start >= e.decom and t.mis_start < e.dec)",
)
_missing(
    "577",
    "mis_end",
    "A child has left care, and a time of being missing has no end",
    "Enter the day on which it ended",
    "mis_end is null and left_on is not null",
    _WITH_CARE,
)
_missing(
    "578",
    "mis_start",
    "A time of being missing starts after the child left care",
    "Correct the start, or remove the record",
    "mis_start > left_on",
    _WITH_CARE,
)
_missing(
    "581",
    "mis_start",
    "A time of being missing starts before the child came into care",
    "Correct the start, or remove the record",
    "mis_start < first_day",
    _WITH_CARE,
)
_missing(
    "586",
    "mis_start",
    "A time of being missing lies before the child was born",
    "Correct the dates, or the date of birth",
    "mis_start < dob or mis_end < dob",
)
RULES.append(
    dfe_rule(
        "ssda903.episodes",
        "580",
        "rec",
        "A child was missing until the 18th birthday, when care ended, and the reason is not E8",
        "Give the reason E8",
        "rec <> 'E8' and exists (select from {missing} as m where m.child = t.child and m.mis_end = t.dec "
        "and m.mis_end = m.dob + interval '18 years')",
    )
)
RULES.append(
    dfe_rule(
        "ssda903.episodes",
        "630",
        "rne",
        "A child came into care in the year without what is asked of earlier permanence",
        "Add the child to previous permanence: Z1, or what it was with council and day",
        f"rne = 'S' and decom >= {YEAR_STARTS} and coalesce(ls, '') not in ('V3', 'V4') "
        "and not told and exists (select from {previous_permanence})",
        records="""(
            select e.*, p.child is not null as told from {this} as e
            left join (
                select distinct child from {previous_permanence}
                where prev_perm = 'Z1' or num_nulls(prev_perm, la_perm, date_perm) = 0
            ) as p on e.child = p.child
        )""",
    )
)
_FORM = "'^([0-9]{{2}}|zz)/([0-9]{{2}}|zz)/([0-9]{{4}}|zzzz)$'"
_permanence(
    "632",
    "date_perm",
    "The day of an earlier order can't be read, or lies after care began",
    "Correct the day, with zz for a part that is not known",
    f"lower(date_perm) !~ {_FORM} or (safe.as_date(date_perm) is null and lower(date_perm) !~ 'zz') "
    "or safe.as_date(date_perm) > began",
    "(select p.*, e.began from {this} as p left join ("
    "select child, max(decom) filter (where rne = 'S') as began from {episodes} group by child"
    ") as e on p.child = e.child)",
)
_permanence(
    "634",
    "prev_perm",
    "Earlier permanence is told of a child who did not come into care since 1 April 2016",
    "Remove the record",
    "(prev_perm is not null or la_perm is not null or date_perm is not null) "
    "and exists (select from {episodes} as e where e.child = t.child) and not exists ("
    "select from {episodes} as e where e.child = t.child and e.decom >= date '2016-04-01')",
)
_permanence(
    "635",
    "prev_perm",
    "There was no earlier permanence, and a day or council of it is given",
    "Remove day and council, or correct the code",
    "prev_perm = 'Z1' and (la_perm is not null or date_perm is not null)",
)
