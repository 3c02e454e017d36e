"""The register of rules in docs/: as the suites have it, and every rule says all that a user of it needs."""

import pytest

from expectations.registry import business_rules, landing_catalogue, publication_rules, rules_between_years
from expectations.rule import Rule
from include.commands.rule_register import BEGIN, DOCUMENT, with_register

WRITTEN = [
    *(rule for rules in business_rules().values() for rule in rules),
    *rules_between_years("ssda903"),
    *publication_rules(),
]
ALL = [*landing_catalogue().values(), *publication_rules()]


def test_the_document_is_what_the_suites_say():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_register(text) == text, "run .venv/bin/python -m include.commands.rule_register"


def test_the_register_names_every_rule():
    """By its id; those that differ only in their column by the table, and the column in the same line."""
    listed = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)[1].splitlines()
    by_name = {line.split("`")[1]: line for line in listed if line.startswith("| `")}
    for rule in ALL:
        if rule.id in by_name:
            continue
        source, table, column, kind = rule.id.split(".")
        assert column in by_name[f"{source}.{table}.<column>.{kind}"], rule.id


@pytest.mark.parametrize("rule", WRITTEN, ids=lambda rule: rule.id)
def test_a_rule_that_somebody_wrote_says_where_it_comes_from(rule):
    assert rule.source != Rule(rule.id, "info", "", "", "").source


def test_every_rule_says_what_is_wrong_how_to_fix_it_and_who_can():
    owners = {"performance team", "independent reviewing officer", "data engineer"}
    for rule in ALL:
        assert rule.owner in owners, rule.id
        for said in (rule.description, rule.remedy, rule.source):
            assert said.strip(), rule.id
            assert "|" not in said, f"{rule.id}: a bar would break the register's table"
