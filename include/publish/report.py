"""Tell what is live: as_at, known_on, rows per mart, the gates' results, what is in quarantine, where to look."""

import hashlib

import psycopg

from include.publish.live import live_publication, standing_hold
from include.warehouse.connection import Role, connect


def publication_report() -> list[str]:
    """Lines that say what was published last. Raises WarehouseError when the server refuses."""
    with connect(Role.BUILDER, "reading what is live") as connection:
        live = live_publication(connection)
        if live is None:
            return ["Nothing is published yet."]
        lines = [
            f"Published: as at {live['as_at']}, known on {live['known_on']} ({live['build_id']}, {live['kind']})",
            *(["Held: nights are recorded and not published until make release"] if standing_hold(connection) else []),
            "Rows per mart:",
            *(f"  marts.{name:<28} {rows:>8}" for name, rows in sorted(live["rows"].items())),
            "Gate 1 (what arrived):",
            *_gate(connection, "where r.batch_id = any(%s)", (live["batches"],)),
            *_whole_tables(connection, live["batches"]),
            "Gate 2 (what is published):",
            *_gate(connection, "where r.build_id = %s", (live["build_id"],)),
        ]
        quarantined = connection.execute(
            "select source || '.' || table_name, count(*) from raw.held_key where recorded @> %s::date group by 1",
            (live["known_on"],),
        ).fetchall()
        lines.append(f"Records in quarantine: {sum(count for _, count in quarantined)}")
        lines += [f"  {name}: {count}" for name, count in sorted(quarantined)]
        lines += [
            "Where to look next:",
            "  make sql                              then: select child_ref, rag, rag_reasons "
            "from marts.permanence_tracker;",
            "  make quality                          which records failed which rule, and who can put them right",
            "  ops.batch, ops.build, ops.publication what was loaded, built and published",
            "  make up                               Airflow's pages; docs/runbooks/ when something is wrong",
        ]
    return lines


def _gate(connection: psycopg.Connection, where: str, values: tuple) -> list[str]:
    rows = connection.execute(
        "select coalesce(b.source || ' ' || b.batch_date || case when b.slice <> 'all' then ' ' || b.slice else '' "
        "end, r.build_id), count(*), count(*) filter (where r.success), "
        "coalesce(sum(r.failing) filter (where r.decision = 'quarantine'), 0), "
        "coalesce(sum(r.failing) filter (where r.decision = 'warn'), 0), "
        "coalesce(sum(r.failing) filter (where r.decision = 'count'), 0) "
        "from (select distinct on (batch_id, build_id, rule_id) * from quality.result as r "
        f"{where} order by batch_id, build_id, rule_id, result_id desc) as r "
        "left join (select distinct on (batch_id) batch_id, source, batch_date, slice from ops.batch "
        "order by batch_id, entry_id) as b on r.batch_id = b.batch_id "
        "group by 1 order by 1",
        values,
    ).fetchall()
    return [
        f"  {name}: {rules} rules, {held} held; {quarantined} failures quarantined, {warned} warned, {counted} counted"
        for name, rules, held, quarantined, warned, counted in rows
    ]


def _whole_tables(connection: psycopg.Connection, batches: list[int]) -> list[str]:
    """A line for each rule on a table as a whole that fails in a batch that is read: the newest of its slice."""
    rows = connection.execute(
        "select b.source, b.batch_date, b.slice, r.decision, r.rule_id, r.named, known.description "
        "from (select distinct on (source, slice) batch_id, source, slice, batch_date from ops.batch_standing "
        "where batch_id = any(%s) order by source, slice, batch_date desc) as b "
        "inner join quality.batch_result as r on r.batch_id = b.batch_id and not r.success "
        "inner join quality.rule as known on known.rule_id = r.rule_id and known.scope = 'table' "
        "order by b.source, b.batch_date, b.slice, r.rule_id",
        (batches,),
    ).fetchall()
    return [
        f"  {source} {batch_date}{'' if slice_ == 'all' else f' {slice_}'}: {_DECIDED[decision]}: {rule_id}"
        f"{' of ' + ', '.join(named) if named else ''}: {description}"
        for source, batch_date, slice_, decision, rule_id, named, description in rows
    ]


_DECIDED = {"warn": "warning", "accept": "accepted", "stop": "would be stopped now", "count": "counted"}


def mart_hashes() -> dict[str, str]:
    """A hash of the content of each live mart, by name: equal when and only when the marts are the same."""
    hashes = {}
    with connect(Role.PUBLISHER, "hashing the live marts") as connection:
        names = connection.execute("select tablename from pg_tables where schemaname = 'marts' order by 1").fetchall()
        for (name,) in names:
            digest = hashlib.sha256()
            with connection.cursor().copy(
                f'copy (select m::text from marts.{name} as m order by m::text collate "C") to stdout'
            ) as copy:
                for block in copy:
                    digest.update(block)
            hashes[name] = digest.hexdigest()
    return hashes
