"""Business rules of ssd.cla_episodes."""

from expectations.rule import Rule

RULES = [
    Rule(
        "ssd.cla_episodes.ends_before_it_starts",
        "warning",
        "An episode ends on or before the day it began",
        "Correct it in the case system",
        """
        select _file, _record, 'clae_cla_episode_ceased_date' as column_name from {this}
        where clae_cla_episode_ceased_date <= clae_cla_episode_start_date
        """,
        source="DfE rule 356 of SSDA903; and the same day, which would be no day in care",
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
        "ssd.cla_episodes.child_without_person",
        "warning",
        "A child in care has no record of the person",
        "Have the extract write the person; the child is tracked all the same",
        """
        select e._file, e._record, 'clae_person_id' as column_name from {this} as e
        where e.clae_person_id is not null
        and not exists (select from {person} as p where p.pers_person_id = e.clae_person_id)
        """,
        source="DfE rule INT03 of SSDA903, on the extract",
    ),
]
