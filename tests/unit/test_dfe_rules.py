"""docs/ssda903-rules.md says of each of the DfE's rules what gate 1 makes of it: held against the rules there are."""

import re

from expectations.registry import landing_catalogue
from include.settings import PROJECT

ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (PROJECT / "docs" / "ssda903-rules.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [A-Za-z0-9]+ \|", line) and not line.startswith("| rule ")
]


def test_every_rule_named_is_a_rule_of_gate_1():
    named = {rule_id for row in ROWS for rule_id in re.findall(r"`([a-z0-9_.]+)`", row[2])}
    assert named <= set(landing_catalogue())


def test_every_rule_of_the_dfe_that_gate_1_has_stands_under_its_number():
    told = {rule_id: row[0] for row in ROWS for rule_id in re.findall(r"`([a-z0-9_.]+\.rule_[a-z0-9]+)`", row[2])}
    mine = {rule_id for rule_id in landing_catalogue() if rule_id.startswith("ssda903.") and ".rule_" in rule_id}
    assert set(told) == mine
    assert all(rule_id.endswith(f".rule_{number.lower()}") for rule_id, number in told.items())


def test_each_rule_is_named_once_and_what_is_not_checked_says_why():
    numbers = [row[0] for row in ROWS]
    assert len(numbers) == len(set(numbers)) == 312
    for row in ROWS:
        assert "`" in row[2] or re.fullmatch(r"no: .+", row[2]), row[0]
