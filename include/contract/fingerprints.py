"""Fingerprints: what a batch was read under. A changed contract or rule lands nothing again by itself."""

import hashlib
import json
from functools import cache

from include.contract.codes import code_lists
from include.contract.model import source
from include.settings import PROJECT


@cache
def contract_fingerprint(source_name: str) -> str:
    """sha256 over a source's contract and the code lists its columns are read with."""
    contract = source(source_name)
    used = {column.codes for table in contract.tables for column in table.columns if column.codes}
    lists = json.dumps({name: code_lists().get(name, {}) for name in sorted(used)}, sort_keys=True)
    return hashlib.sha256((contract.fingerprint + lists).encode()).hexdigest()


@cache
def rule_fingerprint(gate: str) -> str:
    """sha256 over the files in expectations/ that hold the rules of a gate: landing or publication."""
    folder = PROJECT / "expectations"
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.py"), *(folder / gate).rglob("*.py")]):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
