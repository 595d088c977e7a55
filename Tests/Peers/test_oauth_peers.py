"""Signing in by issuers that others wrote: one that the test may fill with people, and a strict one from Debian."""

import base64
import hashlib
import json
import logging
import threading
import urllib.parse

import flask
import oidc_provider_mock
import pytest
from werkzeug.serving import make_server

from browser import Browser, query
from glewlwyd import Glewlwyd
from outlet import PROGRAMS, Outlet

CLIENT, SECRET = "outlet", "sk-canary"


class Mock:
    """oidc-provider-mock, which knows no PKCE: here its codes are redeemed by those with the verifier only."""

    def __init__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        app = oidc_provider_mock.app(require_nonce=True)
        self.challenges = {}
        app.before_request(self._demand_verifier)
        app.after_request(self._keep_challenge)
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _keep_challenge(self, response):
        code = query(response.headers.get("Location", "")).get("code")
        if code is not None:
            assert flask.request.values["code_challenge_method"] == "S256"
            self.challenges[code] = flask.request.values["code_challenge"]
        return response

    def _demand_verifier(self):
        form = flask.request.form
        if flask.request.method != "POST" or "code_verifier" not in form and "grant_type" not in form:
            return None
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.challenges.get(form.get("code")) == challenge:
            return None
        return {"error": "invalid_grant"}, 400

    def add(self, name, **claims):
        content = json.dumps({"email": f"{name}@example.org", **claims})
        reply = Browser().send("PUT", f"{self.url}/users/{name}", content, {"Content-Type": "application/json"})
        assert reply.status < 300, reply.body

    def agree(self, location, name):
        """What the person does at the provider; the address to which the browser is sent."""
        reply = Browser().post_form(location, {"sub": name})
        assert reply.status == 302, reply.body
        return reply.location

    def stop(self):
        self.server.shutdown()


class World:
    def __init__(self, provider):
        self.provider = provider
        settings = {"issuer": provider.url, "clientId": CLIENT, "clientSecretEnv": "OAUTH_SECRET", "privateNetwork": True}
        more = {"oauth": {"oidc": settings}, "signIn": {"signUp": "open"}}
        self.outlet = Outlet(more, {"OAUTH_SECRET": SECRET})

    def sign_in(self, browser, name):
        begun = browser.get(f"{self.outlet.url}/v1/auth/oauth/oidc")
        assert begun.status == 302 and begun.location.startswith(self.provider.url), begun.location
        return browser.get(self.provider.agree(begun.location, name))

    def who(self, browser):
        reply = browser.get(f"{self.outlet.url}/v1/auth/me")
        return json.loads(reply.body)["user"]["email"] if reply.status == 200 else None


@pytest.fixture(scope="module", params=[Mock, Glewlwyd], ids=["oidc-provider-mock", "glewlwyd"])
def world(request):
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    provider = request.param()
    world = World(provider)
    provider.redirect = f"{world.outlet.url}/v1/auth/oauth/oidc/callback"
    provider.add("grace", email_verified=True)
    provider.add("eve", email_verified=False)
    yield world
    world.outlet.stop()
    provider.stop()


def test_a_person_signs_in_and_is_the_same_next_time(world):
    for _ in range(2):
        browser = Browser()
        reply = world.sign_in(browser, "grace")
        assert (reply.status, reply.location) == (302, "/app"), world.outlet.logs()
        assert world.who(browser) == "grace@example.org"


def test_an_address_that_is_not_verified_does_not_count(world):
    browser = Browser()
    assert world.sign_in(browser, "eve").location == "/login?error=oauth_no_email", world.outlet.logs()
    assert world.who(browser) is None


def test_a_code_of_another_sign_in_has_another_verifier(world):
    """A code that somebody caught on its way is of no use in another browser, whatever state is put beside it."""
    caught = world.provider.agree(Browser().get(f"{world.outlet.url}/v1/auth/oauth/oidc").location, "grace")
    browser = Browser()
    state = query(browser.get(f"{world.outlet.url}/v1/auth/oauth/oidc").location)["state"]
    fields = urllib.parse.urlencode({**query(caught), "state": state})
    reply = browser.get(f"{caught.partition('?')[0]}?{fields}")
    assert reply.location == "/login?error=oauth_failed"
    assert world.who(browser) is None
