"""The whole made-up council: simulated once for all its years, cut at any night."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from include.sample import referrals
from include.sample.care import (
    care_details,
    care_periods,
    care_registers,
    episodes,
    legal_statuses,
    moves,
    placements,
    visits,
)
from include.sample.days import as_dates, as_numbers, day
from include.sample.fostering import carer_reviews, households
from include.sample.people import child_details, persons
from include.sample.plans import decisions, plan_steps
from include.sample.protection import conference_forms, conferences, protection_plans, protection_visits
from include.sample.register import Register
from include.sample.reviews import review_dates, review_registers, special_reviews
from include.sample.service import advocacy, escalations, private_fostering, scrutiny, voice
from include.sample.staff import allocations, workforce
from include.sample.targets import GO_LIVE, IN_ORDER_ON, LAST_NIGHT, Targets
from include.settings import settings

SMALLEST, LARGEST = 0.05, 100.0
Columns = Mapping[str, np.ndarray | pd.Categorical]


@dataclass(frozen=True)
class Authority:
    """A council made up from a seed: its registers by `<source>.<table>`, and what the statements of a day need."""

    seed: int
    targets: Targets
    registers: Mapping[str, Register]
    periods: pd.DataFrame
    allocated: allocations.Allocations

    def known_on(self, table: str, night: int, names: tuple[str, ...]) -> Columns:
        """Those of a table's columns that it has, as its export of a night carries them."""
        columns = dict(self.registers[table].known_on(night, names))
        if table == "ssd.professionals":
            # the case system counts caseloads on the first of the month
            first = int(as_numbers(as_dates(night).astype("datetime64[M]").astype("datetime64[D]")))
            cases = allocations.caseloads(self.registers["ssd.involvements"], first)
            ids = columns["prof_professional_id"]
            columns["prof_professional_caseload"] = cases.reindex(ids).fillna(0).to_numpy().astype(np.int64)
        return columns

    def statements(self, first: int, last: int, night: int) -> Columns:
        """The statements sent from one day to another, as known at the end of a night."""
        return voice.statements(self.seed, first, last, night, self.periods, self.allocated, self.targets)


