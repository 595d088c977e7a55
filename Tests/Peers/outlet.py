"""An outlet on scratch data and a free port, for the tests against independent programs."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import yaml

from fake_stripe.server import FakeStripe

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("OUTLET_BIN", ROOT / ".build" / "debug"))


def load_spec():
    return yaml.safe_load((ROOT / "static" / "openapi.yaml").read_text())


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Outlet:
    """nginx, outlet-api and outlet-meter; `sid` is the cookie of a renter with money and an SSH key.

    `more` is merged into the settings, `environment` into that of its processes. `stripe` is the stand-in that takes its
    payments, with a key and a webhook's secret of its own.
    """

    def __init__(self, more=None, environment=None):
        self.more = more or {}
        self.environment = environment or {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gp."))
        self.folder.chmod(0o711)  # Pods under uids of their own live below.
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes = []
        self.stripe = self._start_stripe()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start_stripe(self):
        secrets = {"stripe.key": "sk_test_of_the_peers", "stripe-webhook.secret": "whsec_of_the_peers"}
        for name, secret in secrets.items():
            file = self.folder / name
            file.touch(mode=0o600)
            file.write_text(secret)
        return FakeStripe(
            key=secrets["stripe.key"], webhook_url=f"{self.url}/v1/webhooks/stripe",
            webhook_secrets=[secrets["stripe-webhook.secret"]]).start()

    def _start(self):
        offer = {"region": "US-East", "regionCode": "US", "slots": 2}
        settings = {
            "site": "peers",
            "publicUrl": self.url,
            "limits": {
                "requestsPerMinute": 1_000_000, "requestsPerHour": 10_000_000, "checkoutsPerHour": 1_000_000},
            "stripe": {
                "secretKeyFile": "stripe.key", "webhookSecrets": [{"secretFile": "stripe-webhook.secret"}],
                "publishableKey": "pk_test_of_the_peers", "apiBase": self.stripe.url,
            },
            "providers": [
                {
                    "code": "local",
                    "kind": "local",
                    "ports": f"{self.port + 1}-{self.port + 20}" if self.port < 65_000 else "22000-22019",
                    "offers": [
                        {"family": "rtx-4090", "pricePerHourCents": 65, **offer},
                        {"family": "h100-80gb", "pricePerHourCents": 280, **offer},
                    ],
                }
            ],
            **self.more,
        }
        (self.folder / "outlet.yaml").write_text(yaml.safe_dump(settings))
        self.control("init")
        self.sid = self.renter("ada@example.org")
        written = [ROOT / "scripts" / "nginx-conf", "--data", self.folder, "--port", str(self.port)]
        conf = subprocess.run(written, check=True, capture_output=True, text=True).stdout.strip()
        config = ["--config", self.folder / "outlet.yaml"]
        self._run("outlet-api", PROGRAMS / "outlet-api", *config)
        self._run("outlet-meter", PROGRAMS / "outlet-meter", "run", *config)
        self._run("nginx", "/usr/sbin/nginx", "-c", conf)
        self._wait_until_it_answers()

    def renter(self, email):
        """The cookie of another renter, with money and an SSH key."""
        self.control("user", "add", email)
        self.control("wallet", "credit", email, "5000.00", "--note", "for tests")
        key = self.folder / f"key-{email}"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        self.control("user", "add-key", email, "--name", "key", "--file", f"{key}.pub")
        return json.loads(self.control("session", "create", email, "--json"))["sid"]

    def end_all_pods(self):
        self.control("rental", "stop", "--all")
        deadline = time.monotonic() + 20
        while any(rental["status"] not in ("stopped", "failed") for rental in json.loads(self.control("rental", "list", "--json"))):
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.1)

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + 30
        while self.get("/healthz") != 200:
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.1)

    def restart_api(self, kill=False):
        """A new responder in place of the old one, which knows nothing of what that had in memory."""
        old = self.processes.pop(0)
        old.kill() if kill else old.terminate()
        old.wait(20)
        self._run("outlet-api", PROGRAMS / "outlet-api", "--config", self.folder / "outlet.yaml")
        self.processes.insert(0, self.processes.pop())
        self._wait_until_it_answers()

    def _run(self, name, *command):
        with open(self.folder / "logs" / f"{name}.log", "ab") as log:
            self.processes.append(
                subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    env={**os.environ, **self.environment},
                )
            )

    def control(self, *arguments):
        command = [PROGRAMS / "outletctl", "--config", self.folder / "outlet.yaml", *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def get(self, path):
        """The status of a GET; None when nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def logs(self):
        return "\n".join(file.read_text()[-3_000:] for file in (self.folder / "logs").glob("*.log"))

    def live_rentals(self):
        rentals = json.loads(self.control("rental", "list", "--json"))
        return [rental for rental in rentals if rental["status"] not in ("stopped", "failed")]

    def stop(self):
        """Pods first, while the meter that ends them is there."""
        if len(self.processes) == 3:
            self.control("rental", "stop", "--all")
            deadline = time.monotonic() + 10
            while self.live_rentals() and time.monotonic() < deadline:
                time.sleep(0.2)
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.stripe.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
