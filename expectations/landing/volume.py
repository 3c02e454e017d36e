"""Rules on how many records a table has: by itself, and held against the deliveries before it.

Those across deliveries only stop or warn. They are decided from what is kept of each batch (quality.landed_count), so
that they can be decided again when an earlier one changes: no landing table is needed, and the order of loading never
matters.
"""

from decimal import Decimal

from expectations.rule import Rule
from include.contract.expressions import can_be_unreadable, normal_name
from include.contract.model import Table, source
from include.contract.tolerances import tolerance_of

# a line's end, and the delimiter of fields before or behind it
_NEXT_LINE = r"[,;|\t][^\n]*\n|\n[^\n]*[,;|\t]"
TREND_BATCHES = 7
"""The trend is the median of so many deliveries, a week of nights; of fewer, the nearest one alone."""


def empty_rule(table: Table) -> Rule | None:
    """The rule that a table does not come empty where it may not; the batch's files decide it, not a query."""
    if table.may_be_empty:
        return None
    return Rule(
        f"{table.full_name}.rows.none",
        "critical",
        "The file holds no record",
        "Have the export run again: a whole table has gone",
        "",
        owner="data engineer",
        scope="table",
        source=f"contract of {table.source}: a table that may not come empty",
    )


def columns_rule(table: Table) -> Rule:
    """The rule that a file's values stand in the columns of its header.

    A single mistake is one record's; of ten records and more a half that can't be read is the file's. An id can be read
    wherever it stands: days, numbers and codes tell, where two of them or more can't be read and fewer can. A value
    that is no text and goes on in the next line, with fields behind it, has swallowed a record.
    """
    columns = [column for column in table.landed_columns if can_be_unreadable(column)]
    telling = [column.name for column in columns if column.data_type != "text" or column.codes]
    readable = f"num_nonnulls({', '.join(telling)})" if telling else "0"
    unread = f"_record_key is null or (cardinality(_unreadable) > 1 and cardinality(_unreadable) > {readable})"
    landed = ", ".join(normal_name(column) for column in columns if column.recorded)
    return Rule(
        f"{table.full_name}.rows.in_other_columns",
        "critical",
        "Values stand in other columns than the header says: of more than half of the records the key, or most of what "
        "they say, can't be read, or a value that is no text goes on in the next line",
        "Have the export written again: each value in its column, and quotes that close where they should",
        f"select 1 as failing from {{this}} having ({_most(unread)}) "
        f"or bool_or(cardinality(_unreadable) > 0 and concat_ws(' ', {landed}) ~ '{_NEXT_LINE}')",
        owner="data engineer",
        scope="table",
        source="this project: a mistake is one record's, a shift is the file's",
    )


def children_rule(table: Table) -> Rule | None:
    """The rule that a file is of the children of its delivery; None where no table of the delivery names them all.

    A few whom it does not name are their records' mistake. Of ten records and more a half is another extract's file, or
    one whose values moved to where each of them can be read.
    """
    children = source(table.source).children
    if not children or not table.person or table.name == children:
        return None
    person = source(table.source).table(children).person
    return Rule(
        f"{table.full_name}.rows.of_other_children",
        "critical",
        f"More than half of the records are of children that the delivery's own table {children} does not name",
        "Have both written by one extract, with the same ids; look whether its values stand in their columns",
        f"select 1 as failing from {{this}} as t left join (select {person} as child from {{{children}}} group by 1) "
        f"as c on c.child = t.{table.person} where exists (select from {{{children}}}) "
        f"having {_most(f't.{table.person} is not null and c.child is null')}",
        owner="data engineer",
        scope="table",
        source="this project: a mistake is one record's, another extract is the file's",
    )


def trend_rules(table: Table) -> list[Rule]:
    """The rules that hold a table against the deliveries before it. `TREND_QUERY` decides all of them.

    A return is held against the one of the year before. What comes a period at a time has none: children write when
    they write, and no number of statements is a fall.
    """
    if source(table.source).slice == "period":
        return []
    name, allowed = table.full_name, tolerance_of(table)
    trend = "the year before" if source(table.source).slice == "return_year" else "the trend of the deliveries before"
    at_least = f"and by {allowed.least_records} or more"
    rules = [
        Rule(
            f"{name}.rows.fell",
            "critical",
            f"The records fell by more than {_percent(allowed.fall_share)} of {trend}, {at_least}",
            "Find out why the extract shrank and have it run again; where it is right, accept the fall in the seed "
            "accepted_failure and load it again",
            "",
            owner="data engineer",
            scope="table",
            source="this project: a half extract must not read as a mass deletion (seed volume_tolerance)",
        ),
        Rule(
            f"{name}.rows.rose",
            "warning",
            f"The records rose by more than {_percent(allowed.rise_share)} of {trend}, {at_least}",
            "Look whether records come twice or another council's came too; where it is right, nothing is to be done: "
            "the trend follows within days",
            "",
            owner="data engineer",
            scope="table",
            source="this project: what came twice is no rise (seed volume_tolerance)",
        ),
    ]
    if source(table.source).cadence == "nightly":
        rules.append(
            Rule(
                f"{name}.file.repeated",
                "warning",
                "The file is that of the delivery before, byte for byte, and no two of the last "
                f"{TREND_BATCHES} were the same",
                "Look whether the extract wrote it tonight; if not, have it written and deliver the batch again",
                "",
                owner="data engineer",
                scope="table",
                source="this project: what changes every night does not stand still",
            )
        )
    if table.counted_by_team:
        rules.append(
            Rule(
                f"{name}.team.lost",
                # a team really closes, or gets another id: nothing is lost by recording that
                "warning",
                f"A team that had {allowed.least_records} records or more in a delivery before has none",
                "Ask whether the team closed or has another id; if not, have the extract run again with its records",
                "",
                owner="data engineer",
                scope="table",
                source="this project: a table that lost all of one team (seed volume_tolerance)",
            )
        )
    return rules


