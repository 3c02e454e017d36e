"""The dbt project's own layers and promises, read from its manifest."""

from include.contract.codes import code_lists
from include.contract.expressions import can_be_unreadable, typed
from include.contract.model import sources
from include.warehouse.connection import Role

LAYERS = ("staging", "intermediate", "marts")


def _models(manifest, layer=None):
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and (layer is None or node["fqn"][1] == layer):
            yield node


def _parents(manifest, node):
    for parent in node["depends_on"]["nodes"]:
        if parent.startswith("source."):
            yield "source", manifest["sources"][parent]
        elif parent.startswith("seed."):
            yield "seed", manifest["nodes"][parent]
        elif parent.startswith("model."):
            yield manifest["nodes"][parent]["fqn"][1], manifest["nodes"][parent]


ALLOWED = {
    "staging": {"source", "staging"},
    "intermediate": {"staging", "intermediate", "seed", "source"},
    "marts": {"intermediate", "marts", "seed"},
}


def test_each_layer_reads_only_what_it_may(manifest):
    for node in _models(manifest):
        layer = node["fqn"][1]
        for kind, parent in _parents(manifest, node):
            assert kind in ALLOWED[layer], f"{node['name']} ({layer}) reads {parent['name']} ({kind})"
            if kind == "source":
                # history through staging only; what the warehouse keeps about itself in domain run only
                of_history = parent["schema"] == "raw" or parent["name"] in {"batch_table", "period_spoken"}
                assert of_history == (layer == "staging"), f"{node['name']} reads {parent['name']}"
                assert layer == "staging" or node["fqn"][2] == "run"


def test_a_person_is_read_while_any_record_of_theirs_is(manifest):
    person = manifest["nodes"]["model.permanence.stg_ssd__person"]
    staged = {node["name"] for node in _models(manifest, "staging")}
    referring = {
        f"stg_ssd__{table.name}" for table in sources()["ssd"].tables if table.person and table.name != "person"
    }
    read = {parent["name"] for kind, parent in _parents(manifest, person) if kind == "staging"}
    assert read == referring & staged


def test_names_say_the_layer(manifest):
    for node in _models(manifest):
        layer, folder = node["fqn"][1], node["fqn"][2]
        if layer == "staging":
            assert node["name"].startswith(f"stg_{folder}__")
        elif layer == "intermediate":
            assert node["name"].startswith(f"int_{folder}__")
        else:
            assert not node["name"].startswith(("stg_", "int_"))


def test_every_model_says_what_a_row_is_and_a_test_proves_its_key(manifest):
    tested = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            kind = node["test_metadata"]["name"]
            tested.setdefault(node["attached_node"], set()).add(kind)
    for node in _models(manifest):
        assert node["description"].startswith("One row per "), node["name"]
        if node["fqn"][1] == "marts":
            assert any(c["type"] == "primary_key" for c in node["constraints"]), node["name"]
        else:
            unique = [index for index in node["config"].get("indexes") or [] if index.get("unique")]
            assert unique or tested.get(node["unique_id"], set()) & {"unique", "unique_combination"}, node["name"]


def test_every_mart_has_a_contract_and_describes_each_column(manifest):
    for node in _models(manifest, "marts"):
        assert node["config"]["contract"]["enforced"], node["name"]
        assert node["config"]["persist_docs"] == {"relation": True, "columns": True}
        for column in node["columns"].values():
            assert column["description"].endswith("."), f"{node['name']}.{column['name']}"


def test_names_concerns_and_persons_have_a_mart_and_a_grant_of_their_own(manifest):
    readers = {node["name"]: node["config"]["meta"].get("reader") for node in _models(manifest, "marts")}
    assert {name: reader for name, reader in readers.items() if reader} == {
        "child_identity": Role.IDENTITY_READER,
        "foster_carer_concern": Role.RESTRICTED_READER,
        "score_card_person": Role.PERFORMANCE_READER,
        "caseload_person": Role.PERFORMANCE_READER,
    }
    for node in _models(manifest, "marts"):
        assert not {"forename", "surname"} & set(node["columns"]) or node["name"] == "child_identity"
        assert "lado_issue" not in node["columns"] or node["name"] == "foster_carer_concern"


def test_a_compliance_form_leads_to_no_child(manifest):
    columns = set(manifest["nodes"]["model.permanence.fct_compliance_form"]["columns"])
    assert not {"child_ref", "person_id", "youngest_child_person_id", "meeting_id", "iro_id", "team_id"} & columns


def test_facts_and_dimensions_carry_no_day_of_the_figures(manifest):
    for node in _models(manifest, "marts"):
        if node["name"].startswith(("fct_", "dim_")):
            assert not {"as_at", "known_on"} & set(node["columns"])
            assert "as_at()" not in node["raw_code"], node["name"]


def test_every_fact_about_a_child_says_who_answered_who_said_it_and_is_found_by_child(manifest):
    for node in _models(manifest, "marts"):
        if node["name"].startswith("fct_"):
            assert "source" in node["columns"], node["name"]
            if "child_ref" in node["columns"]:
                assert {"iro_id", "social_worker_id", "team_id"} <= set(node["columns"]), node["name"]
                assert ["child_ref"] in [index["columns"] for index in node["config"]["indexes"]], node["name"]


def test_every_table_that_must_come_has_a_staging_model_and_each_staging_model_its_table(manifest):
    staged = {node["name"] for node in _models(manifest, "staging")}
    tables = {f"stg_{s.name}__{table.name}": table for s in sources().values() for table in s.tables}
    assert staged <= set(tables)
    assert staged >= {name for name, table in tables.items() if not table.may_be_missing}


def test_seeds_are_described(manifest):
    for seed in manifest["nodes"].values():
        if seed["resource_type"] == "seed":
            assert seed["description"].startswith("One row per "), seed["name"]
            assert all(column["description"] for column in seed["columns"].values()), seed["name"]


def test_code_lists_are_whole_and_spellings_mean_one_code():
    lists = code_lists()
    for source in sources().values():
        for table in source.tables:
            for column in table.columns:
                if column.kind == "code":
                    assert lists[column.codes], f"{table.full_name}.{column.name}"


def test_staging_and_gate_1_read_a_column_alike(manifest):
    """The macro's choice of cast is the one of include/contract/expressions.py, column by column."""
    from include.transform.dbt import PROJECT_FOLDER

    macro = (PROJECT_FOLDER / "macros" / "staged.sql").read_text(encoding="utf-8")
    assert "safe.as_code_{{ meta.codes }}{{ '_in_words' if meta.get('in_words') }}" in macro
    for source in sources().values():
        for table in source.tables:
            for column in table.recorded_columns:
                function = typed(column).split("(")[0]
                expected = {
                    "code": f"safe.as_code_{column.codes}{'_in_words' if column.in_words else ''}",
                    "id": "safe.as_id",
                    "figure": "safe.as_figure",
                }.get(column.kind, f"safe.as_{column.data_type}")
                assert function == expected, f"{table.full_name}.{column.name}"
                assert can_be_unreadable(column) == (function != "safe.as_text")
