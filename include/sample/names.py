"""Names and postcodes that nobody has: syllables of no name, areas and endings of no postcode."""

FORENAME_STARTS = ("Zor", "Xel", "Quib", "Vash", "Jyx", "Zib", "Wuv", "Orkl")
FORENAME_ENDS = ("vane", "quin", "drix", "bolo", "mirrow", "tazz", "wynk", "loxa")
SURNAME_STARTS = ("Quilli", "Wex", "Brozz", "Zindle", "Fnar", "Glomb", "Skriv", "Throx")
SURNAME_ENDS = ("bex", "moor", "quag", "nubbin", "zell", "wizzle", "dax", "fimble")


def invented_names(starts: tuple[str, ...], ends: tuple[str, ...]) -> tuple[str, ...]:
    """Every name that two invented syllables make."""
    return tuple(start + end for start in starts for end in ends)


FORENAMES = invented_names(FORENAME_STARTS, FORENAME_ENDS)
SURNAMES = invented_names(SURNAME_STARTS, SURNAME_ENDS)


_HOME = ("QX1", "QX2", "QX3", "QX4", "QX5", "QX6")
_INWARD = tuple(f"{digit}{letters}" for digit in range(1, 10) for letters in ("CI", "IK", "KO", "MV", "OC", "VM"))
POSTCODES = tuple(f"{area} {inward}" for area in _HOME for inward in _INWARD)
"""Postcodes of the authority's own area. No real postcode begins with Q, V or X, or ends in C, I, K, M, O or V."""
OWN_DISTRICTS, OTHER_DISTRICTS = _HOME, ("VX1", "VX2", "VX3", "VX4")
OTHER_POSTCODES = tuple(f"{area} {inward}" for area in OTHER_DISTRICTS for inward in _INWARD)
