"""How to make a call: curl, Python and Swift. The tests run every sample against a real outlet."""

import json
import re

PYTHON_HELPER = '''
import json, os, urllib.request

def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["OUTLET_URL"] + path, method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": "Bearer " + os.environ["OUTLET_TOKEN"]})
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
    request.setValue("Bearer " + environment["OUTLET_TOKEN"]!, forHTTPHeaderField: "Authorization")
    let (data, response) = try await URLSession.shared.data(for: request)
    let status = (response as! HTTPURLResponse).statusCode
    guard status < 400 else { throw Refusal(status: status, text: String(decoding: data, as: UTF8.self)) }
    return data
}
'''


HELPERS = f"""## Before the samples

The samples of these pages read the outlet's address from `OUTLET_URL` and a token, made under Account in the dashboard, from `OUTLET_TOKEN`.
What no token may do is shown with the cookie `sid` of a login, from `OUTLET_SID`.
Those in Python and Swift call one function, which needs nothing but the language's own library:

```python
{PYTHON_HELPER.strip()}
```

```swift
{SWIFT_HELPER.strip()}
```
"""


def of(spec, method, path, operation, body):
    """The samples of one call, as Markdown: three where a token may make it, else curl alone."""
    security = operation.get("security", spec["security"])
    cookie_only = security and not any("bearerAuth" in way for way in security)
    place = path.replace("{id}", "$ID")
    parts = ["curl -sS"]
    if security:
        parts.append('-H "Cookie: sid=$OUTLET_SID"' if cookie_only else '-H "Authorization: Bearer $OUTLET_TOKEN"')
    parts += [f"-X {method}"] if method != "GET" and not (method == "POST" and body is not None) else []
    if body is not None:
        parts += ["-H 'Content-Type: application/json'", f"-d '{shell_json(body)}'"]
    curl = " ".join(parts) + f' "$OUTLET_URL{place}"'
    samples = [f"```sh\n{folded(curl)}\n```"]
    if not cookie_only:
        argument = "" if body is None else f", {body!r}"
        quoted = f'f"{path}"' if "{id}" in path else f'"{path}"'
        swift_path = path.replace("{id}", "\\(id)")
        swift_body = "" if body is None else f', #"{json.dumps(body, ensure_ascii=False)}"#'
        samples += [
            f'```python\ncall("{method}", {quoted}{argument})\n```',
            f'```swift\ntry await call("{method}", "{swift_path}"{swift_body})\n```',
        ]
    return "\n\n".join(samples)


def shell_json(body):
    return json.dumps(body, ensure_ascii=False).replace("'", "'\\''")


def folded(command):
    """A long command over several lines, at its options."""
    if len(command) <= 100:
        return command
    return re.sub(r' (?=-H |-d |"\$OUTLET_URL)', " \\\n  ", command)
