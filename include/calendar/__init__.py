"""England's bank holidays, written to the seed bank_holiday by a command; nothing at night depends on it."""
