"""static/openapi.yaml as Markdown: a page a tag, and for each call what goes in, what comes out, and how to call it."""

import json

import yaml
from markdown.extensions.toc import slugify

from . import samples

INTRODUCTION = """# API reference

Every call of the outlet, by subject. The exact contract, for generators and validators, is [openapi.yaml](/openapi.yaml).

"""


def pages(root):
    spec = yaml.safe_load((root / "static" / "openapi.yaml").read_text())
    reference = Reference(spec)
    tags = [tag for tag in spec["tags"] if reference.operations(tag["name"])]
    rows = "\n".join(reference.row(tag["name"], *operation) for tag in tags for operation in reference.operations(tag["name"]))
    yield "api/index", f"{INTRODUCTION}{spec['info']['description'].strip()}\n\n## All calls\n\n| call | what it does |\n|---|---|\n{rows}\n\n{samples.HELPERS}"
    for tag in tags:
        yield f"api/{slug(tag['name'])}", reference.page(tag)


def slug(text):
    """As the headings get their ids."""
    return slugify(text, "-")


class Reference:
    def __init__(self, spec):
        self.spec = spec

    def operations(self, tag):
        found = []
        for path, item in self.spec["paths"].items():
            for method in ("get", "post", "put", "patch", "delete"):
                if method in item and item[method]["tags"][0] == tag:
                    shared = item.get("parameters", [])
                    found.append((method.upper(), path, {**item[method], "parameters": shared + item[method].get("parameters", [])}))
        return found

    def row(self, tag, method, path, operation):
        return f"| [`{method} {path}`]({slug(tag)}.md#{slug(operation['summary'])}) | {operation['summary']} |"

    def page(self, tag):
        lead = tag.get("description", f"The calls about {tag['name'].lower() if tag['name'] != 'SSH keys' else 'SSH keys'}.")
        parts = [f"# {tag['name']}", lead]
        parts += [self.operation(*operation) for operation in self.operations(tag["name"])]
        return "\n\n".join(parts) + "\n"

    def operation(self, method, path, operation):
        security = operation.get("security", self.spec["security"])
        parts = [f"## {operation['summary']}", f"`{method} {path}`" + ("" if security else ", without signing in")]
        parts += [operation["description"].strip()] if "description" in operation else []
        parameters = [self.resolved(each) for each in operation["parameters"]]
        if parameters:
            rows = [f"| `{each['name']}` | {each['in']} | {self.kind(each['schema'])} | {words(each)} |" for each in parameters]
            parts.append("| parameter | in | type | meaning |\n|---|---|---|---|\n" + "\n".join(rows))
        body = self.resolved(operation.get("requestBody", {})).get("content", {}).get("application/json")
        if body:
            parts += ["**Body**", self.fields(body["schema"], is_request=True)]
        parts += [samples.of(self.spec, method, self.example_path(path, parameters), operation, self.example_body(body)), *self.success(operation), self.errors(operation)]
        return "\n\n".join(part for part in parts if part)

    def success(self, operation):
        reply = self.resolved(operation["responses"].get("200", {}))
        content = reply.get("content", {})
        yield f"**Reply**: {reply.get('description', '')}"
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            yield self.fields(schema)
            example = content["application/json"].get("example") or self.resolved(schema).get("example")
            if example:
                yield "```json\n" + json.dumps(example, indent=2, ensure_ascii=False, default=str) + "\n```"

    def errors(self, operation):
        rows = []
        for status, reply in operation["responses"].items():
            if status[0] in "45":
                text = " ".join(self.resolved(reply).get("description", "").split())
                rows.append(f"| {status} | {text} |")
        return "| error | when |\n|---|---|\n" + "\n".join(rows) if rows else ""

    def fields(self, schema, is_request=False):
        """A table of the fields of an object, of the items of a list, or nothing to tabulate."""
        schema = self.merged(schema)
        if schema.get("type") == "array":
            return "A list. Each item:\n\n" + self.fields(schema["items"])
        required = schema.get("required", [])
        rows = []
        for name, value in schema.get("properties", {}).items():
            optional = " (optional)" if is_request and name not in required else ""
            rows.append(f"| `{name}` | {self.kind(value)}{optional} | {words(self.resolved(value), value)} |")
            inner = self.merged(value)
            items = self.merged(inner.get("items", {})) if inner.get("type") == "array" else inner
            dotted = f"{name}[]" if inner.get("type") == "array" else name
            for deep, each in items.get("properties", {}).items():
                rows.append(f"| `{dotted}.{deep}` | {self.kind(each)} | {words(self.resolved(each), each)} |")
        return "| field | type | meaning |\n|---|---|---|\n" + "\n".join(rows) if rows else ""

    def kind(self, schema):
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        schema = self.merged(schema)
        if "enum" in schema:
            return ", ".join("null" if each is None else f"`{each}`" for each in schema["enum"])
        if "oneOf" in schema:
            return " or ".join(self.kind(each) for each in schema["oneOf"])
        kinds = schema.get("type", "any")
        text = " or ".join(kinds) if isinstance(kinds, list) else kinds
        if text == "array":
            return f"list of {self.kind(schema.get('items', {}))}"
        if name.endswith("Time") or schema.get("format") == "date-time":
            return text.replace("string", "time")
        low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
        bounds = f", {low} to {high}" if low is not None and high is not None else ""
        longest = f", up to {schema['maxLength']} characters" if "maxLength" in schema else ""
        return f"{text}{bounds}{longest}"

    def resolved(self, value):
        while "$ref" in value:
            target = self.spec
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            value = {**target, **{key: each for key, each in value.items() if key != "$ref"}}
        return value

    def merged(self, schema):
        """The schema with its `allOf` put together."""
        schema = self.resolved(schema)
        for part in schema.get("allOf", []):
            part = self.merged(part)
            schema = {**schema, **part, "properties": {**schema.get("properties", {}), **part.get("properties", {})}}
        return schema

    def example_path(self, path, parameters):
        """The path with an example in the place of each parameter but `id`, which a sample has as a variable."""
        for each in parameters:
            if each["in"] == "path" and each["name"] != "id":
                schema = self.resolved(each["schema"])
                value = each.get("example") or (schema.get("enum") or schema.get("examples") or ["x"])[0]
                path = path.replace(f"{{{each['name']}}}", str(value))
        return path

    def example_body(self, body):
        if not body:
            return None
        if "example" in body:
            return body["example"]
        examples = body.get("examples")
        return next(iter(examples.values()))["value"] if examples else {}


def words(*schemas):
    text = next((each["description"] for each in schemas if each.get("description")), "")
    return " ".join(str(text).split()).replace("|", "\\|")
