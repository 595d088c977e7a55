"""Every page in light and dark, wide and narrow: accessible, quiet, within its screen, and drawn for people to look at."""

import pytest

from browsing import SCHEMES, WIDTHS

SCENARIOS = {
    "overview": "/app?mock",
    "overview-empty": "/app?mock=empty",
    "overview-broke": "/app?mock=broke",
    "catalog": "/app/catalog?mock&family=h100-80gb",
    "catalog-sold-out": "/app/catalog?mock=sold-out",
    "catalog-nothing-matches": "/app/catalog?mock&model=NONE",
    "instances": "/app/rentals?mock",
    "instances-failed": "/app/rentals?mock&status=failed",
    "instances-none-failed": "/app/rentals?mock=failed-pod&status=in_progress",
    "instances-empty": "/app/rentals?mock=empty",
    "instances-many": "/app/rentals?mock=500-pods&status=stopped",
    "instance-unknown": "/app/rentals/rent_00000000000000000000000000?mock",
    "billing": "/app/billing?mock",
    "billing-empty": "/app/billing?mock=empty",
    "billing-without-cards": "/app/billing?mock=basic",
    "billing-nothing-matches": "/app/billing?mock&type=dispute",
    "keys": "/app/keys?mock",
    "keys-empty": "/app/keys?mock=empty",
    "account": "/app/account?mock",
    "account-basic": "/app/account?mock=basic",
    "signed-out": "/app?mock=signed-out",
    "landing": "/?mock",
    "not-found": "/no-such-page",
}
EXPECTED_FAULTS = {"not-found": "404"}


# The pages themselves in every way; their further states once wide and light, once narrow and dark.
WHOLE = {"overview", "catalog", "instances", "billing", "keys", "account", "landing"}
WAYS = [(name, scheme, width) for name in SCENARIOS for scheme in SCHEMES for width in WIDTHS
        if name in WHOLE or (scheme == "light") == (width == 1280)]


@pytest.mark.parametrize("name, scheme, width", WAYS)
def test_page_is_accessible_and_quiet(tab, name, scheme, width):
    seen = tab(SCENARIOS[name], scheme=scheme, width=width)
    seen.picture(f"{name}-{scheme}-{width}")
    seen.assert_accessible()
    seen.assert_fits()
    assert seen.page.title() != ""
    if name in EXPECTED_FAULTS:
        seen.faults = [fault for fault in seen.faults if EXPECTED_FAULTS[name] not in fault]


@pytest.mark.parametrize("name", SCENARIOS)
def test_page_needs_no_sideways_scroll_on_the_narrowest_screen(tab, name):
    seen = tab(SCENARIOS[name], width=320)
    seen.assert_fits()
    if name in EXPECTED_FAULTS:
        seen.faults.clear()


@pytest.mark.parametrize("scheme, width", [
    pytest.param(scheme, width, marks=[pytest.mark.engines] if (scheme, width) == ("dark", 390) else [])
    for scheme in SCHEMES for width in [*WIDTHS, 320]])
def test_one_instance(tab, scheme, width):
    seen = tab("/app/rentals?mock", scheme=scheme, width=width)
    seen.page.get_by_role("link", name="training").click()
    seen.page.get_by_role("group", name="host key fingerprint").wait_for()
    seen.settle()
    seen.picture(f"instance-{scheme}-{width}")
    seen.assert_accessible()
    seen.assert_fits()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_of_twice_the_size_stays_usable(tab, scheme):
    for path in ("/app?mock", "/app/catalog?mock", "/app/billing?mock"):
        seen = tab(path, scheme=scheme, width=640)
        seen.page.evaluate("document.documentElement.style.fontSize = '200%'")
        seen.assert_fits()


@pytest.mark.engines
def test_scripts_of_others_and_loose_html_are_refused(tab):
    seen = tab("/app?mock")
    refused = seen.page.evaluate("(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } })()")
    assert refused, "Trusted Types are not in force"
    for _ in range(100):  # The refusal itself is reported in the console, in Firefox a moment later.
        if seen.faults:
            break
        seen.page.wait_for_timeout(50)
    seen.faults.clear()
