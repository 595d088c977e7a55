"""Stripe's test cards, as far as an outlet's top-ups can meet them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    brand: str
    code: str | None = None  # The error's code, when charging fails.
    decline: str | None = None
    message: str = ""
    attaches: bool = True  # Whether it can be saved at all.
    fails_off_session_only: bool = False

    def fails(self, off_session):
        return self.code is not None and (off_session or not self.fails_off_session_only)


_AUTHENTICATE = "Your card was declined. This transaction requires authentication."

CARDS = {
    "4242424242424242": Card("visa"),
    "5555555555554444": Card("mastercard"),
    "4000000000000002": Card("visa", "card_declined", "generic_decline", "Your card was declined.", attaches=False),
    "4000000000009995": Card(
        "visa", "card_declined", "insufficient_funds", "Your card has insufficient funds.", attaches=False),
    "4000000000000341": Card("visa", "card_declined", "generic_decline", "Your card was declined."),
    "4000000000000069": Card("visa", "expired_card", None, "Your card has expired.", attaches=False),
    "4000002760003184": Card(
        "visa", "authentication_required", "authentication_required", _AUTHENTICATE, fails_off_session_only=True),
}
