"""Promises that a mart has its key, and that what is live is read by those it is for, and by nobody else."""

from expectations.rule import Rule

# what is live, as the build of the newest publication says who reads it
_LIVE = """
    with live as (
        select m.value ->> 'name' as mart, m.value ->> 'reader' as reader, c.oid as relation
        from (select build_id from ops.publication order by publication_id desc limit 1) as p
        inner join ops.build as b on b.build_id = p.build_id
        cross join jsonb_array_elements(b.marts) as m
        inner join pg_class as c on c.relname = m.value ->> 'name' and c.relnamespace = 'marts'::regnamespace
    )
"""

RULES = [
    Rule(
        "marts.publication.key_missing",
        "critical",
        "A mart of the build has no primary key: its rows could stand in it twice",
        "Restore the constraint in the description of the mart, and build again",
        "select m.relname::text as record_key from pg_class as m "
        "where m.relnamespace = '{marts}'::regnamespace and m.relkind in ('r', 'p') and not exists "
        "(select from pg_constraint as c where c.conrelid = m.oid and c.contype = 'p' and c.convalidated)",
        owner="data engineer",
        source="promise to the reader: every row of a mart stands in it once",
    ),
    Rule(
        "marts.publication.grant_missing",
        "critical",
        "A live mart can't be read by the role that it is for",
        "Grant select on the live mart to the role that its description names",
        _LIVE
        + "select l.mart as record_key from live as l where not has_table_privilege(l.reader, l.relation, 'SELECT')",
        owner="data engineer",
        source="architecture: folder = layer = schema = grant",
    ),
    Rule(
        "marts.publication.grant_too_wide",
        "critical",
        "A live mart can be read by a reading role that it is not for",
        "Revoke select on the live mart from every role but the one that its description names",
        _LIVE + "select l.mart || '|' || r.rolname as record_key from live as l "
        "inner join pg_roles as r on r.rolname in (select reader from live) and r.rolname <> l.reader "
        "where has_table_privilege(r.oid, l.relation, 'SELECT')",
        owner="data engineer",
        source="architecture: what never leaves",
    ),
]
