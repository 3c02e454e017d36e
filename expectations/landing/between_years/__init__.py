"""Rules that hold a return against the one of the year before: decided on history, as both stand on a day."""
