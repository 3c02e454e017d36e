"""The trackers of children in care and on plans: one child for each situation, and what is said of it."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from include.night import publish_day
from tests import small_project as small
from tests.conftest import warehouse_of
from tests.councils import NIGHT, Council, ago
from tests.deliveries import deliver
from tests.end_to_end.night import load


def _council() -> Council:
    council = Council()
    plan = council.plan

    def add(name, *, days=400, reviews=(380, 290, 110), **others):
        council.child(name, since=ago(days), reviews=[ago(held) for held in reviews], **others)

    add("agreed1"), plan("agreed1")
    add("late1"), plan("late1", agreed_date=ago(100))
    add("parallel1"), plan("parallel1", "ADOPTION"), plan("parallel1", number=2, plan_role="PARALLEL")
    add("achieved1"), plan("achieved1", achieved_date=ago(50))
    add("target1"), plan("target1", target_date=ago(1))
    add("milestone1"), plan("milestone1")
    council.milestone("milestone1", "COURT_HEARING", planned_date=ago(1))
    add("broke1"), plan("broke1", ended_date=ago(30), end_reason="BROKE_DOWN")
    council.cssu["permanence_actions"].append(
        {
            "action_id": "A1",
            "person_id": "broke1",
            "cla_id": "C-broke1",
            "discussed_date": ago(10),
            "action_code": "FAMILY_FINDING",
            "due_date": ago(-10),
        }
    )
    add("again1"), plan("again1", ended_date=ago(30), end_reason="BROKE_DOWN")
    plan("again1", number=2, agreed_date=ago(20))
    add("proposed1"), plan("proposed1", agreed_date="", proposed_date=ago(300))
    add("never1")
    add("soon1", days=100, reviews=(80,))
    add("new1", days=10, reviews=())
    add("shortbreak1", status="V4", days=60, reviews=())
    add("noiro1", iro=False), plan("noiro1")
    add("overdue1", reviews=(380, 290)), plan("overdue1")
    add("duenow1", days=300, reviews=(280, 190)), plan("duenow1", agreed_date=ago(190))
    add("escalated1"), plan("escalated1")
    council.escalation(1, "escalated1", raised=ago(20))
    add("noperson1", born=None), plan("noperson1")
    add("baddob1", born="31/02/2015"), plan("baddob1")
    add("older1", days=4500, reviews=(4480, 4390, 110)), plan("older1", agreed_date=ago(4390))
    add("longterm1", days=4000, reviews=(3980, 3890, 3710)), plan("longterm1", agreed_date=ago(3890))
    (whole,) = [row for row in council.ssd["cla_episodes"] if row["clae_person_id"] == "longterm1"]
    council.ssd["cla_episodes"] += [
        whole | {"clae_cla_episode_id": "E2-longterm1", "clae_cla_episode_start_date": ago(2000)}
    ]
    whole |= {"clae_cla_episode_ceased_date": ago(2000), "clae_cla_episode_ceased_reason": "X1"}
    add("adult1", born="2008-03-31")
    add("seventeen1", born="2008-04-01"), plan("seventeen1")
    add("left1", until=ago(0))
    add("leaving1", until=ago(-1)), plan("leaving1")
    _add_plans(council)
    return council


def _add_plans(council: Council) -> None:
    def add(name, *, days=60, seen=(50, 20), reviewed=(), **others):
        council.on_plan(
            name, since=ago(days), seen=[ago(day) for day in seen], reviewed=[ago(day) for day in reviewed], **others
        )

    add("plan1")
    council.took_part("plan1", 0, invited="Y", attended="ALL", views_how="IN_PERSON")
    council.cssu["iro_contacts"] += [
        {"contact_id": f"K{day}", "person_id": "plan1", "professional_id": "W1", "contact_date": ago(day)}
        for day in (90, 30)
    ]
    add("unborn1", born="", expected=ago(-40), seen=())
    add("begun1", days=20, seen=())
    add("unseen1", seen=(50,))
    add("long1", days=500, reviewed=(420, 240, 60)), add("looked1", days=500, reviewed=(420, 240, 60))
    council.cssu["scrutiny"].append(
        {"scrutiny_id": "Q1", "kind": "FIFTEEN_MONTH", "date": ago(10), "person_id": "looked1"}
    )
    (
        council.took_part("looked1", 2, attended="ALL"),
        council.took_part("looked1", 3, invited="N", views_how="NOT_SHARED"),
    )
    add("due1", days=80), add("dueless1", days=95), add("late2", days=130)
    add("noiro2", iro=False)
    add("again2", days=400, until=ago(100), reviewed=(320, 140)), add("again2", born=None, days=40, plan="again2b")
    council.escalation(2, "plan1", raised=ago(20))
    # in care too: what both lack is listed once, as of a child in care
    add("noiro1", born=None, iro=False)
    add("off1", until=ago(0)), add("off2", until=ago(-1))


@pytest.fixture(scope="module")
def published(template, small_project_folder, tmp_path_factory):
    """A night with one child for each situation."""
    with small.in_use(small_project_folder), warehouse_of(template, tmp_path_factory.mktemp("tracker")) as warehouse:
        council = _council()
        deliver(warehouse.drop, "ssd", NIGHT, council.ssd)
        deliver(warehouse.drop, "cssu", NIGHT, council.cssu)
        load(NIGHT)
        publish_day(NIGHT, NIGHT)
        yield warehouse


def _rows(warehouse, mart: str) -> list[dict]:
    with warehouse.connect() as connection:
        cursor = connection.execute(f"select * from marts.{mart}")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def tracker(published):
    """The tracker's rows by child."""
    return {row["child_ref"]: row for row in _rows(published, "permanence_tracker")}


