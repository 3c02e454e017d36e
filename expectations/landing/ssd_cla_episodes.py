"""Business rules of ssd.cla_episodes."""

from expectations.recurring import IN_CASE_SYSTEM, given_without, in_order, not_after_export
from expectations.rule import Rule

# periods of care, as the episodes of a batch tell them: whose, from when, and, where no episode is open, until when
PERIODS = """(
    select
        clae_cla_id as cla_id,
        min(clae_person_id) as person_id,
        least(min(clae_cla_episode_start_date), min(clae_entered_care_date)) as starts,
        case when bool_and(clae_cla_episode_ceased_date is not null) then max(clae_cla_episode_ceased_date) end as ends
    from {cla_episodes} where clae_cla_id is not null group by clae_cla_id
)"""

_TABLE = "ssd.cla_episodes"
_END, _REASON = "clae_cla_episode_ceased_date", "clae_cla_episode_ceased_reason"

RULES = [
    in_order(
        _TABLE,
        "ends_before_it_starts",
        "clae_cla_episode_start_date",
        _END,
        "An episode ends on or before the day it began",
        same_day=True,
        source="DfE rule 356 of SSDA903; and the same day, which would be no day in care",
    ),
    not_after_export(
        _TABLE,
        "dated_after_export",
        ("clae_cla_episode_start_date", _END),
        "An episode begins, or has ended, after the day the export speaks of",
    ),
    Rule(
        "ssd.cla_episodes.entered_care_after_it_starts",
        "warning",
        "A child is said to have entered care after the episode began",
        IN_CASE_SYSTEM,
        """
        select _file, _record, 'clae_entered_care_date' as column_name from {this}
        where clae_entered_care_date > clae_cla_episode_start_date
        """,
        source="SSD CLAE014A: the day on which the whole period of care began",
    ),
    given_without(
        _TABLE,
        "ended_without_reason",
        _END,
        _REASON,
        "An episode ended and no reason is given",
        "Enter the reason in the case system; X1 where another episode follows",
        source="DfE rule 148 of SSDA903, on the extract",
    ),
    given_without(
        _TABLE,
        "reason_while_open",
        _REASON,
        _END,
        "An open episode has a reason for its end",
        "Enter the day on which it ended in the case system, or take the reason away",
        at=_REASON,
        source="DfE rule 148 of SSDA903, on the extract",
    ),
    Rule(
        "ssd.cla_episodes.two_open",
        "warning",
        "A child has two open episodes",
        "End the episode that is over in the case system",
        """
        select _file, _record, '' as column_name from (
            select _file, _record, count(*) over (partition by clae_person_id) as open_episodes
            from {this} where clae_cla_episode_ceased_date is null and clae_person_id is not null
        ) as open_now where open_episodes > 1
        """,
        source="DfE rule 501 of SSDA903: episodes follow each other",
    ),
    Rule(
        "ssd.cla_episodes.overlap",
        "warning",
        "An episode begins before the one before it has ended",
        "Correct the days on which the two episodes begin and end in the case system",
        """
        select _file, _record, 'clae_cla_episode_start_date' as column_name from (
            select
                _file, _record, clae_cla_episode_start_date as starts, clae_cla_episode_ceased_date as ends,
                max(coalesce(clae_cla_episode_ceased_date, date 'infinity')) over (
                    partition by clae_person_id order by clae_cla_episode_start_date, _record
                    rows between unbounded preceding and 1 preceding
                ) as earlier_ends
            from {this} where clae_person_id is not null
        ) as episodes
        where earlier_ends > starts and not (ends is null and earlier_ends = date 'infinity')
        """,
        source="DfE rule 501 of SSDA903: episodes follow each other. Two open ones are a rule of their own",
    ),
    Rule(
        "ssd.cla_episodes.continues_with_nothing",
        "warning",
        "An episode ended because another one follows (X1), and none begins on that day",
        "Enter the episode that follows, or the reason for which the child left care",
        """
        select e._file, e._record, 'clae_cla_episode_ceased_reason' as column_name from {this} as e
        where e.clae_cla_episode_ceased_reason = 'X1' and e.clae_cla_episode_ceased_date is not null
        and e.clae_person_id is not null
        and not exists (
            select from {this} as n
            where n.clae_person_id = e.clae_person_id
            and n.clae_cla_episode_start_date = e.clae_cla_episode_ceased_date
        )
        """,
        source="DfE rule 388 of SSDA903, on the extract",
    ),
    Rule(
        "ssd.cla_episodes.before_birth",
        "warning",
        "A child came into care before being born",
        "Correct the date of birth, or the day on which the episode began",
        """
        select e._file, e._record, 'clae_cla_episode_start_date' as column_name from {this} as e
        inner join {person} as p on e.clae_person_id = p.pers_person_id
        where e.clae_cla_episode_start_date < p.pers_dob and p.pers_expected_dob is null
        """,
        source="DfE rule 302 of SSDA903, on the extract; but for a child that was expected",
    ),
    Rule(
        "ssd.cla_episodes.ending_against_age",
        "warning",
        "A child left care for a reason that its age rules out",
        "Correct the reason in the case system, or the date of birth",
        """
        select e._file, e._record, 'clae_cla_episode_ceased_reason' as column_name from {this} as e
        inner join {person} as p on e.clae_person_id = p.pers_person_id
        where
            (
                e.clae_cla_episode_ceased_reason in ('E5', 'E6', 'E7')
                and e.clae_cla_episode_ceased_date < p.pers_dob + interval '16 years'
            )
            or (
                e.clae_cla_episode_ceased_reason = 'E17'
                and e.clae_cla_episode_ceased_date < p.pers_dob + interval '18 years'
            )
            or (
                e.clae_cla_episode_ceased_reason in ('E11', 'E12', 'E43', 'E44', 'E45', 'E46', 'E47', 'E48')
                and e.clae_cla_episode_ceased_date >= p.pers_dob + interval '18 years'
            )
        """,
        source="DfE rules 386, 387, 389, 407 and 460 of SSDA903, on the extract",
    ),
    Rule(
        "ssd.cla_episodes.open_past_18",
        "warning",
        "A period of care is still open on the 18th birthday",
        "Close the period of care in the case system",
        """
        select e._file, e._record, '' as column_name from {this} as e
        inner join {person} as p on e.clae_person_id = p.pers_person_id
        where e.clae_cla_episode_ceased_date is null and extract(year from age({batch_date}, p.pers_dob)) >= 18
        """,
        source="definitions, who is counted: a period open past the 18th birthday",
    ),
    Rule(
        "ssd.cla_episodes.open_after_death",
        "warning",
        "An episode is still open though the child has died",
        "Close the period of care in the case system, or correct the date of death",
        """
        select e._file, e._record, 'clae_cla_episode_ceased_date' as column_name from {this} as e
        inner join {person} as p on e.clae_person_id = p.pers_person_id
        where e.clae_cla_episode_ceased_date is null and p.pers_death_date <= {batch_date}
        """,
        source="this project: a child that has died is no longer in care",
    ),
    Rule(
        "ssd.cla_episodes.no_legal_status",
        "warning",
        "A child in care has no legal status on the day of the export",
        "Enter the child's legal status in the case system",
        """
        select e._file, e._record, '' as column_name from {this} as e
        where e.clae_cla_episode_ceased_date is null and e.clae_cla_episode_start_date <= {batch_date}
        and e.clae_person_id is not null
        and not exists (
            select from {legal_status} as s
            where s.lega_person_id = e.clae_person_id and s.lega_legal_status_start_date <= {batch_date}
            and (s.lega_legal_status_end_date is null or s.lega_legal_status_end_date >= {batch_date})
        )
        """,
        source="DfE rule 144 of SSDA903, on the extract",
    ),
    Rule(
        "ssd.cla_episodes.no_iro",
        "info",
        "A child in care has had no independent reviewing officer for four weeks",
        "Allocate an IRO, or enter the allocation in the case system",
        """
        select e._file, e._record, '' as column_name from {this} as e
        where e.clae_cla_episode_ceased_date is null
        and coalesce(e.clae_entered_care_date, e.clae_cla_episode_start_date) <= {batch_date} - 28
        and e.clae_person_id is not null
        and exists (select from {involvements} as any_of where any_of.invo_professional_role_id = 'IRO')
        and not exists (
            select from {involvements} as i
            where i.invo_person_id = e.clae_person_id and i.invo_professional_role_id = 'IRO'
            and i.invo_involvement_start_date <= {batch_date}
            and (i.invo_involvement_end_date is null or i.invo_involvement_end_date >= {batch_date} - 28)
        )
        """,
        source="Children Act 1989 s.25A: an IRO is appointed; four weeks leave time to enter who it is",
    ),
]
