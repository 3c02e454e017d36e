"""What raw history says on known_on, read without staging: what gate 2 counts by queries of its own stands on it."""


def speaking(concept: str) -> str:
    """CTEs `delivered` and `chosen`: the sources that speak for a concept on known_on, each with its span of the seed.

    Of those that delivered a second choice speaks only where no better one has those days. A source may have two spans.
    """
    return f"""
    delivered as (
        select source, from_day, to_day, choice from {{seeds}}.speaks_for
        where concept = '{concept}' and exists (
            select from ops.batch_standing as b where b.source = speaks_for.source and b.batch_date <= {{known_on}}
        )
    ),
    chosen as (
        select source, from_day, to_day, min(from_day) over () as first_day from delivered as d
        where not exists (
            select from delivered as b
            where b.choice < d.choice and b.from_day < d.to_day and b.to_day > d.from_day
        )
    )"""


def read(name: str, source: str, table: str, *, proof: bool = True) -> str:
    """CTE `name`: the records of a table that count on known_on, each as it was last said, by slice.

    A record counts as long as no batch of its slice that knows the key of each of its records goes without it; with
    `proof` false, for good (a person's own record).
    """
    until_then = "datemultirange(daterange(null, {known_on}, '[]'))"
    proved_since = (
        f"""
        where not exists (
            select from {name}_proved as b where b.slice = spoken.slice and b.proved_on >= spoken.silent_from
        )"""
        if proof
        else ""
    )
    return f"""
    {name}_proved as (
        select slice, max(batch_date) as proved_on from ops.batch_table
        where source = '{source}' and table_name = '{table}' and keyless = 0 and batch_date <= {{known_on}}
        group by slice
    ),
    {name} as (
        select distinct on (spoken.slice, spoken.record_key) spoken.slice as said_in, r.* from (
            select slice, record_key, max(upper(days * {until_then})) as silent_from
            from (
                select _slice as slice, _record_key as record_key, _recorded as days from raw.{source}_{table}
                union all
                select slice, record_key, recorded from raw.held_key
                where source = '{source}' and table_name = '{table}'
            ) as spoken_of
            where lower(days) <= {{known_on}}
            group by slice, record_key
        ) as spoken
        left join raw.{source}_{table} as r
            on r._slice = spoken.slice and r._record_key = spoken.record_key and lower(r._recorded) <= {{known_on}}
        {proved_since}
        order by spoken.slice, spoken.record_key, upper(r._recorded * {until_then}) desc nulls last
    )"""


def never_good(tracker: str, tables: tuple[str, ...]) -> str:
    """Query of the held records of tables (source.table) of which no good version was ever read: their keys, and the
    child, where the record names one. But for children whom something else puts on the tracker all the same.
    """
    of_tables = " union all ".join(
        f"""
        select f.record_key, f.person from quality.failure as f
        where f.source = '{source}' and f.table_name = '{table}' and f.severity = 'critical' and f.record_key <> ''
        and f.nights @> {{known_on}} and not exists (
            select from raw.{source}_{table} as r
            where r._slice = f.slice and r._record_key = f.record_key and lower(r._recorded) <= {{known_on}}
        )"""
        for source, table in (name.split(".") for name in tables)
    )
    return f"""
        select distinct h.record_key, h.person as child from ({of_tables}) as h
        where not exists (select from {{marts}}.{tracker} as t where t.child_ref = h.person)
    """
