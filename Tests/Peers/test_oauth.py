"""Signing in elsewhere, against an issuer and a GitHub that are wrong in one way at a time."""

import concurrent.futures
import json
import subprocess
import time
import urllib.parse

import pytest

from browser import Browser, query
from identity import CLIENT, SECRET, GitHub, Issuer, Key
from outlet import PROGRAMS, Outlet

NOWHERE = "http://127.0.0.1:1"
# Requests to others do not go where these say: every test below would fail.
PROXIES = {name: NOWHERE for name in ("http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")}


class World:
    def __init__(self, issuer=None, **settings):
        self.issuer, self.github = issuer or Issuer(), GitHub()
        client = {"clientId": CLIENT, "clientSecretEnv": "OAUTH_SECRET", "privateNetwork": True, **settings}
        more = {
            "oauth": {
                "oidc": {"name": "Lab", "issuer": self.issuer.url, **client},
                "github": {"url": self.github.url, **client},
            },
            "signIn": {"signUp": "domains", "domains": ["example.org"]},
            "api": {"threads": 4},
        }
        self.outlet = Outlet(more, {"OAUTH_SECRET": SECRET, **PROXIES})

    def stop(self):
        self.outlet.stop()
        self.issuer.stop()
        self.github.stop()

    def begin(self, browser, provider="oidc"):
        return browser.get(f"{self.outlet.url}/v1/auth/oauth/{provider}")

    def come_back(self, browser, provider="oidc"):
        """Through the provider to the address at which the outlet is to be called back."""
        begun = self.begin(browser, provider)
        assert begun.status == 302, begun.body
        agreed = Browser().get(begun.location)
        assert agreed.status == 302, agreed.body
        return agreed.location

    def sign_in(self, browser=None, provider="oidc"):
        browser = browser or Browser()
        return browser.get(self.come_back(browser, provider))

    def who(self, browser):
        reply = browser.get(f"{self.outlet.url}/v1/auth/me")
        return json.loads(reply.body)["user"]["email"] if reply.status == 200 else None

    def renew(self):
        """A new responder, which has fetched nothing from anybody."""
        self.outlet.restart_api()


@pytest.fixture(scope="module")
def whole_world():
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    world = World()
    yield world
    world.stop()


@pytest.fixture
def world(whole_world):
    whole_world.issuer.reset()
    whole_world.github.reset()
    whole_world.renew()
    return whole_world


def unique(world, name):
    """A person whom no other test has signed in."""
    world.issuer.claims |= {"sub": name, "email": f"{name}@example.org"}


def test_buttons_are_those_of_the_configuration(world):
    reply = json.loads(Browser().get(f"{world.outlet.url}/v1/auth/providers").body)
    assert reply["providers"] == [
        {"id": "github", "name": "GitHub", "url": "/v1/auth/oauth/github"},
        {"id": "oidc", "name": "Lab", "url": "/v1/auth/oauth/oidc"},
    ]
    assert world.begin(Browser(), "google").location == "/login?error=oauth_unavailable"
    assert world.begin(Browser(), "facebook").status == 404


