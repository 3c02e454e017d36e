"""Seeds that say more of a code list speak of every code of it, and of no other."""

import csv

import pytest

from include.contract.codes import code_lists
from include.sample.names import OWN_DISTRICTS
from include.transform.dbt import PROJECT_FOLDER


def _column(seed: str, column: str) -> list[str]:
    with (PROJECT_FOLDER / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as handle:
        return [row[column] for row in csv.DictReader(handle)]


@pytest.mark.parametrize(
    ("seed", "list_name", "without"),
    [
        ("placement_group", "placement_type", set()),
        # a period doesn't end because another episode follows
        ("care_end_group", "annex_a_end_reason", {"X1"}),
        ("ethnicity_group", "ethnicity", set()),
    ],
)
def test_every_code_is_in_a_group(seed, list_name, without):
    codes = _column(seed, "code")
    assert len(codes) == len(set(codes))
    assert set(codes) == set(code_lists()[list_name].values()) - without


def test_the_councils_own_area_is_the_sample_authoritys():
    assert _column("council_postcode_district", "district") == list(OWN_DISTRICTS)


def test_a_way_of_leaving_care_is_in_the_workbooks_list_as_it_is_in_the_returns():
    """A fact shows the way of leaving in the words of the workbook's list, whoever told it."""
    with (PROJECT_FOLDER / "seeds" / "code.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    ways, of_the_workbook = (
        {row["code"]: row["label"] for row in rows if row["list"] == name}
        for name in ("episode_end_reason", "annex_a_end_reason")
    )
    del ways["X1"]  # no way of leaving
    assert ways.items() <= of_the_workbook.items()