@pytest.fixture(scope="module")
def cp_tracker(published):
    """The rows of the tracker of children on plans, by child."""
    return {row["child_ref"]: row for row in _rows(published, "cp_tracker")}


@pytest.fixture(scope="module")
def worklist(published):
    """The worklist's rows by child and reason."""
    return {(row["child_ref"], row["reason"]): row for row in _rows(published, "worklist")}


def test_one_row_a_child_in_care_no_more_no_less(tracker):
    assert set(tracker) == {row["clae_person_id"] for row in _council().ssd["cla_episodes"]} - {"adult1", "left1"}


BROKEN = "no current plan, an earlier one ended, was reversed or broke down"


@pytest.mark.parametrize(
    ("child", "status", "timeliness", "rag"),
    [
        ("agreed1", "agreed and on track", "by the second review", "GREEN"),
        ("late1", "agreed and on track", "late", "GREEN"),
        ("parallel1", "agreed and on track", "by the second review", "GREEN"),
        ("achieved1", "achieved, child living in it", "by the second review", "GREEN"),
        ("target1", "agreed, milestone overdue", "by the second review", "AMBER"),
        ("milestone1", "agreed, milestone overdue", "by the second review", "AMBER"),
        ("broke1", BROKEN, "by the second review", "RED"),
        ("again1", "agreed and on track", "by the second review", "GREEN"),
        ("proposed1", "first plan overdue", "not yet", "RED"),
        ("never1", "first plan overdue", "not yet", "RED"),
        ("soon1", "first plan due within 28 days", "not yet", "AMBER"),
        ("new1", "first plan not yet due", "not yet", "GREEN"),
        ("shortbreak1", "short breaks: not judged", "short breaks: not judged", "NOT JUDGED"),
        ("noiro1", "agreed and on track", "by the second review", "RED"),
        ("overdue1", "agreed and on track", "by the second review", "RED"),
        ("duenow1", "agreed and on track", "by the second review", "GREEN"),
        ("escalated1", "agreed and on track", "by the second review", "AMBER"),
        # in care since before the first review that can be known: which review was the second, nobody can tell
        ("older1", "agreed and on track", "not carried by this source", "GREEN"),
    ],
)
def test_how_the_plan_stands(tracker, child, status, timeliness, rag):
    row = tracker[child]
    assert (row["current_plan_status"], row["first_plan_timeliness"], row["rag"]) == (status, timeliness, rag)
    assert bool(row["rag_reasons"]) == (rag in {"RED", "AMBER"})


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        ("never1", "No permanence plan agreed by the second review"),
        ("broke1", "No current permanence plan: an earlier one ended, was reversed or broke down"),
        ("noiro1", "No independent reviewing officer is allocated"),
        ("overdue1", "A review is overdue"),
        ("milestone1", "A date of the agreed plan has passed"),
        ("soon1", "The first permanence plan is due within 28 days"),
        ("escalated1", "An escalation is unanswered past its working days"),
    ],
)
def test_the_reason_stands_in_words(tracker, child, reason):
    assert tracker[child]["rag_reasons"] == [reason]