@pytest.mark.parametrize("provider", ["oidc", "github"])
def test_a_person_signs_in_and_is_the_same_account_next_time(world, provider):
    browser = Browser()
    reply = world.sign_in(browser, provider)
    assert (reply.status, reply.location) == (302, "/app")
    assert world.who(browser) == "grace@example.org"
    assert browser.cookie("oauth") is None
    cookie = next(line for line in reply.headers.get_all("Set-Cookie") if line.startswith("sid="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    again = Browser()
    world.sign_in(again, provider)
    assert again.cookie("sid") != browser.cookie("sid")
    users = json.loads(world.outlet.control("user", "list", "--json"))
    assert [user["email"] for user in users].count("grace@example.org") == 1


def test_the_way_there_has_all_that_protects_it(world):
    browser = Browser()
    begun = world.begin(browser)
    fields = query(begun.location)
    assert begun.location.startswith(f"{world.issuer.url}/authorize?")
    assert fields["redirect_uri"] == f"{world.outlet.url}/v1/auth/oauth/oidc/callback"
    assert fields["code_challenge_method"] == "S256"
    secret = browser.cookie("oauth")
    values = {fields[name] for name in ("state", "nonce", "code_challenge")} | {secret}
    assert len(values) == 4 and all(len(value) == 43 for value in values)
    cookie = begun.headers["Set-Cookie"]
    assert "Path=/v1/auth/oauth;" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Max-Age=600" in cookie
    other = query(world.begin(Browser()).location)
    assert values.isdisjoint({other["state"], other["nonce"], other["code_challenge"]})
    stored = b"".join(file.read_bytes() for file in world.outlet.folder.glob("ephemeral.db*"))
    assert not any(value.encode() in stored for value in values)


def assert_refused(world, browser, reply, error):
    assert (reply.status, reply.location) == (302, f"/login?error={error}")
    assert world.who(browser) is None and browser.cookie("sid") is None


FAULTY_CLAIMS = {
    "wrong aud": {"aud": "another"},
    "aud of several without azp": {"aud": [CLIENT, "another"]},
    "azp of another": {"aud": [CLIENT, "another"], "azp": "another"},
    "wrong iss": {"iss": "https://accounts.google.com"},
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": int(time.time()) - 3_600},
    "future iat": {"iat": int(time.time()) + 36_000, "exp": int(time.time()) + 72_000},
    "no exp": {"exp": None},
    "no sub": {"sub": None},
}


@pytest.mark.parametrize("claims", FAULTY_CLAIMS.values(), ids=FAULTY_CLAIMS)
def test_an_id_token_with_a_wrong_claim_signs_nobody_in(world, claims):
    world.issuer.claims = claims
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser), "oauth_failed")


@pytest.mark.parametrize("kind", ["none", "HS256", "stranger", "unknown kid", "cut", "swapped"])
def test_an_id_token_that_the_issuer_did_not_sign_signs_nobody_in(world, kind):
    own, stranger = world.issuer.key, Key("first")
    world.issuer.sign = {
        "none": lambda claims: own.token(claims, "none"),
        "HS256": lambda claims: own.token(claims, "HS256"),
        "stranger": stranger.token,
        "unknown kid": lambda claims: own.token(claims, kid="another"),
        "cut": lambda claims: own.token(claims).rpartition(".")[0] + ".",
        "swapped": lambda claims: ".".join(
            [*own.token({**claims, "sub": "1"}).split(".")[:2], own.token(claims).split(".")[2]]),
    }[kind]
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser), "oauth_failed")


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}, {"email_verified": "true"},
                                    {"email": "no address"}, {"email": None}])
def test_without_a_verified_address_nobody_new_comes_in(world, claims):
    world.issuer.claims = {"sub": "nobody", **claims}
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser), "oauth_no_email")


def test_an_address_may_come_from_userinfo_of_the_same_person(world):
    world.issuer.claims = {"sub": "info", "email": None, "email_verified": None}
    world.issuer.information = {"sub": "another", "email": "info@example.org", "email_verified": True}
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser), "oauth_no_email")
    world.issuer.information["sub"] = "info"
    assert world.sign_in(browser).location == "/app"
    assert world.who(browser) == "info@example.org"


def test_a_code_works_once_and_so_does_a_state(world):
    unique(world, "once")
    browser = Browser()
    back = world.come_back(browser)
    secret = browser.cookies.copy()
    assert browser.get(back).location == "/app"
    browser.cookies = secret
    assert_refused(world, browser, browser.get(back), "oauth_state_mismatch")
    assert world.issuer.asked.count("/token") == 1


@pytest.mark.parametrize("kind", ["no state", "wrong state", "two states", "no cookie", "two cookies",
                                  "another browser", "another provider"])
def test_an_answer_that_is_not_of_this_browser_signs_nobody_in(world, kind):
    browser, victim = Browser(), Browser()
    back = world.come_back(browser)
    address = back.partition("?")[0]
    fields = query(back)
    match kind:
        case "no state":
            back = f"{address}?code={fields['code']}"
        case "wrong state":
            back = f"{address}?code={fields['code']}&state={'A' * 43}"
        case "two states":
            back = f"{back}&state={fields['state']}"
        case "no cookie":
            browser.cookies.clear()
        case "two cookies":
            browser.cookies[urllib.parse.urlsplit(back).netloc, "/", "oauth"] = "x" * 43
        case "another browser":
            world.begin(victim)
            browser = victim
        case "another provider":
            back = back.replace("/oidc/", "/github/")
    assert_refused(world, browser, browser.get(back), "oauth_state_mismatch")
    assert "/token" not in world.issuer.asked and not world.github.asked


