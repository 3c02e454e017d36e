"""Write docs/measures.md from the seed of measures: `python -m include.commands.measure_register`."""

import csv
from itertools import groupby

from include.settings import PROJECT
from include.transform.dbt import PROJECT_FOLDER

DOCUMENT = PROJECT / "docs" / "measures.md"
BEGIN, END = "<!-- measures: begin -->", "<!-- measures: end -->"
UNITS = {"percent": "per cent", "rate per 10000": "per 10,000 a year"}


def register() -> str:
    """The measures as Markdown, a table for each population, in the order of the seed."""
    with (PROJECT_FOLDER / "seeds" / "measure.csv").open(encoding="utf-8", newline="") as handle:
        measures = list(csv.DictReader(handle))
    lines = []
    for population, of_it in groupby(measures, key=lambda measure: measure["population"]):
        rows = list(of_it)
        kind = "as at a day" if rows[0]["period_kind"] == "as at" else rows[0]["period_kind"]
        lines += ["", f"## {population[0].upper()}{population[1:]}", "", f"Counted {kind}.", ""]
        lines += ["| measure | what it counts | unit | better | from |", "| --- | --- | --- | --- | --- |"]
        for measure in rows:
            unit = UNITS.get(measure["unit"], measure["unit"])
            named = f"**{measure['name']}**<br>`{measure['measure_id']}`"
            lines.append(
                f"| {named} | {measure['definition']} | {unit} | {measure['direction']} | {measure['source']} |"
            )
    return "\n".join([*lines, ""])


def with_register(text: str) -> str:
    """The document with its register brought up to date. Raises ValueError when its marks are missing."""
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n{register()}\n{END}{after}"


if __name__ == "__main__":
    DOCUMENT.write_text(with_register(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
