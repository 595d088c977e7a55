"""Signing in by an account elsewhere, in the browser: the issuer is another site, as browsers reckon sites."""

import re

import pytest

from browsing import Tab
from identity import CLIENT, SECRET, Issuer
from outlet import PROGRAMS, Outlet

# That nobody is signed in is what the page asks; and the issuer is what the person goes to.
EXPECTED = re.compile(r"status of 401|asked another host: http://localhost:")


@pytest.fixture(scope="module")
def world():
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    issuer = Issuer("localhost")
    settings = {
        "name": "Lab account", "issuer": issuer.url, "clientId": CLIENT, "clientSecretEnv": "OAUTH_SECRET",
        "privateNetwork": True,
    }
    more = {"oauth": {"oidc": settings}, "signIn": {"signUp": "open"}}
    outlet = Outlet(more, {"OAUTH_SECRET": SECRET})
    yield outlet, issuer
    outlet.stop()
    issuer.stop()


@pytest.fixture
def tab(browser, world):
    opened = Tab(browser, world[0].url)
    yield opened
    opened.close()
    opened.faults = [fault for fault in opened.faults if not EXPECTED.search(fault)]
    opened.assert_faultless()


def test_there_and_back(tab, world):
    outlet, issuer = world
    tab.open("/login")
    tab.assert_accessible()
    tab.page.get_by_role("link", name="Continue with Lab account").click()
    tab.page.wait_for_url(re.compile("/app"))
    assert "/authorize" in issuer.asked
    assert tab.page.request.get(f"{outlet.url}/v1/auth/me").json()["user"]["email"] == "grace@example.org"


def test_what_went_wrong_is_said_once(tab, world):
    outlet, issuer = world
    issuer.claims = {"sub": "nobody", "email_verified": False}
    tab.open("/login")
    tab.page.get_by_role("link", name="Continue with Lab account").click()
    tab.page.get_by_role("alert").filter(has_text="no e-mail address that its provider has verified").wait_for()
    assert tab.page.url == f"{outlet.url}/login"
    tab.assert_accessible()
    tab.page.reload()
    tab.settle()
    tab.page.get_by_role("link", name="Continue with Lab account").wait_for()
    assert tab.page.get_by_role("alert").count() == 0
