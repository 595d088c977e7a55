"""What the adapters send, and what their fakes answer, held against the providers' own specifications.

The specifications are the providers' and not part of this repository. Put them into a folder and name it in
OUTLET_PROVIDER_SPECS (../shared/providers/openapi is looked at by itself); without them these tests are skipped.
"""

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from outlet import ROOT

REQUESTS = ROOT / "Tests" / "ProvidersTests" / "Requests"
SPECS = Path(os.environ.get("OUTLET_PROVIDER_SPECS", ROOT.parent / "shared" / "providers" / "openapi"))

# The file, and what our paths have before the specification's.
PROVIDERS = {
    "runpod": ("runpod-v2.json", ""),
    "vast": ("vast.yaml", ""),
    "lambda": ("lambda.json", ""),
    "shadeform": ("shadeform.yaml", "/v1"),
}

# Where we know better than the specification, and why. Everything else has to fit.
KNOWN = {
    ("vast", "create", "env"): "an object: its guide says that the text form of the specification fails at create",
    ("vast", "create", "client_id"): "its own programs send it",
    ("vast", "get", "?owner"): "its own programs send it",
    ("vast", "offers", "order"): "one field to sort by, as its own programs send; its least number of two means a pair",
    ("vast", "offers", "reliability2"): "the field's name in answers, by which its own programs search",
}


def committed():
    return [*files()]


def files():
    for provider in PROVIDERS:
        for file in sorted((REQUESTS / provider).glob("*.json")):
            yield pytest.param(provider, file, id=f"{provider}/{file.stem}")


@pytest.fixture(scope="module")
def specs():
    read = {}

    def spec(provider):
        path = SPECS / PROVIDERS[provider][0]
        if not path.exists():
            pytest.skip(f"no specification at {path}; see OUTLET_PROVIDER_SPECS")
        if path not in read:
            text = path.read_text()
            document = json.loads(text) if path.suffix == ".json" else yaml.load(text, yaml.CSafeLoader)
            read[path] = modern(document) if document["openapi"].startswith("3.0") else document
        return read[path]

    return spec


def modern(node):
    """A schema of OpenAPI 3.0 in the words of JSON Schema, as 3.1 has them."""
    if isinstance(node, list):
        return [modern(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {name: modern(each) for name, each in node.items()}
    if node.pop("nullable", False) and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    return node


def resolved(spec, node):
    while "$ref" in node:
        target = spec
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def operation(spec, provider, request):
    path = request["path"].removeprefix(PROVIDERS[provider][1]).rstrip("/")
    fitting = []
    for template, item in spec["paths"].items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template.rstrip("/")))
        if re.fullmatch(pattern, path) and request["method"].lower() in item:
            shared = item.get("parameters", [])
            found = item[request["method"].lower()]
            fitting.append((template.count("{"), found, shared + found.get("parameters", [])))
    assert fitting, f"{request['method']} {path} is no call of this API"
    _, found, parameters = min(fitting, key=lambda each: each[0])
    return found, [resolved(spec, parameter) for parameter in parameters]


def errors(spec, schema, value):
    # The reference is looked up in the document that holds the schema.
    document = {**spec, "$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema]}
    validator = jsonschema.Draft202012Validator(document)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def properties(spec, schema):
    """Every name that a schema has, or None when it says nothing of names."""
    schema = resolved(spec, schema)
    names = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        names |= properties(spec, part) or set()
    return names or None


def typed(spec, parameter, text):
    """A value of a query as the type that its schema has."""
    schema = resolved(spec, parameter.get("schema", {}))
    kind = schema.get("type")
    if kind == "integer":
        return int(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind == "array":
        return text.split(",")
    return text


@pytest.mark.parametrize("provider, file", committed())
def test_request_is_one_that_the_provider_describes(specs, provider, file):
    spec, request = specs(provider), json.loads(file.read_text())
    found, parameters = operation(spec, provider, request)
    known = {field for name, call, field in KNOWN if (name, call) == (provider, file.stem)}
    wrong = []

    declared = {each["name"]: each for each in parameters if each["in"] == "query"}
    for name, text in request["query"].items():
        if f"?{name}" in known:
            continue
        if name not in declared:
            wrong.append(f"no parameter {name}")
            continue
        wrong += errors(spec, declared[name].get("schema", {}), typed(spec, declared[name], text))
    wrong += [f"{name} is missing" for name, each in declared.items() if each.get("required") and name not in request["query"]]

    content = resolved(spec, found.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    body = request.get("body")
    if schema is None:
        assert body in (None, {}), "a body where the provider describes none"
    else:
        assert body is not None, "no body where the provider describes one"
        wrong += errors(spec, schema, {name: each for name, each in body.items() if name not in known})
        names = properties(spec, schema)
        wrong += [f"no field {name}" for name in body if names and name not in names | known]
    assert not wrong


@pytest.mark.parametrize("provider, file", committed())
def test_the_fakes_answer_is_one_that_the_provider_describes(specs, provider, file):
    spec, request = specs(provider), json.loads(file.read_text())
    answer = request.get("answer")
    if not answer or "body" not in answer:
        pytest.skip("an answer without JSON")
    found, _ = operation(spec, provider, request)
    described = resolved(spec, found["responses"][str(answer["status"])])
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        pytest.skip("the provider does not describe this answer")
    assert not errors(spec, schema, answer["body"])
