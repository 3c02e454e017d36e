"""References between facts, which the models promise, and between sources, which those who keep registers put right.

References within one source are gate 1's (`refers_to` in the contract).
"""

from expectations.publication.facts import DEFECT
from expectations.recurring import IN_REGISTER, IRO, PERFORMANCE_TEAM
from expectations.rule import Rule


def _known(fact: str, key: str, column: str, referred: str, referred_key: str | None = None) -> Rule:
    """What a row of a fact refers to by a key of the warehouse's own making is there: a promise of the models."""
    return Rule(
        f"marts.{fact}.{column}_unknown",
        "critical",
        f"A row of {fact} names a {column} that is not in {referred}",
        DEFECT,
        f"select f.{key} as record_key from {{marts}}.{fact} as f where f.{column} is not null "
        f"and not exists (select from {{marts}}.{referred} as r where r.{referred_key or column} = f.{column})",
        owner="data engineer",
        source="promise to the reader: what a row refers to is there",
    )


def _professional(fact: str, key: str, column: str, who: str, *, owner: str) -> Rule:
    """A register names a professional by the case system's id: one that it does not have can't be looked up."""
    return Rule(
        f"marts.{fact}.{column}_unknown",
        "warning",
        f"{who} is no professional whom the case system has",
        IN_REGISTER + ": enter the case system's id of the professional, or have the professional entered there",
        f"select f.{key} as record_key from {{marts}}.{fact} as f where f.{column} is not null "
        f"and not exists (select from {{marts}}.dim_professional as p where p.professional_id = f.{column})",
        owner=owner,
        source="local sources: the registers name professionals by the id of the case system",
    )


RULES = [
    _known("fct_permanence_milestone", "milestone_id", "decision_id", "fct_permanence_plan"),
    _known("fct_escalation_stage", "stage_id", "escalation_id", "fct_escalation"),
    _known("fct_conference_participation", "conference_participation_key", "cp_conference_key", "fct_cp_conference"),
    _known("fct_special_review_child", "special_review_id", "special_review_id", "fct_special_review"),
    _professional(
        "fct_escalation", "escalation_id", "raised_by_professional_id", "Who raised an escalation", owner=IRO
    ),
    _professional(
        "fct_foster_carer_review",
        "review_id",
        "chair_professional_id",
        "The chair of a foster carer review",
        owner=PERFORMANCE_TEAM,
    ),
    _professional(
        "fct_compliance_form",
        "form_id",
        "completed_by_professional_id",
        "Who completed a compliance form",
        owner=IRO,
    ),
    _professional(
        "dim_iro_post",
        "iro_post_key",
        "professional_id",
        "Who holds a post of the reviewing service",
        owner=PERFORMANCE_TEAM,
    ),
]
