"""Build the marts of a day: one dbt build into schemas of its own, of the batches known on a day."""

import hashlib
import json
import logging
import tempfile
from datetime import date
from pathlib import Path

import psycopg

from include.settings import settings
from include.transform import dbt, parsed
from include.warehouse.builds import (
    LAYERS,
    Build,
    Mart,
    NoBuildError,
    build_state,
    keep_marts,
    known_batches,
    marts_of,
    set_build_state,
)
from include.warehouse.connection import Role, connect

log = logging.getLogger(__name__)


class BuildFailed(Exception):
    """dbt could not build; names the nodes that failed."""


def build(as_at: date, known_on: date) -> Build:
    """Build the marts as at `as_at` as known on `known_on`; a build already there is not made again.

    What is recorded while dbt reads may be in some models and not in others: then it is built again. Raises
    BuildFailed naming the models or tests that failed, WarehouseError when the server refuses.
    """
    while not _make(planned := _planned(as_at, known_on)):
        log.warning("%s: a batch was recorded or withdrawn while dbt read; building again", planned.build_id)
    return planned


def _planned(as_at: date, known_on: date) -> Build:
    with connect(Role.BUILDER, "looking at what to build") as connection:
        batches = tuple(known_batches(connection, known_on))
    return Build(_build_id(as_at, known_on, batches), as_at, known_on, batches)


def _make(planned: Build) -> bool:
    """Run dbt for a build, unless it stands already. False: history changed meanwhile, and it may be a mixture."""
    with connect(Role.BUILDER, f"building {planned.build_id}", autocommit=True) as guard:
        # a session lock for as long as dbt runs: two runs of one day make one build
        guard.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (f"permanence:build {planned.build_id}",))
        if build_state(guard, planned) in {"built", "passed", "stopped"} and _schemas_stand(guard, planned):
            log.info("%s is built already", planned.build_id)
            return True
        _drop_old_builds(guard, planned)
        _begin(guard, planned)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder)
            variables = {
                "as_at": planned.as_at.isoformat(),
                "known_on": planned.known_on.isoformat(),
                "build_id": planned.build_id,
                "council_code": settings().council_code,
            }
            code = parsed.run(
                ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(variables)],
                schema=planned.build_id,
                target=target,
            )
            nodes = dbt.run_results(target)
            _keep_nodes(guard, planned, nodes)
            failed = [node for node in nodes if node["status"] in {"error", "fail", "runtime error"}]
            if code != 0:
                reason = "; ".join(f"{node['node']}: {node['message']}" for node in failed) or f"dbt ended with {code}"
                set_build_state(guard, planned, "failed", reason)
                raise BuildFailed(f"build {planned.build_id}: {reason}")
            keep_marts(guard, planned, _marts(dbt.manifest(target)))
        if tuple(known_batches(guard, planned.known_on)) != planned.batches:
            set_build_state(guard, planned, "failed", "a batch was recorded or withdrawn while dbt read: built again")
            return False
        set_build_state(guard, planned, "built")
    log.info("%s built: %d nodes", planned.build_id, len(nodes))
    return True


def keep_build(made: Build) -> None:
    """Keep the schemas of a build until they are dropped by hand, and let readers read its marts as the live ones."""
    schema = made.schema("marts")
    with connect(Role.BUILDER, f"keeping {made.build_id}") as connection:
        connection.execute("update ops.build set is_kept = true where build_id = %s", (made.build_id,))
        for mart in marts_of(connection, made.build_id):
            connection.execute(f"grant usage on schema {schema} to {mart.reader}")
            connection.execute(f"grant select on {schema}.{mart.name} to {mart.reader}")


def drop_build(build_id: str) -> str:
    """Drop the schemas of a build that was kept on purpose; returns a line that says what became of it.

    One that can be rolled back to stays as long as the setting builds_kept has it. Raises NoBuildError, naming those
    that are kept, for a build that nobody asked to keep.
    """
    with connect(Role.BUILDER, f"dropping {build_id}") as connection:
        kept = connection.execute("select build_id from ops.build where is_kept order by 1").fetchall()
        if (build_id,) not in kept:
            names = ", ".join(name for (name,) in kept) or "none"
            raise NoBuildError(f"{build_id} is not a build that is kept on purpose; those are: {names}")
        connection.execute("update ops.build set is_kept = false where build_id = %s", (build_id,))
        if build_id in _rolled_back_to(connection):
            return f"{build_id} is no longer kept on purpose; it stays while it can be rolled back to"
        _drop_schemas(connection, build_id)
    return f"{build_id} is dropped"


def _drop_schemas(connection: psycopg.Connection, build_id: str) -> None:
    for layer in LAYERS:
        connection.execute(f"drop schema if exists {build_id}_{layer} cascade")
    log.info("dropped the schemas of %s", build_id)


