"""Business rules of ssda903.episodes: legal status, and why care ended."""

from expectations.dfe import BORN, EPISODES, YEAR_ENDS, YEAR_STARTS, dfe_rule

RULES = []


def _episode(number, column, description, remedy, condition, records="{this}"):
    RULES.append(dfe_rule("ssda903.episodes", number, column, description, remedy, condition, records=records))


# episodes with the days for which one legal status went on without a break
_RUNS = f"""(
    select r.*, max(coalesce(dec, {YEAR_ENDS})) over run - min(decom) over run as run_days
    from (
        select s.*, count(*) filter (where dec_before is distinct from decom or ls_before is distinct from ls)
            over (partition by child order by nth) as run
        from {EPISODES} as s
    ) as r
    window run as (partition by child, run)
)"""
for _number, _code, _what, _days in (
    ("361", "L1", "Police protection lasted longer than 72 hours", 3),
    ("362", "L2", "An emergency protection order lasted longer than 21 days", 21),
    ("363", "L3", "A child assessment order lasted longer than 7 days", 7),
    ("364", "J2", "Detention under PACE lasted longer than the Act allows, 3 days at most", 3),
):
    _episode(
        _number,
        "ls",
        _what,
        "Correct the dates, or enter the episode of the legal status that followed",
        f"ls = '{_code}' and run_days > {_days}",
        _RUNS,
    )
_episode(
    "358",
    "ls",
    "A child under 10 has a legal status of youth justice",
    "Correct the legal status, or the date of birth",
    "ls in ('J1', 'J2', 'J3') and decom < dob + interval '10 years'",
    BORN,
)
_episode(
    "359",
    "ls",
    "A child is looked after past the 18th birthday, other than under section 20 in a community home",
    "End the episode by the birthday, or correct legal status and placement",
    f"coalesce(dec, {YEAR_ENDS} + 1) > dob + interval '18 years' and {YEAR_ENDS} > dob + interval '18 years' "
    "and not (ls is not distinct from 'V2' and place is not distinct from 'K2')",
    BORN,
)
_episode(
    "365",
    "ls",
    "A short break lasted longer than 17 days",
    "Correct the dates, or the legal status",
    f"ls = 'V3' and coalesce(dec, {YEAR_ENDS}) - decom > 17",
)
_episode(
    "366",
    "rne",
    "The placement changes during a short break",
    "Enter each break as an episode that starts care",
    "ls = 'V3' and rne <> 'S'",
)
_episode(
    "367",
    "ls",
    "Short breaks of a child add up to more than 75 days in the year",
    "Correct the dates, or the legal status",
    "days > 75",
    f"""(
        select _file, _record, sum(
            greatest(0, least(coalesce(dec, {YEAR_ENDS}), {YEAR_ENDS}) - greatest(decom, {YEAR_STARTS}))
        ) over (partition by child) as days
        from {{this}} where ls = 'V3'
    )""",
)
_episode(
    "426",
    "ls",
    "A child has short breaks under both V3 and V4 in one year",
    "Leave one of the two legal statuses",
    "first_status <> last_status",
    """(
        select
            _file, _record,
            min(ls) over (partition by child) as first_status, max(ls) over (partition by child) as last_status
        from {this} where ls in ('V3', 'V4')
    )""",
)
_episode(
    "445",
    "ls",
    "A freeing order starts in or after December 2005, when there were none",
    "Correct the legal status: a placement order is E1",
    "ls = 'D1' and decom >= date '2005-12-01'",
)
_episode(
    "446",
    "ls",
    "A placement order starts before December 2005, when there were none",
    "Correct the legal status: a freeing order is D1",
    "ls = 'E1' and decom < date '2005-12-01'",
)
_episode(
    "451",
    "ls",
    "A child is still freed for adoption",
    "Correct the legal status, or end the episode",
    "ls = 'D1' and dec is null and rec is null",
)
_episode(
    "386",
    "rec",
    "A child is adopted at 18 or over",
    "Correct the reason for ending, or the date of birth",
    "rec in ('E11', 'E12') and dec >= dob + interval '18 years'",
    BORN,
)
_episode(
    "387",
    "rec",
    "A child under 14 left for independent living",
    "Correct the reason for ending, or the date of birth",
    "rec in ('E5', 'E6') and dec < dob + interval '14 years'",
    BORN,
)
_episode(
    "389",
    "rec",
    "A child under 16 left for adult social care",
    "Correct the reason for ending, or the date of birth",
    "rec = 'E7' and dec < dob + interval '16 years'",
    BORN,
)
_episode(
    "407",
    "rec",
    "A special guardianship order is made at 18 or over",
    "Correct the reason for ending, or the date of birth",
    "rec in ('E43', 'E44', 'E45', 'E46', 'E47', 'E48') and dec >= dob + interval '18 years'",
    BORN,
)
_episode(
    "460",
    "rec",
    "A child under 18 is said to have stayed with carers at 18",
    "Correct the reason for ending, or the date of birth",
    "rec = 'E17' and dec < dob + interval '18 years'",
    BORN,
)
_episode(
    "390",
    "rec",
    "A child is adopted without having been placed for adoption",
    "Enter the placement for adoption, or correct the reason for ending",
    "rec in ('E11', 'E12') and coalesce(place, '') not in ('A3', 'A4', 'A5', 'A6')",
)
_episode(
    "516",
    "rec",
    "A former foster carer has the special guardianship order, and the child was not in foster care",
    "Correct the reason for ending, or the placement",
    "rec in ('E45', 'E46') and coalesce(place, '') not in ('U1', 'U2', 'U3', 'U4', 'U5', 'U6')",
)
