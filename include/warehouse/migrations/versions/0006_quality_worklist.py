"""What fails, since when and whose it is to put right: faults, the worklist, what was accepted, and the trend."""

from alembic import op

revision = "0006"
down_revision = "0005"

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

KEPT = f"""
alter table quality.rule add column rule_source text not null default '';
comment on column quality.rule.source is 'The source of records that the rule is about; marts for one of gate 2.';
comment on column quality.rule.rule_source is 'Where it comes from: a regulation, a rule of the DfE, the contract.';

alter table quality.publication_failure add column child_ref text;
comment on column quality.publication_failure.child_ref is 'Id of the child, where the key is of a child''s row.';

create table quality.accepted_failure (
    line integer primary key,
    rule_id text not null,
    table_name text not null,
    record_key text not null,
    column_name text not null,
    reason text not null,
    accepted_by text not null,
    accepted_on date,
    accepted_until date
);
comment on table quality.accepted_failure is
    'One row per line of the seed accepted_failure: a false alarm, by whom it was accepted, and until when. It leaves '
    'the worklist and the tracker; a record that gate 1 holds back stays held back.';
comment on column quality.accepted_failure.column_name is 'Empty: whatever column of the record fails the rule.';
comment on column quality.accepted_failure.accepted_until is 'The last night of it; empty where no day could be read.';

create table quality.answering (
    child_ref text primary key,
    team_id text,
    iro_id text,
    social_worker_id text
);
comment on table quality.answering is
    'One row per child somebody ever answered for, with who does on the newest day that gate 2 judged, or did last.';

create index on quality.result (rule_id) where not success;
grant select on quality.accepted_failure, quality.answering to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert, update, delete on quality.accepted_failure, quality.answering to {BUILDER};
"""

# A record is the same while its key is, on whatever line of its file it stands; one without a key is told by its line.
FAULT = r"""
create view quality.night as
select batch_date as night from ops.batch_standing
union
select batch_date from ops.batch_latest where state in ('stopped', 'passed');
comment on view quality.night is 'One row per date of which a batch was recorded, or at least checked.';

create view quality.newest_night as
select max(night) as night from quality.night;
comment on view quality.newest_night is 'One row: the newest date of which a batch was recorded, or at least checked.';

create view quality.fault as
with batch as (
    select batch_id, source, slice, daterange(
        batch_date, lead(batch_date) over (partition by source, slice order by batch_date)
    ) as nights
    from ops.batch_latest where state in ('stopped', 'passed', 'recorded')
),
build as (
    select build_id, daterange(as_at, lead(as_at) over (order by as_at)) as nights
    from (
        select distinct on (as_at) build_id, as_at from ops.build
        where as_at = known_on and state in ('passed', 'stopped') order by as_at, started_at desc
    ) as judged
),
newest_batch as (
    select source, slice, table_name, max(batch_date) as night from ops.batch_table group by 1, 2, 3
),
found as (
    select 'landing' as gate, f.rule_id, f.severity, f.source, f.table_name, f.slice, f.record_key, f.column_name,
        f.person as child_ref, f.file_name, f.record_number,
        case
            when f.slice !~ '^\d{4}-\d{2}-\d{2}/' then f.nights
            -- a period counts as long as it is read
            else f.nights * coalesce(p.spoken, '{}')
        end as nights, null::date as said_on
    from quality.failure as f
    left join ops.period_spoken as p on p.source = f.source and p.slice = f.slice
    union all
    -- of the table as a whole; and a rule whose query could not be run
    select 'landing', r.rule_id, r.severity, b.source, split_part(r.rule_id, '.', 2), b.slice, '', '', null, null,
        null, datemultirange(b.nights), lower(b.nights)
    from quality.result as r
    inner join batch as b on b.batch_id = r.batch_id
    left join quality.rule as known on known.rule_id = r.rule_id
    where not r.success and (known.scope = 'table' or r.failing = 0) and not exists (
        select from quality.result as later
        where later.batch_id = r.batch_id and later.rule_id = r.rule_id and later.result_id > r.result_id
    )
    union all
    select 'publication', f.rule_id, coalesce(known.severity, 'critical'), 'marts', split_part(f.rule_id, '.', 2),
        'all', f.record_key, '',
        f.child_ref, null, null, datemultirange(b.nights), lower(b.nights)
    from quality.publication_failure as f
    inner join build as b on b.build_id = f.build_id
    left join quality.rule as known on known.rule_id = f.rule_id
    union all
    select 'publication', r.rule_id, r.severity, 'marts', split_part(r.rule_id, '.', 2), 'all', '', '', null, null,
        null, datemultirange(b.nights), lower(b.nights)
    from quality.result as r
    inner join build as b on b.build_id = r.build_id
    left join quality.rule as known on known.rule_id = r.rule_id
    where not r.success and (known.scope = 'table' or r.failing = 0) and not exists (
        select from quality.result as later
        where later.build_id = r.build_id and later.rule_id = r.rule_id and later.result_id > r.result_id
    )
),
grouped as (
    select gate, rule_id, source, table_name, slice, record_key, column_name, child_ref,
        (array_agg(severity order by upper(nights) desc nulls first))[1] as severity,
        (array_agg(file_name order by upper(nights) desc nulls first))[1] as file_name,
        array_agg(record_number order by record_number)
            filter (where upper_inf(nights) and record_number is not null) as record_numbers,
        range_agg(nights) as nights, max(said_on) as said_on
    from found where not isempty(nights)
    group by gate, rule_id, source, table_name, slice, record_key, column_name, child_ref,
        case when record_key = '' then record_number end
)
select g.gate, g.rule_id, g.severity, g.source, g.table_name, g.slice, g.record_key, g.column_name, g.child_ref,
    g.file_name, g.record_numbers, g.nights,
    (select max(lower(spell)) from unnest(g.nights) as spell) as first_night,
    case
        when not upper_inf(g.nights) then upper(g.nights) - 1
        -- records: by the newest file of their table. What is said of a whole table, or of a mart, is said on its night
        else coalesce(g.said_on, b.night)
    end as last_night,
    upper(g.nights) as cleared_on
from grouped as g
left join newest_batch as b on b.source = g.source and b.slice = g.slice and b.table_name = g.table_name;
comment on view quality.fault is
    'One row per record and column that fails a rule, or ever failed it, whatever line of its file it stood on; and '
    'per table, mart or key of a mart that does. Keys only.';
comment on column quality.fault.nights is 'The dates on which the export, or the mart, said so.';
comment on column quality.fault.first_night is 'The first night of its last unbroken spell.';
comment on column quality.fault.last_night is 'The date of the last export that said so.';
comment on column quality.fault.cleared_on is 'The date of the first export without it; empty while it is open.';
comment on column quality.fault.record_numbers is 'Its numbers in the newest file; several where records share a key.';
"""

