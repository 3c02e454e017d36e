"""Code lists of the contract, read from dbt's seeds `code` and `code_alias`: the one place that names codes."""

import csv
from collections import defaultdict
from functools import cache

from include.contract.model import ContractError, header_name
from include.settings import PROJECT

SEEDS = PROJECT / "dbt_project" / "seeds"


def seed_rows(name: str) -> list[dict[str, str]]:
    """The rows of a seed by column, all text. Raises ContractError where there is not one file of that name."""
    matches = list(SEEDS.rglob(f"{name}.csv"))
    if len(matches) != 1:
        raise ContractError(f"seed {name}.csv: expected one file under dbt_project/seeds, found {len(matches)}")
    with matches[0].open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@cache
def code_lists() -> dict[str, dict[str, str]]:
    """Each list by name: every accepted spelling (as header_name() folds it) → the code.

    Raises ContractError when one spelling means two codes, or an alias names a code its list hasn't.
    """
    lists: dict[str, dict[str, str]] = defaultdict(dict)
    for row in seed_rows("code"):
        lists[row["list"]][header_name(row["code"])] = row["code"]
    for row in seed_rows("code_alias"):
        spellings = lists[row["list"]]
        if row["code"] not in spellings.values():
            raise ContractError(f"code_alias: list {row['list']} has no code {row['code']}")
        known = spellings.setdefault(header_name(row["spelling"]), row["code"])
        if known != row["code"]:
            raise ContractError(
                f"code_alias: {row['spelling']!r} of list {row['list']} means {known} and {row['code']}"
            )
    return dict(lists)


@cache
def codes_not_of_year(list_name: str, year_ending: int) -> tuple[str, ...]:
    """The codes of a list that returns ending in that year do not have: they came later, or had gone."""
    return tuple(
        row["code"]
        for row in seed_rows("code")
        if row["list"] == list_name
        and (
            int(row["valid_from_year"] or year_ending) > year_ending
            or int(row["valid_to_year"] or year_ending) < year_ending
        )
    )


@cache
def has_years(list_name: str) -> bool:
    """Did codes of a list come or go in some return year?"""
    return any(row["valid_from_year"] or row["valid_to_year"] for row in seed_rows("code") if row["list"] == list_name)
