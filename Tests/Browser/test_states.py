"""Every view in each of its states: loading, empty, empty by filter, failed, stale, offline, and signed out."""

import re

import pytest

from browsing import Tab

VIEWS = {"/app": "Overview", "/app/catalog": "Catalog", "/app/rentals": "Instances", "/app/billing": "Billing", "/app/keys": "SSH keys", "/app/account": "Account"}
EMPTY = [  # path, what it says, and the one thing to do about it
    ("/app?mock=empty", "Before the first pod", "link", "Add your SSH key."),
    ("/app?mock=empty", "Ready when you are", "link", "Launch a pod"),
    ("/app/rentals?mock=empty", "No instances yet", "link", "Launch a pod"),
    ("/app/billing?mock=empty", "The ledger is empty", "button", "Go to payment"),
    ("/app/keys?mock=empty", "No key yet", "button", "Add the key"),
    ("/app/account?mock=empty", "No token.", "button", "Make the token"),
    ("/app/catalog?mock=sold-out", "Nothing is on offer now", "combobox", "GPU"),
]
FILTERED = [
    ("/app/catalog?mock&model=NONE", "Nothing matches", "button", "Clear the filter"),
    ("/app/rentals?mock=failed-pod&status=in_progress", "Nothing is in progress", "link", "Show all"),
    ("/app/billing?mock&type=dispute", "No line matches", "button", "Clear the filter"),
]
FAILED = {"/app": 3, "/app/catalog": 2, "/app/rentals": 1, "/app/billing": 4, "/app/keys": 1, "/app/account": 4}


def text_of(seen):
    return seen.page.locator("main").inner_text()


@pytest.mark.parametrize("path", VIEWS)
def test_while_it_loads_a_view_has_its_headline_and_says_so(browser, site, path):
    seen = Tab(browser, site)
    seen.page.goto(f"{site}{path}?mock=slow")
    seen.page.get_by_role("heading", level=1, name=VIEWS[path]).wait_for()
    assert seen.page.locator("main .skeleton[aria-busy=true]").count() > 0
    seen.settle()
    assert seen.page.locator("main [aria-busy]").count() == 0
    seen.close()
    seen.assert_faultless()


@pytest.mark.parametrize("path, words, role, name", EMPTY + FILTERED)
def test_without_content_a_view_says_why_and_what_to_do(tab, path, words, role, name):
    seen = tab(path)
    seen.page.get_by_text(words).first.wait_for()
    assert seen.page.locator("main").get_by_role(role, name=name, exact=True).first.is_visible()


@pytest.mark.parametrize("path", [path for path, *_ in FILTERED])
def test_a_filter_is_cleared_by_one_click(tab, path):
    seen = tab(path)
    seen.page.locator("main .empty :is(button, a)").click()
    seen.until("document.querySelector('main .empty') === null")
    assert "=" not in seen.page.url.split("?")[-1] or "?" not in seen.page.url


@pytest.mark.parametrize("path", VIEWS)
def test_an_outlet_that_does_not_answer_is_named_once_a_part_and_asked_again(tab, path):
    seen = tab(f"{path}?mock=unreachable")
    seen.page.get_by_text("Trying again.").wait_for()
    assert seen.page.get_by_role("heading", level=1).inner_text() == VIEWS[path]
    parts = seen.page.get_by_role("alert").filter(has_text="The outlet cannot be reached.")
    assert 1 <= parts.count() <= FAILED[path]
    assert parts.first.get_by_role("button", name="Try again").is_visible()
    assert "$0.00" not in text_of(seen), "what is not known is not zero"


