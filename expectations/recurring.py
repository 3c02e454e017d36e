"""Rules that many tables have: days in order, nothing after the export, an ending that says why, an officer's post."""

from expectations.rule import Rule, Severity

IN_CASE_SYSTEM = "Correct it in the case system"
IN_REGISTER = "Correct the register"
PERFORMANCE_TEAM = "performance team"
IRO = "independent reviewing officer"

# days before a birth on which nothing can be known of the child: 42 weeks
BEFORE_BIRTH = 294


def _remedy(table: str) -> str:
    return IN_REGISTER if table.startswith("cssu.") else IN_CASE_SYSTEM


def in_order(
    table: str,
    claim: str,
    first: str,
    then: str,
    description: str,
    *,
    owner: str = PERFORMANCE_TEAM,
    same_day: bool = False,
    source: str = "this project: the order of dates",
) -> Rule:
    """The rule that the day `then` does not lie before the day `first` of the same record.

    `table` as source.table. With `same_day` it may not be that very day either.
    """
    return Rule(
        f"{table}.{claim}",
        "warning",
        description,
        _remedy(table),
        f"select _file, _record, '{then}' as column_name from {{this}} "
        f"where {then} {'<=' if same_day else '<'} {first}",
        owner=owner,
        source=source,
    )


def not_after_export(
    table: str, claim: str, columns: tuple[str, ...], description: str, *, owner: str = PERFORMANCE_TEAM
) -> Rule:
    """The rule that none of a record's days of what has happened lies after the day the export speaks of."""
    days = ", ".join(f"('{column}', t.{column})" for column in columns)
    return Rule(
        f"{table}.{claim}",
        "warning",
        description,
        _remedy(table),
        "select t._file, t._record, happened.column_name from {this} as t "
        f"cross join lateral (values {days}) as happened (column_name, day) where happened.day > {{batch_date}}",
        owner=owner,
        source="this project: an export can't know what is still to come",
    )


def given_without(
    table: str,
    claim: str,
    given: str,
    without: str,
    description: str,
    remedy: str,
    *,
    owner: str = PERFORMANCE_TEAM,
    severity: Severity = "warning",
    source: str = "this project: what belongs together",
    at: str | None = None,
) -> Rule:
    """The rule that where one column is given another one is. A value that can't be read is listed as just that.

    What is listed is the column that is empty, or `at`.
    """
    return Rule(
        f"{table}.{claim}",
        severity,
        description,
        remedy,
        f"select _file, _record, '{at or without}' as column_name from {{this}} "
        f"where {given} is not null and {without} is null and not '{without}' = any(_unreadable)",
        owner=owner,
        source=source,
    )


def of_the_service(
    table: str,
    claim: str,
    who: str,
    known: str,
    description: str,
    remedy: str,
    source: str,
    *,
    owner: str = PERFORMANCE_TEAM,
) -> Rule:
    """The rule that the professional in the column `who` held a post of the reviewing service at some time.

    `known` is the condition under which the register of posts could tell, over the record `t`.
    """
    return Rule(
        f"{table}.{claim}",
        "warning",
        description,
        remedy,
        f"select t._file, t._record, '{who}' as column_name from {{this}} as t where t.{who} is not null and {known} "
        f"and not exists (select from {{iro_posts}} as p where p.professional_id = t.{who})",
        owner=owner,
        source=source,
    )


def seen_where_seen_alone(table: str, seen: str, alone: str) -> Rule:
    """The rule that a child who was seen alone on a visit was seen on it."""
    return Rule(
        f"{table}.seen_alone_not_seen",
        "warning",
        "A child was seen alone on a visit and not seen on it",
        "Correct in the case system whether the child was seen",
        f"select _file, _record, '{seen}' as column_name from {{this}} where {seen} = 'N' and {alone} = 'Y'",
        source="domain, visits: a child seen alone was seen",
    )
