"""Business rules of cssu.permanence_plan_decisions."""

from expectations.recurring import IRO, given_without, in_order, not_after_export
from expectations.rule import Rule

_TABLE = "cssu.permanence_plan_decisions"

RULES = [
    in_order(
        _TABLE,
        "agreed_before_proposed",
        "proposed_date",
        "agreed_date",
        "A plan was agreed before it was proposed",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "achieved_before_agreed",
        "agreed_date",
        "achieved_date",
        "A plan was achieved before it was agreed",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "ended_before_it_began",
        "coalesce(agreed_date, proposed_date)",
        "ended_date",
        "A plan ended before it was agreed, or, where it never was, proposed",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "due_before_agreed",
        "agreed_date",
        "target_date",
        "A plan was to be achieved before it was agreed",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("proposed_date", "agreed_date", "achieved_date", "ended_date"),
        "A plan was proposed, agreed, achieved or ended after the day the register speaks of",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "ended_without_reason",
        "ended_date",
        "end_reason",
        "A plan ended and no reason is given: superseded, reversed and broken down can't be told apart",
        "Enter the reason in the register",
        owner=IRO,
        source="definitions, plans for permanence: how an earlier plan ended",
    ),
    given_without(
        _TABLE,
        "reason_while_it_stands",
        "end_reason",
        "ended_date",
        "A plan that stands has a reason for its end",
        "Enter the day on which it ended in the register, or take the reason away",
        owner=IRO,
        source="definitions, plans for permanence: how an earlier plan ended",
    ),
    Rule(
        "cssu.permanence_plan_decisions.agreed_on_another_day",
        "warning",
        "A plan was agreed on another day than the review that agreed it was held",
        "Correct the day in the register, or which review agreed the plan",
        """
        select d._file, d._record, 'agreed_date' as column_name from {this} as d
        inner join (
            select review_id, min(held_date) as first_held, max(held_date) as last_held from {review_details}
            where review_id is not null and held_date is not null group by review_id
        ) as r on d.agreed_at_review_id = r.review_id
        where d.agreed_date not between r.first_held and r.last_held
        """,
        owner=IRO,
        source="local sources: agreed_at_review_id is the review that agreed the plan",
    ),
    Rule(
        "cssu.permanence_plan_decisions.two_primary_plans",
        "warning",
        "Two primary plans of a child stand at a time: which of them is the plan can't be told",
        "End the plan that was superseded in the register, or make it the parallel one",
        """
        select _file, _record, 'plan_role' as column_name from (
            select _file, _record, count(*) over (partition by person_id, cla_id) as standing
            from {this}
            where plan_role = 'PRIMARY' and agreed_date <= {batch_date}
            and (ended_date is null or ended_date > {batch_date}) and not 'ended_date' = any(_unreadable)
            and person_id is not null
        ) as plans where standing > 1
        """,
        owner=IRO,
        source="definitions, plans for permanence: a child has one primary plan",
    ),
]