def test_a_part_that_failed_leaves_the_others_whole(tab):
    seen = tab("/app?mock=error")
    seen.page.get_by_role("alert").filter(has_text="Something went wrong on our side.").wait_for()
    assert seen.page.get_by_role("alert").count() == 1
    assert re.search(r"\$\d+\.\d\d\s+available", text_of(seen)) and "Usage" in text_of(seen)
    assert re.search(r"\$\d", seen.page.locator(".pill").inner_text())
    kpis = seen.open("/app/rentals?mock=error").page.locator(".kpis").inner_text()
    assert "–" in kpis and "$3.25" in kpis, "unknown is a dash, and known is a figure"


def test_whoever_comes_back_from_paying_waits_for_the_outlets_word(tab):
    seen = tab("/app/billing?mock&session_id=cs_test_unknown")
    pill = seen.page.locator(".pill b").inner_text()
    seen.page.get_by_role("status").filter(has_text="The payment is being confirmed").wait_for()
    assert seen.page.locator(".pill b").inner_text() == pill
    seen.open("/app/billing?mock&checkout=cancelled")
    seen.page.get_by_text("Nothing was paid.").wait_for()
    assert seen.page.get_by_label("Amount in dollars").is_visible(), "the same form"


def test_what_was_known_stays_and_is_marked_as_old(tab):
    for path in ("/app", "/app/rentals", "/app/billing"):
        seen = tab(f"{path}?mock=offline")
        before = seen.page.locator("main b, main dd").count()
        seen.page.wait_for_timeout(4_500)  # By then that outlet is gone;
        seen.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # whoever comes back to a tab asks at once.
        seen.page.get_by_text("The outlet cannot be reached.").wait_for(timeout=60_000)
        assert "Figures are from" in text_of(seen) and seen.page.locator("main b, main dd").count() >= before
        # The age ticks: what ticks is not read out.
        assert seen.page.locator("[role=status] [data-live], [aria-live] [data-live], [role=alert] [data-live]").count() == 0


def test_a_browser_without_network_says_so_and_that_pods_go_on(tab):
    seen = tab("/app/rentals?mock")
    seen.page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false, configurable: true }); dispatchEvent(new Event('offline'))")
    seen.page.get_by_text("You are offline.").wait_for()
    assert "Pods go on running, and being billed." in text_of(seen)
    seen.page.evaluate("delete navigator.onLine; dispatchEvent(new Event('online'))")
    seen.until("!document.body.innerText.includes('You are offline.')")


@pytest.mark.parametrize("path", VIEWS)
def test_nobody_signed_in_is_led_to_the_sign_in_and_back(tab, path):
    seen = tab(f"{path}?mock=signed-out")
    seen.page.get_by_role("heading", level=1, name="You are not signed in").wait_for()
    link = seen.page.locator("main").get_by_role("link", name="Sign in")
    assert link.get_attribute("href") == "/login?next=" + path.replace("/", "%2F")


def test_the_sign_in_of_the_demonstration_works_without_an_outlet(tab):
    seen = tab("/login?mock=signed-out")
    seen.page.get_by_label("E-mail address").fill("ada@example.org")
    seen.page.get_by_role("button", name="Send me a code").click()
    seen.page.get_by_label("Code").wait_for()
    seen.open("/login?mock").page.get_by_role("heading", level=1, name="Signed in").wait_for()


def test_another_persons_instance_is_told_as_none(tab):
    seen = tab("/app/rentals/rent_00000000000000000000000000?mock")
    assert seen.page.get_by_text("It does not exist, or it belongs to another account.").is_visible()
    assert seen.page.get_by_role("link", name="All instances").is_visible()


def test_a_login_whose_address_nobody_knows_says_the_rest(tab):
    logins = tab("/app/account?mock").page.locator("li p", has_text="signed in")
    said = [" ".join(line.split()) for line in logins.all_inner_texts()]
    assert said[0].startswith("127.0.0.1 · signed in ") and said[-1].startswith("signed in "), said


