"""All rules of both gates, found by the files they stand in."""

import importlib
import pkgutil
from functools import cache

from expectations import landing, publication
from expectations.landing import between_years
from expectations.landing.delivery import delivery_rules
from expectations.landing.structure import file_rule, structural_rules
from expectations.landing.volume import children_rule, columns_rule, empty_rule, trend_rules
from expectations.rule import Rule
from include.contract.model import Table, sources


def _rules_of(package) -> list[Rule]:
    rules = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        rules += getattr(loaded, "RULES", [])
    return rules


@cache
def business_rules() -> dict[str, tuple[Rule, ...]]:
    """Gate 1's business rules by source.table."""
    found: dict[str, list[Rule]] = {}
    for rule in _rules_of(landing):
        found.setdefault(".".join(rule.id.split(".")[:2]), []).append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


@cache
def rules_between_years(source_name: str) -> tuple[Rule, ...]:
    """The rules that hold a source's return against the one of the year before; gate 1 does not evaluate them."""
    return tuple(rule for rule in _rules_of(between_years) if rule.id.startswith(f"{source_name}."))


def rules_of_files(table: Table) -> list[Rule]:
    """Gate 1's rules of a table that the files of a delivery decide, without a query."""
    return [rule for rule in (file_rule(table), empty_rule(table)) if rule]


def rules_of_table(table: Table) -> list[Rule]:
    """Gate 1's rules of a table that have a query of their own: of the file as a whole, and business."""
    return [*rules_of_whole(table), *business_rules().get(table.full_name, ())]


def rules_of_whole(table: Table) -> list[Rule]:
    """Gate 1's rules of what a table's records say together: that each value is in its column, and whose they are."""
    return [rule for rule in (columns_rule(table), children_rule(table)) if rule]


@cache
def publication_rules() -> tuple[Rule, ...]:
    """Gate 2's rules."""
    return tuple(_rules_of(publication))


@cache
def landing_catalogue() -> dict[str, Rule]:
    """Every rule of gate 1 by id. Raises ValueError when an id stands twice."""
    found: dict[str, Rule] = {}
    for source in sources().values():
        rules, between = delivery_rules(source), rules_between_years(source.name)
        for table in source.tables:
            rules += [*structural_rules(table), *rules_of_files(table), *trend_rules(table)]
            rules += [*rules_of_table(table), *(rule for rule in between if rule.table == table.name)]
        for rule in rules:
            if rule.id in found:
                raise ValueError(f"rule id {rule.id} stands twice")
            found[rule.id] = rule
    return found
