"""Every figure that a publication said, annual reports that stand on one, and builds that are kept on purpose."""

from alembic import op

revision = "0005"
down_revision = "0004"

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

FIGURES = f"""
create table ops.published_figure (
    publication_id bigint not null references ops.publication,
    measure_id text not null,
    period_id text not null,
    breakdown text not null,
    breakdown_value text not null,
    numerator numeric,
    denominator numeric,
    value numeric,
    value_as_published numeric,
    suppressed_value text,
    is_said boolean not null,
    primary key (measure_id, period_id, breakdown, breakdown_value, publication_id)
);
comment on table ops.published_figure is
    'One row per figure that a publication said otherwise than the one before it; is_said false: it said it no longer. '
    'What a publication said is, of each figure, the newest row up to it. Rows are only ever added.';
create function ops.figures_said(publication bigint)
returns setof ops.published_figure language sql stable as $$
    select * from (
        select distinct on (measure_id, period_id, breakdown, breakdown_value) *
        from ops.published_figure where publication_id <= publication
        order by measure_id, period_id, breakdown, breakdown_value, publication_id desc
    ) as newest where is_said
$$;
comment on function ops.figures_said is 'All figures that a publication said.';
create table ops.frozen_report (
    report_year text primary key check (report_year ~ '^\\d{{4}}-\\d{{2}}$'),
    publication_id bigint not null references ops.publication,
    frozen_at timestamptz not null default clock_timestamp()
);
comment on table ops.frozen_report is
    'One row per annual report that was written from a publication: its figures are what that one said. Never changed.';
grant select on ops.published_figure, ops.frozen_report to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert on ops.published_figure, ops.frozen_report to {PUBLISHER};
"""

KEPT = """
alter table ops.build add column is_kept boolean not null default false;
comment on column ops.build.is_kept is 'Somebody asked for it: its schemas stay until they are dropped by hand.';
"""


def upgrade() -> None:
    """Create them, with the grants of each role."""
    for statements in (FIGURES, KEPT):
        op.get_bind().exec_driver_sql(statements)
