"""What each publication said of every figure, and the annual reports that were written from one: kept for good."""

import psycopg

from include.publish.live import live_publication
from include.warehouse.connection import Role, advisory_lock, connect

_KEY = "measure_id, period_id, breakdown, breakdown_value"
_SAID = "numerator, denominator, value, value_as_published, suppressed_value"


class NotFrozen(Exception):
    """A year's report can't be frozen: there is nothing to stand on, or it stands on a publication already."""


def keep_figures(connection: psycopg.Connection, publication_id: int) -> int:
    """Keep what the live marts say of each figure where the publication before said otherwise; returns how many.

    To be called in the publication's transaction. What is said no longer is noted too.
    """
    return connection.execute(
        f"""
        with said as (select * from ops.figures_said(%(publication)s)),
        compared as (
            select {_KEY}, row(m.numerator, m.denominator, m.value, m.value_as_published, m.suppressed_value)
                is distinct from row(s.numerator, s.denominator, s.value, s.value_as_published, s.suppressed_value)
                as differs,
                m.numerator, m.denominator, m.value, m.value_as_published, m.suppressed_value,
                m.is_now is not null as is_said, s.is_said is null as is_new
            from (select *, true as is_now from marts.figures) as m full join said as s using ({_KEY})
        )
        insert into ops.published_figure (publication_id, {_KEY}, {_SAID}, is_said)
        select %(publication)s, {_KEY}, {_SAID}, is_said from compared where differs or is_new or not is_said
        """,
        {"publication": publication_id},
    ).rowcount


def freeze(report_year: str) -> str:
    """Let the annual report of a year stand on what the live publication says; returns a line that says so.

    `report_year` as 2022-23. Once frozen it never changes. Raises NotFrozen when nothing is published, when the live
    publication has no figures of that year, or when the year is frozen already.
    """
    last_day = f"{int(report_year[:4]) + 1}-03-31"
    with connect(Role.PUBLISHER, f"freezing the report of {report_year}") as connection:
        advisory_lock(connection, "publish")
        frozen = connection.execute(
            "select p.publication_id, p.as_at, p.known_on from ops.frozen_report as r "
            "join ops.publication as p using (publication_id) where report_year = %s",
            (report_year,),
        ).fetchone()
        if frozen:
            raise NotFrozen(
                f"the report of {report_year} is frozen already: it stands for good on publication {frozen[0]}, as at "
                f"{frozen[1]}, known on {frozen[2]}. What has changed since says make restatement"
            )
        live = live_publication(connection)
        if live is None:
            raise NotFrozen("nothing is published: make run, or make publish AS_AT=, comes first")
        (figures,) = connection.execute(
            "select count(*) from ops.figures_said(%s) where period_id in ('year ' || %s, 'as at ' || %s)",
            (live["publication_id"], last_day, last_day),
        ).fetchone()
        if not figures:
            raise NotFrozen(
                f"what is live (as at {live['as_at']}, known on {live['known_on']}) has no figures of the year to "
                f"{last_day}: make publish AS_AT={last_day} KNOWN_ON=<the export it was written from> first"
            )
        connection.execute(
            "insert into ops.frozen_report (report_year, publication_id) values (%s, %s)",
            (report_year, live["publication_id"]),
        )
    return (
        f"the report of {report_year} stands on publication {live['publication_id']}, as at {live['as_at']}, known on "
        f"{live['known_on']}: {figures} figures"
    )
