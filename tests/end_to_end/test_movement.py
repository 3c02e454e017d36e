"""What moved on the worklist since an earlier publication: new, cleared and how, or stuck."""

from datetime import timedelta

import pytest

from include.night import publish_day
from include.publish.positions import keep_positions
from include.warehouse.builds import newest_build
from include.warehouse.connection import Role, connect
from tests import small_project as small
from tests.conftest import environment, warehouse_of
from tests.councils import NIGHT, Council, ago
from tests.deliveries import deliver
from tests.end_to_end.night import load

pytestmark = pytest.mark.torture

BEFORE = NIGHT - timedelta(days=1)


def _council(*, later: bool) -> Council:
    """The same council on the night before and on the night, on which some things have become known."""
    council = Council()

    def add(name, *, days=400, reviews=(380, 290, 110), **others):
        council.child(name, since=ago(days), reviews=[ago(held) for held in reviews], **others)

    add("stuck1")
    add("agreed1")
    if later:
        council.plan("agreed1", agreed_date=ago(100))
    add("left1", until=ago(0) if later else "")
    add("due1", days=300, reviews=(280, 182)), council.plan("due1", agreed_date=ago(182))
    if later:
        # in care for months, and entered on the last day
        add("entered1")
    council.on_plan("noiro1", since=ago(40), iro=later)
    council.on_plan("off1", since=ago(40), until=ago(0) if later else "", iro=False)
    return council


def _night(warehouse, night, *, later: bool) -> None:
    council = _council(later=later)
    deliver(warehouse.drop, "ssd", night, council.ssd)
    deliver(warehouse.drop, "cssu", night, council.cssu)
    load(night)
    publish_day(night, night)


@pytest.fixture(scope="module")
def published(template, tmp_path_factory):
    """Two nights, one after the other."""
    project = small.make(tmp_path_factory.mktemp("project"), "permanence_movement", "permanence_movement_span")
    with warehouse_of(template, tmp_path_factory.mktemp("movement")) as warehouse:
        with small.in_use(project):
            _night(warehouse, BEFORE, later=False)
            _night(warehouse, NIGHT, later=True)
        yield warehouse


@pytest.fixture(scope="module")
def moved(published):
    """Movement and how, by child and reason, since the night before."""
    rows = published.rows(
        "select child_ref, reason, movement, how from marts.permanence_movement where span = 'night before'"
    )
    return {(child, reason): (movement, how) for child, reason, movement, how in rows}


def test_what_was_listed_on_both_nights_is_stuck(moved):
    assert moved["stuck1", "first_plan_overdue"] == ("stuck", None)


@pytest.mark.parametrize(
    ("child", "reason", "how"),
    [
        ("agreed1", "first_plan_overdue", "A plan for permanence is agreed and entered in the register"),
        ("left1", "first_plan_overdue", "No longer in care"),
        ("noiro1", "plan_without_iro", "An independent reviewing officer is allocated in the case system"),
        ("off1", "plan_without_iro", "No longer on a plan"),
        ("due1", "review_due_soon", "Gave way to: A review was due and has no completed record yet"),
    ],
)
def test_what_left_the_list_is_cleared_and_says_how(moved, child, reason, how):
    assert moved[child, reason] == ("cleared", how)


@pytest.mark.parametrize(
    ("child", "reason", "how"),
    [
        ("due1", "review_without_record", "In the place of: A review is due within 20 working days"),
        # late is late: it is new on the morning on which it became known, however long it has been so
        ("entered1", "first_plan_overdue", "Not in care then, as known then"),
    ],
)
def test_what_came_onto_the_list_is_new(moved, child, reason, how):
    assert moved[child, reason] == ("new", how)


def test_every_reason_of_both_nights_moved_in_one_way(published, moved):
    now = set(published.rows("select child_ref, reason from marts.worklist"))
    then = set(published.rows("select child_ref, reason from ops.published_reason where as_at = %s", (BEFORE,)))
    kinds = {
        kind: {key for key, (movement, _) in moved.items() if movement == kind} for kind in ("new", "cleared", "stuck")
    }
    assert kinds == {"new": now - then, "cleared": then - now, "stuck": now & then}


def test_a_day_of_which_no_publication_is_kept_says_so(published, moved):
    kinds = [movement for movement, _ in moved.values()]
    counts = tuple(kinds.count(kind) for kind in ("new", "cleared", "stuck"))
    assert published.rows("select * from marts.permanence_movement_span order by from_date desc") == [
        ("night before", BEFORE, "compared", *counts),
        ("week before", NIGHT - timedelta(days=7), "no publication of that day", None, None, None),
        ("month end before", NIGHT - timedelta(days=31), "no publication of that day", None, None, None),
    ]


def test_nights_are_forgotten_and_month_ends_are_kept(published):
    """Forty nights and the ends of months before them, in both tables; a night kept again is kept once."""
    nights = [NIGHT - timedelta(days=days) for days in range(2, 60)]
    with published.connect() as connection:
        for night in nights:
            connection.execute("insert into ops.published_position values (%s, %s, 'CARE', 'P1')", (night, night))
            connection.execute("insert into ops.published_reason values (%s, %s, 'P1', 'no_iro')", (night, night))
    with environment(PERMANENCE_PUBLISHED_NIGHTS_KEPT="10"):
        for _ in range(2):
            with connect(Role.PUBLISHER, "keeping positions") as connection:
                keep_positions(connection, newest_build(NIGHT, NIGHT))
    kept = {NIGHT, BEFORE, *(NIGHT - timedelta(days=days) for days in range(2, 10))} | {
        night for night in nights if (night + timedelta(days=1)).day == 1
    }
    assert len(kept) == 12
    for table in ("published_position", "published_reason"):
        assert {night for (night,) in published.rows(f"select as_at from ops.{table}")} == kept
    children = published.value("select count(*) from ops.published_position where as_at = %s", (NIGHT,))
    assert children == published.value(
        "select (select count(*) from marts.permanence_tracker) + (select count(*) from marts.cp_tracker)"
    )
