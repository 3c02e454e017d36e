"""Land broken deliveries one after another in a process of its own, and say of each what became of it.

`python -m tests.broken.land FOLDER` reads `FOLDER/cases.json`: source, day and drop folder of each; it writes a line of
JSON a case, and a last one with the most memory that the process took, in kilobytes.
"""

import json
import logging
import resource
import sys
from datetime import date
from pathlib import Path

import psycopg

from include.feeds.errors import DeliveryError
from include.history import ledger
from include.night import load_delivery
from include.quality.results import GateStopped
from include.warehouse import server
from include.warehouse.connection import Role, connect
from tests.broken.kind import NAME
from tests.conftest import environment

_CONTENT = "md5(coalesce(string_agg(r::text, E'\\n' order by r::text), ''))"


class _Lines(logging.Handler):
    """What is logged, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def _asked() -> psycopg.Connection:
    """A connection as the server's own user, who sees everything."""
    return psycopg.connect(server.warehouse_url(), autocommit=True)


def _relations(*schemas: str) -> list[str]:
    """The tables of schemas, and what ops says of what stands."""
    with _asked() as connection:
        return [
            f"{schema}.{name}"
            for schema, name in connection.execute(
                "select schemaname, tablename from pg_tables where schemaname = any(%s) order by 1, 2", (list(schemas),)
            )
        ]


def _content(relations: list[str]) -> str:
    """A hash of every row of relations."""
    with _asked() as connection:
        hashes = " || ".join(f"(select {_CONTENT} from {name} as r)" for name in relations)
        return connection.execute(f"select md5({hashes})").fetchone()[0]


def _names_found(relations: list[str]) -> list[str]:
    """The relations in which the name stands that was planted."""
    with _asked() as connection:
        found = " union all ".join(
            f"select '{name}' where exists (select from {name} as r where r::text ilike '%{NAME.split()[0]}%')"
            for name in relations
        )
        return [name for (name,) in connection.execute(found)]


def _land(case: dict, heard: _Lines) -> dict:
    """What became of one delivery."""
    heard.lines.clear()
    outcome, said = "loaded", []
    with environment(PERMANENCE_DROP_FOLDER=case["drop"]):
        try:
            said = load_delivery(case["source"], date.fromisoformat(case["day"]))
        except DeliveryError as error:
            outcome, said = "refused", [str(error)]
        except GateStopped as error:
            outcome, said = "stopped", [str(error)]
        except Exception as error:  # what must not happen is told like the rest, and the others are tried
            outcome, said = "raised", [f"{type(error).__name__} {error}"]
    with connect(Role.LOADER, "reading the ledger") as connection:
        latest = ledger.of_date(connection, case["source"], date.fromisoformat(case["day"]))
    if outcome == "loaded" and any(entry.state == "stopped" for entry in latest):
        outcome, said = "stopped", [line for line in heard.lines if "gate 1 stopped" in line]
    return {"outcome": outcome, "said": said, "logged": list(heard.lines)}


def main(folder: Path) -> None:
    """Land every case of a folder."""
    heard = _Lines()
    logging.getLogger().addHandler(heard)
    logging.getLogger().setLevel(logging.INFO)
    stands = [*_relations("raw", "marts"), "quality.failure", "ops.period_spoken", "ops.batch_standing"]
    told = _relations("quality", "ops")
    after = _content(stands)
    for case in json.loads((folder / "cases.json").read_text(encoding="utf-8")):
        before = after
        became = _land(case, heard)
        after = _content(stands)
        became["unchanged"] = after == before
        became["names_in"] = _names_found(told)
        with _asked() as connection:
            became["rules"] = [
                rule
                for (rule,) in connection.execute(
                    "select distinct rule_id from quality.failure where source = %s and nights @> %s::date",
                    (case["source"], case["day"]),
                )
            ]
            became["landing"] = connection.execute(
                "select count(*) from pg_class where relnamespace = 'landing'::regnamespace"
            ).fetchone()[0]
        print(json.dumps(became), flush=True)
    print(json.dumps({"kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
