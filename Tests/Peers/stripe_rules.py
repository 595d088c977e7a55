"""Stripe's own word on requests and objects: its library's types, and its descriptions where a checkout has them."""

import json
import re
import sys
import typing
from pathlib import Path

import typing_extensions
from jsonschema import Draft4Validator

from fake_stripe.forms import nested

DESCRIPTIONS = Path(__file__).resolve().parents[3] / "shared" / "stripe"


def description(name):
    """Stripe's published file of that name, or None: they are large, change often, and are not part of this project."""
    file = DESCRIPTIONS / name
    return json.loads(file.read_text()) if file.exists() else None


def request_faults(spec, path, body):
    """What the published description has against a form sent to `path` (as it is written there)."""
    schema = spec["paths"][path]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    return [error.message for error in Draft4Validator(schema).iter_errors(_typed(nested(body), schema))]


def _typed(value, schema):
    """A form knows texts only: each becomes what its place in the description asks for."""
    for option in schema.get("anyOf", []):
        typed = _typed(value, option)
        if Draft4Validator(option).is_valid(typed):
            return typed
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        return {
            name: _typed(inner, known.get(name, other if isinstance(other, dict) else {}))
            for name, inner in value.items()}
    if isinstance(value, list):
        return [_typed(inner, schema.get("items", {})) for inner in value]
    wanted = schema.get("type")
    if wanted == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if wanted == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def object_faults(spec, fixtures, thing):
    """Fields that Stripe's example of this kind lacks, or has as another kind of value, and faults by the schema."""
    kind = thing["object"]
    faults = list(_unlike(thing, fixtures["resources"][kind], kind))
    schema = {"$ref": f"#/components/schemas/{kind}", "components": spec["components"]}
    for error in Draft4Validator(_without_nullable(schema)).iter_errors(thing):
        faults.append(f"{kind} {list(error.absolute_path)}: {error.message}")
    return faults


def _unlike(thing, example, where):
    for name, value in thing.items():
        place = f"{where}.{name}"
        if name not in example:
            yield f"{place} is no field of Stripe's"
        elif isinstance(value, dict) and isinstance(example[name], dict):
            # The example of an error shows its type only; the schema has its fields.
            if name not in ("metadata", "object", "last_payment_error"):
                yield from _unlike(value, example[name], place)
        elif None not in (value, example[name]) and type(value) is not type(example[name]):
            yield f"{place} is {type(value).__name__}, not {type(example[name]).__name__}"


def _without_nullable(schema):
    """OpenAPI 3.0 says `nullable` where JSON Schema wants a type of its own."""
    if isinstance(schema, list):
        return [_without_nullable(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _without_nullable(inner) for name, inner in schema.items() if name != "nullable"}
    if schema.get("nullable") is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


def typed_request(parameters_type):
    """A check of forms against one of the library's parameter types: unknown, missing and mistyped fields raise."""
    from pydantic import ConfigDict, TypeAdapter
    from pydantic_core import core_schema
    from stripe import _request_options as options
    from stripe._stripe_context import StripeContext
    from stripe._stripe_object import StripeObject, UntypedStripeObject

    for opaque in (StripeObject, UntypedStripeObject, StripeContext):
        opaque.__get_pydantic_core_schema__ = classmethod(lambda *_: core_schema.any_schema())
    module = sys.modules[parameters_type.__module__]
    for shape in vars(module).values():
        if isinstance(shape, type) and typing_extensions.is_typeddict(shape):
            shape.__pydantic_config__ = ConfigDict(extra="forbid")
    adapter = TypeAdapter(parameters_type)
    adapter.rebuild(_types_namespace={
        **vars(typing), **vars(options), **vars(module), "StripeContext": StripeContext})
    not_of_the_form = set(vars(options)["RequestOptions"].__annotations__)

    def check(body):
        form = nested(body)
        assert not not_of_the_form & set(form), f"options of the library in a form: {sorted(form)}"
        adapter.validate_python(form)

    return check