def test_a_program_is_told_of_a_wrong_state_by_status(world):
    reply = Browser().get(f"{world.outlet.url}/v1/auth/oauth/oidc/callback?code=x&state=y", headers={"Accept": "*/*"})
    assert reply.status == 401 and json.loads(reply.body)["error"] == "oauth_state_mismatch"


def test_somebody_who_declines_is_back_at_the_sign_in_page(world):
    browser = Browser()
    state = query(world.begin(browser).location)["state"]
    reply = browser.get(f"{world.outlet.url}/v1/auth/oauth/oidc/callback?error=access_denied&state={state}")
    assert_refused(world, browser, reply, "oauth_failed")
    assert "/token" not in world.issuer.asked


def test_keys_that_the_issuer_has_changed_are_fetched_again_though_not_for_every_token(world):
    unique(world, "rotation")
    assert world.sign_in().location == "/app"
    newer = Key("second")
    world.issuer.published.append(newer.public())
    world.issuer.sign = newer.token
    assert world.sign_in().location == "/login?error=oauth_failed"  # The keys are not a minute old.
    assert world.issuer.asked.count("/keys") == 1
    world.renew()
    assert world.sign_in().location == "/app"


def test_what_the_issuer_publishes_is_fetched_once(world):
    unique(world, "cache")
    for _ in range(3):
        assert world.sign_in().location == "/app"
    assert world.issuer.asked.count("/keys") == 1
    assert world.issuer.asked.count("/.well-known/openid-configuration") <= 4  # Each thread may be the first.


@pytest.mark.parametrize("document", [{"issuer": "https://evil.example"}, {"code_challenge_methods_supported": ["plain"]},
                                      {"authorization_endpoint": "http://evil.example/"},
                                      {"authorization_endpoint": None}])
def test_an_issuer_that_describes_itself_wrongly_is_unavailable(world, document):
    world.issuer.document = document
    assert world.begin(Browser()).location == "/login?error=oauth_unavailable"


def test_an_answer_that_names_another_issuer_is_refused(world):
    unique(world, "mixup")
    browser = Browser()
    back = world.come_back(browser)
    reply = browser.get(f"{back}&iss=https%3A%2F%2Fevil.example")
    assert_refused(world, browser, reply, "oauth_failed")
    assert "/token" not in world.issuer.asked
    world.issuer.document = {"authorization_response_iss_parameter_supported": True}
    world.renew()
    browser = Browser()
    assert_refused(world, browser, browser.get(world.come_back(browser)), "oauth_failed")
    back = world.come_back(browser)
    assert browser.get(f"{back}&iss={urllib.parse.quote(world.issuer.url, safe='')}").location == "/app"


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_an_issuer_that_fails_is_unavailable(world, path):
    unique(world, "failing")
    world.issuer.status[path] = 503
    browser = Browser()
    begun = world.begin(browser)
    reply = begun if path.startswith("/.well") else browser.get(Browser().get(begun.location).location)
    assert_refused(world, browser, reply, "oauth_unavailable")


def test_an_issuer_that_hangs_does_not_hold_the_outlet(world):
    unique(world, "hanging")
    browser = Browser()
    back = world.come_back(browser)
    world.issuer.delay["/token"] = 30
    started = time.monotonic()
    assert_refused(world, browser, browser.get(back), "oauth_unavailable")
    assert time.monotonic() - started < 15


def test_issuers_that_hang_leave_threads_for_everybody_else(world):
    unique(world, "crowd")
    browsers = [Browser() for _ in range(6)]
    backs = [world.come_back(browser) for browser in browsers]
    world.issuer.delay["/token"] = 30
    with concurrent.futures.ThreadPoolExecutor(len(browsers)) as pool:
        waiting = [pool.submit(browser.get, back) for browser, back in zip(browsers, backs)]
        deadline = time.monotonic() + 10
        while world.issuer.asked.count("/token") < 2:  # Half of the four threads.
            assert time.monotonic() < deadline
            time.sleep(0.02)
        for _ in range(20):
            assert world.outlet.get("/v1/catalog/listings") == 200
        assert any(not each.done() for each in waiting), "the others were served meanwhile"
        assert all(each.result().location == "/login?error=oauth_unavailable" for each in waiting)
    assert world.issuer.asked.count("/token") == 2


