"""The stand-in for Stripe, held against Stripe's own client, types, examples and descriptions."""

import http.server
import json
import threading
import time

import pytest
import stripe

from fake_stripe.forms import nested
from fake_stripe.server import FakeStripe
from stripe_rules import description, object_faults, request_faults, typed_request

SECRET = "whsec_of_a_test"


class Receiver:
    """Takes webhooks as an outlet would, and keeps what Stripe's own verifier lets pass."""

    def __init__(self):
        self.events, self.refused, self.statuses = [], [], []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
                    receiver.events.append(json.loads(body))
                except (stripe.SignatureVerificationError, ValueError) as refusal:
                    receiver.refused.append(str(refusal))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def await_types(self, *types):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            seen = [event["type"] for event in self.events]
            if all(kind in seen for kind in types):
                return
            time.sleep(0.02)
        raise AssertionError(f"wanted {types}, got {[event['type'] for event in self.events]}")


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def fake(receiver):
    running = FakeStripe(webhook_url=receiver.url, webhook_secrets=[SECRET]).start()
    yield running
    running.stop()


@pytest.fixture
def client(fake):
    return stripe.StripeClient("sk_test_stand_in", base_addresses={"api": fake.url}, max_network_retries=0)


def ordered(client, **more):
    return client.v1.checkout.sessions.create({
        "mode": "payment", "success_url": "http://127.0.0.1/app/billing?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1/app/billing", "client_reference_id": "usr_1",
        "line_items": [{"quantity": 1, "price_data": {
            "currency": "usd", "unit_amount": 2500, "product_data": {"name": "Credit"}}}], **more})


def with_saved_card(client, number="4242424242424242"):
    customer = client.v1.customers.create({"email": "someone@example.org"})
    method = client.v1.payment_methods.create({
        "type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2034}})
    client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    return customer, method


def charged(client, customer, method, **more):
    options = more.pop("options", {})
    return client.v1.payment_intents.create({
        "amount": 1000, "currency": "usd", "customer": customer.id, "payment_method": method.id, "confirm": True,
        "off_session": True, **more}, options)


def test_a_paid_page_tells_of_the_payment_and_returns(fake, client, receiver):
    session = ordered(client)
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert fake.pay(session.id) == f"http://127.0.0.1/app/billing?session={session.id}"
    receiver.await_types("payment_intent.succeeded", "charge.succeeded", "checkout.session.completed")
    paid = client.v1.checkout.sessions.retrieve(session.id)
    assert (paid.status, paid.payment_status) == ("complete", "paid")
    assert client.v1.payment_intents.retrieve(paid.payment_intent).amount_received == 2500
    assert receiver.refused == []


def test_a_card_is_kept_where_the_order_says_so(fake, client, receiver):
    customer = client.v1.customers.create({"email": "someone@example.org"})
    session = ordered(client, customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    fake.pay(session.id)
    receiver.await_types("payment_method.attached")
    kept = client.v1.customers.payment_methods.list(customer.id)
    assert [method.card.last4 for method in kept.data] == ["4242"]
    assert charged(client, customer, kept.data[0]).status == "succeeded"


def test_a_declined_page_stays_open_for_another_card(fake, client):
    session = ordered(client)
    with pytest.raises(Exception, match="declined"):
        fake.pay(session.id, number="4000000000000002")
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    fake.pay(session.id)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert len(fake.state.all("payment_intent")) == 1


def test_a_delayed_payment_is_complete_before_it_is_paid(fake, client, receiver):
    session = ordered(client)
    fake.pay(session.id, delayed=True)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    fake.checkout.settle_later(fake.state.get("checkout.session", session.id), succeeds=True)
    receiver.await_types("checkout.session.async_payment_succeeded")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_saved_card_that_refuses_answers_402_with_the_intent(client, receiver):
    customer, method = with_saved_card(client, "4000000000000341")
    with pytest.raises(stripe.CardError) as refusal:
        charged(client, customer, method)
    assert refusal.value.http_status == 402
    assert refusal.value.code == "card_declined"
    assert refusal.value.error.payment_intent["status"] == "requires_payment_method"
    receiver.await_types("payment_intent.payment_failed")


def test_refunds_never_exceed_the_charge(fake, client, receiver):
    customer, method = with_saved_card(client)
    intent = charged(client, customer, method)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 600})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 400})
    assert client.v1.charges.retrieve(intent.latest_charge).refunded
    receiver.await_types("charge.refunded")


