"""What Stripe answers when it does not do as asked."""


class StripeError(Exception):
    """An HTTP status and the `error` object that goes with it."""

    def __init__(self, status, kind, message, **more):
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, **more}}


def invalid(message, param=None, code=None, status=400):
    more = {name: value for name, value in (("param", param), ("code", code)) if value}
    return StripeError(status, "invalid_request_error", message, **more)


def missing(kind, id):
    return invalid(f"No such {kind}: '{id}'", param="id", code="resource_missing", status=404)


def declined(card, intent):
    """A card's refusal: the intent goes along whole, as it is after the refusal."""
    more = {"decline_code": card.decline} if card.decline else {}
    return StripeError(402, "card_error", card.message, code=card.code, param="", payment_intent=intent, **more)
