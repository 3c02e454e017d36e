"""References between facts, which the models promise, and between sources, which those who keep registers put right.

What an id stands for is said in the contract (`refers_to`); within one source it is gate 1 that looks for the record.
"""

from expectations.publication.facts import DEFECT
from expectations.recurring import IN_REGISTER, IRO
from expectations.rule import Rule
from include.contract.model import Column, Table, source, sources


def _known(fact: str, key: str, column: str, referred: str, said_in: str | None = None) -> Rule:
    """What a row of a fact refers to is there: a promise of the models.

    `said_in` is the staging model of what is referred to, where the id is a register's: an id that stands for nothing
    there is the register's fault, and gate 1 says so.
    """
    said = f"and exists (select from {{staging}}.{said_in} as s where s.{column} = f.{column}) " if said_in else ""
    return Rule(
        f"marts.{fact}.{column}_unknown",
        "critical",
        f"A row of {fact} names a {column} that is not in {referred}"
        + (", though its register has it" if said else ""),
        DEFECT,
        f"select f.{key} as record_key from {{marts}}.{fact} as f where f.{column} is not null {said}"
        f"and not exists (select from {{marts}}.{referred} as r where r.{column} = f.{column})",
        owner="data engineer",
        source="promise to the reader: what a row refers to is there",
    )


def _in_sight(table: Table, until: str | None) -> str:
    """Conditions of the registers' records `t` whose day `until` the extract's window of `table` can show, since the
    first that was delivered."""
    if not until or not table.window:
        return ""
    return (
        f" and (t.{until} is null or t.{until} >= (select min(b.batch_date) from ops.batch_standing as b "
        f"where b.source = '{table.source}' and b.batch_date <= {{known_on}}) "
        f"- interval '{table.window.years} years' + interval '{table.window.margin_days} days')"
    )


def _nowhere(value: str, column: Column, table: Table) -> str:
    """Conditions for a value to stand for no record of a table that has come, not even for one that is held back."""
    staging = f"{{staging}}.stg_{table.source}__{table.name}"
    held = (
        f" and not exists (select from raw.held_key as h where h.source = '{table.source}' "
        f"and h.table_name = '{table.name}' and h.record_key = {value} and h.recorded @> {{known_on}})"
    )
    return (
        f"exists (select from {staging}) and not exists (select from {staging} as r where r.{column.name} = {value})"
        f"{held if table.key == (column.name,) else ''}"
    )


def _to_another_source(table: Table, column: Column) -> Rule:
    """A register names what the case system keeps by the case system's id: one that it does not have is nobody's."""
    to = column.refers_to
    other = source(to.source).table(to.table)
    child = f", t.{table.person} as child_ref" if table.person else ""
    return Rule(
        f"{table.full_name}.{column.name}.refers_to_nothing",
        "warning",
        f"{column.name} stands for no record of {other.full_name}",
        f"{IN_REGISTER}, or have the case system enter the record that it stands for",
        f"select t._record_key as record_key{child} from {{staging}}.stg_{table.source}__{table.name} as t "
        f"where t.{column.name} is not null{_in_sight(other, to.until)} "
        f"and {_nowhere(f't.{column.name}', other.column(to.column), other)}",
        source=f"contract of {table.source}: what its ids stand for",
        child="child_ref" if table.person else None,
    )


def _between_sources() -> list[Rule]:
    """A rule for each id of the contract that stands for a record of another source."""
    return [
        _to_another_source(table, column)
        for of in sources().values()
        for table in of.tables
        for column in table.columns
        if column.refers_to and column.refers_to.source
    ]


_CONFERENCES = (("initial_cp_conference", "icpc_icpc_meeting_id"), ("cp_reviews", "cppr_cp_review_meeting_id"))


def _form_of_no_conference() -> Rule:
    """A compliance form is of an initial or of a review conference: the id alone does not say of which."""
    tables = [(source("ssd").table(name), column) for name, column in _CONFERENCES]
    nowhere = " and ".join(_nowhere("t.meeting_id", table.column(column), table) for table, column in tables)
    in_sight = "".join(_in_sight(table, "conference_date") for table, _ in tables)
    return Rule(
        "cssu.compliance_forms.conference_unknown",
        "warning",
        "A compliance form is of no child protection conference that the case system has",
        f"{IN_REGISTER}, or have the case system enter the conference",
        "select t._record_key as record_key from {staging}.stg_cssu__compliance_forms as t "
        f"where t.meeting_id is not null{in_sight} and {nowhere}",
        owner=IRO,
        source="local sources: a meeting's id is the case system's, of an initial or a review conference",
    )


RULES = [
    _known(
        "fct_permanence_milestone",
        "milestone_id",
        "decision_id",
        "fct_permanence_plan",
        "stg_cssu__permanence_plan_decisions",
    ),
    _known("fct_escalation_stage", "stage_id", "escalation_id", "fct_escalation", "stg_cssu__escalations"),
    _known("fct_conference_participation", "conference_participation_key", "cp_conference_key", "fct_cp_conference"),
    _known(
        "fct_special_review_child",
        "special_review_id",
        "special_review_id",
        "fct_special_review",
        "stg_cssu__special_reviews",
    ),
    *_between_sources(),
    _form_of_no_conference(),
]
