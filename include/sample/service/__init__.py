"""The rest of the unit's work: escalations, scrutiny, advocacy, private fostering, statements."""
