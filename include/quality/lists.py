"""The worklist divided as it is handed out: a list a team, one without a team, one for the data engineer."""

from dataclasses import dataclass

from include.quality.worklist import Worklist

DATA_ENGINEER = "data engineer"
WHERE = "What is accepted stands in dbt_project/seeds/accepted_failure.csv; an expired line lets its failure come back"
HELD = (
    "Accepting a failure takes it off the lists and the trackers. It does not let in a record that gate 1 holds back: "
    "that one is shown as its last good version, or not at all, until it is put right"
)


@dataclass(frozen=True)
class OneList:
    """The failures that one team, or whoever, is to put right."""

    title: str
    short_title: str
    note: str
    rows: list[dict]


@dataclass(frozen=True)
class Lists:
    """All lists, in the order in which they are shown: the teams by id, without a team, the data engineer's."""

    teams: list[OneList]
    without_team: OneList
    of_data_engineer: OneList

    @property
    def all(self) -> list[OneList]:
        """Every list, of which none shares a row with another."""
        return [*self.teams, self.without_team, self.of_data_engineer]


def divide(worklist: Worklist, team_names: dict[str, str]) -> Lists:
    """Divide the worklist; each row stands on one list. Names of teams, by id, are shown where they are known."""
    of_team: dict[str, list[dict]] = {}
    without, engineer = [], []
    for row in worklist.rows:
        if row["owner"] == DATA_ENGINEER:
            engineer.append(row)
        elif row["team_id"] is None:
            without.append(row)
        else:
            of_team.setdefault(row["team_id"], []).append(row)
    teams = [
        OneList(f"Team {team_id}" + (f", {team_names[team_id]}" if team_names.get(team_id) else ""), team_id, "", rows)
        for team_id, rows in sorted(of_team.items())
    ]
    return Lists(
        teams,
        OneList(
            "Without a team",
            "Without a team",
            "The record names no child that can be read, or nobody is known to have answered for the child",
            without,
        ),
        OneList(
            "For the data engineer",
            "Data engineer",
            "What no team can put right: exports, contracts, and defects of the models",
            engineer,
        ),
    )
