"""Which day may be live: no older one over a newer, the live day built again, holds, contracts changed in place."""

from datetime import date

import psycopg
import pytest

from include.history.withdraw import withdraw
from include.night import load_delivery, publish_day, refresh_live
from include.publish.live import NothingHeld, release
from include.publish.publish import NotPublished, StaleBuild, publish
from include.publish.report import mart_hashes, publication_report
from include.publish.rollback import roll_back
from include.warehouse.builds import newest_build
from include.warehouse.connection import Role
from tests.deliveries import LEAST, deliver, deliver_children
from tests.end_to_end.night import run_night

OF_THE_SMALL_PROJECT = pytest.mark.usefixtures("small_project")

EARLIER, NIGHT = date(2026, 3, 30), date(2026, 3, 31)


def _live(warehouse):
    return warehouse.rows(
        "select p.as_at, p.known_on, (select count(*) from marts.permanence_tracker) from marts.publication as p"
    )


@pytest.mark.torture
@OF_THE_SMALL_PROJECT
def test_an_older_night_is_recorded_and_the_newer_one_stays_live(empty_warehouse):
    deliver_children(empty_warehouse.drop, NIGHT, children=2)
    run_night(NIGHT)
    before = mart_hashes()
    deliver_children(empty_warehouse.drop, EARLIER, children=1)
    run_night(EARLIER)
    after = mart_hashes()
    # what is live stands on all that is known, also on the period of statements that came late; of the newer day
    # nothing else is told by it
    assert {mart for mart in before if before[mart] != after[mart]} == {"publication", "publication_source"}
    assert empty_warehouse.rows("select source, slices from marts.publication_source order by 1") == [
        ("cssu", 1),
        ("momo", 2),
        ("ssd", 1),
    ]
    assert _live(empty_warehouse) == [(NIGHT, NIGHT, 2)]
    assert empty_warehouse.value("select count(distinct batch_date) from ops.batch_standing where source = 'ssd'") == 2
    assert empty_warehouse.value(
        "select p.batches = (select array_agg(batch_id order by batch_id) from ops.batch_standing) "
        "from ops.publication as p order by publication_id desc limit 1"
    )
    # the older day's run brings the live day up to date, which it is
    assert publish_day(EARLIER, EARLIER).written == 0
    assert mart_hashes() == after


@pytest.mark.torture
@OF_THE_SMALL_PROJECT
def test_a_correction_of_the_live_day_is_published_and_its_withdrawal_too(two_nights):
    deliver_children(two_nights.drop, NIGHT, children=3)
    load_delivery("ssd", NIGHT)
    assert refresh_live().written > 0
    assert _live(two_nights) == [(NIGHT, NIGHT, 3)]
    assert "withdrawn" in withdraw("ssd", NIGHT, "the extract was of the test system")
    refresh_live()
    # the night before speaks on
    assert _live(two_nights) == [(NIGHT, NIGHT, 1)]
    assert refresh_live() is None


@OF_THE_SMALL_PROJECT
def test_a_build_that_lacks_what_was_recorded_since_is_not_published(two_nights):
    stale = newest_build(NIGHT, NIGHT)
    before = mart_hashes()
    withdraw("momo", EARLIER, "delivered twice")
    with pytest.raises(StaleBuild, match="lacks what was recorded or withdrawn since"):
        publish(stale)
    assert mart_hashes() == before
    assert publish_day(NIGHT, NIGHT).build_id != stale.build_id


@OF_THE_SMALL_PROJECT
def test_an_older_day_by_hand_holds_until_released(two_nights):
    warehouse = two_nights
    assert publish_day(EARLIER, EARLIER, kind="by_hand").kind == "by_hand"
    assert _live(warehouse) == [(EARLIER, EARLIER, 1)]
    assert any("Held" in line for line in publication_report())
    later = date(2026, 4, 1)
    deliver_children(warehouse.drop, later, children=3)
    assert run_night(later) is None
    assert _live(warehouse) == [(EARLIER, EARLIER, 1)]
    assert release() == (later, later)
    publish_day(later, later)
    assert _live(warehouse) == [(later, later, 3)]
    with pytest.raises(NothingHeld, match="nothing is held"):
        release()


@pytest.mark.torture
@OF_THE_SMALL_PROJECT
def test_a_roll_back_holds_until_released(empty_warehouse):
    deliver_children(empty_warehouse.drop, EARLIER, children=1)
    run_night(EARLIER)
    earlier = mart_hashes()
    deliver_children(empty_warehouse.drop, NIGHT, children=2)
    run_night(NIGHT)
    newer = mart_hashes()
    assert roll_back().kind == "rollback"
    assert mart_hashes() == earlier
    assert run_night(NIGHT) is None
    assert mart_hashes() == earlier
    publish_day(*release())
    assert mart_hashes() == newer


def _bi(warehouse, statement):
    """What a BI team does in a schema of its own, as the server's administrator lets it."""
    with warehouse.connect() as connection:
        connection.execute("create schema if not exists bi")
        connection.execute(statement)


