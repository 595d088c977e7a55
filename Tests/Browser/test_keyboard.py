"""Everything can be done from the keyboard, and the focus never falls to the page itself."""

import time

import pytest

from browsing import Tab

pytestmark = pytest.mark.engines


def test_first_tab_stop_skips_to_the_content(tab):
    seen = tab("/app?mock")
    seen.page.keyboard.press("Tab")
    assert "Skip to the content" in seen.focused()
    seen.page.keyboard.press("Enter")
    assert seen.focused().startswith("MAIN")


def test_every_control_is_reached_in_order_and_shows_its_focus(tab):
    seen = tab("/app/rentals?mock")
    stops = []
    for _ in range(80):
        seen.page.keyboard.press("Tab")
        if seen.focused().startswith("BODY"):
            break
        stops.append(seen.focused())
        outline = seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", f"{stops[-1]} shows no focus"
        hidden = seen.page.evaluate(
            "(() => { const box = document.activeElement.getBoundingClientRect(); const at = document.elementFromPoint("
            "box.x + box.width / 2, box.y + box.height / 2); return at !== null && !document.activeElement.contains(at)"
            " && !at.contains(document.activeElement) })()")
        assert not hidden, f"{stops[-1]} has the focus under something else"
    order = [next(index for index, stop in enumerate(stops) if word in stop) for word in ("GPU Outlet", "Overview", "Instances", "Launch a pod", "Running", "training")]
    assert order == sorted(order), stops


def test_a_new_page_tells_its_name(tab):
    seen = tab("/app?mock")
    seen.page.get_by_role("navigation", name="Dashboard").get_by_role("link", name="Billing").click()
    seen.until("document.activeElement.tagName === 'H1'")
    assert seen.focused() == "H1 Billing"
    assert seen.page.title() == "Billing · GPU Outlet"
    seen.page.go_back()
    seen.until("document.activeElement.textContent === 'Overview'")


def test_stopping_asks_first_and_keeps_the_focus(tab):
    seen = tab("/app/rentals?mock")
    stop = seen.page.get_by_role("button", name="Stop training")
    stop.focus()
    seen.page.keyboard.press("Enter")
    dialog = seen.page.get_by_role("dialog")
    assert "Billing ends at this second" in dialog.inner_text()
    seen.assert_accessible()
    seen.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert "Stop training" in seen.focused(), "cancelling gives the focus back"
    assert seen.page.get_by_text("Running", exact=True).first.is_visible()

    seen.page.keyboard.press("Enter")
    seen.page.get_by_role("button", name="Stop it").press("Enter")
    seen.page.get_by_role("button", name="Stopping training").wait_for()
    assert "training" in seen.focused()
    seen.until("document.querySelector('#status').textContent.startsWith('Stopping 1 pod. Charged $')")
    seen.page.wait_for_selector("li.pod:has-text('training') >> text=Stopped", timeout=20_000)
    assert seen.focused() == "A training", "the button is gone, its card is not"


def test_bulk_stop_needs_its_word(tab):
    seen = tab("/app/rentals?mock")
    seen.page.get_by_role("button", name="Select all running").click()
    seen.page.get_by_role("button", name="Stop 2", exact=True).click()
    dialog = seen.page.get_by_role("dialog")
    go_on = dialog.get_by_role("button", name="Stop 2 pods")
    go_on.click()
    assert dialog.is_visible(), "without the word nothing happens"
    dialog.get_by_label("Type stop to go on").fill("stop")
    go_on.click()
    seen.page.wait_for_selector("text=Stopping 2 pods.")


def test_shortcuts_lead_everywhere_and_can_be_switched_off(tab):
    seen = tab("/app?mock")
    for keys, headline in (("gc", "Catalog"), ("gi", "Instances"), ("gw", "Billing"), ("gk", "SSH keys"), ("ga", "Account"), ("go", "Overview"), ("n", "Catalog")):
        for key in keys:
            seen.page.keyboard.press(key)
        seen.page.get_by_role("heading", level=1, name=headline).wait_for()
    seen.page.keyboard.press("/")
    assert seen.page.evaluate("document.activeElement.id") == "filter-model"
    seen.page.keyboard.type("gi")
    assert seen.page.get_by_role("heading", level=1).inner_text() == "Catalog", "typing is not a shortcut"
    seen.page.keyboard.press("Tab")
    seen.page.evaluate("document.activeElement.blur()")
    seen.page.keyboard.press("?")
    seen.page.get_by_label("Single-key shortcuts").uncheck()
    seen.page.get_by_role("button", name="Close").click()
    seen.page.keyboard.press("g")
    seen.page.keyboard.press("i")
    assert seen.page.get_by_role("heading", level=1).inner_text() == "Catalog"


def test_typed_text_survives_a_redraw(tab):
    seen = tab("/app/keys?mock")
    field = seen.page.get_by_label("Public key")
    field.fill("ssh-ed25519 AAAA")
    field.evaluate("it => it.setSelectionRange(3, 3)")
    seen.page.keyboard.type("X")
    seen.page.wait_for_timeout(1_200)
    assert field.input_value() == "sshX-ed25519 AAAA"
    assert field.evaluate("it => it.selectionStart") == 4


def test_a_slow_start_says_that_it_loads(browser, site):
    seen = Tab(browser, site)
    seen.page.route("**/app/mock/shim.js", lambda route: (time.sleep(1), route.continue_()))
    seen.open("/app/rentals?mock")
    assert seen.page.inner_text("h1") == "Instances", "not the headline of the frame that stands there first"
    seen.close()
