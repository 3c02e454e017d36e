"""Business rules of ssd.permanence."""

from expectations.recurring import given_without, in_order, not_after_export

_TABLE = "ssd.permanence"
_DECIDED = "perm_adm_decision_date"

RULES = [
    not_after_export(
        _TABLE,
        "dated_after_export",
        (
            _DECIDED,
            "perm_ffa_cp_decision_date",
            "perm_placed_ffa_cp_date",
            "perm_placement_order_date",
            "perm_matched_date",
            "perm_placed_for_adoption_date",
            "perm_decision_reversed_date",
            "perm_permanence_order_date",
        ),
        "A step towards permanence is dated after the day the export speaks of",
    ),
    in_order(
        _TABLE,
        "matched_before_decision",
        _DECIDED,
        "perm_matched_date",
        "A child was matched with adopters before it was decided that the child should be placed",
    ),
    in_order(
        _TABLE,
        "placed_before_match",
        "perm_matched_date",
        "perm_placed_for_adoption_date",
        "A child was placed for adoption before being matched with adopters",
    ),
    in_order(
        _TABLE,
        "order_before_placed",
        "perm_placed_for_adoption_date",
        "perm_permanence_order_date",
        "A permanence order was made before the child was placed for adoption",
    ),
    in_order(
        _TABLE,
        "placed_before_ffa_decision",
        "perm_ffa_cp_decision_date",
        "perm_placed_ffa_cp_date",
        "A child was placed in fostering for adoption before that was decided on",
    ),
    in_order(
        _TABLE,
        "reversed_before_decision",
        _DECIDED,
        "perm_decision_reversed_date",
        "A decision for adoption was reversed before it was made",
    ),
    given_without(
        _TABLE,
        "reversed_without_reason",
        "perm_decision_reversed_date",
        "perm_decision_reversed_reason",
        "A decision for adoption was reversed and no reason is given",
        "Enter the reason in the case system",
        source="SSD PERM010A and PERM016A: a reversal has its reason",
    ),
    given_without(
        _TABLE,
        "reason_while_it_stands",
        "perm_decision_reversed_reason",
        "perm_decision_reversed_date",
        "A decision for adoption that stands has a reason for its reversal",
        "Enter the day of the reversal in the case system, or take the reason away",
        source="SSD PERM010A and PERM016A: a reversal has its reason",
    ),
    given_without(
        _TABLE,
        "order_without_type",
        "perm_permanence_order_date",
        "perm_permanence_order_type",
        "A permanence order does not say what it is",
        "Enter the type of the order in the case system",
    ),
    given_without(
        _TABLE,
        "order_without_day",
        "perm_permanence_order_type",
        "perm_permanence_order_date",
        "A permanence order has no day",
        "Enter the day of the order in the case system",
    ),
]
