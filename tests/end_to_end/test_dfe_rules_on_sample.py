"""The sample authority's returns, in which nothing is planted, break no rule of the DfE."""

from datetime import date

import pytest

from include.sample.authority import sample_authority
from include.sample.days import day
from include.sample.exports import DEFAULT_SEED
from include.sample.returns.cin_census import write_cin_census
from include.sample.returns.ssda903 import write_ssda903
from tests.conftest import Warehouse, warehouse_of
from tests.end_to_end.night import load

# the department only asks: the sample has enquiries and first reviews of a plan that are late, as every council has
ASKED = {"cin_census.section_47.rule_8675q", "cin_census.child_protection_plans.rule_8842q"}


def _broken_in(made: Warehouse, years: range, size: float) -> dict[str, int]:
    """Rules of the DfE that the returns of some years break, with how often."""
    authority = sample_authority(DEFAULT_SEED, size, day(f"{years[-1] + 1}-12-31"))
    for year in years:
        delivered = date(year + 1, 7, 31)
        write_ssda903(made.drop, year, delivered, size=size, authority=authority)
        if 2020 <= year <= 2026:
            write_cin_census(made.drop, year, delivered, size=size, authority=authority)
        load(delivered)
    assert made.value("select count(*) from raw.ssda903_episodes") > 100 * len(years)
    return dict(
        made.rows("select rule_id, count(*) from quality.failure where rule_id like '%.rule\\_%' group by 1 order by 1")
    )


def test_the_faultless_returns_break_no_rule(template, tmp_path):
    with warehouse_of(template, tmp_path) as made:
        assert _broken_in(made, range(2021, 2022), 0.4).keys() <= ASKED


@pytest.mark.torture
@pytest.mark.parametrize("size", [0.4, 1.0])
def test_the_faultless_returns_of_ten_years_break_no_rule(template, tmp_path, size):
    with warehouse_of(template, tmp_path) as made:
        assert _broken_in(made, range(2017, 2027), size).keys() <= ASKED
