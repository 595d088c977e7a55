"""The HTTP side: keys, first replies kept, faults, and the way to the calls, the page and the tests' levers."""

import base64
import http.server
import json
import threading
import time
from urllib.parse import parse_qsl, urlsplit

from . import objects, page, routes
from .checkout import Checkout
from .errors import StripeError, invalid
from .forms import nested
from .payments import Payments
from .state import State
from .webhooks import Webhooks


class Request:
    """One call, taken apart."""

    def __init__(self, method, path, query, body, headers):
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.parameters = nested(body if method == "POST" else query)
        self.idempotency_key = headers.get("Idempotency-Key")
        self.version = headers.get("Stripe-Version")
        self.id = objects.new_id("req")


class FakeStripe:
    """Listens on 127.0.0.1 from `start` to `stop`. `key` is the secret key that callers must bring."""

    def __init__(self, port=0, key="sk_test_stand_in", webhook_url=None, webhook_secrets=("whsec_stand_in",), file=None):
        self.key = key
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.state = State(file)
        self.webhooks = Webhooks(webhook_url, list(webhook_secrets))
        self.state.on_event = self.webhooks.send
        self.payments = Payments(self.state, self.url)
        self.checkout = Checkout(self.state, self.payments, self.url)
        self.requests = []  # All calls, for tests to look at.
        self.faults = []  # What the next calls suffer: see `_suffer`.
        self._in_flight = set()

    def start(self):
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def fail_next(self, fault, times=1, path=None):
        """`fault`: "lost" (done, no answer), "unsent" (not done, no answer), "slow", or a status of 409, 429, 500."""
        self.faults += [(fault, path)] * times

    def _fault_for(self, request):
        for index, (fault, path) in enumerate(self.faults):
            if path in (None, request.path):
                del self.faults[index]
                return fault
        return None

    def reply(self, request, authorization):
        """Status, headers and body; None is a connection that ends without an answer."""
        self.requests.append(request)
        if authorization not in (f"Bearer {self.key}", _basic(self.key)):
            return 401, {}, invalid("Invalid API Key provided.").body
        fault = self._fault_for(request)
        if fault == "unsent":
            return None
        if fault == "slow":
            time.sleep(5)
        if fault == 429:
            return 429, {}, invalid("Too many requests", code="rate_limit").body
        if fault == 409:
            return 409, {"Stripe-Should-Retry": "true"}, invalid("In use", code="lock_timeout").body
        answered = self._once(request, broken=fault == 500)
        return None if fault == "lost" else answered

    def _once(self, request, broken):
        """Runs a POST with a key once: its first status and body are the answer ever after, a 500 too."""
        key = request.idempotency_key if request.method == "POST" else None
        if key is None:
            return self._run(request, broken)
        if key in self._in_flight:
            return 409, {}, StripeError(409, "idempotency_error", "This key is in use by another request.").body
        self._in_flight.add(key)
        try:
            kept = self.state.replies.get(key)
            if kept and kept["request"] != [request.path, request.body]:
                return 400, {}, StripeError(
                    400, "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters they were first used with.").body
            if kept:
                return kept["status"], {"Idempotent-Replayed": "true"}, kept["body"]
            status, headers, body = self._run(request, broken)
            if status not in (400, 404):  # A request that was never begun may be put right under its key.
                with self.state.lock:
                    kept = {"request": [request.path, request.body], "status": status, "body": json.loads(json.dumps(body))}
                    self.state.replies[key] = kept
                    self.state.save()
            return status, headers, body
        finally:
            self._in_flight.discard(key)

    def _run(self, request, broken):
        if broken:
            return 500, {}, StripeError(500, "api_error", "An unknown error occurred").body
        with self.state.lock:
            try:
                return 200, {}, routes.answer(self, request)
            except StripeError as refusal:
                return refusal.status, {}, refusal.body
            except (KeyError, TypeError, ValueError) as fault:
                return 400, {}, invalid(f"Invalid request: {fault!r}").body
            finally:
                self.state.save()

    def pay(self, session_id, delayed=False, number="4242424242424242"):
        """What a customer does on the page, without a browser. Returns where the browser would go."""
        with self.state.lock:
            session = self.state.get("checkout.session", session_id)
            try:
                return self.checkout.submit(
                    session, {"number": number, "exp_month": "12", "exp_year": "2034"}, delayed)
            finally:
                self.state.save()


def _basic(key):
    import base64

    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def _handler(stripe):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self._serve()

        do_POST = do_GET

        def _serve(self):
            target = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            if target.path.startswith("/pay/"):
                return self._page(target.path.removeprefix("/pay/"), body)
            if target.path.startswith("/receipts/"):
                return self._send(200, "A receipt of a test payment.".encode(), "text/plain; charset=utf-8")
            request = Request(self.command, target.path, target.query, body, self.headers)
            answered = stripe.reply(request, self.headers.get("Authorization"))
            if answered is None:
                self.close_connection = True
                return
            status, headers, found = answered
            self._send(status, json.dumps(found).encode(), "application/json", {"Request-Id": request.id, **headers})

        def _page(self, id, body):
            session = stripe.state.kinds.get("checkout.session", {}).get(id)
            if session is None or session["status"] != "open":
                return self._send(404, page.closed_page().encode(), "text/html; charset=utf-8")
            error = None
            if self.command == "POST":
                try:
                    with stripe.state.lock:
                        there = stripe.checkout.submit(session, dict(parse_qsl(body)))
                    return self._send(303, b"", "text/plain", {"Location": there})
                except StripeError as refusal:
                    error = str(refusal)
                finally:
                    stripe.state.save()
            self._send(200, page.payment_page(session, error).encode(), "text/html; charset=utf-8")

        def _send(self, status, body, kind, headers=()):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in dict(headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
