"""Nights of the sample without a planted fault break no rule of gate 1 but those named here, each for a reason."""

from datetime import date

import pytest

from include.sample.exports import write_exports
from tests.end_to_end.night import load

NIGHTS = (date(2017, 6, 30), date(2021, 12, 31), date(2024, 2, 29), date(2026, 3, 31))

# a statement whose child is matched days later; who came of age, and whose leaving is entered days later; a child whose
# IRO is not entered, and a review that then has no chair; a contact at a review that is entered some weeks after it
PUT_RIGHT_BY_TIME = {
    "cssu.iro_contacts.review_id.refers_to_nothing",
    "momo.statements.person_missing",
    "ssd.cla_episodes.open_past_18",
    "ssd.cp_plans.open_past_18",
    "ssd.cla_episodes.no_iro",
    "cssu.review_details.held_without_chair",
}
# where the sample contradicts itself (docs/sample_authority.md)
CONTRADICTIONS = {
    "ssd.cla_visits.before_care",
    "ssd.cp_reviews.cppr_person_id.refers_to_nothing",
    "ssd.cp_reviews.cppr_cp_plan_id.refers_to_nothing",
    "cssu.permanence_plan_decisions.two_primary_plans",
}


@pytest.mark.torture
def test_nights_without_a_fault_break_no_other_rule(empty_warehouse):
    write_exports(empty_warehouse.drop, list(NIGHTS), size=1.0)
    for night in NIGHTS:
        load(night)
    # nights that lie years apart are held against each other: what rose in between says nothing
    broken = {
        rule_id
        for (rule_id,) in empty_warehouse.rows("select rule_id from quality.result where not success")
        if not rule_id.endswith(".rows.rose")
    }
    assert broken <= PUT_RIGHT_BY_TIME | CONTRADICTIONS
    # nobody without an IRO, and no contradiction, keeps a record out
    assert empty_warehouse.rows("select 1 from quality.failure where severity = 'critical'") == []
