"""Every setting of the warehouse: typed, read once from the environment, documented here and nowhere else.

A setting NAME is read from the environment variable PERMANENCE_NAME. The README's settings table is made
from this file (a test compares the two).
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """All settings. Reading it raises pydantic.ValidationError naming the variable that can't be read."""

    model_config = SettingsConfigDict(env_prefix="PERMANENCE_", frozen=True, extra="ignore")

    database_url: SecretStr | None = Field(
        None,
        description="An existing PostgreSQL (16 or newer), as postgresql://user:password@host:port/postgres, "
        "whose user may create databases and roles. Unset: the embedded server under the local folder.",
    )
    warehouse_database: str = Field(
        "permanence", pattern=r"^[a-z_][a-z0-9_]{0,40}$", description="Name of the warehouse's database."
    )
    airflow_database: str = Field(
        "permanence_airflow",
        pattern=r"^[a-z_][a-z0-9_]{0,40}$",
        description="Name of the database that holds Airflow's metadata.",
    )
    ssd_database_url: SecretStr | None = Field(
        None,
        description="A PostgreSQL schema that holds the ssd_ tables, as "
        "postgresql://user:password@host:port/database?schema=name (public where none is named), to take ssd from "
        "instead of the drop folder. Unset: ssd is delivered as files.",
    )
    local_folder: Path = Field(
        PROJECT / ".local",
        description="Everything this machine keeps: the embedded server, Airflow's home, the archive, logs.",
    )
    drop_folder: Path = Field(
        PROJECT / ".local" / "drop",
        description="Where exports arrive, as <source>/<batch date>/<files>.",
    )
    archive_folder: Path = Field(
        PROJECT / ".local" / "archive",
        description="Where delivered files are kept by the sha256 of their content.",
    )
    nightly_sources: str = Field(
        "ssd,cssu,momo",
        description="Sources that must be there before a night can start, separated by commas; empty for none.",
    )
    case_system: Literal["standard", "eclipse", "mosaic", "systemc"] = Field(
        "standard",
        description="The case system behind the ssd extract: its profile in include/contract/profiles.",
    )
    quiet_seconds: int = Field(
        300,
        ge=0,
        description="Files without manifest or _READY count as complete when unchanged for so many seconds.",
    )
    export_deadline_hours: float = Field(
        5.0,
        gt=0,
        description="Hours after the start of a scheduled night by which its exports must be there.",
    )
    annual_report_known_on: date = Field(
        date(2023, 5, 31),
        description="The date of the export from which the annual report of 2022-23 was written: its figures are "
        "counted as known then.",
    )
    council_code: str = Field(
        "E08000021",
        pattern=r"^E0[6-9]\d{6}$",
        description="The council's code at the Office for National Statistics, by which it stands beside others. The "
        "made-up council takes Newcastle upon Tyne's place.",
    )
    council_names: str = Field(
        "Newcastle upon Tyne,391",
        description="How exports of several councils name this one, separated by commas: records that name another are "
        "kept out.",
    )
    builds_kept: int = Field(3, ge=1, description="Published builds whose marts are kept, for rolling back.")
    published_nights_kept: int = Field(
        40, ge=8, description="Nights whose published positions are kept beside those of month ends: what moved since."
    )
    dbt_threads: int = Field(2, ge=1, description="Models dbt builds at the same time.")

    @field_validator("nightly_sources")
    @classmethod
    def _trimmed(cls, value: str) -> str:
        return ",".join(part.strip() for part in value.split(",") if part.strip())

    @field_validator("ssd_database_url", mode="before")
    @classmethod
    def _none_when_empty(cls, value: object) -> object:
        return value or None  # as docker-compose.yml passes on what is not set

    @property
    def names_of_council(self) -> tuple[str, ...]:
        """How exports name the council."""
        return tuple(name.strip() for name in self.council_names.split(",") if name.strip())

    @property
    def awaited_sources(self) -> tuple[str, ...]:
        """Names of the nightly sources, in the order given."""
        return tuple(part for part in self.nightly_sources.split(",") if part)


@cache
def settings() -> Settings:
    """The settings of this process, read on first use."""
    return Settings()
