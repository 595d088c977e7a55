"""What happens to money: charging a card, saving it, giving back, and disputes."""

from . import objects
from .cards import CARDS, Card
from .errors import declined, invalid


class Payments:
    def __init__(self, state, base_url):
        self.state = state
        self.base_url = base_url

    def card(self, method):
        return CARDS[self.state.numbers[method["id"]]]

    def new_method(self, given):
        """A payment method of a card number, as the hosted page or Stripe's script makes it."""
        number = str(given.get("number", "")).replace(" ", "")
        card = CARDS.get(number)
        if card is None:
            raise invalid("Your card number is incorrect.", param="number", code="incorrect_number", status=402)
        method = self.state.add(objects.payment_method(number, card, given))
        self.state.numbers[method["id"]] = number
        return method

    def attach(self, method, customer, request=None):
        card = self.card(method)
        if not card.attaches:
            raise declined(card, None)
        method["customer"] = customer
        self.state.tell("payment_method.attached", method, request)
        return method

    def confirm(self, intent, method, request=None, off_session=False, delayed=False):
        """Charges `method` for `intent`.

        Raises StripeError 402 when the card refuses; the intent then wants another method.
        """
        if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
            raise invalid(
                f"This PaymentIntent's status is {intent['status']}; it cannot be confirmed.",
                code="payment_intent_unexpected_state")
        card = self.card(method)
        intent["payment_method"] = method["id"]
        if card.fails(off_session):
            self._refuse(intent, method, card, request)
        if delayed:
            intent["status"] = "processing"
            self.state.tell("payment_intent.processing", intent, request)
            return intent
        return self.succeed(intent, method, request)

    def succeed(self, intent, method, request=None):
        charge = self.state.add(objects.charge(intent, method, self.base_url))
        intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
        self.state.tell("payment_intent.succeeded", intent, request)
        self.state.tell("charge.succeeded", charge, request)
        return intent

    def _refuse(self, intent, method, card: Card, request):
        charge = self.state.add(objects.charge(intent, method, self.base_url, failure=card))
        failure = {"type": "card_error", "code": card.code, "message": card.message}
        intent.update(
            status="requires_payment_method", payment_method=None, latest_charge=charge["id"],
            last_payment_error=failure | ({"decline_code": card.decline} if card.decline else {}))
        self.state.tell("charge.failed", charge, request)
        self.state.tell("payment_intent.payment_failed", intent, request)
        raise declined(card, intent)

    def refund(self, charge, given, request=None):
        left = charge["amount_captured"] - charge["amount_refunded"]
        amount = int(given.get("amount", left))
        if amount <= 0 or amount > left:
            raise invalid(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount",
                code="charge_already_refunded" if left == 0 else None)
        refund = self.state.add(objects.refund(charge, amount, "succeeded", given))
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
        self.state.tell("refund.created", refund, request)
        self.state.tell("charge.refunded", charge, request)
        return refund

    def fail_refund(self, refund):
        """A bank may send a refund back days later: the money is the merchant's again."""
        charge = self.state.get("charge", refund["charge"])
        refund["status"] = "failed"
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        self.state.tell("refund.failed", refund)

    def open_dispute(self, charge, reason="fraudulent"):
        charge["disputed"] = True
        dispute = self.state.add(objects.dispute(charge, reason))
        self.state.tell("charge.dispute.created", dispute)
        self.state.tell("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, dispute, won):
        dispute["status"] = "won" if won else "lost"
        if won:
            self.state.tell("charge.dispute.funds_reinstated", dispute)
        self.state.tell("charge.dispute.closed", dispute)
