"""A dbt process for a project that is parsed already: `python -m include.transform.run_parsed FILE ARGUMENTS…`.

FILE is what dbt's parser keeps for itself (`partial_parse.msgpack`); ARGUMENTS are those of dbt's command line. dbt
would read it too, but not for another schema, and each build has a schema of its own.
"""

import os
import sys
from pathlib import Path

AS_PARSED = "parsed"
"""Stands in the parsed project for the schema of a build."""


def main(file: Path, arguments: list[str]) -> int:
    """Run dbt in this process, on the schemas and in the database that the environment names; returns its exit code."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
    _rename(manifest, os.environ["PERMANENCE_DBT_DATABASE"], os.environ["PERMANENCE_DBT_SCHEMA"])
    outcome = dbtRunner(manifest=manifest).invoke(arguments)
    if outcome.success:
        return 0
    return 2 if outcome.exception else 1


def _rename(manifest, database: str, schema: str) -> None:
    """Give every relation of a parsed project its name in a build."""
    for node in (*manifest.nodes.values(), *manifest.sources.values()):
        before = f'"{node.database}"."{node.schema}"'
        node.database = database
        if node.schema.startswith(AS_PARSED):
            node.schema = schema + node.schema.removeprefix(AS_PARSED)
        if node.relation_name:
            node.relation_name = node.relation_name.replace(before, f'"{database}"."{node.schema}"', 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
