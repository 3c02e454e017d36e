"""Reviews of children in care: when each was due and held, and what was written down."""
