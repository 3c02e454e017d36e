"""Business rules of ssd.person."""

from expectations.recurring import in_order, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "ssd.person", "born_after_export", ("pers_dob",), "A date of birth lies after the day the export speaks of"
    ),
    not_after_export(
        "ssd.person", "died_after_export", ("pers_death_date",), "A death is dated after the day the export speaks of"
    ),
    in_order("ssd.person", "died_before_birth", "pers_dob", "pers_death_date", "A person died before being born"),
    Rule(
        "ssd.person.birth_unknown",
        "warning",
        "A child in care or on a plan has neither a date of birth nor an expected one",
        "Enter the date of birth, or the expected one of an unborn child",
        """
        select p._file, p._record, 'pers_dob' as column_name from {this} as p
        where p.pers_dob is null and p.pers_expected_dob is null
        and not p._unreadable && array['pers_dob', 'pers_expected_dob']
        and (
            exists (
                select from {cla_episodes} as e
                where e.clae_person_id = p.pers_person_id and e.clae_cla_episode_ceased_date is null
            )
            or exists (
                select from {cp_plans} as c
                where c.cppl_person_id = p.pers_person_id and c.cppl_cp_plan_end_date is null
            )
        )
        """,
        source="DfE rule 8525Q of the CIN census, on the extract",
    ),
    Rule(
        "ssd.person.unborn_too_long",
        "warning",
        "A birth was expected over four weeks before the export, and no date of birth is entered",
        "Enter the date of birth; where there was no birth, close the record",
        """
        select _file, _record, 'pers_dob' as column_name from {this}
        where pers_dob is null and not 'pers_dob' = any(_unreadable)
        and pers_expected_dob < {batch_date} - 28
        """,
        source="this project: four weeks after the day expected a child is born, and entered",
    ),
    Rule(
        "ssd.person.holds_a_formula",
        "warning",
        "A text begins as a formula of a workbook does",
        "Correct it in the case system, and find out who entered it: a workbook might run it",
        """
        select t._file, t._record, told.column_name from {this} as t
        cross join lateral (values
            ('pers_forename', t.pers_forename),
            ('pers_surname', t.pers_surname),
            ('pers_nationality', t.pers_nationality)
        ) as told (column_name, text)
        where told.text ~ '^[=+@]'
        """,
        source="this project: nobody's name or nationality is a formula",
    ),
]
