"""Top-ups from end to end: nginx, responder and meter against the stand-in for Stripe, through lost answers and kills."""

import json
import subprocess
import threading
import time
import urllib.error
import urllib.request

import pytest
import stripe
import yaml

from outlet import PROGRAMS, Outlet
from stripe_rules import description, request_faults, typed_request


@pytest.fixture(scope="module")
def outlet():
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    running = Outlet()
    yield running
    running.stop()


class Renter:
    """A new account on an outlet, with what it sends and what it has."""

    def __init__(self, outlet, name):
        self.outlet = outlet
        outlet.control("user", "add", f"{name}@example.org")
        self.email = f"{name}@example.org"
        self.sid = json.loads(outlet.control("session", "create", self.email, "--json"))["sid"]

    def send(self, method, path, body=None, key=None):
        headers = {"Cookie": f"sid={self.sid}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        request = urllib.request.Request(
            self.outlet.url + path, method=method, headers=headers,
            data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as refusal:
            text = refusal.read()
            return refusal.code, json.loads(text) if text.startswith(b"{") else {}

    def get(self, path):
        status, found = self.send("GET", path)
        assert status == 200, found
        return found

    def available(self):
        return self.get("/v1/billing/balance")["availableCents"]

    def payments(self):
        return self.get("/v1/billing/payments")["payments"]

    def checkout(self, cents, key=None):
        status, made = self.send("POST", "/v1/billing/checkout", {"amountCents": cents}, key)
        assert status == 200, made
        return made

    def charge(self, cents, key=None):
        return self.send("POST", "/v1/billing/checkout", {"amountCents": cents, "useSavedCard": True}, key)

    def save_card(self, number="4242424242424242"):
        status, made = self.send("POST", "/v1/billing/setup-intent")
        assert status == 200, made
        self.outlet.stripe.pay(made["sessionId"], number=number)
        until(lambda: self.get("/v1/billing/card")["last4"] == number[-4:], "the card is saved")


@pytest.fixture
def renter(outlet, request):
    return Renter(outlet, request.node.name.removeprefix("test_")[:40].replace("_", "-").strip("-"))


def until(holds, what, seconds=20):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def charges(outlet, renter):
    customers = {one["id"] for one in outlet.stripe.state.all("customer") if one["email"] == renter.email}
    return [one for one in outlet.stripe.state.all("charge") if one["customer"] in customers and one["paid"]]


def test_a_paid_page_is_money_with_a_receipt(outlet, renter):
    made = renter.checkout(2500)
    outlet.stripe.pay(made["sessionId"])
    until(lambda: renter.available() == 2500, "the money is there")
    line = renter.get("/v1/billing/ledger")["entries"][0]
    assert (line["type"], line["amountCents"], line["paymentId"]) == ("stripe_topup", 2500, made["paymentId"])
    until(lambda: renter.payments()[0]["receiptUrl"], "the receipt is there")
    charge = charges(outlet, renter)[0]
    payment = renter.payments()[0]
    assert (payment["status"], payment["stripeChargeId"], payment["receiptUrl"]) == ("succeeded", charge["id"], charge["receipt_url"])
    assert renter.get("/v1/billing/ledger")["entries"][0]["stripeChargeId"] == charge["id"]


def test_events_twice_late_and_backwards_credit_once(outlet, renter):
    outlet.stripe.webhooks.hold()
    outlet.stripe.pay(renter.checkout(700)["sessionId"])
    ids = [event["id"] for event in outlet.stripe.webhooks.held]
    outlet.stripe.webhooks.release(order=list(reversed(ids)), copies=3)
    until(lambda: renter.available() == 700, "the money is there")
    time.sleep(0.5)
    assert renter.available() == 700
    assert [entry["amountCents"] for entry in renter.get("/v1/billing/ledger")["entries"]] == [700]


def test_a_delayed_payment_is_money_only_when_it_is_paid(outlet, renter):
    made = renter.checkout(900)
    outlet.stripe.pay(made["sessionId"], delayed=True)
    time.sleep(0.5)
    assert renter.available() == 0
    with outlet.stripe.state.lock:
        outlet.stripe.checkout.settle_later(outlet.stripe.state.get("checkout.session", made["sessionId"]), succeeds=True)
    until(lambda: renter.available() == 900, "the money is there")


def test_a_saved_card_pays_and_a_declined_one_says_why(outlet, renter):
    renter.save_card()
    assert renter.send("POST", "/v1/billing/setup-intent")[1]["error"] == "card_already_on_file"
    status, made = renter.charge(1200)
    assert status == 200 and made["status"] in ("pending", "succeeded")
    until(lambda: renter.available() == 1200, "the money is there")
    assert renter.send("DELETE", "/v1/billing/card")[0] == 200
    renter.save_card("4000000000000341")
    status, refusal = renter.charge(1200)
    assert (status, refusal["error"], refusal["details"]["declineCode"]) == (402, "card_declined", "generic_decline")
    assert renter.available() == 1200
    assert renter.payments()[0]["status"] == "failed" and "declined" in renter.payments()[0]["error"]


@pytest.mark.parametrize("fault", ["lost", "unsent", 500, 429])
def test_a_fault_in_the_middle_never_charges_twice(outlet, request, fault):
    renter = Renter(outlet, f"fault-{fault}")
    renter.save_card()
    outlet.stripe.fail_next(fault, path="/v1/payment_intents")
    renter.charge(1000, key="k")
    renter.charge(1000, key="k")
    renter.charge(1000, key="k")
    paid = charges(outlet, renter)
    assert len(paid) <= 1
    until(lambda: renter.available() == 1000 * len(paid), "the books say what Stripe says")
    if fault == "lost":
        assert len(paid) == 1


def test_a_responder_that_is_killed_in_the_middle_goes_on_with_the_same_payment(outlet, renter):
    renter.save_card()
    outlet.stripe.fail_next("slow", path="/v1/payment_intents")
    waiting = threading.Thread(target=renter.charge, args=[1500, "k"], daemon=True)
    waiting.start()
    until(lambda: any(one["status"] == "pending" for one in renter.payments()), "the wish is written down")
    outlet.restart_api(kill=True)
    waiting.join()
    status, made = renter.charge(1500, key="k")
    assert status in (200, 409), made
    until(lambda: renter.available() == 1500, "the money is there")
    assert len(charges(outlet, renter)) == 1 and len(renter.payments()) == 1


def test_refunds_and_disputes_take_back_and_are_never_below_zero(outlet, renter):
    outlet.stripe.pay(renter.checkout(1000)["sessionId"])
    until(lambda: renter.available() == 1000, "the money is there")
    outlet.control("wallet", "adjust", renter.email, "-8.00", "--note", "spent")
    charge = charges(outlet, renter)[0]
    with outlet.stripe.state.lock:
        outlet.stripe.payments.refund(charge, {"amount": "300"})
    until(lambda: renter.get("/v1/billing/balance")["owedCents"] == 100, "what cannot be taken is owed")
    assert renter.available() == 0
    with outlet.stripe.state.lock:
        dispute = outlet.stripe.payments.open_dispute(charge)
    until(lambda: renter.get("/v1/billing/balance")["owedCents"] > 100, "the dispute is owed, too")
    assert renter.send("POST", "/v1/rentals", {"familyId": "rtx-4090", "gpuCount": 1})[1]["error"] == "payment_disputed"
    with outlet.stripe.state.lock:
        outlet.stripe.payments.close_dispute(dispute, won=True)
    until(lambda: renter.get("/v1/billing/balance")["owedCents"] == 100, "a dispute that is won gives back")
    outlet.stripe.pay(renter.checkout(500)["sessionId"])
    until(lambda: renter.available() == 400, "the next top-up pays what is owed first")


def test_the_meter_tops_up_a_wallet_in_use(outlet):
    renter = Renter(outlet, "auto")
    outlet.control("wallet", "credit", renter.email, "1.00", "--note", "a start")
    key = outlet.folder / "key-ada@example.org.pub"
    outlet.control("user", "add-key", renter.email, "--name", "key", "--file", key)
    renter.save_card()
    wish = {"enabled": True, "thresholdCents": 500, "topupAmountCents": 2000, "monthlyCapCents": None}
    assert renter.send("PUT", "/v1/billing/auto-topup", wish)[1]["enabled"] is True
    time.sleep(2.5)
    assert renter.payments() == [], "an idle wallet is left alone"
    status, rental = renter.send("POST", "/v1/rentals", {"familyId": "rtx-4090", "gpuCount": 1})
    assert status == 200, rental
    until(lambda: renter.get("/v1/billing/auto-topup")["lastAttempt"] is not None, "it was charged")
    until(lambda: any(entry["type"] == "auto_topup" for entry in renter.get("/v1/billing/ledger")["entries"]), "the money is there")
    renter.send("POST", f"/v1/rentals/{rental['id']}/stop")
    assert len(charges(outlet, renter)) == 1


def test_an_event_that_no_webhook_brought_is_found(outlet, renter):
    outlet.stripe.webhooks.hold()
    outlet.stripe.pay(renter.checkout(600)["sessionId"])
    outlet.stripe.webhooks.held = None  # Never delivered.
    report = json.loads(outlet.control("payments", "reconcile", "--json"))
    assert report["differences"] == []
    assert renter.available() == 600


def test_reconciling_names_what_only_stripe_knows(outlet):
    with outlet.stripe.state.lock:
        from fake_stripe import objects

        intent = outlet.stripe.state.add(objects.payment_intent(
            {"amount": "4321", "currency": "usd", "metadata": {"outlet": "peers"}}))
        intent.update(status="succeeded", amount_received=4321)
    command = [PROGRAMS / "outletctl", "--config", outlet.folder / "outlet.yaml", "payments", "reconcile", "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert [one["object"] for one in json.loads(result.stdout)["differences"]] == [intent["id"]]
    with outlet.stripe.state.lock:
        del outlet.stripe.state.kinds["payment_intent"][intent["id"]]


def test_every_request_is_one_that_stripe_takes(outlet, renter):
    """By the types of Stripe's own library, and by its description where it is at hand."""
    renter.save_card()
    renter.checkout(800)
    renter.charge(800)
    renter.send("DELETE", "/v1/billing/card")
    forms = {}
    for request in outlet.stripe.requests:
        if request.method == "POST":
            forms.setdefault(request.path, []).append(request.body)
            assert request.idempotency_key and request.version == "2026-10-28.endive"
    types = {
        "/v1/customers": stripe.params.CustomerCreateParams,
        "/v1/checkout/sessions": stripe.params.checkout.SessionCreateParams,
        "/v1/payment_intents": stripe.params.PaymentIntentCreateParams,
        "/v1/setup_intents": stripe.params.SetupIntentCreateParams,
    }
    lists = {
        "/v1/events": stripe.params.EventListParams,
        "/v1/payment_intents": stripe.params.PaymentIntentListParams,
        "/v1/refunds": stripe.params.RefundListParams,
        "/v1/disputes": stripe.params.DisputeListParams,
    }
    outlet.control("payments", "reconcile")
    asked = [request for request in outlet.stripe.requests if request.method == "GET" and request.path in lists]
    assert {request.path for request in asked} == set(lists)
    for request in asked:
        typed_request(lists[request.path])(request.query)
    spec = description("spec3.json")
    assert set(types) <= set(forms)
    for path, bodies in forms.items():
        if path.endswith("/detach"):
            assert set(bodies) == {""}
            continue
        check = typed_request(types[path])
        for body in bodies:
            check(body)
            if spec is not None:
                # The published description is older than the API that we call: this name came later.
                faults = [fault for fault in request_faults(spec, path, body) if "allowed_payment_method_types" not in fault]
                assert faults == []


def test_books_are_whole_and_secrets_are_in_no_log(outlet):
    outlet.control("verify")
    for file in (outlet.folder / "logs").glob("*"):
        text = file.read_text(errors="replace")
        assert "sk_test_of_the_peers" not in text and "whsec_of_the_peers" not in text, file


@pytest.mark.parametrize(("change", "words"), [
    ({"apiBase": "https://api.stripe.com"}, "the books hold stand-in payments"),
    ({"publishableKey": "pk_live_1"}, "one of live mode and one of test mode"),
    ({"apiBase": "http://192.0.2.1:80"}, "apiBase"),
    ({"webhookSecrets": []}, "webhookSecrets"),
])
def test_what_does_not_belong_together_is_refused_at_start(outlet, change, words):
    settings = yaml.safe_load((outlet.folder / "outlet.yaml").read_text())
    settings["stripe"].update(change)
    settings["data"] = str(outlet.folder)
    other = outlet.folder / "other.yaml"
    other.write_text(yaml.safe_dump(settings))
    result = subprocess.run(
        [PROGRAMS / "outlet-api", "--config", other, "--listen", outlet.folder / "other.sock"], capture_output=True,
        text=True, timeout=30)
    assert result.returncode == 78 and words in result.stderr


def test_the_operator_is_told_how_payments_stand(outlet):
    def asked(*arguments, config="outlet.yaml"):
        command = [PROGRAMS / "outletctl", "--config", outlet.folder / config, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    outlet.control("payments", "reconcile")
    findings = {one["check"]: one for one in json.loads(asked("doctor", "--json").stdout)}
    assert findings["payments"]["grade"] == "warn" and "no money moves" in findings["payments"]["text"]
    assert findings["reconciled"]["grade"] == "ok"
    assert asked("config", "check").returncode == 0
    settings = yaml.safe_load((outlet.folder / "outlet.yaml").read_text())
    settings["stripe"]["publishableKey"] = "pk_live_1"
    (outlet.folder / "mixed.yaml").write_text(yaml.safe_dump(settings))
    mixed = asked("config", "check", config="mixed.yaml")
    assert mixed.returncode == 78 and "one of live mode and one of test mode" in mixed.stderr
