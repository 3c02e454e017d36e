"""The rules of gate 2 that hold marts against each other: each silent on marts that agree, and firing on its fault.

The marts are made from their contract (columns, types, keys), with one child of each kind: no build is needed.
"""

from datetime import date

import psycopg
import pytest
import yaml

from expectations import registry
from expectations.publication import figures, keys_and_grants, personal_texts, references, totals
from include.contract.model import source
from include.quality import publication_gate, worklist
from include.quality.publication_gate import queries_of
from include.quality.results import GateStopped
from include.transform.dbt import PROJECT_FOLDER
from include.warehouse.builds import Build
from include.warehouse.connection import Role

DAY = date(2026, 3, 31)
BUILD = Build("build_20260331_agreeing", DAY, DAY, ())
RULES = [f"marts.{tracker}.held_and_never_good" for tracker in ("permanence_tracker", "cp_tracker")] + [
    rule.id for module in (figures, keys_and_grants, personal_texts, references, totals) for rule in module.RULES
]

# measures of a period: the fact whose rows each counts, its key, the day that decides, and what else a row must say
OF_A_PERIOD = {
    "cic_started": ("fct_care_period", "care_period_id", "started_on", {"care_basis": "full"}),
    "cic_left": ("fct_care_period", "care_period_id", "ended_on", {"last_care_basis": "full"}),
    "cic_reviews_held": ("fct_cic_review", "cic_review_key", "held_date", {}),
    "cp_started": ("fct_cp_plan", "cp_plan_id", "started_on", {}),
    "cp_ended": ("fct_cp_plan", "cp_plan_id", "ended_on", {}),
    "icpc_held": ("fct_cp_conference", "cp_conference_key", "held_date", {"kind": "initial"}),
    "rcpc_held": ("fct_cp_conference", "cp_conference_key", "held_date", {"kind": "review"}),
    "escalations": ("fct_escalation", "escalation_id", "raised_date", {"formal": "Y"}),
    "escalations_informal": ("fct_escalation", "escalation_id", "raised_date", {"formal": "N"}),
    "foster_carer_reviews": ("fct_foster_carer_review", "review_id", "held_date", {}),
    "advocacy_referrals": ("fct_advocacy_referral", "referral_id", "referral_date", {}),
    "compliance_forms": ("fct_compliance_form", "form_id", "conference_date", {}),
}

# one child in care, one on a plan, and what is told of them: columns that a rule does not read stay empty
GOOD = {
    "permanence_tracker": [{"child_ref": "C1", "care_period_id": "E1", "care_basis": "full"}],
    "fct_child_position": [
        {"child_ref": "C1", "position_date": "2026-03-31"},
        {"child_ref": "C9", "position_date": "2026-02-28"},  # who has left since
    ],
    "fct_care_period": [
        {"care_period_id": "E1", "child_ref": "C1", "started_on": "2025-01-01"},
        {"care_period_id": "E9", "child_ref": "C9", "started_on": "2025-01-01", "ended_on": "2026-03-31"},
    ],
    "cp_tracker": [{"child_ref": "C2", "cp_plan_id": "P2"}],
    "fct_cp_position": [{"child_ref": "C2", "position_date": "2026-03-31"}],
    "fct_cp_plan": [{"cp_plan_id": "P2", "child_ref": "C2", "started_on": "2025-06-01", "ended_on": "2026-04-01"}],
    "figures": [
        {
            "measure_id": measure,
            "period_id": day,
            "breakdown": "total",
            "breakdown_value": "all",
            "period_kind": "as at",
            "last_day": day,
            "numerator": count,
        }
        for measure in ("cic_count", "cp_count")
        for day, count in (("2026-03-31", 1), ("2026-02-28", 5))
    ]
    + [
        {
            "measure_id": measure,
            "period_id": "month 2026-02-28",
            "breakdown": "total",
            "breakdown_value": "all",
            "period_kind": "month",
            "first_day": "2026-02-01",
            "last_day": "2026-02-28",
            "numerator": 1,
        }
        for measure in OF_A_PERIOD
    ],
    "dim_measure": [{"measure_id": measure, "unit": "count"} for measure in ("cic_count", "cp_count", *OF_A_PERIOD)],
    "fct_permanence_plan": [{"decision_id": "KNOWN"}],
    "fct_permanence_milestone": [
        {"milestone_id": "M1", "decision_id": "KNOWN"},
        {"milestone_id": "M2"},
        {"milestone_id": "M3", "decision_id": "NONE"},  # nor does its register have it
    ],
    "fct_escalation": [
        {"escalation_id": "KNOWN"},
        {"escalation_id": "X2"},
    ],
    "fct_escalation_stage": [
        {"stage_id": "S1", "escalation_id": "KNOWN"},
        {"stage_id": "S2", "escalation_id": "NONE"},
    ],
    "fct_cp_conference": [{"cp_conference_key": "K1"}],
    "fct_conference_participation": [
        {"conference_participation_key": "A1", "cp_conference_key": "K1"},
        {"conference_participation_key": "A2"},
    ],
    "fct_special_review": [{"special_review_id": "KNOWN"}],
    "fct_special_review_child": [
        {"special_review_id": "KNOWN", "child_ref": "C1"},
        {"special_review_id": "NONE", "child_ref": "C1"},
    ],
    "fct_visit": [],
    "child_identity": [{"child_ref": "C1", "forename": "Zorvane", "surname": "Quillibex"}],
    # two words of a name, apart or in another order, are nobody's
    "dim_team": [{"team_id": "T1", "team_name": "Zorvane Quillibex"}],
    "fct_meeting_change": [
        {"change_id": "CH1", "meeting_type": "quillibex zorvane"},
        {"change_id": "CH2", "meeting_type": "e1 2"},
    ],
}
# of each, a row on the month's last day, and one on the day before the month
for _measure, (_fact, _key, _day, _said) in OF_A_PERIOD.items():
    GOOD.setdefault(_fact, []).extend(
        {_key: f"{_measure} {day}", _day: day} | _said for day in ("2026-01-31", "2026-02-28")
    )
