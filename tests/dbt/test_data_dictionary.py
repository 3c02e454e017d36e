"""The data dictionary: an essay a domain, and one page that needs neither a database nor the network."""

import os
import subprocess

from include.settings import PROJECT
from include.transform.dbt import PROJECT_FOLDER


def test_each_domain_of_the_marts_has_its_essay(manifest):
    domains = {path.name for path in (PROJECT_FOLDER / "models" / "marts").iterdir()}
    essays = {doc["name"]: doc["block_contents"] for doc in manifest["docs"].values() if doc["package_name"] != "dbt"}
    assert set(essays) == domains | {"__overview__"}
    for name, essay in essays.items():
        assert essay.startswith("# "), name


def test_the_page_is_made_without_a_database():
    here = {name: value for name, value in os.environ.items() if not name.startswith("PERMANENCE_")}
    made = subprocess.run(
        ["make", "docs"], cwd=PROJECT, env=here, capture_output=True, text=True, timeout=120, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    page = (PROJECT / ".local" / "data-dictionary.html").read_text(encoding="utf-8")
    assert "One row per child in care review" in page
    assert "a dictionary for those who query it" in page
    assert 'src="http' not in page
