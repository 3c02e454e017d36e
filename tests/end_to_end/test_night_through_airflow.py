"""The night through Airflow, as `make run` does it: from sample exports to published marts; again, unchanged."""

from include.publish.report import mart_hashes


def test_the_night_runs_through_airflow_and_again_changes_nothing(sample_warehouse, nights, run_command):
    first = run_command("include.commands.run")
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    for told in (
        f"Published: as at {nights[1]}, known on {nights[1]}",
        "marts.permanence_tracker",
        "Gate 1 (what arrived):",
        "Gate 2 (what is published):",
        "Records in quarantine:",
        "Where to look next:",
    ):
        assert told in first.stdout
    hashes = mart_hashes()
    publications = sample_warehouse.value("select count(*) from ops.publication")

    again = run_command("include.commands.run")
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr[-3000:]
    assert mart_hashes() == hashes
    assert sample_warehouse.value("select count(*) from ops.publication") == publications
    assert sample_warehouse.value("select count(*) from ops.batch where state = 'landed'") == 3


def test_a_night_that_fails_says_why_in_one_line_and_ends_with_an_error(sample_warehouse, nights, run_command):
    folder = sample_warehouse.drop / "cssu" / nights[1].isoformat()
    (folder / "manifest.json").unlink()
    (folder / "_READY").touch()
    with (folder / "escalations.csv").open("a") as handle:
        handle.write("X999,100001\n")
    outcome = run_command("include.commands.run", "--as-at", nights[1].isoformat())
    assert outcome.returncode != 0
    (line,) = [line for line in outcome.stdout.splitlines() if "land: failed" in line]
    assert "escalations.csv, record" in line
    assert "2 fields where the header has 9" in line
    assert sample_warehouse.value("select count(*) from pg_tables where schemaname = 'marts'") == 0
