"""Business rules of cssu.iro_posts."""

from expectations.recurring import IN_REGISTER, in_order
from expectations.rule import Rule

_TABLE = "cssu.iro_posts"

RULES = [
    in_order(_TABLE, "ends_before_it_starts", "from_date", "to_date", "An IRO's post ends before it began"),
    in_order(_TABLE, "back_before_absent", "absent_from", "absent_to", "An IRO's absence ends before it began"),
    Rule(
        "cssu.iro_posts.more_than_full_time",
        "warning",
        "The full-time equivalent of a post is below 0 or above 1, or less than its share for children",
        IN_REGISTER,
        """
        select _file, _record, 'fte_total' as column_name from {this}
        where fte_total not between 0 and 1 or fte_children < 0 or fte_children > fte_total
        """,
        source="definitions, who is answerable: caseload is divided by it",
    ),
    Rule(
        "cssu.iro_posts.overlap",
        "warning",
        "An IRO holds the same kind of post twice at a time: its hours would be counted twice",
        "End the post that is over in the register",
        """
        select _file, _record, 'from_date' as column_name from (
            select
                _file, _record, from_date,
                max(coalesce(to_date, date 'infinity')) over (
                    partition by professional_id, role order by from_date, _record
                    rows between unbounded preceding and 1 preceding
                ) as earlier_until
            from {this} where professional_id is not null
        ) as posts where earlier_until > from_date
        """,
        source="definitions, who is answerable: caseload is divided by it",
    ),
]
