"""Signing in by a code, in the browser; the letter lies in the outlet's folder of mail."""

import itertools
import re
import time
from urllib.parse import urlsplit

import pytest

from browsing import SCHEMES, WIDTHS, Tab
from outlet import PROGRAMS, Outlet

# That nobody is signed in, and that a code is wrong or asked for too soon, is what these tests are about.
EXPECTED = re.compile(r"status of (401|429)")


@pytest.fixture(scope="module")
def outlet():
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    running = Outlet({"signIn": {"signUp": "open"}, "mail": {"from": "outlet@localhost", "folder": "mail"}})
    yield running
    running.stop()


@pytest.fixture
def tab(browser, outlet):
    opened = Tab(browser, outlet.url)
    yield opened
    opened.close()
    opened.faults = [fault for fault in opened.faults if not EXPECTED.search(fault)]
    opened.assert_faultless()


def code_for(outlet, address):
    log = outlet.folder / "mail" / "log"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if log.exists() and (found := re.findall(rf"^{address}: (\d{{6}}) ", log.read_text(), re.M)):
            return found[-1]
        time.sleep(0.05)
    raise AssertionError("no letter")


def test_a_code_signs_in_by_the_keyboard_alone(tab, outlet):
    tab.open("/login")
    tab.page.get_by_label("E-mail address").wait_for()
    assert tab.focused().startswith("INPUT")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("alert").filter(has_text="Enter your e-mail address").wait_for()
    tab.page.keyboard.type("ada-lovelace@example.org")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_label("Code").wait_for()
    code = code_for(outlet, "ada-lovelace@example.org")
    wrong = "000000" if code != "000000" else "000001"
    tab.page.keyboard.type(wrong)
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("alert").filter(has_text="not the code of the newest letter").wait_for()
    tab.page.get_by_role("button", name="Send another").click()
    tab.page.get_by_role("alert").filter(has_text=re.compile(r"Another can be sent in \d+ s")).wait_for()
    tab.page.get_by_label("Code").fill(f"{code[:3]} {code[3:]}")
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("heading", level=1, name="Signed in").wait_for()
    assert "ada-lovelace@example.org" in tab.page.inner_text("main")


@pytest.mark.parametrize("next, end", [
    ("/app/keys", "/app/keys"), ("//evil.example", "/login"), ("https://evil.example", "/login"),
    ("/app/../login", "/login"), ("/app%2F%2E%2E", "/login"), ("javascript:alert(1)", "/login"),
])
def test_it_goes_on_to_the_dashboard_and_nowhere_else(browser, outlet, next, end):
    tab = Tab(browser, outlet.url, cookie=outlet.sid)
    tab.page.goto(f"{outlet.url}/login?next={next}")
    if end == "/login":
        tab.page.get_by_role("heading", name="Signed in").wait_for()
    else:
        tab.page.wait_for_url(lambda address: urlsplit(address).path == end)
    assert urlsplit(tab.page.url).netloc in outlet.url
    tab.close()


@pytest.mark.parametrize("scheme, width", list(itertools.product(SCHEMES, WIDTHS)))
def test_both_forms_are_accessible_and_fit(browser, outlet, scheme, width):
    tab = Tab(browser, outlet.url, scheme=scheme, width=width)
    tab.open("/login")
    tab.page.get_by_label("E-mail address").fill(f"{scheme}{width}@example.org")
    for name in ("email", "code"):
        tab.assert_accessible()
        tab.assert_fits()
        tab.picture(f"login-{name}-{scheme}-{width}")
        tab.page.keyboard.press("Enter")
        tab.page.get_by_label("Code").wait_for()
    tab.close()
