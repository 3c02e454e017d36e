"""Business rules of cssu.advocacy_referrals."""

from expectations.recurring import IRO, given_without, in_order, not_after_export

_TABLE = "cssu.advocacy_referrals"

RULES = [
    in_order(
        _TABLE,
        "accepted_before_referral",
        "referral_date",
        "accepted_date",
        "A referral to advocacy was accepted before it was made",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "contact_before_referral",
        "referral_date",
        "first_contact_date",
        "An advocate met the child before the referral was made",
        owner=IRO,
    ),
    in_order(
        _TABLE,
        "closed_before_referral",
        "referral_date",
        "closed_date",
        "A referral to advocacy was closed before it was made",
        owner=IRO,
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("referral_date", "accepted_date", "first_contact_date", "closed_date"),
        "A referral to advocacy is dated after the day the register speaks of",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "closed_without_outcome",
        "closed_date",
        "outcome",
        "A referral to advocacy was closed and its outcome is not given",
        "Enter the outcome in the register",
        owner=IRO,
    ),
    given_without(
        _TABLE,
        "outcome_while_open",
        "outcome",
        "closed_date",
        "An open referral to advocacy has an outcome",
        "Enter the day on which it was closed in the register, or take the outcome away",
        owner=IRO,
    ),
]
