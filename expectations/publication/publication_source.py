"""Gate 2's rules on what a publication stands on: sources that have not come, and batches that would be stopped now."""

from expectations.rule import Rule
from include.contract.model import sources

_ALLOWED = ", ".join(
    f"('{source.name}', {source.late_after_days})"
    for source in sources().values()
    if source.late_after_days is not None
)

RULES = [
    Rule(
        "marts.publication_source.late",
        "warning",
        "A source has not come for longer than its cadence allows: what stands on it is as old as its last delivery",
        "Have what is missing delivered; where nothing more is to come, accept that in the seed accepted_failure",
        "select s.source as record_key from {marts}.publication_source as s "
        f"inner join (values {_ALLOWED}) as allowed (source, days) on allowed.source = s.source "
        "where s.days_old > allowed.days",
        owner="data engineer",
        source="contract of the sources: after how many days each is missed",
    ),
    Rule(
        "marts.publication_source.would_be_stopped",
        "warning",
        "A batch that is read passed gate 1, and would be stopped by it now that an earlier one has changed",
        "make quality names the rule: have the batch delivered again whole, withdraw it, or accept the fall",
        "select read.source || ' ' || read.batch_date || case when read.slice <> 'all' then ' ' || read.slice else '' "
        "end as record_key from (select distinct on (source, slice) source, slice, batch_date, batch_id "
        "from ops.batch_standing where batch_date <= {known_on} order by source, slice, batch_date desc) as read "
        "where exists (select from quality.batch_result as r where r.batch_id = read.batch_id and r.decision = 'stop')",
        owner="data engineer",
        source="this project: what is in history is not taken out by what came later, and somebody is told",
    ),
]
