"""What is wrong with a return beside last year's is the same in whatever order the two are loaded."""

from datetime import date

import pytest

from include.history.withdraw import withdraw
from tests.conftest import warehouse_of
from tests.deliveries import LEAST, deliver
from tests.end_to_end.night import load

# by day of delivery: the year in which the return begins, and what it says of the child's date of birth
DELIVERIES = {
    date(2021, 7, 1): (2020, "05/05/2015"),
    date(2022, 7, 1): (2021, "05/05/2016"),
    date(2022, 9, 1): (2020, "05/05/2016"),
    date(2022, 10, 1): (2021, "05/05/2017"),
}
IN_ORDER = list(DELIVERIES)
ORDERS = {"in order": IN_ORDER, "backwards": IN_ORDER[::-1]}


def _nights(made) -> list[tuple]:
    return made.rows(
        "select slice, person, column_name, record_number, nights::text from quality.failure "
        "where rule_id = 'ssda903.header.rule_203'"
    )


@pytest.fixture(params=ORDERS.values(), ids=ORDERS)
def loaded(template, tmp_path, request):
    """The returns of two years, each corrected once, loaded in one order or another."""
    with warehouse_of(template, tmp_path) as made:
        for day in request.param:
            year, born = DELIVERIES[day]
            deliver(made.drop, "ssda903", day, {"header": [LEAST["header"] | {"dob": born}]}, year=year)
            load(day)
        yield made


def test_the_days_on_which_the_two_disagree_are_those_of_what_stood(loaded):
    child = ("2021/22", "C1", "dob", 0)
    assert _nights(loaded) == [(*child, "{[2022-07-01,2022-09-01),[2022-10-01,)}")]
    listed = "select child_ref, what_is_wrong from quality.worklist where rule_id = 'ssda903.header.rule_203'"
    assert loaded.rows(listed) == [("C1", "The date of birth is not the one of last year's return (rule 203)")]
    withdraw("ssda903", date(2022, 9, 1), "test", "2020/21")
    assert _nights(loaded) == [(*child, "{[2022-07-01,)}")]
    withdraw("ssda903", date(2021, 7, 1), "test", "2020/21")
    assert _nights(loaded) == []
