"""Batches recorded before their periods and each table's keyless records were kept are read as they were before."""

from alembic import op

revision = "0003"
down_revision = "0002"

# which of a batch's tables lacked keys was not kept then: none of them proves a deletion
BATCH_TABLE = """
create or replace view ops.batch_table as
select standing.source, standing.slice, standing.batch_date, standing.batch_id, file.table_name,
    coalesce(file.records, 0) as records, coalesce(file.keyless, standing.keyless, 0) as keyless
from ops.batch_standing as standing
cross join lateral (
    select item ->> 'table' as table_name, (item ->> 'records')::bigint as records,
        (item ->> 'keyless')::bigint as keyless
    from jsonb_array_elements(standing.files) as item
) as file
"""

# from its delivery on, as then; the next batch of the source sets right what contains or overlaps what
PERIODS = r"""
insert into ops.period_spoken (source, slice, spoken)
select source, slice, datemultirange(daterange(min(batch_date), null))
from ops.batch_standing where slice ~ '^\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2}$'
group by source, slice
on conflict do nothing
"""


def upgrade() -> None:
    """Bring the view and the periods to what older batches said."""
    for statement in (BATCH_TABLE, PERIODS):
        op.get_bind().exec_driver_sql(statement)
