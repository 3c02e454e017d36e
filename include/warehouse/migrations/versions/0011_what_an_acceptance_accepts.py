"""Which line of the seed accepted_failure accepts a failure: said once, for the worklist and for both gates."""

from alembic import op

revision = "0011"
down_revision = "0010"

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

ACCEPTS = f"""
create function quality.accepted_by(failed_rule text, failed_table text, failed_key text, failed_column text, at date)
returns setof quality.accepted_failure language sql stable as $$
    select x.* from quality.accepted_failure as x
    where x.rule_id = failed_rule and x.table_name = failed_table and x.record_key = failed_key
        and x.column_name in ('', failed_column) and at between x.accepted_on and x.accepted_until
    order by x.accepted_until desc, x.line limit 1
$$;
comment on function quality.accepted_by is
    'The line of the seed accepted_failure that accepts a failure on a night: one row or none. A line without a column '
    'accepts whatever column of the record fails.';
revoke execute on function quality.accepted_by from public;
grant execute on function quality.accepted_by to {LOADER}, {BUILDER}, {PUBLISHER};
"""

OPEN = """
create or replace view quality.open_failure as
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
left join lateral quality.accepted_by(f.rule_id, f.table_name, f.record_key, f.column_name, n.night) as accepted
    -- without a key an acceptance is of the table as a whole, never of every record that has none
    on f.record_key <> '' or f.record_numbers is null
where f.cleared_on is null;
"""


def upgrade() -> None:
    """Make the function, and have the worklist ask it; rights and comments of the view stay."""
    for statements in (ACCEPTS, OPEN):
        op.get_bind().exec_driver_sql(statements)
