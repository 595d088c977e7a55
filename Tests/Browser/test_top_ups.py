"""Top-ups in the browser, on a real outlet and the stand-in for Stripe with its own payment page."""

import json
import subprocess
import urllib.request

import pytest

from browsing import Tab


class Payer:
    """A new renter with a key and without money, on the Billing page."""

    def __init__(self, browser, outlet, name):
        self.outlet = outlet
        self.email = f"{name}@example.org"
        outlet.control("user", "add", self.email)
        key = outlet.folder / f"key-{name}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        outlet.control("user", "add-key", self.email, "--name", "key", "--file", f"{key}.pub")
        self.sid = json.loads(outlet.control("session", "create", self.email, "--json"))["sid"]
        self.tab = Tab(browser, outlet.url, cookie=self.sid)
        self.page = self.tab.page
        self.tab.open("/app/billing")

    def has(self, words, seconds=20):
        self.tab.until(f"document.querySelector('main').innerText.includes({json.dumps(words)})", seconds)

    def pay_on_the_page(self, number="4242424242424242"):
        self.page.wait_for_url(f"{self.outlet.stripe.url}/pay/**")
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_role("button").click()

    def save_card(self, number="4242424242424242"):
        self.page.get_by_role("button", name="Save one").click()
        self.pay_on_the_page(number)
        self.has(f"ending in {number[-4:]}")

    def charge(self, dollars):
        self.page.get_by_label("Amount in dollars").fill(dollars)
        self.page.get_by_label("Charge the saved card").check()
        self.page.get_by_role("button", name=f"Charge ${dollars}").click()

    def send(self, method, path, body):
        request = urllib.request.Request(
            self.outlet.url + path, method=method, data=json.dumps(body).encode(),
            headers={"Cookie": f"sid={self.sid}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)

    def close(self):
        self.tab.close()
        stripe = f"asked another host: {self.outlet.stripe.url}"
        # A declined card is an answer of 402, which browsers write down as a fault of the network; the payment page has no icon.
        expected = (stripe, "Failed to load resource: the server responded with a status of 402",
                    "Failed to load resource: the server responded with a status of 404")
        self.tab.faults = [fault for fault in self.tab.faults if not fault.startswith(expected)]
        self.tab.assert_faultless()


@pytest.fixture
def payer(browser, outlet, request):
    made = Payer(browser, outlet, request.node.name.removeprefix("test_")[:30].strip("_").replace("_", "-"))
    yield made
    made.close()


def test_by_card_on_the_payment_page(payer):
    payer.has("Test payments.")
    payer.page.get_by_role("button", name="$50", exact=True).click()
    payer.page.get_by_role("button", name="Go to payment").click()
    payer.pay_on_the_page("4000000000000002")
    payer.page.get_by_role("alert").wait_for()
    payer.page.get_by_label("Card number").fill("4242424242424242")
    payer.page.get_by_role("button").click()
    payer.has("$50.00 are in the wallet.")
    payer.tab.until("document.querySelector('.amount-big').innerText.includes('$50.00')")
    payer.tab.until("document.querySelector('table.ledger')?.innerText.includes('+$50.00')")
    receipts = payer.page.get_by_role("link", name="Receipt")
    payer.tab.until("[...document.querySelectorAll('main a')].filter((it) => it.innerText === 'Receipt').length === 2")
    assert receipts.first.get_attribute("href") == receipts.last.get_attribute("href"), "at the payment, and at its line of the ledger"
    payer.tab.picture("real-top-up")
    payer.tab.assert_accessible()


def test_going_back_without_paying(payer):
    payer.page.get_by_role("button", name="Go to payment").click()
    payer.page.wait_for_url(f"{payer.outlet.stripe.url}/pay/**")
    payer.page.get_by_role("link", name="Cancel and go back").click()
    payer.has("Nothing was paid.")


def test_by_the_saved_card(payer):
    payer.save_card()
    payer.charge("25.00")
    payer.tab.until("document.querySelector('.amount-big').innerText.includes('$25.00')")
    payer.charge("5.00")
    payer.tab.until("document.querySelector('.amount-big').innerText.includes('$30.00')")
    payer.page.get_by_role("button", name="Remove").click()
    payer.page.get_by_role("button", name="Remove it").click()
    payer.has("No card is saved.")


def test_a_card_that_is_declined(payer):
    payer.save_card("4000000000000341")
    payer.charge("25.00")
    payer.has("Your card was declined.")
    payer.has("Nothing was charged by this attempt.")
    payer.has("failed")
    assert "$0.00" in payer.page.locator(".amount-big").inner_text()
    payer.tab.assert_accessible()


def test_automatically_while_a_pod_runs(payer):
    payer.outlet.end_all_pods()  # Other tests leave some, and there are few slots.
    payer.outlet.control("wallet", "credit", payer.email, "1.00", "--note", "a start")
    payer.save_card()
    payer.page.get_by_label("Top up by itself").check()
    payer.page.get_by_label("When available falls below, $").fill("5.00")
    payer.page.get_by_label("Charge, $").fill("20.00")
    payer.page.get_by_role("button", name="Save", exact=True).first.click()
    payer.tab.until("document.querySelector('#status').textContent.includes('Automatic top-up is saved')")
    rental = payer.send("POST", "/v1/rentals", {"familyId": "rtx-4090", "gpuCount": 1})
    payer.tab.until("document.querySelector('.amount-big').innerText.match(/\\$20\\.3/) !== null", 60)
    payer.send("POST", f"/v1/rentals/{rental['id']}/stop", {})
    payer.tab.open("/app/billing")
    payer.has("succeeded")
    payer.has("Automatic top-up")
    payer.tab.picture("real-auto-top-up")


def test_automatically_with_a_card_that_is_declined(payer):
    payer.outlet.end_all_pods()
    payer.outlet.control("wallet", "credit", payer.email, "1.00", "--note", "a start")
    payer.save_card("4000000000000341")
    payer.page.get_by_label("Top up by itself").check()
    payer.page.get_by_label("At most a month, $").fill("100")
    payer.page.get_by_role("button", name="Save", exact=True).first.click()
    payer.tab.until("document.querySelector('#status').textContent.includes('Automatic top-up is saved')")
    rental = payer.send("POST", "/v1/rentals", {"familyId": "rtx-4090", "gpuCount": 1})  # Only while one runs is money fetched.
    payer.tab.until("fetch('/v1/billing/auto-topup').then((reply) => reply.json()).then((it) => it.lastAttempt?.status === 'failed')", 60)
    payer.send("POST", f"/v1/rentals/{rental['id']}/stop", {})
    payer.tab.open("/app/billing")
    payer.has("Last attempt")
    payer.has("failed, Your card was declined.")
    payer.has("Switched off since then.")
    assert payer.page.get_by_label("At most a month, $").input_value() == "100.00"
    assert "$1.00" in payer.page.locator(".amount-big").inner_text()
