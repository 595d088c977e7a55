"""static/openapi.yaml says what it should, in the words of the standard."""

import jsonschema
import pytest
from openapi_spec_validator import validate

from outlet import load_spec

SPEC = load_spec()
OPERATIONS = [
    (method, path, operation)
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
    if method in ("get", "post", "put", "delete")
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


def test_is_a_valid_openapi_document():
    validate(SPEC)


def test_every_operation_has_its_own_id():
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("method, path, operation", OPERATIONS, ids=NAMES)
def test_operation_names_the_errors_that_any_caller_can_meet(method, path, operation):
    if not path.startswith("/v1/"):
        return
    expected = {"400", "429", "500", "503"}
    if operation.get("security", SPEC["security"]):
        expected |= {"401"} | ({"403"} if method != "get" else set())
    if "{id}" in path:
        expected.add("404")
    assert expected <= set(operation["responses"])


@pytest.mark.parametrize("name", SPEC["components"]["schemas"])
def test_examples_fit_their_schemas(name):
    schema = SPEC["components"]["schemas"][name]
    document = {**SPEC, "$ref": f"#/components/schemas/{name}"}
    for example in [schema["example"]] if "example" in schema else schema.get("examples", []):
        jsonschema.validate(example, document)
