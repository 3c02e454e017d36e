"""Settings: read once from the environment, and the README's table says what they are."""

from datetime import date

import pytest
import yaml
from pydantic import ValidationError

from include.commands.settings_table import with_table
from include.settings import PROJECT, Settings


def test_the_readmes_table_is_the_settings():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert with_table(readme) == readme, "run python -m include.commands.settings_table"


def test_nightly_sources_are_trimmed_and_may_be_none(monkeypatch):
    monkeypatch.setenv("PERMANENCE_NIGHTLY_SOURCES", " ssd , momo,")
    assert Settings().awaited_sources == ("ssd", "momo")
    monkeypatch.setenv("PERMANENCE_NIGHTLY_SOURCES", "")
    assert Settings().awaited_sources == ()


def test_the_day_of_the_annual_report_is_a_date(monkeypatch):
    assert Settings().annual_report_known_on == date(2023, 5, 31)
    monkeypatch.setenv("PERMANENCE_ANNUAL_REPORT_KNOWN_ON", "31/05/2023")
    with pytest.raises(ValidationError, match="annual_report_known_on"):
        Settings()


def test_a_setting_that_can_not_be_read_is_named(monkeypatch):
    monkeypatch.setenv("PERMANENCE_QUIET_SECONDS", "soon")
    with pytest.raises(ValidationError, match="quiet_seconds"):
        Settings()


def test_a_password_is_not_shown_with_the_settings(monkeypatch):
    monkeypatch.setenv("PERMANENCE_DATABASE_URL", "postgresql://a:verysecret@localhost/postgres")
    monkeypatch.setenv("PERMANENCE_SSD_DATABASE_URL", "postgresql://a:verysecret@localhost/case_system")
    assert "verysecret" not in repr(Settings())


def test_an_empty_address_of_the_ssd_database_is_none(monkeypatch):
    monkeypatch.setenv("PERMANENCE_SSD_DATABASE_URL", "")
    assert Settings().ssd_database_url is None


def test_the_council_is_the_same_to_dbt_where_nobody_names_one(monkeypatch):
    project = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["vars"]["council_code"] == Settings().council_code
    monkeypatch.setenv("PERMANENCE_COUNCIL_CODE", "Newcastle")
    with pytest.raises(ValidationError, match="council_code"):
        Settings()
