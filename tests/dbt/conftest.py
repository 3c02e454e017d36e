"""dbt's manifest of this project."""

import pytest

from include.transform import dbt
from include.transform.parsed import parsed_project


@pytest.fixture(scope="session")
def manifest(local_folder) -> dict:
    """The manifest, of the project as it is parsed for builds."""
    return dbt.manifest(parsed_project())