def test_a_plan_that_broke_down_runs_its_own_clock_and_may_be_in_hand(tracker):
    row = tracker["broke1"]
    assert row["without_plan_since"] == NIGHT - timedelta(days=30)
    assert (row["last_action"], row["in_hand_until"]) == ("FAMILY_FINDING", NIGHT + timedelta(days=10))
    assert row["plan"] is None
    assert tracker["never1"]["in_hand_until"] is None


def test_parallel_plans_are_shown_beside_the_primary(tracker):
    assert tracker["parallel1"]["plan_option"] == "ADOPTION"
    assert tracker["parallel1"]["parallel_plans"] == "Long-term fostering"


def test_reviews_due_without_record_and_overdue_are_told_apart(tracker):
    assert tracker["duenow1"]["next_review_status"] == "due, no completed record yet"
    assert tracker["overdue1"]["next_review_status"] == "overdue"
    assert tracker["agreed1"]["next_review_status"] == "not yet due"
    assert tracker["agreed1"]["reviews_held"] == 3


def test_an_open_escalation_shows_its_stage(tracker):
    row = tracker["escalated1"]
    assert (row["open_escalation_stage"], row["open_escalation_with"]) == (1, "TEAM_MANAGER")
    assert row["open_escalation_response_due"] == date(2026, 3, 18)


def test_a_child_without_a_usable_record_of_the_person_is_still_tracked(tracker):
    assert tracker["noperson1"]["age_years"] is None
    assert tracker["baddob1"]["age_years"] is None
    assert tracker["seventeen1"]["age_years"] == 17


def test_what_the_first_gate_found_stands_beside_the_child(tracker):
    unread = tracker["baddob1"]
    assert (unread["records_failing"], unread["records_held"]) == (1, 0)
    assert len(unread["failed_rules"]) == 1
    assert (tracker["never1"]["records_failing"], tracker["never1"]["failed_rules"]) == (0, [])


def test_short_breaks_run_on_a_clock_of_their_own(tracker):
    assert tracker["shortbreak1"]["care_basis"] == "short_break"
    assert tracker["shortbreak1"]["next_review_due_date"] == date(2026, 4, 30)
    assert tracker["new1"]["care_basis"] == "full"


def test_a_period_of_care_is_told_from_its_first_day_however_long_ago(tracker):
    row = tracker["longterm1"]
    assert (row["care_started_on"], row["days_in_care"], row["reviews_held"]) == (NIGHT - timedelta(days=4000), 4000, 3)
    assert row["first_plan_timeliness"] == "by the second review"


def test_the_worklist_has_every_reason_that_colours_a_tracker(tracker, cp_tracker, worklist):
    for concerns, rows in (("CARE", tracker), ("PLAN", cp_tracker)):
        colouring = defaultdict(list)
        for (child, _), row in worklist.items():
            if row["rag"] and row["concerns"] == concerns:
                colouring[child].append(row["words"])
        told = {child: sorted(row["rag_reasons"]) for child, row in rows.items() if row["rag_reasons"]}
        assert {child: sorted(words) for child, words in colouring.items()} == told


def test_a_reason_says_since_when_who_is_to_act_and_what_clears_it(tracker, worklist):
    overdue = worklist["overdue1", "review_overdue"]
    assert (overdue["owner_role"], overdue["owner_id"]) == ("IRO", tracker["overdue1"]["iro_id"])
    assert overdue["days"] == overdue["days_overdue"] == (NIGHT - tracker["overdue1"]["next_review_due_date"]).days > 0
    broke = worklist["broke1", "no_current_plan"]
    assert (broke["since_date"], broke["days"], broke["due_date"]) == (NIGHT - timedelta(days=30), 30, None)
    assert (broke["in_hand_until"], broke["is_in_hand"]) == (NIGHT + timedelta(days=10), True)
    assert broke["cleared_by"] == "A new plan for permanence is agreed and entered in the register"
    assert worklist["never1", "first_plan_overdue"]["is_in_hand"] is False


