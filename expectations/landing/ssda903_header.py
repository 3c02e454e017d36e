"""Business rules of ssda903.header."""

from expectations.dfe import YEAR_ENDS, YEAR_STARTS, dfe_rule

RULES = []

_MOTHER = "('1', '1.0')"
_IN_CARE = "select from {episodes} as e where e.child = t.child and coalesce(e.ls, '') not in ('V3', 'V4')"
_LAST_ENDED = """(
    select h.*, e.left_on from {this} as h
    left join (
        select child, max(dec) filter (where rec <> 'X1') as left_on, bool_or(dec is null) as still
        from {episodes} group by child
    ) as e on h.child = e.child and not e.still
)"""


def _header(number, column, description, remedy, condition, **more):
    RULES.append(dfe_rule("ssda903.header", number, column, description, remedy, condition, **more))


_header("101", "sex", "The sex of a child is missing or not valid", "Enter the sex", "sex is null")
_header("103", "ethnic", "The ethnicity is missing or not valid", "Enter the ethnicity", "ethnic is null")
_header(
    "168",
    "upn",
    "The unique pupil number is not one, nor a code for an unknown one",
    "Enter the number as the school has it, or UN1 to UN5",
    "_normal_upn !~ '^([A-HJ-NP-RT-Z][0-9]{{11}}[0-9A-Z]|UN[1-5])$'",
)
_header(
    "442",
    "upn",
    "A looked-after child has no unique pupil number",
    "Enter the number, or UN1 to UN5",
    f"_normal_upn is null and exists ({_IN_CARE})",
)
_header(
    "209",
    "upn",
    "A child of school age has the code for a child too young for a pupil number (UN1)",
    "Enter the pupil number",
    "upn = 'UN1' and dob + interval '4 years' <= make_date({year_ending} - 2, 8, 31)",
)
_header(
    "210",
    "upn",
    "A child looked after for more than a week at 31 March has the code for a new child (UN4)",
    "Enter the pupil number",
    f"""upn = 'UN4'
    and exists (select from {{episodes}} as e where e.child = t.child and e.decom < {YEAR_ENDS} - 7
        and (e.dec is null or e.dec > {YEAR_ENDS} - 7))
    and exists (select from {{episodes}} as e where e.child = t.child and e.decom <= {YEAR_ENDS}
        and (e.dec is null or e.dec > {YEAR_ENDS}))""",
)
_header("301", "dob", "A child is born after the year of the return", "Correct the date of birth", f"dob > {YEAR_ENDS}")
_header(
    "351",
    "dob",
    "A child was over 25 at the start of the year",
    "Correct the date of birth, or leave the child out",
    f"dob + interval '26 years' <= {YEAR_STARTS}",
)
_header(
    "174",
    "mc_dob",
    "A boy has a date of birth of his child",
    "Remove the date, or correct the sex",
    "mc_dob is not null and sex = 'M'",
)
_header(
    "393",
    "mother",
    "A looked-after girl is not said to be a mother or not",
    "Enter whether she is a mother",
    f"sex = 'F' and mother is null and exists ({_IN_CARE})",
)
_header(
    "607",
    "mother",
    "A girl left care in the year and is not said to be a mother or not",
    "Enter whether she is a mother",
    "sex = 'F' and mother is null and left_care",
    # grouped first: as a question of each child, every episode would be read once a child
    records=f"""(
        select h.*, e.child is not null as left_care from {{this}} as h
        left join (
            select distinct child from {{episodes}}
            where
                coalesce(ls, '') not in ('V3', 'V4')
                and rec <> 'X1' and dec between {YEAR_STARTS} and {YEAR_ENDS}
        ) as e on h.child = e.child
    )""",
)
_header(
    "611",
    "mc_dob",
    "A mother has no date of birth of her child",
    "Enter the date of birth of her child",
    f"mother in {_MOTHER} and mc_dob is null",
)
_header(
    "612",
    "mother",
    "A girl who is no mother has a date of birth of her child",
    "Remove the date, or enter that she is a mother",
    f"sex = 'F' and mc_dob is not null and coalesce(mother, '0') not in {_MOTHER}",
)
_header(
    "620",
    "mother",
    "A mother is under 11",
    "Correct the date of birth, or that she is a mother",
    f"mother in {_MOTHER} and dob + interval '11 years' > {YEAR_STARTS}",
)
_header(
    "621", "mc_dob", "A mother is not older than her child", "Correct one of the two dates of birth", "mc_dob <= dob"
)
_header(
    "625",
    "mc_dob",
    "A mother's child is born after the year, or after she left care",
    "Correct the date of birth of her child",
    f"mc_dob > {YEAR_ENDS} or mc_dob > left_on",
    records=_LAST_ENDED,
)
_header(
    "399",
    "mother",
    "A child who only has short breaks is said to be a mother or not",
    "Leave the field empty, or correct the legal status",
    f"mother is not null and not exists ({_IN_CARE}) "
    "and exists (select from {episodes} as e where e.child = t.child)",
)
_header(
    "EPI",
    "child",
    "A child has neither episodes nor what is told of those who left care",
    "Add the episodes, or leave the child out",
    "not exists (select from {episodes} as e where e.child = t.child) "
    "and not exists (select from {oc3} as o where o.child = t.child)",
)
_header(
    "628",
    "mother",
    "A young woman who had left care before the year is said to be a mother or not",
    "Leave the field empty",
    "mother is not null and exists (select from {oc3} as o where o.child = t.child) "
    "and not exists (select from {episodes} as e where e.child = t.child)",
)
