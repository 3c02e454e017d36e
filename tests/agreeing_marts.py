"""Marts of a build that agree with each other and with what they were made from, and a fault for each rule of gate 2.

They are made from their contract (columns, types, keys), with one child of each kind: no dbt build is needed.
"""

import csv
import re
from datetime import date

import psycopg
import yaml

from expectations.publication import facts
from include.contract.model import source
from include.quality.publication_gate import queries_of
from include.transform.dbt import PROJECT_FOLDER
from include.warehouse.builds import Build

DAY = date(2026, 3, 31)
BUILD = Build("build_20260331_agreeing", DAY, DAY, ())
# measures of a period: the fact whose rows each counts, its key, the day that decides, and what else a row must say
OF_A_PERIOD = {
    "cic_started": ("fct_care_period", "care_period_id", "started_on", {"care_basis": "full"}),
    "cic_left": ("fct_care_period", "care_period_id", "ended_on", {"last_care_basis": "full"}),
    "cic_reviews_held": ("fct_cic_review", "cic_review_key", "held_date", {"due_date": "2026-02-28"}),
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
    "dim_child": [{"child_ref": child} for child in ("C1", "C2", "C9")],
    "dim_date": [{"calendar_date": "2027-03-31"}],
    "publication_source": [
        {"source": "ssd", "newest_batch_date": "2026-03-31", "days_old": 0},
        {"source": "ssda903", "newest_batch_date": "2025-03-31", "days_old": 365},
    ],
    "permanence_tracker": [
        {
            "child_ref": "C1",
            "care_period_id": "E1",
            "care_basis": "full",
            "legal_status": "C2",
            "age_years": 15,
            "rag": "GREEN",
            "rag_reasons": [],
        }
    ],
    "fct_child_position": [
        {"child_ref": "C1", "position_date": "2026-03-31"},
        {"child_ref": "C9", "position_date": "2026-02-28"},  # who has left since
    ],
    "fct_care_period": [
        {"care_period_id": "E1", "child_ref": "C1", "started_on": "2025-01-01"},
        {"care_period_id": "E9", "child_ref": "C9", "started_on": "2025-01-01", "ended_on": "2026-03-31"},
    ],
    "cp_tracker": [{"child_ref": "C2", "cp_plan_id": "P2", "rag": "RED", "rag_reasons": ["CP_VISIT_OVERDUE"]}],
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
    "fct_permanence_plan": [{"decision_id": "KNOWN", "agreed_date": "2025-06-01", "days_to_agree": 151}],
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
# a row of each fact that names a child, under a key of its own
NAMING_A_CHILD = {
    rule.table: re.match(r"select f\.(\w+) as record_key", rule.query)[1]
    for rule in facts.RULES
    if rule.id.startswith("marts.fct_") and rule.id.endswith(".child_unknown")
}
for _fact, _key in NAMING_A_CHILD.items():
    GOOD.setdefault(_fact, []).append({_key: f"{_fact} C1", "child_ref": "C1"})
GOOD["fct_cic_review"][-1]["due_date"] = "2026-02-28"
GOOD["fct_cic_review_clock"][-1]["cic_review_key"] = "fct_cic_review C1"
# of each, a row on the month's last day, and one on the day before the month
for _measure, (_fact, _key, _day, _said) in OF_A_PERIOD.items():
    GOOD.setdefault(_fact, []).extend(
        {_key: f"{_measure} {day}", _day: day} | _said for day in ("2026-01-31", "2026-02-28")
    )
LIVE = {"permanence_tracker": "permanence_reader", "child_identity": "permanence_identity_reader"}
# a mart that the build has and that is not live yet: it gets its grant when it is published
NOT_LIVE = {"worklist": "permanence_reader"}

FEBRUARY = "where measure_id = 'cic_count' and period_id = '2026-02-28'"


def held(source_name: str, table: str, key: str, child: str | None) -> str:
    """Statement that holds a record of a table back from the day on."""
    person = f"'{child}'" if child else "null"
    return (
        "insert into quality.failure (rule_id, source, table_name, slice, record_key, column_name, severity, person, "
        f"file_name, record_number, nights) values ('{source_name}.{table}.key.repeated', '{source_name}', '{table}', "
        f"'all', '{key}', '', 'critical', {person}, 'one.csv', 1, '{{{{[2026-03-31,)}}}}')"
    )


def person(key: str, born: str, sex: str, days: str) -> str:
    """Statement that a person was recorded so on some days."""
    return (
        "insert into raw.ssd_person (_slice, _record_key, _version, _recorded, pers_person_id, pers_dob, pers_sex) "
        f"values ('all', '{key}', gen_random_uuid(), '{{{{{days}}}}}', '{key}', '{born}', '{sex}');"
    )


# rule: the key that it must name, and the fault that breaks it
FAULTS = {
    "marts.figures.moved_without_a_batch": (
        "cic_count|2026-02-28",
        f"update {{marts}}.figures set numerator = 8 {FEBRUARY}",
    ),
    "marts.figures.moved_far": (
        "cic_count|2026-02-28",
        f"update {{marts}}.figures set numerator = 15 {FEBRUARY}; update ops.build set batches = '{{{{7}}}}'",
    ),
    "marts.figures.more_than_all": (
        "cic_count|2026-02-28|total|all",
        f"update {{marts}}.figures set denominator = 4 {FEBRUARY}",
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
    "marts.permanence_tracker.held_and_never_good": ("H1", held("ssd", "cla_episodes", "H1", "C7")),
    "marts.cp_tracker.held_and_never_good": ("H2", held("cin_census", "child_protection_plans", "H2", None)),
    "marts.publication.personal_text": (
        "fct_meeting_change|meeting_type|name",
        "update {marts}.fct_meeting_change set meeting_type = 'told zorvane  QUILLIBEX' where change_id = 'CH1'",
    ),
    "marts.fct_permanence_milestone.decision_id_unknown": ("M1", "delete from {marts}.fct_permanence_plan"),
    "marts.fct_escalation_stage.escalation_id_unknown": ("S1", "delete from {marts}.fct_escalation"),
    "marts.fct_conference_participation.cp_conference_key_unknown": ("A1", "delete from {marts}.fct_cp_conference"),
    "marts.fct_special_review_child.special_review_id_unknown": ("KNOWN", "delete from {marts}.fct_special_review"),
    "ssd.person.pers_dob.changed": (
        "C1",
        person("C1", "2010-05-05", "M", "[2026-01-31,2026-03-31)") + person("C1", "2010-05-06", "M", "[2026-03-31,)"),
    ),
    "ssd.person.pers_sex.changed": (
        "C1",
        person("C1", "2010-05-05", "F", "[2026-01-31,2026-03-02)") + person("C1", "2010-05-05", "M", "[2026-03-02,)"),
    ),
    "cssu.compliance_forms.conference_unknown": (
        "cssu.compliance_forms",
        "update {staging}.stg_cssu__compliance_forms set meeting_id = 'NONE'",
    ),
}
# what raw history, read by itself, has of the two children, and what else the build's own layers have
BESIDE = """
    create schema {seeds};
    create table {seeds}.speaks_for (concept text, source text, from_day date, to_day date, choice integer);
    create schema {intermediate};
    create table {intermediate}.int_run__care_coverage (from_day date, to_day date);
    insert into {intermediate}.int_run__care_coverage values ('2022-04-01', '2100-01-01');
    create table {intermediate}.int_reviews__clock (
        care_period_id text, review_number integer, began_before_known boolean, runs_from date, held_date date
    );
    insert into ops.batch (
        batch_id, source, slice, batch_date, state, content_sha256, contract_fingerprint, rule_fingerprint
    ) values (1, 'ssd', 'all', '2026-03-31', 'recorded', '', '', '');
    insert into raw.ssd_cla_episodes (
        _slice, _record_key, _version, _recorded, clae_person_id, clae_cla_episode_start_date
    ) values ('all', 'E1', gen_random_uuid(), '{{[2026-03-31,)}}', 'C1', '2025-01-01');
    insert into raw.ssd_cp_plans (
        _slice, _record_key, _version, _recorded, cppl_person_id, cppl_cp_plan_start_date
    ) values ('all', 'P2', gen_random_uuid(), '{{[2026-03-31,)}}', 'C2', '2025-06-01')
"""
FAULTS |= {
    "marts.permanence_tracker.children_missing": ("C1", "delete from {marts}.permanence_tracker"),
    "marts.permanence_tracker.children_not_counted": (
        "C1",
        "update raw.ssd_cla_episodes set clae_cla_episode_ceased_date = '2026-03-31'",
    ),
    "marts.permanence_tracker.no_source_for_this_day": (
        1,
        "update {intermediate}.int_run__care_coverage set to_day = '2026-03-31'",
    ),
    "marts.permanence_tracker.colour_without_reason": ("C1", "update {marts}.permanence_tracker set rag = 'AMBER'"),
    "marts.permanence_tracker.child_unknown": ("C1", "delete from {marts}.dim_child where child_ref = 'C1'"),
    "marts.permanence_tracker.status_unknown": ("C1", "update {marts}.permanence_tracker set legal_status = null"),
    "marts.permanence_tracker.age_unknown": ("C1", "update {marts}.permanence_tracker set age_years = null"),
    "marts.cp_tracker.children_missing": ("C2", "delete from {marts}.cp_tracker"),
    "marts.cp_tracker.children_not_counted": (
        "C2",
        "update raw.ssd_cp_plans set cppl_cp_plan_start_date = '2026-04-01'",
    ),
    "marts.cp_tracker.colour_without_reason": ("C2", "update {marts}.cp_tracker set rag = 'GREEN'"),
    "marts.cp_tracker.child_unknown": ("C2", "delete from {marts}.dim_child where child_ref = 'C2'"),
    "marts.fct_cic_review.due_date_missing": (
        "fct_cic_review C1",
        "update {marts}.fct_cic_review set due_date = null where child_ref = 'C1'",
    ),
    "marts.fct_cic_review_clock.review_unknown": (
        "fct_cic_review_clock C1",
        "delete from {marts}.fct_cic_review where child_ref = 'C1'",
    ),
    "marts.dim_date.day_missing": (1, "update {marts}.dim_date set calendar_date = '2027-03-30'"),
    "marts.publication_source.nightly_source_old": (
        "ssd",
        "update {marts}.publication_source set newest_batch_date = '2026-03-30' where source = 'ssd'",
    ),
    "marts.publication_source.late": (
        "ssda903",
        "update {marts}.publication_source set days_old = 401 where source = 'ssda903'",
    ),
    "marts.fct_permanence_plan.period_unknown": (
        "KNOWN",
        "update {marts}.fct_permanence_plan set days_to_agree = null where decision_id = 'KNOWN'",
    ),
}
FAULTS |= {
    f"marts.{fact}.child_unknown": (
        f"{fact} C1",
        f"update {{marts}}.{fact} set child_ref = 'NOBODY' where {key} = '{fact} C1'",
    )
    for fact, key in NAMING_A_CHILD.items()
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


def make_agreeing(connection: psycopg.Connection) -> None:
    """Make the build's layers and what is live, as a connection that may do all of it; nothing contradicts anything."""
    described = {
        model["name"]: model
        for path in (PROJECT_FOLDER / "models/marts").rglob("_*.yml")
        for model in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["models"]
    }
    schema = BUILD.schema("marts")
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
    _, values = queries_of(BUILD)
    connection.execute(BESIDE.format(**values))
    with (PROJECT_FOLDER / "seeds/speaks_for.csv").open(encoding="utf-8") as handle:
        told = [tuple(row.values()) for row in csv.DictReader(handle)]
    connection.cursor().executemany(f"insert into {values['seeds']}.speaks_for values (%s, %s, %s, %s, %s)", told)
    for mart, reader in LIVE.items():
        connection.execute(f"create table marts.{mart} (child_ref text primary key)")
        connection.execute(f"grant select on marts.{mart} to {reader}")
    listed = psycopg.types.json.Jsonb(
        [{"name": mart, "key": ["child_ref"], "reader": reader} for mart, reader in (LIVE | NOT_LIVE).items()]
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