def test_the_same_address_is_the_same_account_and_an_address_given_away_is_not(world):
    unique(world, "merged")
    world.github.user["id"] = 77
    world.github.emails = [{"email": "merged@example.org", "primary": True, "verified": True}]
    browser = Browser()
    assert world.sign_in(browser).location == "/app" and world.sign_in(browser, "github").location == "/app"
    users = json.loads(world.outlet.control("user", "list", "--json"))
    assert [user["email"] for user in users].count("merged@example.org") == 1
    # Whoever gets the address later at the same issuer is somebody else.
    world.issuer.claims["sub"] = "successor"
    assert world.sign_in().location == "/login?error=oauth_failed"
    # The person stays the same when the address changes, or is not verified any more.
    world.issuer.claims = {"sub": "merged", "email": "new@example.org", "email_verified": False}
    later = Browser()
    assert world.sign_in(later).location == "/app" and world.who(later) == "merged@example.org"


def test_whether_somebody_new_gets_an_account_is_for_the_operator_to_say(world):
    world.issuer.claims = {"sub": "stranger", "email": "stranger@example.net"}
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser), "oauth_failed&reason=not_invited")
    world.outlet.control("invite", "stranger@example.net")
    assert world.sign_in(browser).location == "/app"
    assert world.who(browser) == "stranger@example.net"


def test_a_closed_account_stays_closed(world):
    unique(world, "gone")
    assert world.sign_in().location == "/app"
    world.outlet.control("user", "close", "gone@example.org")
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser), "oauth_failed&reason=account_closed")


GITHUB_FAULTS = {
    "no verified primary": ("emails", [{"email": "a@example.org", "primary": True, "verified": False}], "oauth_no_email"),
    "no primary": ("emails", [{"email": "a@example.org", "primary": False, "verified": True}], "oauth_no_email"),
    "no address": ("emails", [], "oauth_no_email"),
    "no number": ("user", {"login": "a"}, "oauth_failed"),
}


@pytest.mark.parametrize("name, content, error", GITHUB_FAULTS.values(), ids=GITHUB_FAULTS)
def test_github_counts_by_number_and_verified_primary_address(world, name, content, error):
    world.github.user["id"] = 99
    setattr(world.github, name, content)
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser, "github"), error)


def test_github_without_the_scope_for_addresses_has_none(world):
    world.github.user["id"] = 98
    world.github.status["/api/v3/user/emails"] = 404
    browser = Browser()
    assert_refused(world, browser, world.sign_in(browser, "github"), "oauth_no_email")


def test_a_code_that_github_refuses_with_status_200_is_refused(world):
    browser = Browser()
    back = world.come_back(browser, "github")
    world.github.codes.clear()
    assert_refused(world, browser, browser.get(back), "oauth_failed")


def test_no_secret_is_in_any_log(world):
    browser = Browser()
    world.sign_in(browser)
    world.sign_in(browser, "github")
    logs = "".join(file.read_text() for file in (world.outlet.folder / "logs").glob("*"))
    assert "oauth refused" in logs and "canary" not in logs
    assert browser.cookie("sid") not in logs


def test_an_issuer_with_a_certificate_of_ones_own_authority(tmp_path):
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    for name in ("own", "other"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=issuer", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key", "-out", f"{name}.pem"],
            cwd=tmp_path, check=True, capture_output=True)
        if name == "own":
            both = (tmp_path / "key").read_text() + (tmp_path / "own.pem").read_text()
            (tmp_path / "server.pem").write_text(both)
    for name, expected in {"own": "/app", "other": "/login?error=oauth_unavailable"}.items():
        world = World(Issuer(certificate=tmp_path / "server.pem"), caFile=str(tmp_path / f"{name}.pem"))
        try:
            browser = Browser()
            reply = world.begin(browser)
            if reply.location.startswith(world.issuer.url):
                reply = browser.get(Browser().get(reply.location).location)
            assert reply.location == expected, world.outlet.logs()
        finally:
            world.stop()
