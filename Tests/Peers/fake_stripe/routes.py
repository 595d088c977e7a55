"""Stripe's calls, as far as the outlet makes them. A parameter that is not in a call's list is refused, as Stripe does."""

import re

from . import objects
from .errors import invalid

ROUTES = []


def call(method, path, *allowed):
    """Registers a call with the parameters that it takes, at their outermost level."""
    pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(function):
        ROUTES.append((method, pattern, frozenset(allowed) | {"expand"}, function))
        return function

    return register


def answer(stripe, request):
    """The object that the request asks for. Raises StripeError."""
    for method, pattern, allowed, function in ROUTES:
        found = pattern.fullmatch(request.path)
        if found and method == request.method:
            for name in request.parameters:
                if name not in allowed:
                    raise invalid(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
            return function(stripe, request, request.parameters, **found.groupdict())
    raise invalid(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)


def needed(given, *names):
    for name in names:
        if not given.get(name):
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")


def listed(items, request, url):
    """Pages of a newest-first list, by `limit`, `starting_after`, `ending_before`."""
    given = request.parameters
    limit = int(given.get("limit", 10))
    ids = [item["id"] for item in items]
    if given.get("starting_after") in ids:
        items = items[ids.index(given["starting_after"]) + 1:]
    if given.get("ending_before") in ids:
        items = items[:ids.index(given["ending_before"])][-limit:]
    return objects.page_of(items, url, limit)


PAGES = ("limit", "starting_after", "ending_before")


@call("POST", "/v1/customers", "email", "name", "description", "metadata")
def create_customer(stripe, request, given):
    made = stripe.state.add(objects.customer(given))
    stripe.state.tell("customer.created", made, request)
    return made


@call("GET", "/v1/customers", "email", *PAGES)
def customers(stripe, request, given):
    found = [one for one in stripe.state.all("customer") if given.get("email") in (None, one["email"])]
    return listed(found, request, "/v1/customers")


@call("GET", "/v1/customers/{id}")
def customer(stripe, request, given, id):
    return stripe.state.get("customer", id)


@call("POST", "/v1/customers/{id}", "email", "name", "description", "metadata", "invoice_settings")
def update_customer(stripe, request, given, id):
    found = stripe.state.get("customer", id)
    settings = given.pop("invoice_settings", {})
    found.update(given)
    found["invoice_settings"].update(settings)
    stripe.state.tell("customer.updated", found, request)
    return found


@call("GET", "/v1/customers/{id}/payment_methods", "type", *PAGES)
def methods_of_customer(stripe, request, given, id):
    stripe.state.get("customer", id)
    found = [one for one in stripe.state.all("payment_method") if one["customer"] == id]
    return listed(found, request, f"/v1/customers/{id}/payment_methods")


@call(
    "POST", "/v1/checkout/sessions", "mode", "line_items", "success_url", "cancel_url", "customer", "customer_email",
    "client_reference_id", "metadata", "payment_intent_data", "setup_intent_data", "expires_at", "currency",
    "allowed_payment_method_types", "invoice_creation", "submit_type")
def create_session(stripe, request, given):
    return stripe.checkout.create(given)


@call("GET", "/v1/checkout/sessions", "customer", "payment_intent", "created", *PAGES)
def sessions(stripe, request, given):
    found = [
        one for one in stripe.state.all("checkout.session")
        if all(given.get(name) in (None, one[name]) for name in ("customer", "payment_intent"))]
    return listed(_created(found, given), request, "/v1/checkout/sessions")


@call("GET", "/v1/checkout/sessions/{id}")
def session(stripe, request, given, id):
    return stripe.state.get("checkout.session", id)


@call("POST", "/v1/checkout/sessions/{id}/expire")
def expire_session(stripe, request, given, id):
    return stripe.checkout.expire(stripe.state.get("checkout.session", id), request)


@call(
    "POST", "/v1/payment_intents", "amount", "currency", "customer", "payment_method", "confirm", "off_session",
    "description", "metadata", "receipt_email", "setup_future_usage", "automatic_payment_methods", "allowed_payment_method_types",
    "error_on_requires_action")
def create_intent(stripe, request, given):
    needed(given, "amount", "currency")
    intent = stripe.state.add(objects.payment_intent(given))
    stripe.state.tell("payment_intent.created", intent, request)
    if given.get("confirm") != "true":
        return intent
    return _confirm(stripe, request, intent, given)


@call("POST", "/v1/payment_intents/{id}/confirm", "payment_method", "off_session")
def confirm_intent(stripe, request, given, id):
    return _confirm(stripe, request, stripe.state.get("payment_intent", id), given)


def _confirm(stripe, request, intent, given):
    needed({**intent, **given}, "payment_method")
    method = stripe.state.get("payment_method", given.get("payment_method") or intent["payment_method"])
    if method["customer"] != intent["customer"]:
        raise invalid("The payment method belongs to another customer, or to none.", param="payment_method")
    return stripe.payments.confirm(intent, method, request, off_session=given.get("off_session") == "true")


@call("GET", "/v1/payment_intents", "customer", "created", *PAGES)
def intents(stripe, request, given):
    found = [
        one for one in stripe.state.all("payment_intent") if given.get("customer") in (None, one["customer"])]
    return listed(_created(found, given), request, "/v1/payment_intents")


@call("GET", "/v1/payment_intents/{id}")
def intent(stripe, request, given, id):
    return stripe.state.get("payment_intent", id)


@call("POST", "/v1/payment_intents/{id}/cancel", "cancellation_reason")
def cancel_intent(stripe, request, given, id):
    found = stripe.state.get("payment_intent", id)
    if found["status"] in ("succeeded", "canceled", "processing"):
        raise invalid(f"You cannot cancel this PaymentIntent because it has a status of {found['status']}.",
                      code="payment_intent_unexpected_state")
    found.update(status="canceled", cancellation_reason=given.get("cancellation_reason"))
    stripe.state.tell("payment_intent.canceled", found, request)
    return found


@call("POST", "/v1/setup_intents", "customer", "payment_method", "confirm", "usage", "description", "metadata",
      "allowed_payment_method_types", "automatic_payment_methods")
def create_setup_intent(stripe, request, given):
    made = stripe.state.add(objects.setup_intent(given))
    if given.get("confirm") == "true":
        needed(given, "payment_method")
        stripe.payments.attach(stripe.state.get("payment_method", given["payment_method"]), given.get("customer"), request)
        made["status"] = "succeeded"
        stripe.state.tell("setup_intent.succeeded", made, request)
    return made


@call("GET", "/v1/setup_intents/{id}")
def setup_intent(stripe, request, given, id):
    return stripe.state.get("setup_intent", id)


@call("POST", "/v1/payment_methods", "type", "card", "billing_details", "metadata")
def create_method(stripe, request, given):
    needed(given, "card")
    return stripe.payments.new_method(given["card"])


@call("GET", "/v1/payment_methods/{id}")
def payment_method(stripe, request, given, id):
    return stripe.state.get("payment_method", id)


@call("POST", "/v1/payment_methods/{id}/attach", "customer")
def attach(stripe, request, given, id):
    needed(given, "customer")
    stripe.state.get("customer", given["customer"])
    return stripe.payments.attach(stripe.state.get("payment_method", id), given["customer"], request)


@call("POST", "/v1/payment_methods/{id}/detach")
def detach(stripe, request, given, id):
    found = stripe.state.get("payment_method", id)
    if found["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer.", param="payment_method")
    found["customer"] = None
    stripe.state.tell("payment_method.detached", found, request)
    return found


@call("POST", "/v1/refunds", "payment_intent", "charge", "amount", "reason", "metadata")
def refund(stripe, request, given):
    id = given.get("charge") or stripe.state.get("payment_intent", given.get("payment_intent"))["latest_charge"]
    return stripe.payments.refund(stripe.state.get("charge", id), given, request)


@call("GET", "/v1/refunds", "payment_intent", "charge", "created", *PAGES)
def refunds(stripe, request, given):
    found = [
        one for one in stripe.state.all("refund")
        if all(given.get(name) in (None, one[name]) for name in ("payment_intent", "charge"))]
    return listed(_created(found, given), request, "/v1/refunds")


@call("GET", "/v1/refunds/{id}")
def one_refund(stripe, request, given, id):
    return stripe.state.get("refund", id)


@call("GET", "/v1/charges/{id}")
def charge(stripe, request, given, id):
    return stripe.state.get("charge", id)


@call("GET", "/v1/disputes", "payment_intent", "charge", "created", *PAGES)
def disputes(stripe, request, given):
    found = [
        one for one in stripe.state.all("dispute")
        if all(given.get(name) in (None, one[name]) for name in ("payment_intent", "charge"))]
    return listed(_created(found, given), request, "/v1/disputes")


@call("GET", "/v1/disputes/{id}")
def dispute(stripe, request, given, id):
    return stripe.state.get("dispute", id)


@call("GET", "/v1/events", "type", "types", "created", *PAGES)
def events(stripe, request, given):
    kinds = given.get("types") or ([given["type"]] if "type" in given else None)
    found = [one for one in reversed(stripe.state.events) if kinds is None or one["type"] in kinds]
    return listed(_created(found, given), request, "/v1/events")


@call("GET", "/v1/events/{id}")
def event(stripe, request, given, id):
    for found in stripe.state.events:
        if found["id"] == id:
            return found
    raise invalid(f"No such event: '{id}'", param="id", code="resource_missing", status=404)


_COMPARE = {
    "gt": lambda at, limit: at > limit, "gte": lambda at, limit: at >= limit,
    "lt": lambda at, limit: at < limit, "lte": lambda at, limit: at <= limit,
}


def _created(items, given):
    bounds = given.get("created", {})
    if isinstance(bounds, str):
        return [item for item in items if item["created"] == int(bounds)]
    return [
        item for item in items
        if all(_COMPARE[name](item["created"], int(limit)) for name, limit in bounds.items())]
