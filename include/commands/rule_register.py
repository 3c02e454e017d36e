"""Write docs/rules.md from the suites of both gates: `python -m include.commands.rule_register`."""

from itertools import groupby

from expectations.landing.delivery import delivery_rules
from expectations.landing.structure import structural_rules
from expectations.landing.volume import trend_rules
from expectations.registry import (
    business_rules,
    publication_rules,
    rules_between_years,
    rules_of_files,
    rules_of_whole,
)
from expectations.rule import Rule
from include.contract.model import Table, sources
from include.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "rules.md"
BEGIN, END = "<!-- rules: begin -->", "<!-- rules: end -->"
_HEADER = [
    "| rule | severity | owner | what is wrong | how to fix it | from |",
    "| --- | --- | --- | --- | --- | --- |",
]
# rules that differ only in the column they are about are one line a table
_OF_A_COLUMN = {
    "unreadable": "The column can't be read as what it should hold; it is shown as not recorded",
    "not_of_year": "The column has a code that returns of that year do not have",
    "empty": "The column is empty",
}


def register() -> str:
    """The rules of both gates as Markdown, a table for each mart and for each table of a source."""
    lines = ["", "## Gate 2: what is to be published", ""]
    lines += [*_HEADER, *_lines(sorted(publication_rules(), key=lambda rule: rule.id))]
    for source in sources().values():
        lines += ["", f"## Gate 1: {source.name}", ""]
        rows = _lines(delivery_rules(source))
        for table in source.tables:
            rows += _lines(business_rules().get(table.full_name, ()))
            rows += _lines(rule for rule in rules_between_years(source.name) if rule.table == table.name)
            rows += _lines([*rules_of_files(table), *rules_of_whole(table), *trend_rules(table)])
            rows += _structural(table)
        lines += [*_HEADER, *rows]
    return "\n".join([*lines, ""])


def with_register(text: str) -> str:
    """The document with its register brought up to date. Raises ValueError when its marks are missing."""
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n{register()}\n{END}{after}"


def _lines(rules) -> list[str]:
    return [_line(f"`{rule.id}`", rule, rule.description) for rule in rules]


def _line(named: str, rule: Rule, wrong: str) -> str:
    return f"| {named} | {rule.severity} | {rule.owner} | {wrong} | {rule.remedy} | {rule.source} |"


def _structural(table: Table) -> list[str]:
    """A line a rule of the record; a line for all columns that may not be unreadable, and one for those not empty."""

    def kind(rule: Rule) -> str:
        return rule.id.rsplit(".", 1)[1]

    rules = structural_rules(table)
    lines = _lines(rule for rule in rules if kind(rule) not in _OF_A_COLUMN)
    of_columns = sorted((rule for rule in rules if kind(rule) in _OF_A_COLUMN), key=kind)
    for name, of_kind in groupby(of_columns, key=kind):
        some = list(of_kind)
        columns = ", ".join(rule.id.split(".")[2] for rule in some)
        lines.append(_line(f"`{table.full_name}.<column>.{name}`", some[0], f"{_OF_A_COLUMN[name]}: {columns}"))
    return lines


if __name__ == "__main__":
    DOCUMENT.write_text(with_register(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