@OF_THE_SMALL_PROJECT
def test_a_changed_contract_is_altered_in_place_beneath_a_view_of_bi(two_nights):
    warehouse = two_nights
    _bi(warehouse, "create view bi.children as select child_ref, rag from marts.permanence_tracker")
    identity = warehouse.value("select 'marts.permanence_tracker'::regclass::oid")
    build = newest_build(NIGHT, NIGHT)
    tracker = f"{build.schema('marts')}.permanence_tracker"
    with warehouse.connect(Role.BUILDER) as connection:
        connection.execute(f"alter table {tracker} add column months_waiting integer default 7 not null")
        connection.execute(f"comment on column {tracker}.months_waiting is 'Months.'")
        connection.execute(f"alter table {tracker} drop column rag_reasons")
        connection.execute(f"alter table {tracker} alter column days_in_care type text using days_in_care::text")
    publish(build)
    assert warehouse.value("select 'marts.permanence_tracker'::regclass::oid") == identity
    assert warehouse.rows("select rag is not null, count(*) from bi.children group by 1") == [(True, 2)]
    assert warehouse.rows(
        "select attname::text, format_type(atttypid, atttypmod), attnotnull, col_description(attrelid, attnum) "
        "from pg_attribute where attrelid = 'marts.permanence_tracker'::regclass and not attisdropped "
        "and attname in ('months_waiting', 'rag_reasons', 'days_in_care') order by 1"
    )[1] == ("months_waiting", "integer", True, "Months.")
    assert warehouse.rows(
        "select distinct months_waiting, pg_typeof(days_in_care)::text from marts.permanence_tracker"
    ) == [(7, "text")]
    with warehouse.connect(Role.READER) as connection:
        assert connection.execute("select count(*) from marts.permanence_tracker").fetchone() == (2,)
    # and back: an earlier build has the earlier contract
    roll_back()
    assert warehouse.rows("select pg_typeof(days_in_care)::text from marts.permanence_tracker") == [("integer",)]


@OF_THE_SMALL_PROJECT
def test_a_column_that_a_view_reads_stops_the_publication_and_names_the_view(two_nights):
    warehouse = two_nights
    _bi(warehouse, "create view bi.colours as select rag from marts.permanence_tracker")
    before = mart_hashes()
    build = newest_build(NIGHT, NIGHT)
    tracker = f"{build.schema('marts')}.permanence_tracker"
    with warehouse.connect(Role.BUILDER) as connection:
        connection.execute(f"alter table {tracker} drop column rag")
    with pytest.raises(NotPublished, match=r"marts\.permanence_tracker\.rag is no longer part of it, but bi\.colours"):
        publish(build)
    assert mart_hashes() == before
    _bi(warehouse, "drop view bi.colours")
    assert publish(build).build_id == build.build_id


@OF_THE_SMALL_PROJECT
def test_a_mart_that_is_no_longer_made_goes_unless_a_view_reads_it(two_nights):
    warehouse = two_nights
    with warehouse.connect(Role.PUBLISHER) as connection:
        connection.execute("create table marts.of_last_year as select 1 as n")
    _bi(warehouse, "create view bi.of_last_year as select n from marts.of_last_year")
    build = newest_build(NIGHT, NIGHT)
    with pytest.raises(NotPublished, match=r"marts\.of_last_year is no longer made, but bi\.of_last_year reads it"):
        publish(build)
    _bi(warehouse, "drop view bi.of_last_year")
    publish(build)
    with warehouse.connect(Role.READER) as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select * from marts.of_last_year")


@OF_THE_SMALL_PROJECT
def test_a_long_report_is_waited_for_and_not_queued_behind(two_nights, monkeypatch):
    """While a reader keeps the mart, the publication tries again; other readers pass in between."""
    from include.publish import publish as module

    warehouse = two_nights
    build = newest_build(NIGHT, NIGHT)
    with warehouse.connect(Role.BUILDER) as connection:
        connection.execute(f"alter table {build.schema('marts')}.permanence_tracker add column extra integer")
    tries = []
    reader = warehouse.connect(Role.READER)
    reader.autocommit = False
    reader.execute("select count(*) from marts.permanence_tracker")

    def wait(seconds):
        tries.append(seconds)
        with warehouse.connect(Role.READER) as other:
            other.execute("set statement_timeout = '2s'")
            assert other.execute("select count(*) from marts.permanence_tracker").fetchone() == (2,)
        if len(tries) == 2:
            reader.close()

    monkeypatch.setattr(module.time, "sleep", wait)
    assert publish(build).build_id == build.build_id
    assert len(tries) == 2


def _night_with(warehouse, day, episodes):
    """A night on which the records of two children stand, their episodes as given."""
    people = [LEAST["person"] | {"pers_person_id": f"P{n}"} for n in (1, 2)]
    deliver(warehouse.drop, "ssd", day, {"cla_episodes": episodes, "person": people})
    deliver(warehouse.drop, "cssu", day)
    deliver(warehouse.drop, "momo", day)
    assert run_night(day) is not None
    # gate 2's own count of the children in care, on raw history
    counted = warehouse.rows(
        "select r.rule_id, r.success from quality.result as r inner join marts.publication using (build_id) "
        "where r.rule_id ~ 'permanence_tracker.children_(missing|not_counted)$' order by 1"
    )
    assert counted == [(f"marts.permanence_tracker.children_{rule}", True) for rule in ("missing", "not_counted")]


@pytest.mark.torture
@OF_THE_SMALL_PROJECT
def test_a_child_whose_episode_lost_its_key_stays_until_an_export_can_tell(two_nights):
    """A record without a key could be anybody's: no child is gone until a whole export is without them."""
    first, second = (
        LEAST["cla_episodes"] | {"clae_cla_episode_id": f"E{n}", "clae_cla_id": f"C{n}", "clae_person_id": f"P{n}"}
        for n in (1, 2)
    )
    lost = second | {"clae_cla_episode_id": "", "clae_person_id": ""}
    night = date(2026, 4, 1)
    _night_with(two_nights, night, [first, lost])
    assert _live(two_nights) == [(night, night, 2)]
    night = date(2026, 4, 2)
    _night_with(two_nights, night, [first])
    assert _live(two_nights) == [(night, night, 1)]
