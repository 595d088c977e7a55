"""How to make a call: curl, Python and Swift. The tests run every sample against a real outlet."""

import json
import re

PYTHON_HELPER = '''
import json, os, urllib.request

def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["OUTLET_URL"] + path, method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "@HEADER@": "@VALUE@" + os.environ["@SECRET@"]})
    with urllib.request.urlopen(request, timeout=30) as reply:
        text = reply.read().decode()
        return json.loads(text) if reply.headers["Content-Type"].startswith("application/json") else text
'''

SWIFT_HELPER = '''
import Foundation
#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

struct Refusal: Error {
    let status: Int
    let text: String
}

func call(_ method: String, _ path: String, _ body: String? = nil) async throws -> Data {
    let environment = ProcessInfo.processInfo.environment
    var request = URLRequest(url: URL(string: environment["OUTLET_URL"]! + path)!)
    request.httpMethod = method
    request.httpBody = body.map { Data($0.utf8) }
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue("@VALUE@" + environment["@SECRET@"]!, forHTTPHeaderField: "@HEADER@")
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as! HTTPURLResponse).statusCode
    guard status < 400 else { throw Refusal(status: status, text: String(decoding: data, as: UTF8.self)) }
    return data
}
'''


def credentials(spec):
    """How a script shows who it is: by a token where the outlet has tokens, else by the cookie of a login."""
    schemes = spec["components"]["securitySchemes"].values()
    if any(scheme["type"] == "http" and scheme.get("scheme") == "bearer" for scheme in schemes):
        return {"HEADER": "Authorization", "VALUE": "Bearer ", "SECRET": "OUTLET_TOKEN"}
    return {"HEADER": "Cookie", "VALUE": "sid=", "SECRET": "OUTLET_SID"}


def filled(text, spec):
    for name, value in credentials(spec).items():
        text = text.replace(f"@{name}@", value)
    return text.strip()


def helpers(spec):
    secret = credentials(spec)["SECRET"]
    what = "a token, made under Account in the dashboard" if secret == "OUTLET_TOKEN" else "the value of the cookie `sid`"
    return f"""## Before the samples

The samples of these pages read the outlet's address from `OUTLET_URL` and {what} from `{secret}`.
Those in Python and Swift call one function, which needs nothing but the language's own library:

```python
{filled(PYTHON_HELPER, spec)}
```

```swift
{filled(SWIFT_HELPER, spec)}
```
"""


def of(spec, method, path, operation, body):
    """The three samples of one call, as Markdown."""
    public = not operation.get("security", spec["security"])
    place = path.replace("{id}", "$ID")
    parts = ["curl -sS"] + ([] if public else [filled('-H "@HEADER@: @VALUE@$@SECRET@"', spec)])
    parts += [f"-X {method}"] if method != "GET" and not (method == "POST" and body is not None) else []
    if body is not None:
        parts += ["-H 'Content-Type: application/json'", f"-d '{shell_json(body)}'"]
    curl = " ".join(parts) + f' "$OUTLET_URL{place}"'
    argument = "" if body is None else f", {body!r}"
    quoted = f'f"{path}"' if "{id}" in path else f'"{path}"'
    swift_path = path.replace("{id}", "\\(id)")
    swift_body = "" if body is None else f', #"{json.dumps(body, ensure_ascii=False)}"#'
    return "\n\n".join([
        f"```sh\n{folded(curl)}\n```",
        f'```python\ncall("{method}", {quoted}{argument})\n```',
        f'```swift\ntry await call("{method}", "{swift_path}"{swift_body})\n```',
    ])


def shell_json(body):
    return json.dumps(body, ensure_ascii=False).replace("'", "'\\''")


def folded(command):
    """A long command over several lines, at its options."""
    if len(command) <= 100:
        return command
    return re.sub(r' (?=-H |-d |"\$OUTLET_URL)', " \\\n  ", command)
