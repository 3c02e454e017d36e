"""The rules of gate 2: each silent on marts that agree, and firing on its fault."""

import psycopg
import pytest

from expectations import registry
from expectations.publication import figures, person_changes
from include.quality import publication_gate, worklist
from include.quality.publication_gate import queries_of
from include.quality.results import GateStopped
from include.warehouse.connection import Role
from tests.agreeing_marts import BUILD, FAULTS, FEBRUARY, held, make_agreeing, person

# it is about what gate 1 decided again: shown where that is (test_across_batches.py)
ELSEWHERE = {"marts.publication_source.would_be_stopped"}
RULES = [rule.id for rule in registry.publication_rules() if rule.id not in ELSEWHERE]


@pytest.fixture
def marts(empty_warehouse):
    """A connection to marts that agree, of a build that is live."""
    with empty_warehouse.connect() as connection:
        make_agreeing(connection)
        yield connection


def test_every_rule_has_its_fault():
    assert sorted(RULES) == sorted(FAULTS)


def test_each_is_silent_on_marts_that_agree_and_names_the_key_of_its_fault(marts):
    queries, values = queries_of(BUILD)
    assert {rule: found for rule in RULES if (found := _keys(marts, queries[rule]))} == {}
    found = {}
    for rule, (_, fault) in FAULTS.items():
        with marts.transaction(force_rollback=True):
            marts.execute(fault.format(**values))
            found[rule] = _keys(marts, queries[rule])
    assert found == {rule: {key} for rule, (key, _) in FAULTS.items()}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        # 31 days ago; in another spelling; not known before; what nobody can read; since deleted
        (("2010-05-06", "F", "[2026-01-31,2026-02-28)"), ("2010-05-05", "M", "[2026-02-28,)")),
        (("05/05/2010", "1", "[2026-01-31,2026-03-31)"), ("2010-05-05", "Male", "[2026-03-31,)")),
        (("", "U", "[2026-01-31,2026-03-31)"), ("2010-05-05", "M", "[2026-03-31,)")),
        (("2010-05-05", "M", "[2026-01-31,2026-03-31)"), ("2010-02-31", "Z", "[2026-03-31,)")),
        (("2010-05-06", "F", "[2026-01-31,2026-03-30)"), ("2010-05-05", "M", "[2026-03-30,2026-03-31)")),
    ],
)
def test_a_person_who_is_said_to_be_the_same_has_not_changed(marts, before, now):
    queries, _ = queries_of(BUILD)
    for told in (before, now):
        marts.execute(person("C1", *told).format())
    for rule in person_changes.RULES:
        assert _keys(marts, queries[rule.id]) == set()


def test_a_held_record_is_no_lost_child_where_it_was_good_once_or_another_record_tells_of_the_child(marts):
    query = queries_of(BUILD)[0]["marts.permanence_tracker.held_and_never_good"]
    for key, child in (("H1", "C7"), ("H2", "C1"), ("H3", "C8")):
        marts.execute(held("ssd", "cla_episodes", key, child).format())
    marts.execute(
        "insert into raw.ssd_cla_episodes (_slice, _record_key, _version, _recorded) "
        "values ('all', 'H1', gen_random_uuid(), '{[2026-03-30,2026-03-31)}')"
    )
    assert _keys(marts, query) == {"H3"}


@pytest.mark.parametrize(
    ("text", "what"), [("lives at NE1 8QH", "postcode"), ("two\nlines", "free text"), ("much " * 201, "free text")]
)
def test_a_text_that_no_mart_may_say_is_named_by_its_column(marts, text, what):
    queries, values = queries_of(BUILD)
    marts.execute(f"update {values['marts']}.fct_meeting_change set meeting_type = %s where change_id = 'CH1'", (text,))
    assert _keys(marts, queries["marts.publication.personal_text"]) == {f"fct_meeting_change|meeting_type|{what}"}


REVIEW_HELD = "cssu.review_details.review_id.refers_to_nothing"


@pytest.mark.parametrize(
    ("told", "fails"),
    [
        # the extract of 31 March 2026 shows reviews from 31 March 2020 on, give or take a week
        ("update {staging}.stg_cssu__review_details set held_date = '2020-04-07'", True),
        ("update {staging}.stg_cssu__review_details set held_date = '2020-04-06'", False),
        (
            "insert into raw.held_key (source, table_name, slice, record_key, recorded) "
            "values ('ssd', 'cla_reviews', 'all', 'NONE', '{{[2026-03-31,)}}')",
            False,
        ),
        (
            "insert into raw.held_key (source, table_name, slice, record_key, recorded) "
            "values ('ssd', 'cla_reviews', 'all', 'NONE', '{{[2026-03-01,2026-03-31)}}')",
            True,
        ),
        ("delete from {staging}.stg_ssd__cla_reviews", False),
    ],
)
def test_what_the_case_system_cannot_show_is_not_missed(marts, told, fails):
    """Out of its window, held back by gate 1 on the day, or in a table that never came."""
    queries, values = queries_of(BUILD)
    marts.execute(FAULTS[REVIEW_HELD][1].format(**values))
    marts.execute(told.format(**values))
    assert _keys(marts, queries[REVIEW_HELD]) == ({"cssu.review_details"} if fails else set())


def _move(connection: psycopg.Connection, count: int) -> None:
    connection.execute(f"update {BUILD.schema('marts')}.figures set numerator = %s {FEBRUARY}", (count,))


def test_a_figure_may_move_by_two_and_with_a_batch_by_nine(marts):
    queries, _ = queries_of(BUILD)
    unexplained, far = queries["marts.figures.moved_without_a_batch"], queries["marts.figures.moved_far"]
    _move(marts, 7)
    assert _keys(marts, unexplained) == set()
    _move(marts, 14)
    marts.execute("update ops.build set batches = '{7}'")
    assert _keys(marts, unexplained) == set()
    assert _keys(marts, far) == set()


def test_a_figure_that_a_changed_model_moves_stops_until_somebody_accepts_it(marts, monkeypatch, tmp_path):
    """By the gate itself, of the one rule."""
    (rule,) = [rule for rule in figures.RULES if rule.may_be_accepted]
    monkeypatch.setattr(registry, "publication_rules", lambda: (rule,))
    marts.execute(f"grant usage on schema {BUILD.schema('marts')} to {Role.BUILDER}")
    marts.execute(f"grant select on all tables in schema {BUILD.schema('marts')} to {Role.BUILDER}")
    marts.execute("update ops.build set state = 'built'")
    monkeypatch.setattr(publication_gate, "keep_answering", lambda connection, build: None)
    _move(marts, 8)
    with pytest.raises(GateStopped, match=r"moved_without_a_batch \(1 failing\)"):
        publication_gate.gate_build(BUILD)
    for accepted, passes in (("cp_count|2026-02-28", False), ("cic_count|2026-02-28", True)):
        seed = tmp_path / "accepted_failure.csv"
        seed.write_text(
            "rule_id,table_name,record_key,column_name,reason,accepted_by,accepted_on,accepted_until\n"
            f"{rule.id},figures,{accepted},,counted by the day now,performance team,2026-03-31,2026-03-31\n"
        )
        monkeypatch.setattr(worklist, "SEED", seed)
        if passes:
            (_, told) = publication_gate.gate_build(BUILD)
            assert "moved_without_a_batch" in told
        else:
            with pytest.raises(GateStopped):
                publication_gate.gate_build(BUILD)


def _keys(connection: psycopg.Connection, query: str) -> set[str]:
    return {key for key, *_ in connection.execute(query)}
