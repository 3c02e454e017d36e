"""What is written after a command and can't be read is said so, with what would do, before anything happens."""

import importlib

import pytest

from tests.unit.test_makefile import make

NO_DAY = "is not a day of the calendar; write it as 2026-03-31"
NO_SOURCE = "is not a source; the sources are annex_a, benchmarks, cin_census, cssu, momo, ssd, ssda903"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("land --source ssd --date 2026-04-31", f"'2026-04-31' {NO_DAY}"),
        ("land --source ssd --date ", f"'' {NO_DAY}"),
        ("withdraw --source sdd --date 2026-03-31 --why x", f"'sdd' {NO_SOURCE}"),
        ("publish --as-at 31/03/2026", f"'31/03/2026' {NO_DAY}"),
        ("backfill --from 2025-02-29 --to 2025-03-31", f"'2025-02-29' {NO_DAY}"),
        ("freeze --year 2022-24", "'2022-24' is not a financial year; write it as 2022-23"),
        ("build --as-at 2023-04", f"'2023-04' {NO_DAY}"),
        ("run --as-at yesterday", f"'yesterday' {NO_DAY}"),
        ("batches --source SSD", f"'SSD' {NO_SOURCE}"),
        ("known --source cla --table person --key P1", f"'cla' {NO_SOURCE}"),
    ],
)
def test_what_can_not_be_read_is_said(command, said, monkeypatch, capsys):
    name, *arguments = command.split(" ")
    monkeypatch.setattr("sys.argv", [name, *arguments])
    with pytest.raises(SystemExit):
        importlib.import_module(f"include.commands.{name}").main()
    assert said in capsys.readouterr().err


def test_a_table_that_is_not_there_is_said():
    done = make("known", "SOURCE=ssd", "TABLE=persons", "KEY=P1")
    assert done.returncode != 0
    assert "source ssd has no table persons" in done.stderr
    assert "Traceback" not in done.stderr