def _build_id(as_at: date, known_on: date, batches: tuple[int, ...]) -> str:
    """Name of a build, short enough for a schema: its day and a hash of all it is made from.

    Of the batches their content counts, not the number they happen to have on this server.
    """
    with connect(Role.BUILDER, "reading the ledger") as connection:
        contents = connection.execute(
            "select source, slice, batch_date::text, content_sha256, contract_fingerprint, rule_fingerprint "
            "from ops.batch_standing where batch_id = any(%s) order by source, slice, batch_date",
            (list(batches),),
        ).fetchall()
    made_from = json.dumps(
        [as_at.isoformat(), known_on.isoformat(), contents, dbt.project_fingerprint(), settings().council_code]
    )
    return f"build_{as_at:%Y%m%d}_{hashlib.sha256(made_from.encode()).hexdigest()[:12]}"


def _schemas_stand(connection: psycopg.Connection, planned: Build) -> bool:
    return bool(connection.execute("select to_regnamespace(%s) is not null", (planned.schema("marts"),)).fetchone()[0])


def _begin(connection: psycopg.Connection, planned: Build) -> None:
    """Make the schemas of a build anew; its marts, and nothing else of it, can be read by the publisher."""
    connection.execute(
        "insert into ops.build (build_id, as_at, known_on, batches, state) values (%s, %s, %s, %s, 'building') "
        "on conflict (build_id) do update set state = 'building', reason = null, started_at = clock_timestamp(), "
        "ended_at = null",
        (planned.build_id, planned.as_at, planned.known_on, list(planned.batches)),
    )
    connection.execute("delete from ops.build_node where build_id = %s", (planned.build_id,))
    for layer in LAYERS:
        connection.execute(f"drop schema if exists {planned.schema(layer)} cascade")
        connection.execute(f"create schema {planned.schema(layer)}")
    marts = planned.schema("marts")
    connection.execute(f"grant usage on schema {marts} to {Role.PUBLISHER}")
    connection.execute(f"alter default privileges in schema {marts} grant select on tables to {Role.PUBLISHER}")


def _keep_nodes(connection: psycopg.Connection, planned: Build, nodes: list[dict]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into ops.build_node (build_id, node, status, seconds, rows_affected) values (%s, %s, %s, %s, %s)",
            [(planned.build_id, n["node"], n["status"], n["seconds"], n["rows"]) for n in nodes],
        )


def _marts(manifest: dict) -> list[Mart]:
    """The marts of the project, with their primary keys and who may read them, from dbt's manifest."""
    marts = []
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["fqn"][1] == "marts":
            marts.append(Mart(node["name"], _primary_key(node), node["config"]["meta"].get("reader", Role.READER)))
    return marts


def _primary_key(node: dict) -> tuple[str, ...]:
    for constraint in node.get("constraints", []):
        if constraint["type"] == "primary_key":
            return tuple(constraint["columns"])
    of_columns = [
        column["name"]
        for column in node["columns"].values()
        if any(constraint["type"] == "primary_key" for constraint in column.get("constraints", []))
    ]
    if not of_columns:
        raise BuildFailed(f"mart {node['name']} has no primary key in its contract: it can't be published")
    return tuple(of_columns)


def _rolled_back_to(connection: psycopg.Connection) -> set[str]:
    """The builds that were published last, as many as the setting says: the live one, and those one can go back to."""
    return {
        row[0]
        for row in connection.execute(
            "select build_id from (select build_id, max(publication_id) as newest from ops.publication "
            "group by build_id order by newest desc limit %s) as published",
            (settings().builds_kept,),
        )
    }


def _drop_old_builds(connection: psycopg.Connection, planned: Build) -> None:
    """Drop the schemas of builds that nobody goes back to: not live, not among the last published, not kept."""
    on_purpose = {row[0] for row in connection.execute("select build_id from ops.build where is_kept")}
    kept = _rolled_back_to(connection) | on_purpose
    present = {
        row[0]
        for row in connection.execute(
            "select regexp_replace(nspname, '_(seeds|staging|intermediate|marts)$', '') from pg_namespace "
            "where nspname ~ '^build_[0-9]{8}_[0-9a-f]{12}_(seeds|staging|intermediate|marts)$' "
            "and pg_has_role(nspowner, 'USAGE')"
        )
    }
    running = {
        row[0]
        for row in connection.execute(
            "select build_id from ops.build where state in ('building', 'built', 'passed') "
            "and started_at > clock_timestamp() - interval '1 day'"
        )
    }
    for build_id in sorted(present - kept - running - {planned.build_id}):
        _drop_schemas(connection, build_id)
