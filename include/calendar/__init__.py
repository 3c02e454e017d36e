"""England's working days, written to the seed calendar_day by a command; nothing at night depends on it."""