def test_a_lost_answer_is_found_again_by_its_key(fake, client):
    customer, method = with_saved_card(client)
    fake.fail_next("lost")
    with pytest.raises(stripe.APIConnectionError):
        charged(client, customer, method, options={"idempotency_key": "one"})
    again = charged(client, customer, method, options={"idempotency_key": "one"})
    assert again.status == "succeeded"
    assert len(fake.state.all("charge")) == 1
    with pytest.raises(stripe.IdempotencyError):
        charged(client, customer, method, amount=2000, options={"idempotency_key": "one"})


def test_a_server_error_is_the_answer_ever_after(fake, client):
    customer, method = with_saved_card(client)
    fake.fail_next(500)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            charged(client, customer, method, options={"idempotency_key": "two"})
    assert fake.state.all("charge") == []


def test_a_parameter_nobody_knows_is_refused(client):
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter: colour"):
        client.v1.customers.create({"colour": "red"})


def test_events_come_in_any_order_twice_and_again_after_a_failure(fake, client, receiver):
    fake.webhooks.hold()
    fake.pay(ordered(client).id)
    ids = [event["id"] for event in fake.webhooks.held]
    receiver.statuses = [500]
    fake.webhooks.release(order=list(reversed(ids)), copies=2)
    receiver.await_types("payment_intent.created")
    deadline = time.monotonic() + 20
    while len(receiver.events) < 2 * len(ids) + 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [event["id"] for event in receiver.events] == [ids[-1], *(id for id in reversed(ids) for _ in range(2))]


def test_a_wrong_secret_and_an_old_time_are_refused_by_the_official_verifier(fake, client, receiver):
    fake.webhooks.hold()
    client.v1.customers.create({})
    event = fake.webhooks.held[0]
    fake.webhooks.deliver(event, secrets=["whsec_of_another"])
    fake.webhooks.deliver(event, age=600)
    fake.webhooks.deliver(event, secrets=["whsec_of_another", SECRET])
    assert len(receiver.refused) == 2 and len(receiver.events) == 1


def test_the_events_list_goes_back_newest_first(fake, client):
    fake.pay(ordered(client).id)
    newest = client.v1.events.list({"limit": 2})
    assert newest.data[0].type == "checkout.session.completed" and newest.has_more
    older = client.v1.events.list({"limit": 50, "starting_after": newest.data[-1].id})
    assert len(newest.data) + len(older.data) == len(fake.state.events)
    assert [event.type for event in client.v1.events.list({"types": ["charge.succeeded"]}).data] == ["charge.succeeded"]


def test_what_happened_survives_a_restart(tmp_path, client, receiver):
    file = str(tmp_path / "stripe.json")
    first = FakeStripe(file=file).start()
    one = stripe.StripeClient("sk_test_stand_in", base_addresses={"api": first.url})
    customer, method = with_saved_card(one)
    first.stop()
    second = FakeStripe(file=file).start()
    two = stripe.StripeClient("sk_test_stand_in", base_addresses={"api": second.url})
    assert charged(two, customer, method).status == "succeeded"
    second.stop()


def test_every_object_has_only_fields_that_stripes_examples_have(fake, client):
    spec, fixtures = description("spec3.json"), description("fixtures3.json")
    if spec is None or fixtures is None:
        pytest.skip("Stripe's published descriptions are not here")
    customer, method = with_saved_card(client)
    intent = charged(client, customer, method)
    client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    fake.pay(ordered(client).id)
    fake.pay(client.v1.checkout.sessions.create({
        "mode": "setup", "currency": "usd", "success_url": "http://127.0.0.1/", "customer": customer.id}).id)
    fake.payments.open_dispute(fake.state.all("charge")[0])
    with pytest.raises(Exception, match="declined"):
        fake.pay(ordered(client).id, number="4000000000000002")
    made = [thing for kind, things in fake.state.kinds.items() if kind != "order" for thing in things.values()]
    kinds = {thing["object"] for thing in made}
    assert {"customer", "checkout.session", "payment_intent", "charge", "refund", "setup_intent", "dispute"} <= kinds
    assert [fault for thing in made + fake.state.events for fault in object_faults(spec, fixtures, thing)] == []


def test_the_two_checks_of_requests_agree_on_good_and_bad_forms(fake, client):
    check = typed_request(stripe.params.checkout.SessionCreateParams)
    spec = description("spec3.json")
    ordered(client)
    good = fake.requests[-1].body
    assert nested(good)["line_items"][0]["price_data"]["unit_amount"] == "2500"
    check(good)
    assert spec is None or request_faults(spec, "/v1/checkout/sessions", good) == []
    for bad in ("&colour=red", "&expires_at=soon", "&line_items[0][price_data][colour]=red", "&mode[]=payment"):
        with pytest.raises(ValueError):
            check(good + bad)
    for bad in ("&colour=red", "&expires_at=soon", "&submit_type=give"):
        assert spec is None or request_faults(spec, "/v1/checkout/sessions", good + bad) != []
