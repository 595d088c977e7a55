"""A stand-in for Stripe on a loopback port: Checkout with a page of its own, saved cards, refunds, disputes, events
and signed webhooks. It keeps to what Stripe documents, and can be told to misbehave as a network does.

`test_fake_stripe.py` holds it against Stripe's own library and, where they are at hand, Stripe's own descriptions.
"""