LIVE = {"permanence_tracker": "permanence_reader", "child_identity": "permanence_identity_reader"}

_FEBRUARY = "where measure_id = 'cic_count' and period_id = '2026-02-28'"


def _held(source_name: str, table: str, key: str, child: str | None) -> str:
    """Statement that holds a record of a table back from the day on."""
    person = f"'{child}'" if child else "null"
    return (
        "insert into quality.failure (rule_id, source, table_name, slice, record_key, column_name, severity, person, "
        f"file_name, record_number, nights) values ('{source_name}.{table}.key.repeated', '{source_name}', '{table}', "
        f"'all', '{key}', '', 'critical', {person}, 'one.csv', 1, '{{{{[2026-03-31,)}}}}')"
    )


# rule: the key that it must name, and the fault that breaks it
FAULTS = {
    "marts.figures.moved_without_a_batch": (
        "cic_count|2026-02-28",
        f"update {{marts}}.figures set numerator = 8 {_FEBRUARY}",
    ),
    "marts.figures.moved_far": (
        "cic_count|2026-02-28",
        f"update {{marts}}.figures set numerator = 15 {_FEBRUARY}; update ops.build set batches = '{{{{7}}}}'",
    ),
    "marts.figures.more_than_all": (
        "cic_count|2026-02-28|total|all",
        f"update {{marts}}.figures set denominator = 4 {_FEBRUARY}",
    ),
    "marts.figures.parts_not_the_whole": (
        "cic_count|2026-02-28|team",
        "insert into {marts}.figures (measure_id, period_id, breakdown, breakdown_value, numerator) "
        "values ('cic_count', '2026-02-28', 'team', 'T1', 4)",
    ),
    "marts.fct_child_position.differs_from_tracker": (
        "C1",
        "delete from {marts}.fct_child_position where child_ref = 'C1'",
    ),
    "marts.fct_cp_position.differs_from_tracker": ("C2", "delete from {marts}.cp_tracker"),
    "marts.permanence_tracker.period_of_care_not_open": (
        "C1",
        "update {marts}.fct_care_period set ended_on = {as_at} where care_period_id = 'E1'",
    ),
    "marts.cp_tracker.plan_not_open": ("C2", "update {marts}.fct_cp_plan set child_ref = 'C3'"),
    "marts.figures.cic_count_differs_from_tracker": (
        "cic_count",
        "update {marts}.permanence_tracker set care_basis = 'short break'",
    ),
    "marts.figures.cp_count_differs_from_tracker": ("cp_count", "delete from {marts}.cp_tracker"),
    "marts.publication.key_missing": (
        "fct_visit",
        "alter table {marts}.fct_visit drop constraint fct_visit_pkey",
    ),
    "marts.publication.grant_missing": (
        "permanence_tracker",
        "revoke select on marts.permanence_tracker from permanence_reader",
    ),
    "marts.publication.grant_too_wide": (
        "child_identity|permanence_reader",
        "grant select on marts.child_identity to permanence_reader",
    ),
    "marts.permanence_tracker.held_and_never_good": ("H1", _held("ssd", "cla_episodes", "H1", "C7")),
    "marts.cp_tracker.held_and_never_good": ("H2", _held("cin_census", "child_protection_plans", "H2", None)),
    "marts.publication.personal_text": (
        "fct_meeting_change|meeting_type|name",
        "update {marts}.fct_meeting_change set meeting_type = 'told zorvane  QUILLIBEX' where change_id = 'CH1'",
    ),
    "marts.fct_permanence_milestone.decision_id_unknown": ("M1", "delete from {marts}.fct_permanence_plan"),
    "marts.fct_escalation_stage.escalation_id_unknown": ("S1", "delete from {marts}.fct_escalation"),
    "marts.fct_conference_participation.cp_conference_key_unknown": ("A1", "delete from {marts}.fct_cp_conference"),
    "marts.fct_special_review_child.special_review_id_unknown": ("KNOWN", "delete from {marts}.fct_special_review"),
    "cssu.compliance_forms.conference_unknown": (
        "cssu.compliance_forms",
        "update {staging}.stg_cssu__compliance_forms set meeting_id = 'NONE'",
    ),
}
# a row of the month is lost
FAULTS |= {
    f"marts.figures.{measure}_differs_from_{fact}": (
        f"{measure}|month 2026-02-28",
        f"delete from {{marts}}.{fact} where {key} = '{measure} 2026-02-28'",
    )
    for measure, (fact, key, _, _) in OF_A_PERIOD.items()
}
# what a register says of the case system's records: every id is KNOWN there, until one of them is not
FAULTS |= {
    f"{table.full_name}.{column.name}.refers_to_nothing": (
        table.full_name,
        f"update {{staging}}.stg_{table.source}__{table.name} set {column.name} = 'NONE'",
    )
    for name in ("cssu", "momo")
    for table in source(name).tables
    for column in table.columns
    if column.refers_to and column.refers_to.source == "ssd"
}


