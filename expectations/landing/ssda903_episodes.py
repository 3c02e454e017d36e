"""Business rules of ssda903.episodes: codes, order and dates of the episodes of a child."""

from expectations.dfe import BORN, EPISODES, YEAR_ENDS, YEAR_STARTS, dfe_rule
from expectations.rule import Rule

RULES = [
    Rule(
        "ssda903.episodes.child_without_header",
        "warning",
        "A child has episodes but no header record",
        "Add the child to the header file",
        """
        select e._file, e._record, 'child' as column_name from {this} as e
        where
            e.child is not null
            and exists (select from {header})
            and not exists (select from {header} as h where h.child = e.child)
        """,
        source="DfE rule INT03 of SSDA903",
    ),
]


def _episode(number, column, description, remedy, condition, records="{this}"):
    RULES.append(dfe_rule("ssda903.episodes", number, column, description, remedy, condition, records=records))


_episode(
    "142",
    "dec",
    "A new episode has started, but the one before has no end date or no reason for ending",
    "Enter the end date and reason of the earlier episode",
    "decom_after is not null and (dec is null or rec is null)",
    EPISODES,
)
for _number, _column, _what in (
    ("143", "rne", "reason for the new episode"),
    ("144", "ls", "legal status"),
    ("145", "cin", "category of need"),
    ("146", "place", "kind of placement"),
):
    _episode(
        _number,
        _column,
        f"An episode has no valid {_what}",
        f"Enter the {_what} of the episode",
        f"{_column} is null",
    )
_episode(
    "148",
    "rec",
    "An episode has a reason for ending but no end date (it counts as open), or an end date but no reason",
    "Enter both the end date and the reason, or neither",
    "(dec is null) <> (rec is null)",
)
_episode(
    "353",
    "decom",
    "An episode starts before 14 October 1991",
    "Correct the start date of the episode",
    "decom < date '1991-10-14'",
)
_episode(
    "354",
    "decom",
    "An episode starts after the year of the return has ended",
    "Correct the start date, or leave the episode to the next return",
    f"decom > {YEAR_ENDS}",
)
_episode(
    "385",
    "dec",
    "An episode ends after the year of the return has ended",
    "Leave end date and reason empty: the episode was open at the end of the year",
    f"dec > {YEAR_ENDS}",
)
_episode(
    "355", "dec", "An episode lasted for less than a day", "Remove the episode, or correct its dates", "dec = decom"
)
_episode("356", "dec", "An episode ends before it began", "Correct the dates of the episode", "dec < decom")
_episode(
    "357",
    "rne",
    "The first episode of a child, begun in the year, does not say that care started",
    "Add the episode before it, or give it reason S",
    f"nth = 1 and decom >= {YEAR_STARTS} and rne <> 'S'",
    EPISODES,
)
_episode(
    "388",
    "rec",
    "An episode ends because a new one begins, and none begins on that day",
    "Add the episode that follows, or give the reason why care ended",
    # what begins on the day after the year is in the next return
    f"rec = 'X1' and dec < {YEAR_ENDS} and decom_after is distinct from dec",
    EPISODES,
)
_episode(
    "431",
    "rne",
    "Care is said to start on the day on which the episode before ended",
    "Give the reason for the new episode, or correct the dates",
    "rne = 'S' and decom = dec_before",
    EPISODES,
)
_episode(
    "432",
    "rne",
    "Care ended with the episode before, and this one does not say that care started",
    "Give the new episode reason S, or the earlier one the reason X1",
    "rec_before <> 'X1' and rne <> 'S'",
    EPISODES,
)
_episode(
    "433",
    "decom",
    "An episode is said to continue care, and does not start on the day on which the one before ended",
    "Correct the dates, or give the reason S",
    "nth > 1 and rne <> 'S' and decom is distinct from dec_before",
    EPISODES,
)
_episode(
    "501",
    "decom",
    "An episode starts before the one before has ended",
    "Correct the dates of the two episodes",
    "decom < dec_before",
    EPISODES,
)
_episode(
    "504",
    "cin",
    "The category of need changes within a period of care",
    "Give every episode of the period the category of its start",
    "rec_before = 'X1' and dec_before = decom and cin is distinct from cin_before",
    EPISODES,
)
_SAME_PLACEMENT = (
    "(place, place_provider, urn, pl_post) "
    "is not distinct from (place_before, provider_before, urn_before, post_before)"
)
_episode(
    "434",
    "rne",
    "Only the legal status is said to have changed, but it has not, or the placement has",
    "Correct the reason for the new episode, its legal status or its placement",
    f"nth > 1 and rne = 'L' and (ls is not distinct from ls_before or not {_SAME_PLACEMENT})",
    EPISODES,
)
_episode(
    "435",
    "rne",
    "Only the placement is said to have changed, but it has not, or the legal status has",
    "Correct the reason for the new episode, its legal status or its placement",
    f"nth > 1 and rne in ('P', 'T') and (ls is distinct from ls_before or {_SAME_PLACEMENT})",
    EPISODES,
)
_episode(
    "436",
    "rne",
    "Legal status and placement are said to have changed, and one of them has not",
    "Correct the reason for the new episode, its legal status or its placement",
    f"nth > 1 and rne in ('B', 'U') and (ls is not distinct from ls_before or {_SAME_PLACEMENT})",
    EPISODES,
)
_episode(
    "437",
    "rec",
    "A child has died, or was found to be 18 or over, and further episodes follow",
    "Correct the reason for ending, or remove the later episodes",
    "rec in ('E2', 'E15') and decom_after is not null",
    EPISODES,
)
_episode(
    "302",
    "decom",
    "The first episode starts before the child was born",
    "Correct the start date of the episode, or the date of birth",
    "decom < dob",
    BORN,
)
_episode(
    "352",
    "rne",
    "A child of 18 or over started to be looked after",
    "Correct the date of birth, or the start of care",
    "rne = 'S' and decom >= dob + interval '18 years'",
    BORN,
)
