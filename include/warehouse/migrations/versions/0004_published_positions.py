"""What publications said of children on a day, as it was known then: what moved since is told by it."""

from alembic import op

revision = "0004"
down_revision = "0003"

LOADER, BUILDER, PUBLISHER = "permanence_loader", "permanence_builder", "permanence_publisher"

POSITIONS = f"""
create table ops.published_position (
    as_at date not null,
    known_on date not null,
    concerns text not null check (concerns in ('CARE', 'PLAN')),
    child_ref text not null,
    iro_id text,
    team_id text,
    primary key (as_at, known_on, concerns, child_ref)
);
comment on table ops.published_position is
    'One row per child whom a publication showed in care (CARE) or on a child protection plan (PLAN), as at a day and '
    'as known on one, with who answered then. Kept for some nights, and for the ends of months.';
create table ops.published_reason (
    as_at date not null,
    known_on date not null,
    child_ref text not null,
    reason text not null,
    since_date date,
    primary key (as_at, known_on, child_ref, reason)
);
comment on table ops.published_reason is
    'One row per child and reason to act that a publication listed, as at a day and as known on one.';
grant select on ops.published_position, ops.published_reason to {LOADER}, {BUILDER}, {PUBLISHER};
grant insert, delete on ops.published_position, ops.published_reason to {PUBLISHER};
"""


def upgrade() -> None:
    """Create them, with the grants of each role."""
    op.get_bind().exec_driver_sql(POSITIONS)