def _make_staging(connection: psycopg.Connection) -> None:
    """Staging as the contract has it: in each table a record whose ids are all KNOWN, its key the table's name."""
    schema = BUILD.schema("staging")
    connection.execute(f"create schema {schema}")
    for name in ("ssd", "cssu", "momo"):
        for table in source(name).tables:
            made = f"{schema}.stg_{name}__{table.name}"
            days = {column.name for column in table.columns if column.kind == "date"}
            columns = ", ".join(f"{c.name} {'date' if c.name in days else 'text'}" for c in table.columns)
            connection.execute(f"create table {made} (_record_key text, {columns})")
            ids = [column.name for column in table.columns if column.kind == "id"]
            connection.execute(
                f"insert into {made} (_record_key, {', '.join(ids)}) values (%s, {', '.join(['%s'] * len(ids))})",
                [table.full_name, *["KNOWN"] * len(ids)],
            )


@pytest.fixture
def marts(empty_warehouse):
    """A connection to marts that agree, of a build that is live."""
    described = {
        model["name"]: model
        for path in (PROJECT_FOLDER / "models/marts").rglob("_*.yml")
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["models"]
    }
    schema = BUILD.schema("marts")
    with empty_warehouse.connect() as connection:
        connection.execute(f"create schema {schema}")
        for mart, rows in GOOD.items():
            columns = ", ".join(f"{column['name']} {column['data_type']}" for column in described[mart]["columns"])
            (key,) = [one["columns"] for one in described[mart]["constraints"] if one["type"] == "primary_key"]
            connection.execute(f"create table {schema}.{mart} ({columns}, primary key ({', '.join(key)}))")
            for row in rows:
                connection.execute(
                    f"insert into {schema}.{mart} ({', '.join(row)}) values ({', '.join(['%s'] * len(row))})",
                    list(row.values()),
                )
        _make_staging(connection)
        for mart, reader in LIVE.items():
            connection.execute(f"create table marts.{mart} (child_ref text primary key)")
            connection.execute(f"grant select on marts.{mart} to {reader}")
        listed = psycopg.types.json.Jsonb(
            [{"name": mart, "key": ["child_ref"], "reader": reader} for mart, reader in (LIVE | _NOT_LIVE).items()]
        )
        connection.execute(
            "insert into ops.build (build_id, as_at, known_on, batches, state, marts) values (%s, %s, %s, '{}', "
            "'passed', %s)",
            (BUILD.build_id, DAY, DAY, listed),
        )
        connection.execute(
            "insert into ops.publication (build_id, as_at, known_on, batches, kind, rows) "
            "values (%s, %s, %s, '{}', 'night', '{}')",
            (BUILD.build_id, DAY, DAY),
        )
        connection.execute(
            "insert into ops.published_figure (publication_id, measure_id, period_id, breakdown, breakdown_value, "
            "numerator, is_said) select (select max(publication_id) from ops.publication), measure_id, period_id, "
            f"breakdown, breakdown_value, numerator, true from {schema}.figures"
        )
        yield connection


# a mart that the build has and that is not live yet: it gets its grant when it is published
_NOT_LIVE = {"worklist": "permanence_reader"}


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


def test_a_held_record_is_no_lost_child_where_it_was_good_once_or_another_record_tells_of_the_child(marts):
    query = queries_of(BUILD)[0]["marts.permanence_tracker.held_and_never_good"]
    for key, child in (("H1", "C7"), ("H2", "C1"), ("H3", "C8")):
        marts.execute(_held("ssd", "cla_episodes", key, child).format())
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
    marts.execute(
        "insert into ops.batch (batch_id, source, slice, batch_date, state, content_sha256, contract_fingerprint, "
        "rule_fingerprint) values (1, 'ssd', 'all', '2026-03-31', 'recorded', '', '', '')"
    )
    marts.execute(told.format(**values))
    assert _keys(marts, queries[REVIEW_HELD]) == ({"cssu.review_details"} if fails else set())


def _move(connection: psycopg.Connection, count: int) -> None:
    connection.execute(f"update {BUILD.schema('marts')}.figures set numerator = %s {_FEBRUARY}", (count,))


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