WORKLIST = """
create view quality.open_failure as
select f.gate, f.rule_id, f.severity, coalesce(r.owner, 'data engineer') as owner, f.source, f.table_name, f.slice,
    f.record_key, f.child_ref, a.team_id,
    case r.owner
        when 'independent reviewing officer' then a.iro_id
        when 'performance team' then a.social_worker_id
    end as worker_id,
    f.column_name, f.file_name, f.record_numbers, f.first_night, f.last_night,
    greatest(n.night, f.last_night) - f.first_night + 1 as nights_open,
    coalesce(r.description, 'The rule is no longer among those that are checked') as what_is_wrong,
    coalesce(r.remedy, 'Load the delivery again: it is then checked by the rules of today') as how_to_fix,
    coalesce(r.rule_source, '') as rule_source,
    f.gate = 'landing' and f.severity = 'critical' and f.record_numbers is not null as is_held,
    accepted.line as accepted_line, accepted.accepted_until
from quality.fault as f
cross join quality.newest_night as n
left join quality.rule as r on r.rule_id = f.rule_id
left join quality.answering as a on a.child_ref = f.child_ref
left join lateral (
    select x.line, x.accepted_until from quality.accepted_failure as x
    where x.rule_id = f.rule_id and x.table_name = f.table_name and x.record_key = f.record_key
        and x.column_name in ('', f.column_name) and n.night between x.accepted_on and x.accepted_until
        -- without a key an acceptance is of the table as a whole, never of every record that has none
        and (x.record_key <> '' or f.record_numbers is null)
    order by x.accepted_until desc, x.line limit 1
) as accepted on true
where f.cleared_on is null;
comment on view quality.open_failure is
    'One row per fault that is open as at the newest batch of its slice, accepted or not: whose it is to put right.';
comment on column quality.open_failure.team_id is 'Team that answers for the child, or did last.';
comment on column quality.open_failure.worker_id is
    'Whom of the child it concerns: the IRO for what an IRO puts right, the social worker for what the performance '
    'team has corrected in the case system; nobody for what a data engineer does.';
comment on column quality.open_failure.nights_open is
    'Nights from the first one to the newest night loaded, both counted.';
comment on column quality.open_failure.is_held is
    'Gate 1 holds the record back: it is read as its last good version or not at all, also where this was accepted.';

create view quality.worklist as
select rule_id, severity, owner, source, table_name, record_key, child_ref, team_id, worker_id, column_name, file_name,
    record_numbers, first_night, last_night, nights_open, is_held, what_is_wrong, how_to_fix, rule_source
from quality.open_failure where accepted_line is null;
comment on view quality.worklist is
    'One row per open failure that nobody accepted: what is wrong, how to fix it, and who can. Ids only, no names.';

create view quality.acceptance as
select x.line, x.rule_id, x.table_name, x.record_key, x.column_name, x.reason, x.accepted_by, x.accepted_on,
    x.accepted_until,
    case
        when x.accepted_on is null or x.accepted_until is null then 'its days can''t be read'
        when not exists (select from quality.rule as r where r.rule_id = x.rule_id) then 'no such rule'
        when failed.times = 0 then 'no such record failed it'
        when failed.still = 0 then 'fails no longer'
        when x.accepted_on > n.night then 'not yet'
        when x.accepted_until < n.night then 'expired'
        else 'accepted'
    end as state,
    failed.is_held
from quality.accepted_failure as x
cross join quality.newest_night as n
cross join lateral (
    select count(*) as times, count(*) filter (where f.cleared_on is null) as still,
        coalesce(bool_or(f.cleared_on is null and f.gate = 'landing' and f.severity = 'critical'
            and f.record_numbers is not null), false) as is_held
    from quality.fault as f
    where f.rule_id = x.rule_id and f.table_name = x.table_name and f.record_key = x.record_key
        and x.column_name in ('', f.column_name) and (x.record_key <> '' or f.record_numbers is null)
) as failed;
comment on view quality.acceptance is
    'One row per line of the seed accepted_failure, and what it does: accepted; expired, not yet, or for nothing.';
"""

