"""Business rules of cssu.independent_visitors."""

from expectations.recurring import IRO, given_without, in_order, not_after_export

_TABLE = "cssu.independent_visitors"

RULES = [
    in_order(
        _TABLE,
        "matched_before_referred",
        "referred_date",
        "matched_date",
        "A child was matched with an independent visitor before being referred",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "ended_before_it_began",
        "coalesce(matched_date, referred_date)",
        "ended_date",
        "The match with an independent visitor, or the referral for one, ended before it began",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("referred_date", "matched_date", "ended_date"),
        "A referral for an independent visitor is dated after the day the register speaks of",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "ended_without_reason",
        "ended_date",
        "end_reason",
        "A match with an independent visitor ended and no reason is given",
        "Enter the reason in the register",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "reason_while_it_stands",
        "end_reason",
        "ended_date",
        "A match with an independent visitor that stands has a reason for its end",
        "Enter the day on which it ended in the register, or take the reason away",
        owner=IRO,
    ),
]