def test_what_is_due_soon_is_listed_and_colours_nobody(tracker, worklist):
    soon = [row for (_, reason), row in worklist.items() if reason == "review_due_soon"]
    assert soon
    assert {row["rag"] for row in soon} == {None}
    assert {row["days_overdue"] for row in soon} == {0}
    for row in soon:
        assert row["due_date"] == tracker[row["child_ref"]]["next_review_due_date"] >= NIGHT


def test_a_child_without_reason_is_not_listed(worklist):
    assert "agreed1" not in {child for child, reason in worklist if reason != "review_due_soon"}


def test_one_row_a_child_on_a_plan_no_more_no_less(cp_tracker):
    assert set(cp_tracker) == {row["cppl_person_id"] for row in _council().ssd["cp_plans"]} - {"off1"}


def test_a_plan_in_order_is_told_whole(cp_tracker):
    row = cp_tracker["plan1"]
    told = {
        "cp_plan_id": "CP-plan1",
        "days_on_plan": 60,
        "months_on_plan": 2,
        "length_band": "3 months or less",
        "latest_category_label": "Emotional abuse",
        "is_unborn": False,
        "is_in_care": False,
        "previous_plans": 0,
        "scrutiny_status": "not yet due",
        "last_conference_kind": "initial",
        "last_conference_date": NIGHT - timedelta(days=60),
        "last_conference_invited": "Y",
        "took_part_in_last_conference": True,
        "next_conference_due_date": date(2026, 4, 30),
        "next_conference_status": "not yet due",
        "last_social_worker_visit_date": NIGHT - timedelta(days=20),
        "last_seen_date": NIGHT - timedelta(days=20),
        "last_seen_alone_date": NIGHT - timedelta(days=20),
        "seen_in_four_weeks": True,
        "last_iro_contact_date": NIGHT - timedelta(days=30),
        "open_escalation_id": "X2",
        "rag": "AMBER",
    }
    assert {name: row[name] for name in told} == told


@pytest.mark.parametrize(
    ("child", "reasons"),
    [
        ("plan1", {"plan_escalation_unanswered"}),
        # before birth nobody can be seen, and the visits of the plan are due all the same
        ("unborn1", {"plan_child_not_seen"}),
        ("begun1", set()),
        ("unseen1", {"plan_child_not_seen"}),
        ("long1", {"plan_not_scrutinised"}),
        ("looked1", set()),
        ("due1", {"conference_due_soon"}),
        ("dueless1", {"conference_without_record"}),
        ("late2", {"conference_overdue"}),
        ("noiro2", {"plan_without_iro"}),
        ("again2", set()),
        ("off2", set()),
    ],
)
def test_what_a_plan_lacks_is_a_reason_to_act(worklist, child, reasons):
    assert {reason for name, reason in worklist if name == child} - {"conference_due_soon"} == (
        reasons - {"conference_due_soon"}
    )
    assert reasons <= {reason for name, reason in worklist if name == child}


def test_what_a_child_in_care_and_on_a_plan_lacks_is_listed_once(tracker, cp_tracker, worklist):
    assert "noiro1" in tracker
    assert cp_tracker["noiro1"]["is_in_care"] is True
    assert {reason for child, reason in worklist if child == "noiro1"} >= {"no_iro"}
    assert ("noiro1", "plan_without_iro") not in worklist


def test_the_plan_knows_its_length_its_scrutiny_and_the_plans_before(cp_tracker):
    assert (cp_tracker["long1"]["is_over_15_months"], cp_tracker["long1"]["scrutiny_status"]) == (True, "not done")
    assert cp_tracker["looked1"]["scrutiny_status"] == "done"
    assert cp_tracker["looked1"]["scrutiny_date"] == NIGHT - timedelta(days=10)
    assert (cp_tracker["again2"]["previous_plans"], cp_tracker["again2"]["is_repeat_within_2_years"]) == (1, True)
    assert cp_tracker["again2"]["cp_plan_id"] == "CP-again2b"
    assert (cp_tracker["unborn1"]["is_unborn"], cp_tracker["unborn1"]["age_band"]) == (True, "unborn")


def test_the_last_conference_is_the_one_held_last(cp_tracker):
    row = cp_tracker["looked1"]
    assert (row["last_conference_kind"], row["last_conference_date"]) == ("review", NIGHT - timedelta(days=60))
    assert (row["last_conference_invited"], row["took_part_in_last_conference"]) == ("N", False)
    assert cp_tracker["long1"]["took_part_in_last_conference"] is None