def trend_values(tables: list[Table]) -> dict[str, list]:
    """What `TREND_QUERY` has to know of the tables of a batch: their names and tolerances, each as a list."""
    found = [(table, tolerance_of(table)) for table in tables]
    return {
        "tables": [table.name for table, _ in found],
        "fall_shares": [allowed.fall_share for _, allowed in found],
        "rise_shares": [allowed.rise_share for _, allowed in found],
        "least_records": [allowed.least_records for _, allowed in found],
        "by_team": [table.counted_by_team for table, _ in found],
        "is_nightly": [source(table.source).cadence == "nightly" for table, _ in found],
    }


# Of a batch (`batch_id`, its `source` and `batch_date`) and those it is held against (`earlier`, the nearest first): a
# row a rule that fails, with the team it fails for, if it is about one, and whether a line of the seed accepted_failure
# says that this is right. Where a fall or a rise was accepted, the trend begins anew.
TREND_QUERY = f"""
with asked as (
    select *
    from unnest(
        %(tables)s::text[], %(fall_shares)s::numeric[], %(rise_shares)s::numeric[], %(least_records)s::bigint[],
        %(by_team)s::boolean[], %(is_nightly)s::boolean[]
    ) as t (table_name, fall_share, rise_share, least_records, by_team, is_nightly)
),
earlier as (
    select e.batch_id, e.age from unnest(%(earlier)s::bigint[]) with ordinality as e (batch_id, age)
),
began as (
    select split_part(r.rule_id, '.', 2) as table_name, min(e.age) as age
    from earlier as e
    inner join quality.batch_result as r on r.batch_id = e.batch_id
    where r.decision = 'accept' and r.rule_id ~ '\\.rows\\.(fell|rose)$'
    group by 1
),
held_against as (
    select a.table_name, e.batch_id, e.age, c.records, c.sha256
    from asked as a
    inner join quality.landed_count as c on c.table_name = a.table_name and c.team_id = ''
    inner join earlier as e on e.batch_id = c.batch_id
    left join began as b on b.table_name = a.table_name
    where b.age is null or e.age <= b.age
),
trend as (
    select
        table_name,
        case
            when count(*) = {TREND_BATCHES} then percentile_cont(0.5) within group (order by records)::numeric
            else (array_agg(records order by age))[1]::numeric
        end as records,
        case when count(distinct sha256) = {TREND_BATCHES} then (array_agg(sha256 order by age))[1] end as last_sha256
    from held_against group by table_name
),
teams as (
    select h.table_name, c.team_id, max(c.records) as records
    from held_against as h
    inner join quality.landed_count as c
        on c.batch_id = h.batch_id and c.table_name = h.table_name and c.team_id <> ''
    group by 1, 2
),
failing as (
    select a.table_name, 'rows.fell' as claim, '' as named
    from asked as a
    inner join trend as t on t.table_name = a.table_name
    inner join quality.landed_count as n
        on n.batch_id = %(batch_id)s and n.table_name = a.table_name and n.team_id = ''
    where n.records < t.records * (1 - a.fall_share) and t.records - n.records >= a.least_records
    union all
    select a.table_name, 'rows.rose', ''
    from asked as a
    inner join trend as t on t.table_name = a.table_name
    inner join quality.landed_count as n
        on n.batch_id = %(batch_id)s and n.table_name = a.table_name and n.team_id = ''
    where n.records > t.records * (1 + a.rise_share) and n.records - t.records >= a.least_records
    union all
    select a.table_name, 'file.repeated', ''
    from asked as a
    inner join trend as t on t.table_name = a.table_name
    inner join quality.landed_count as n
        on n.batch_id = %(batch_id)s and n.table_name = a.table_name and n.team_id = ''
    where a.is_nightly and n.sha256 = t.last_sha256
    union all
    select a.table_name, 'team.lost', t.team_id
    from asked as a
    inner join teams as t on t.table_name = a.table_name
    inner join quality.landed_count as n
        on n.batch_id = %(batch_id)s and n.table_name = a.table_name and n.team_id = ''
    left join quality.landed_count as of_team
        on of_team.batch_id = n.batch_id and of_team.table_name = n.table_name and of_team.team_id = t.team_id
    -- a table that is empty has lost more than a team, and says so
    where a.by_team and t.records >= a.least_records and of_team.team_id is null and n.records > 0
)
select
    %(source)s || '.' || f.table_name || '.' || f.claim as rule_id, f.named,
    exists (
        select from quality.accepted_by(
            %(source)s || '.' || f.table_name || '.' || f.claim, f.table_name, f.named, '', %(batch_date)s
        )
    ) as is_accepted
from failing as f
order by 1, 2
"""


def _most(condition: str) -> str:
    """Of ten records of a table and more the condition is true of more than a half: no mistake of single records."""
    return f"count(*) >= 10 and 2 * count(*) filter (where {condition}) > count(*)"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
