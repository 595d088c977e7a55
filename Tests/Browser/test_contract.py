"""The mock and the server keep to one contract, static/openapi.yaml, through one and the same story."""

import json
import re
import time
import urllib.error
import urllib.request

import jsonschema
import pytest

from outlet import load_spec

SPEC = load_spec()
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVatrK1hCr8LGxHzwBH2ekDBlXFH1Pa2ZE5wYSyMtQf me@laptop"
MOCK = """async ({scenario, at}) => {
    const { createServer } = await import("/app-mock/server.js".replace("/app-mock", document.querySelector("script[type=module]").src.replace(/js\\/main.js$/, "mock")));
    globalThis.time = at;
    globalThis.handle = createServer({ scenario, now: () => globalThis.time });
}"""
ASK = """async ({method, path, body, headers, forward}) => {
    globalThis.time += forward;
    const reply = await globalThis.handle(new Request(new URL(path, location.href), { method, headers, body }));
    return { status: reply.status, headers: Object.fromEntries(reply.headers), text: await reply.text() };
}"""


class Mock:
    """The mock, with its clock in the test's hand."""

    def __init__(self, tab, scenario="demo"):
        self.page = tab("/app?mock").page
        self.page.evaluate(MOCK, {"scenario": scenario, "at": 1_780_000_000})
        self.forward = 0

    def ask(self, method, path, body, headers):
        forward, self.forward = self.forward, 0
        reply = self.page.evaluate(ASK, {"method": method, "path": path, "body": body, "headers": headers, "forward": forward})
        return reply["status"], {name.title(): value for name, value in reply["headers"].items()}, reply["text"]

    def wait(self):
        self.forward = 10


class Server:
    """A real outlet, asked by a renter of whom no other test knows."""

    def __init__(self, outlet):
        self.outlet = outlet
        self.sid = outlet.renter("story@example.org")
        outlet.end_all_pods()  # The samples of the documentation leave some, and there are few slots.

    def ask(self, method, path, body, headers):
        request = urllib.request.Request(
            self.outlet.url + path, method=method, data=None if body is None else body.encode(),
            headers={**headers, "Cookie": f"sid={self.sid}"})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return reply.status, {k.title(): v for k, v in reply.headers.items()}, reply.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, {k.title(): v for k, v in refusal.headers.items()}, refusal.read().decode()

    def wait(self):
        time.sleep(0.2)


