"""Why the figures of a frozen report are others by now: whom they count otherwise, and the records that say so."""
