"""Business rules of ssd.missing."""

from expectations.recurring import in_order, not_after_export
from expectations.rule import Rule

_START, _END = "miss_missing_episode_start_date", "miss_missing_episode_end_date"

RULES = [
    in_order(
        "ssd.missing",
        "ends_before_it_starts",
        _START,
        _END,
        "A child was found before going missing",
    ),
    not_after_export(
        "ssd.missing",
        "dated_after_export",
        (_START, _END),
        "A child went missing, or was found, after the day the export speaks of",
    ),
    Rule(
        "ssd.missing.accepted_not_offered",
        "warning",
        "A child accepted a return home interview that was not offered",
        "Correct in the case system whether the interview was offered",
        """
        select _file, _record, 'miss_missing_rhi_accepted' as column_name from {this}
        where miss_missing_rhi_accepted = 'Y' and miss_missing_rhi_offered in ('N', 'NA')
        """,
        source="SSD MISS006A and MISS007A: what is accepted was offered",
    ),
]