class Checked:
    """Asks, and holds each reply against the specification."""

    def __init__(self, peer):
        self.peer = peer
        self.seen = set()

    def __call__(self, method, path, body=None, expect=200, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent["Content-Type"] = "application/json"
        status, received, text = self.peer.ask(method, path, None if body is None else json.dumps(body), sent)
        assert status == expect, f"{method} {path}: {status} {text[:300]}"
        template, operation = operation_of(method, path)
        self.seen.add(f"{method} {template}")
        described = operation["responses"].get(str(status))
        assert described is not None, f"{method} {path}: {status} is not in the specification"
        return self.checked(f"{method} {path}", resolved(described), received, text)

    def checked(self, name, described, received, text):
        for header in described.get("headers", {}):
            if header in ("X-Request-Id", "ETag", "Retry-After"):
                assert header.title() in received, f"{name} has no {header}"
        content = described.get("content", {})
        kind = received.get("Content-Type", "").split(";")[0]
        if not content:
            return None
        assert kind in content, f"{name} answers {kind}"
        if kind != "application/json":
            return text
        value = json.loads(text)
        jsonschema.validate(value, {**content[kind]["schema"], "components": SPEC["components"]},
                            format_checker=jsonschema.FormatChecker())
        return value


def resolved(value):
    while "$ref" in value:
        target = SPEC
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def operation_of(method, path):
    path = path.split("?")[0]
    for template, item in SPEC["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in item:
            return template, item[method.lower()]
    raise AssertionError(f"{method} {path} is not in the specification")


def story(call):
    """What a renter does in a life, with the mistakes that renters make."""
    call("GET", "/v1/auth/me")
    call("GET", "/v1/auth/providers")
    families = call("GET", "/v1/catalog/families")
    listings = call("GET", "/v1/catalog/listings?pageSize=2")
    if listings["nextCursor"] is not None:
        call("GET", f"/v1/catalog/listings?pageSize=2&cursor={listings['nextCursor']}")
    call("GET", "/v1/catalog/listings?pageSize=0", expect=400)
    call("GET", "/v1/catalog/facets")
    call("GET", "/v1/catalog/templates")
    call("GET", "/v1/catalog/price-history")
    call("GET", "/v1/catalog/price-history?family=h100-80gb&days=7")
    assert len(families) >= 6

    for known in call("GET", "/v1/ssh-keys")["keys"]:
        if known["name"] == "laptop":  # Of the samples of the documentation.
            call("DELETE", f"/v1/ssh-keys/{known['id']}")
    key = call("POST", "/v1/ssh-keys", {"name": "laptop", "publicKey": KEY})
    assert call("POST", "/v1/ssh-keys", {"name": "again", "publicKey": KEY}, expect=400)["error"] == "duplicate_key"
    assert call("POST", "/v1/ssh-keys", {"name": "x", "publicKey": "-----BEGIN OPENSSH PRIVATE KEY-----"}, expect=400)["error"] == "invalid_key"
    assert call("POST", "/v1/ssh-keys", {"name": "x", "publicKey": KEY, "more": 1}, expect=400)["error"] == "validation_failed"
    call("GET", "/v1/ssh-keys")

    wish = {"familyId": "rtx-4090", "gpuCount": 1}
    before = call("GET", "/v1/billing/balance")
    preview = call("POST", "/v1/rentals/preview", wish)
    assert preview["availableCents"] == before["availableCents"]
    assert call("POST", "/v1/rentals/preview", {"familyId": "rtx-4090", "gpuCount": 3}, expect=400)["error"] in ("invalid_count", "validation_failed")
    assert call("POST", "/v1/rentals", {**wish, "region": "AQ"}, expect=400)["error"] == "model_unavailable"
    assert call("POST", "/v1/rentals", {**wish, "maxPricePerHourCents": 1}, expect=409)["error"] == "price_changed"
    rental = call("POST", "/v1/rentals", {**wish, "name": "story"}, Idempotency_Key="story-1")
    again = call("POST", "/v1/rentals", {**wish, "name": "story"}, Idempotency_Key="story-1")
    assert again["id"] == rental["id"], "the same key launches once"
    assert call("POST", "/v1/rentals", wish, expect=409, Idempotency_Key="story-1")["error"] == "idempotency_key_reused"
    assert (rental["status"], rental["pricePerHourCents"]) == ("provisioning", preview["pricePerHourCents"])
    assert call("GET", "/v1/billing/balance")["availableCents"] == before["availableCents"] - rental["pricePerHourCents"]

    path = f"/v1/rentals/{rental['id']}"
    running = awaited(call, path, "running")
    assert running["host"] and running["sshCommand"] and running["attempts"][-1]["outcome"] == "created"
    call("GET", "/v1/rentals?status=running")
    meter = call("GET", f"{path}/meter")
    rate = round(meter["ratePerHour"] * 100)
    assert meter["currentChargeCents"] == (2 * meter["secondsBilled"] * rate + 3600) // 7200
    assert call("GET", f"{path}/events")["events"]
    call("GET", f"{path}/log")
    stopped = call("POST", f"{path}/stop")
    assert call("POST", f"{path}/stop", expect=409)["error"] == "already_stopped"
    assert awaited(call, path, "stopped")["totalChargedCents"] == stopped["finalChargedCents"]
    unknown = "/v1/rentals/rent_01J8ZQ4V7M3N5P6R7S8T9V0W1X"
    assert call("GET", unknown, expect=404)["error"] == "rental_not_found"

    ledger = call("GET", "/v1/billing/ledger?pageSize=200")["entries"]
    for newer, older in zip(ledger, ledger[1:]):
        assert newer["balanceAfterCents"] == newer["amountCents"] + older["balanceAfterCents"]
    table = call("GET", "/v1/billing/ledger?format=csv")
    assert ledger[0]["id"] in table
    assert call("GET", "/v1/billing/ledger?from=yesterday", expect=400)["error"] == "validation_failed"
    call("DELETE", f"/v1/ssh-keys/{key['id']}")
    assert call("DELETE", f"/v1/ssh-keys/{key['id']}", expect=404)["error"] == "key_not_found"


def awaited(call, path, status):
    deadline = time.monotonic() + 60
    while (rental := call("GET", path))["status"] != status:
        assert rental["status"] != "failed" and time.monotonic() < deadline, rental
        call.peer.wait()
    return rental


def test_the_mock_lives_through_the_story(tab):
    story(Checked(Mock(tab)))


def test_the_server_lives_through_the_story(browser, outlet):
    story(Checked(Server(outlet)))


def test_the_mock_refuses_strangers_as_the_contract_says(tab):
    call = Checked(Mock(tab, "signed-out"))
    for path in ("/v1/auth/me", "/v1/rentals", "/v1/billing/balance"):
        assert call("GET", path, expect=401)["error"] == "unauthorized"
    call("GET", "/v1/catalog/families")


def test_the_mock_has_every_call_of_the_contract(tab):
    peer = Mock(tab)
    missing = []
    for path, item in SPEC["paths"].items():
        for method in {"get", "post", "put", "patch", "delete"} & set(item):
            body = "{}" if method in ("post", "put", "patch") else None
            status, _, text = peer.ask(method.upper(), path.replace("{id}", "rent_01J8ZQ4V7M3N5P6R7S8T9V0W1X"), body, {})
            if status == 405 or (status == 404 and json.loads(text)["message"] == "There is no such path."):
                missing.append(f"{method.upper()} {path}")
    assert not missing, "static/app/mock does not serve these"


@pytest.mark.parametrize("path", ["/v1/auth/sessions", "/v1/tokens", "/v1/events", "/v1/billing/limits", "/v1/billing/payments", "/v1/billing/usage"])
def test_what_the_contract_describes_the_mock_answers_that_way(tab, path):
    if path not in SPEC["paths"]:
        pytest.skip("not in the specification")
    Checked(Mock(tab))("GET", path)
