"""Business rules of cssu.iro_contacts."""

from expectations.recurring import IRO, not_after_export
from expectations.rule import Rule

RULES = [
    not_after_export(
        "cssu.iro_contacts",
        "after_export",
        ("contact_date",),
        "A contact is dated after the day the register speaks of",
        owner=IRO,
    ),
    Rule(
        "cssu.iro_contacts.seen_alone_by_text",
        "warning",
        "A child was seen alone by phone or text",
        "Correct how the contact was made, or whether the child was seen",
        """
        select _file, _record, 'child_seen_alone' as column_name from {this}
        where method in ('PHONE', 'TEXT') and child_seen_alone = 'Y'
        """,
        owner=IRO,
        source="this project: nobody is seen by phone",
    ),
    Rule(
        "cssu.iro_contacts.by_no_iro",
        "warning",
        "A contact of an IRO was made by somebody who never held an IRO's post",
        "Correct in the register who made it, or enter the post",
        """
        select c._file, c._record, 'professional_id' as column_name from {this} as c
        where c.professional_id is not null and c.contact_date >= (select min(from_date) from {iro_posts})
        and not exists (
            select from {iro_posts} as p where p.professional_id = c.professional_id
        )
        """,
        owner=IRO,
        source="local sources: the contact of an IRO with a child",
    ),
]