def test_too_many_requests_say_how_long_to_wait(tab):
    seen = tab("/app/keys?mock=limited")
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVatrK1hCr8LGxHzwBH2ekDBlXFH1Pa2ZE5wYSyMtQf me@laptop"
    seen.page.get_by_label("Public key").fill(key)
    seen.page.get_by_role("button", name="Add the key").click()
    alert = seen.page.get_by_role("alert")
    alert.wait_for()
    assert "again in 7 seconds" in alert.inner_text()
    assert seen.page.get_by_label("Public key").input_value() == key, "what was typed stays"
    alert.get_by_role("button", name="Copy request id").click()
    seen.until("document.querySelector('#status').textContent === 'request id copied.'")


def test_nothing_is_shown_as_done_before_the_outlet_says_so(tab):
    seen = tab("/app/catalog?mock=slow&family=rtx-4090")
    button = seen.page.get_by_role("button", name="Launch for $")
    button.wait_for()
    pill = seen.page.locator(".pill b").inner_text()
    button.dblclick()  # As impatient people do.
    working = seen.page.get_by_role("button", name="Launching")
    working.wait_for()
    assert working.get_attribute("aria-disabled") == "true"
    assert seen.page.locator(".pill b").inner_text() == pill, "the wallet moves when the outlet says so"
    seen.page.get_by_role("heading", level=1, name="1 × RTX 4090").wait_for()
    pods = seen.page.evaluate("fetch('/v1/rentals').then((reply) => reply.json())")["rentals"]
    assert len([pod for pod in pods if pod["status"] in ("provisioning", "running")]) == 3, "the two that ran, and one more"


def test_a_pod_that_another_tab_stopped_counts_as_stopped(tab):
    seen = tab("/app/rentals?mock")
    card = seen.page.locator("li.pod", has_text="training")
    seen.page.get_by_role("button", name="Stop training").click()
    seen.page.evaluate("fetch(`/v1/rentals/${document.querySelector('[aria-label=\"Stop training\"]').dataset.id}/stop`, { method: 'POST' })")
    seen.page.get_by_role("button", name="Stop it").click()
    card.get_by_text("Stopped", exact=True).wait_for()
    assert card.get_by_role("alert").count() == 0
    assert "$0.00/hr" in card.inner_text()


def test_a_stop_says_what_ends_and_what_is_lost(tab):
    seen = tab("/app/rentals?mock")
    seen.page.get_by_role("button", name="Stop training").click()
    words = seen.page.get_by_role("dialog").inner_text()
    assert "Billing ends at this second." in words and "all its files go for good" in words and "Charged so far: $" in words


def test_a_failed_start_says_why_what_it_cost_and_what_to_do(tab):
    seen = tab("/app/rentals?mock&status=failed")
    card = seen.page.locator("li.pod").first
    assert "no capacity left" in card.inner_text() and "Nothing was charged." in card.inner_text()
    card.get_by_role("link").first.click()
    seen.page.get_by_role("heading", name="Launch receipt").wait_for()
    seen.settle()
    text = text_of(seen)
    assert "It could not be started. The provider says: no capacity left for this offer." in text
    assert "Nothing was charged, and what was set aside is back." in text and "Refused" in text
    seen.page.get_by_role("button", name="Copy id").click()
    seen.page.locator("#status").filter(has_text="copied.").wait_for(state="attached")
    assert seen.page.evaluate("navigator.clipboard.readText()").startswith("rent_")
    seen.page.get_by_role("link", name="Launch another like it").click()
    seen.page.get_by_role("heading", level=1, name="Catalog").wait_for()


def test_a_start_tells_its_step_and_its_time(tab):
    seen = tab("/app/catalog?mock&family=rtx-4090")
    seen.page.get_by_text("Starts in about").wait_for()
    seen.page.get_by_role("button", name="Launch for $").click()
    seen.page.get_by_text("is being asked.").wait_for()
    assert "Starting for 0:0" in text_of(seen)
    for tag in seen.page.locator(".tag:has(svg)").all():
        assert tag.inner_text().strip() != "", "a status is a word, too"
