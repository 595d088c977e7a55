"""Checkout sessions: from the order of one to the customer's click on its page."""

import time

from . import objects
from .errors import StripeError, invalid


class Checkout:
    def __init__(self, state, payments, base_url):
        self.state = state
        self.payments = payments
        self.base_url = base_url

    def create(self, given):
        if given.get("mode") not in ("payment", "setup"):
            raise invalid("mode must be payment or setup here", param="mode")
        if given.get("customer"):
            self.state.get("customer", given["customer"])
        session = objects.checkout_session(given, self.base_url, self._amount(given))
        later = int(session["expires_at"]) - int(time.time())
        if not 1_800 - 60 <= later <= 86_400 + 60:
            raise invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
                          param="expires_at")
        self.state.add(session)
        self.state.kinds.setdefault("order", {})[session["id"]] = given
        return session

    @staticmethod
    def _amount(given):
        if given["mode"] == "setup":
            return None
        items = given.get("line_items")
        if not items:
            raise invalid("Missing required param: line_items.", param="line_items", code="parameter_missing")
        total = sum(int(item["price_data"]["unit_amount"]) * int(item.get("quantity", 1)) for item in items)
        if total < 50:
            raise invalid("The Checkout Session's total amount must convert to at least 50 cents.",
                          code="amount_too_small")
        return total

    def expire(self, session, request=None):
        if session["status"] != "open":
            raise invalid(f"Only Checkout Sessions with a status of `open` can be expired; this is {session['status']}.")
        session.update(status="expired", url=None)
        self.state.tell("checkout.session.expired", session, request)
        return session

    def submit(self, session, card, delayed=False):
        """The customer's click. Returns where the browser goes; raises StripeError when the card refuses."""
        if session["status"] != "open":
            raise invalid("This page is no longer open.")
        order = self.state.kinds["order"][session["id"]]
        method = self.payments.new_method({**card, "email": session["customer_email"]})
        if session["customer"] is None:
            session["customer"] = self.state.add(objects.customer({"email": session["customer_email"]}))["id"]
        if session["mode"] == "setup":
            self._save_card(session, order.get("setup_intent_data", {}), method)
        else:
            self._pay(session, order.get("payment_intent_data", {}), method, delayed)
        session.update(status="complete", url=None)
        self.state.tell("checkout.session.completed", session)
        return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])

    def _pay(self, session, wanted, method, delayed):
        intent = self._intent(session, wanted)
        self.payments.confirm(intent, method, delayed=delayed)
        session["payment_status"] = "unpaid" if delayed else "paid"
        if wanted.get("setup_future_usage") == "off_session":
            self.payments.attach(method, session["customer"])

    def _intent(self, session, wanted):
        """One intent a session: a second card after a refusal pays the same one."""
        if session["payment_intent"]:
            return self.state.get("payment_intent", session["payment_intent"])
        intent = self.state.add(objects.payment_intent({
            "amount": session["amount_total"], "currency": session["currency"], "customer": session["customer"],
            **wanted}))
        session["payment_intent"] = intent["id"]
        self.state.tell("payment_intent.created", intent)
        return intent

    def _save_card(self, session, wanted, method):
        intent = self.state.add(objects.setup_intent({**wanted, "customer": session["customer"]}))
        try:
            self.payments.attach(method, session["customer"])
        except StripeError:
            self.state.tell("setup_intent.setup_failed", intent)
            raise
        intent.update(status="succeeded", payment_method=method["id"])
        session["setup_intent"] = intent["id"]
        self.state.tell("setup_intent.succeeded", intent)

    def settle_later(self, session, succeeds):
        """The end of a delayed payment, days after the customer's click."""
        intent = self.state.get("payment_intent", session["payment_intent"])
        method = self.state.get("payment_method", intent["payment_method"])
        if succeeds:
            self.payments.succeed(intent, method)
            session["payment_status"] = "paid"
            self.state.tell("checkout.session.async_payment_succeeded", session)
        else:
            intent.update(status="requires_payment_method")
            self.state.tell("payment_intent.payment_failed", intent)
            self.state.tell("checkout.session.async_payment_failed", session)
