"""Business rules of ssd.cin_episodes."""

from expectations.recurring import given_without, in_order, not_after_export

_TABLE = "ssd.cin_episodes"

RULES = [
    in_order(
        _TABLE,
        "closed_before_referral",
        "cine_referral_date",
        "cine_close_date",
        "A case was closed before it was referred",
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("cine_referral_date", "cine_close_date"),
        "A case was referred, or closed, after the day the export speaks of",
    ),
    given_without(
        _TABLE,
        "closed_without_reason",
        "cine_close_date",
        "cine_close_reason",
        "A case was closed and no reason is given",
        "Enter the reason in the case system",
        source="CIN census: a date of closure has its reason",
    ),
    given_without(
        _TABLE,
        "reason_while_open",
        "cine_close_reason",
        "cine_close_date",
        "An open case has a reason for its closure",
        "Enter the day on which it was closed in the case system, or take the reason away",
        source="CIN census: a date of closure has its reason",
    ),
]
