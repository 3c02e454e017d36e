"""Business rules of cssu.household_placements."""

from expectations.rule import Rule

RULES = [
    Rule(
        "cssu.household_placements.in_two_households",
        "warning",
        "A placement is with two households",
        "Take the household that is wrong out of the register",
        """
        select _file, _record, 'household_id' as column_name from (
            select
                _file, _record,
                min(household_id) over of_placement as first_household,
                max(household_id) over of_placement as last_household
            from {this} where placement_id is not null
            window of_placement as (partition by placement_id)
        ) as placed where first_household <> last_household
        """,
        source="local sources: a placement of a child with a household",
    ),
]