# forty nights, as positions are kept of; month ends for as far back as there are batches
TREND = f"""
create view quality.trend_night as
select shown.night, lag(shown.night) over (order by shown.night) as compared_with
from (
    (select night from quality.night order by night desc limit 40)
    union
    select month_end.day from (
        select (date_trunc('month', first_of) + interval '1 month - 1 day')::date as day
        from (select min(night) as oldest, max(night) as newest from quality.night) as held
        cross join generate_series(date_trunc('month', held.oldest::timestamp), held.newest, '1 month') as first_of
    ) as month_end
    where month_end.day <= (select night from quality.newest_night)
) as shown;
comment on view quality.trend_night is
    'One row per night that the trend shows: the last 40 on which anything was loaded, and the ends of months.';
comment on column quality.trend_night.compared_with is 'The night before it in this list.';

create view quality.trend as
select f.rule_id, n.night, n.compared_with,
    count(*) filter (where f.nights @> n.night) as open,
    case
        when n.compared_with is not null
        then count(*) filter (where f.nights @> n.night and not f.nights @> n.compared_with)
    end as new,
    case
        when n.compared_with is not null
        then count(*) filter (where f.nights @> n.compared_with and not f.nights @> n.night)
    end as cleared
from quality.trend_night as n
inner join quality.fault as f on f.nights @> n.night or f.nights @> n.compared_with
group by f.rule_id, n.night, n.compared_with;
comment on view quality.trend is
    'One row per rule and night on which it had failures, or lost them: open that night, new and cleared since the '
    'night it is compared with. Accepted failures are counted too.';
grant select on quality.night, quality.newest_night, quality.fault, quality.open_failure, quality.worklist,
    quality.acceptance, quality.trend_night, quality.trend to {LOADER}, {BUILDER}, {PUBLISHER};
"""


def upgrade() -> None:
    """Create them, with the grants of each role."""
    for statements in (KEPT, FAULT, WORKLIST, TREND):
        op.get_bind().exec_driver_sql(statements)
