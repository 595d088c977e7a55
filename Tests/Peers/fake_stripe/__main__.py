"""Runs the stand-in by itself, as `scripts/run` does when no Stripe key is configured."""

import argparse
import os
import signal

from .server import FakeStripe

parser = argparse.ArgumentParser(
    prog="python3 -m fake_stripe", description="A stand-in for Stripe on 127.0.0.1. No money moves.",
    epilog="The secret key and the webhook's secret come from STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET.")
parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
parser.add_argument("--webhook", metavar="URL", help="where events are delivered")
parser.add_argument("--state", metavar="FILE", help="keeps what happened over restarts")
given = parser.parse_args()

stripe = FakeStripe(
    port=given.port, key=os.environ.get("STRIPE_SECRET_KEY", "sk_test_stand_in"), webhook_url=given.webhook,
    webhook_secrets=[os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_stand_in")], file=given.state).start()
print(f"ready {stripe.url}", flush=True)
signal.signal(signal.SIGTERM, lambda *_: stripe.stop() or os._exit(0))
try:
    signal.pause()
except KeyboardInterrupt:
    stripe.stop()