def sample_authority(seed: int, size: float, last_night: int = LAST_NIGHT) -> Authority:
    """Make up the council, with visits up to the last night that will be asked for.

    Raises ValueError for a size it can't have, and for a day on which its annual report can't have been written.
    """
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"SIZE={size}: the sample authority can have a size from {SMALLEST} to {LARGEST}")
    written = day(settings().annual_report_known_on.isoformat())
    if written < IN_ORDER_ON:
        raise ValueError(
            f"PERMANENCE_ANNUAL_REPORT_KNOWN_ON={as_dates(written)}: the sample authority's year of 2022-23 is "
            f"in order from {as_dates(IN_ORDER_ON)} on"
        )
    targets = Targets(size, written)
    every = care_periods.care_periods(seed, targets)
    periods = every[(every["left"] >= GO_LIVE).to_numpy()].reset_index(drop=True)
    on_plans = protection_plans.protection_plans(seed, every, targets)
    on_plans = on_plans[(on_plans["ends"] >= GO_LIVE).to_numpy()].reset_index(drop=True)
    on_plans["household"] = np.unique(on_plans["household"], return_inverse=True)[1]
    referred = referrals.referrals(seed, periods, on_plans, targets)
    everybody = persons.people(seed, periods, on_plans, referred.rows, targets)
    _name(periods, on_plans, referred.rows, everybody)
    staff = workforce.workforce(seed, targets)
    ordered = legal_statuses.legal_statuses(seed, periods, targets)
    moved = moves.moves(seed, periods, targets)
    homes = placements.placements(seed, periods, ordered, moved, targets)
    statuses = care_registers.numbered(placements.revoked(ordered, homes, periods), "status_id", 650101)
    periods["left_reason"] = placements.reasons_for_leaving(periods, homes)
    homes = care_registers.numbered(homes, "placement_id", 700101)
    cared = care_registers.numbered(episodes.episodes(seed, periods, statuses, homes, targets), "episode_id", 750101)
    known, end_known = episodes.period_known(cared, len(periods))
    allocated = allocations.allocations(seed, periods, on_plans, referred, staff)
    reviewed = review_dates.reviews(seed, periods, homes, statuses, targets)
    reviewed = review_registers.add_known(seed, reviewed, periods, known, allocated)
    decided = decisions.decisions(seed, periods, homes, statuses, reviewed, known)
    met = conferences.conferences(seed, on_plans, referred, staff)
    plan_register = conferences.plan_register(seed, on_plans, met, referred)
    fostered = households.households(seed, targets)
    household = households.households_of(seed, homes, periods, fostered)
    placed = care_registers.placement_register(seed, homes, cared, periods, household)
    placed_known = episodes.spell_known(homes, cared, "placement")[0]
    also = special_reviews.same_meetings(seed, reviewed, homes, periods)
    special, special_children = special_reviews.special_review_registers(
        seed, reviewed, also, homes, periods, allocated, staff
    )
    raised, stages = escalations.escalation_registers(seed, reviewed, allocated, staff, targets)
    arrangements, arrangement_visits = private_fostering.private_fostering(seed, referred.rows, staff, targets)
    family, mother = child_details.family_registers(everybody)
    made = {
        "ssd.cla_placement": placed,
        "ssd.family": family,
        "ssd.mother": mother,
        "ssd.cp_plans": plan_register,
        "cssu.escalations": raised,
        "cssu.escalation_stages": stages,
        "cssu.private_fostering_arrangements": arrangements,
        "cssu.private_fostering_visits": arrangement_visits,
        "cssu.special_reviews": special,
        "cssu.special_review_children": special_children,
        **child_details.detail_registers(seed, everybody, referred.rows),
    }
    makers = {
        "ssd.person": lambda: persons.person_register(seed, everybody, referred.rows),
        "ssd.cla_episodes": lambda: care_registers.episode_register(cared, periods, homes, referred),
        "ssd.legal_status": lambda: care_registers.legal_status_register(statuses, cared, periods),
        "ssd.cla_reviews": lambda: review_registers.review_register(seed, reviewed, periods),
        "ssd.cla_care_plan": lambda: plan_steps.care_plan_register(seed, decided, periods, known, end_known),
        "ssd.cla_visits": lambda: visits.visit_register(seed, periods, known, last_night, targets),
        "ssd.involvements": lambda: allocations.involvement_register(seed, allocated, staff),
        "ssd.professionals": lambda: workforce.professional_register(seed, staff),
        "ssd.department": workforce.department_register,
        "ssd.cin_episodes": lambda: child_details.referral_register(seed, referred, allocated),
        "ssd.s47_enquiry": lambda: conferences.enquiry_register(seed, met, referred, staff),
        "ssd.initial_cp_conference": lambda: conferences.initial_conference_register(seed, met, referred, staff),
        "ssd.cp_reviews": lambda: conferences.review_conference_register(seed, met),
        "ssd.cp_visits": lambda: protection_visits.protection_visit_register(
            seed, on_plans, plan_register.rows["known_from"].to_numpy(), last_night, targets
        ),
        "ssd.cla_previous_permanence": lambda: care_details.previous_permanence_register(seed, periods, known),
        "ssd.permanence": lambda: plan_steps.permanence_register(
            seed, periods, decided, homes, statuses, allocated, known, end_known
        ),
        "ssd.missing": lambda: care_details.missing_register(seed, periods, known),
        "ssd.care_leavers": lambda: care_details.care_leaver_register(seed, periods, staff, end_known),
        "cssu.permanence_plan_decisions": lambda: decisions.decision_register(
            seed, decided, periods, reviewed, end_known
        ),
        "cssu.permanence_milestones": lambda: plan_steps.milestone_register(seed, decided),
        "cssu.permanence_actions": lambda: plan_steps.action_register(seed, decided, periods, allocated, known),
        "cssu.sibling_groups": lambda: care_details.sibling_register(seed, periods, homes, household, known),
        "cssu.review_details": lambda: review_registers.detail_register(
            seed, reviewed, special_reviews.ids_of(reviewed, also), periods, known, end_known
        ),
        "cssu.review_actions": lambda: review_registers.action_register(seed, reviewed),
        "cssu.conference_details": lambda: conference_forms.detail_register(seed, met),
        "cssu.conference_participation": lambda: conference_forms.participation_register(seed, met),
        "cssu.compliance_forms": lambda: conference_forms.form_register(seed, met, targets),
        "cssu.iro_contacts": lambda: review_registers.contact_register(seed, reviewed),
        "cssu.foster_households": lambda: households.household_register(seed, fostered, staff),
        "cssu.household_placements": lambda: households.household_placement_register(
            homes, household, fostered, placed_known
        ),
        "cssu.foster_carer_reviews": lambda: carer_reviews.carer_review_register(seed, fostered, staff, targets),
        "cssu.advocacy_referrals": lambda: advocacy.advocacy_register(seed, periods, on_plans, targets),
        "cssu.independent_visitors": lambda: advocacy.visitor_register(seed, periods, targets),
        "cssu.meeting_changes": lambda: review_registers.change_register(seed, reviewed, periods),
        "cssu.iro_posts": lambda: workforce.post_register(seed, staff),
        "cssu.team_managers": lambda: workforce.manager_register(staff),
        "cssu.scrutiny": lambda: scrutiny.scrutiny_register(seed, on_plans, reviewed, targets),
        "cssu.training": lambda: scrutiny.training_register(seed, staff, targets),
    }
    # one after the other, each cut at once: what lies ahead takes as much room as what is known
    registers = {name: register.until(last_night) for name, register in made.items()}
    registers |= {name: make().until(last_night) for name, make in makers.items()}
    return Authority(seed, targets, registers, periods, allocated)


def _name(periods: pd.DataFrame, on_plans: pd.DataFrame, referred: pd.DataFrame, everybody: pd.DataFrame) -> None:
    """Give everything the ids that it has in the exports."""
    children = everybody[(everybody["child"] >= 0).to_numpy()]
    ids = pd.Series(children["person_id"].to_numpy(), index=children["child"].to_numpy())
    for frame in (periods, on_plans, referred):
        frame["person_id"] = ids.reindex(frame["child"].to_numpy()).to_numpy().astype(np.int64)
    referred["referral_id"] = 210101 + np.arange(len(referred))
    periods["cla_id"] = 400101 + np.arange(len(periods))
