"""Delivers events, well or badly: twice, late, in another order, with a bad signature."""

import hashlib
import hmac
import json
import queue
import threading
import time
import urllib.error
import urllib.request

RETRIES = (0.2, 0.5, 1, 2, 4, 8)  # Seconds; the real ones go on for days.


def signature(payload, secrets, at):
    """By Stripe's own library where it is installed, so that nobody grades himself; several secrets, as in a roll."""
    try:
        from stripe import WebhookSignature

        headers = [WebhookSignature.generate_signature_header(payload, secret, at) for secret in secrets]
    except ImportError:
        mark = lambda secret: hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
        headers = [f"t={at},v1={mark(secret)}" for secret in secrets]
    return ",".join([headers[0], *(header.split(",", 1)[1] for header in headers[1:])])


class Webhooks:
    """`held` keeps events back until `release`; everything else goes out at once, from a thread of its own."""

    def __init__(self, url, secrets):
        self.url = url
        self.secrets = secrets
        self.held = None
        self.deliveries = []  # (event id, status or error), in the order of the attempts.
        self._queue = queue.SimpleQueue()
        if url:
            threading.Thread(target=self._work, daemon=True).start()

    def send(self, event):
        if self.held is not None:
            self.held.append(event)
        elif self.url:
            self._queue.put(event)

    def hold(self):
        self.held = self.held or []

    def release(self, order=None, copies=1):
        """Delivers what was held: in the order of the given ids, or as it happened."""
        held, self.held = self.held or [], None
        if order is not None:
            held = [event for id in order for event in held if event["id"] == id]
        for event in held:
            for _ in range(copies):
                self.send(event)

    def _work(self):
        while True:
            event = self._queue.get()
            for pause in (0, *RETRIES):
                time.sleep(pause)
                status = self.deliver(event)
                if isinstance(status, int) and 200 <= status < 300:
                    break

    def deliver(self, event, age=0, secrets=None, payload=None):
        """One attempt, now. Answers the receiver's status, or the text of the failure."""
        payload = payload or json.dumps(event, separators=(",", ":"))
        request = urllib.request.Request(
            self.url, data=payload.encode(), method="POST",
            headers={
                "Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0 (+stand-in)",
                "Stripe-Signature": signature(payload, secrets or self.secrets, int(time.time()) - age)})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                status = reply.status
        except urllib.error.HTTPError as refusal:
            status = refusal.code
        except OSError as failure:
            status = str(failure)
        self.deliveries.append((event["id"], status))
        return status
