"""The whole made-up council: every table of the nightly exports, over all nights."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample import care, people, periods, plans, registers, reviews, visits, voice, workforce
from include.sample.register import Register

FEWEST_CHILDREN = 150
"""With fewer, there is not a child for every situation."""


@dataclass(frozen=True)
class Authority:
    """A council made up from a seed: its registers by `<source>.<table>`, and what the statements of a day need."""

    seed: int
    registers: Mapping[str, Register]
    periods: pd.DataFrame
    allocations: pd.DataFrame

    def known_on(self, night: np.datetime64) -> dict[str, pd.DataFrame]:
        """Every table by `<source>.<table>`, as its export of `night` carries it."""
        tables = {name: register.known_on(night) for name, register in self.registers.items()}
        involved = tables["ssd.involvements"]
        cases = involved.loc[involved["invo_involvement_end_date"].isna(), "invo_professional_id"].value_counts()
        staff = tables["ssd.professionals"]
        staff["prof_professional_caseload"] = staff["prof_professional_id"].map(cases).fillna(0)
        tables["momo.statements"] = voice.statements(self.seed, night, self.periods, self.allocations)
        return tables


def sample_authority(seed: int, children: int) -> Authority:
    """Make up the council. Raises ValueError for fewer than FEWEST_CHILDREN children."""
    if children < FEWEST_CHILDREN:
        raise ValueError(f"children={children}: the sample authority needs at least {FEWEST_CHILDREN}")
    ever_in_care, spells_of_care = periods.children_and_periods(seed, children)
    everybody = people.persons(seed, ever_in_care)
    staff = workforce.professionals(seed)
    allocations = workforce.involvements(seed, spells_of_care, everybody, staff)
    homes = care.placements(seed, spells_of_care)
    statuses = care.legal_statuses(seed, spells_of_care)
    meetings = reviews.meetings(seed, spells_of_care, homes, statuses)
    decisions = plans.decisions(seed, spells_of_care, homes, meetings)
    escalations, stages = registers.escalation_registers(spells_of_care, meetings, allocations, staff)
    households = registers.foster_households(seed, staff)
    return Authority(
        seed,
        {
            "ssd.person": Register(everybody),
            "ssd.cla_episodes": care.episode_register(care.episodes(spells_of_care, homes, statuses)),
            "ssd.cla_placement": care.placement_register(seed, homes),
            "ssd.legal_status": care.legal_status_register(statuses),
            "ssd.cla_reviews": reviews.review_register(seed, meetings),
            "ssd.cla_care_plan": plans.care_plan_register(spells_of_care, decisions),
            "ssd.cla_visits": visits.visit_register(seed, spells_of_care),
            "ssd.involvements": workforce.involvement_register(allocations, staff),
            "ssd.professionals": Register(staff),
            "ssd.department": workforce.department_register(),
            "cssu.permanence_plan_decisions": plans.decision_register(decisions),
            "cssu.permanence_milestones": plans.milestone_register(seed, decisions),
            "cssu.permanence_actions": plans.action_register(seed, spells_of_care, allocations),
            "cssu.review_details": reviews.review_details_register(seed, meetings, allocations),
            "cssu.escalations": escalations,
            "cssu.escalation_stages": stages,
            "cssu.foster_households": Register(households, {"ended_date": ("end_reason",)}),
            "cssu.foster_carer_reviews": registers.carer_review_register(seed, households, staff),
        },
        spells_of_care,
        allocations,
    )
