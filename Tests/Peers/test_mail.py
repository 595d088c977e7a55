"""Letters leave through msmtp, and arrive at a mail server: whole, once, and again when it was not ready."""

import email
import email.policy
import json
import re
import shutil
import time
import urllib.error
import urllib.request

import pytest
from aiosmtpd.controller import Controller

from outlet import PROGRAMS, Outlet, free_port

MSMTP = shutil.which("msmtp")


class Mailbox:
    """Answers each letter with the next of `answers`, then takes all."""

    def __init__(self):
        self.letters, self.answers = [], []

    async def handle_DATA(self, server, session, envelope):
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(envelope)
        return "250 taken"


@pytest.fixture(scope="module")
def mailbox():
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture(scope="module")
def mailing(mailbox, tmp_path_factory):
    if MSMTP is None:
        pytest.skip("no msmtp: apt-get install msmtp")
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    settings = tmp_path_factory.mktemp("msmtp") / "msmtprc"
    settings.write_text(f"account default\nhost 127.0.0.1\nport {mailbox.port}\nauth off\ntls off\n")
    mail = {"from": "Füchse & Co <outlet@example.org>", "sendmail": [MSMTP, f"--file={settings}"]}
    running = Outlet({"signIn": {"signUp": "open"}, "mail": mail})
    yield running
    running.stop()


def post(outlet, path, **fields):
    request = urllib.request.Request(
        outlet.url + path, data=json.dumps(fields).encode(), headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, json.load(reply), reply.headers
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers


def awaited(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def figure(outlet, name):
    with urllib.request.urlopen(outlet.url + "/metrics", timeout=10) as reply:
        return int(re.search(rf"^{name} (\d+)$", reply.read().decode(), re.M)[1])


def test_a_code_arrives_and_signs_in(mailing, mailbox):
    before = len(mailbox.letters)
    assert post(mailing, "/v1/auth/request-code", email="New@Example.org")[:2] == (200, {"ok": True})
    envelope = awaited(lambda: mailbox.letters[before:])[0]
    assert envelope.mail_from == "outlet@example.org" and envelope.rcpt_tos == ["new@example.org"]
    letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert not letter.defects and letter["From"].addresses[0].display_name == "Füchse & Co"
    text, html = [part.get_content() for part in letter.iter_parts()]
    code = re.match(r"(\d{6}) is your sign-in code", letter["Subject"])[1]
    assert code in text and code in html
    assert "src=" not in html and "http" not in html  # Nothing to load, and nothing that tells it was read.
    status, body, headers = post(mailing, "/v1/auth/verify-code", email="new@example.org", code=code)
    assert status == 200 and body["user"]["email"] == "new@example.org"
    assert headers["Set-Cookie"].startswith("sid=")
    awaited(lambda: figure(mailing, "outlet_mail_waiting") == 0)
    assert len(mailbox.letters) == before + 1


def test_a_server_that_is_not_ready_is_asked_again(mailing, mailbox):
    before = len(mailbox.letters)
    mailbox.answers = ["451 later"]
    assert post(mailing, "/v1/auth/request-code", email="later@example.org")[0] == 200
    awaited(lambda: len(mailbox.letters) == before + 1)
    awaited(lambda: figure(mailing, "outlet_mail_waiting") == 0)


def test_a_letter_that_is_refused_for_good_is_told_to_the_operator(mailing, mailbox):
    mailbox.answers = ["550 no such user"] * 99
    dead = figure(mailing, "outlet_mail_dead")
    assert post(mailing, "/v1/auth/request-code", email="gone@example.org")[0] == 200
    awaited(lambda: figure(mailing, "outlet_mail_dead") > dead or figure(mailing, "outlet_mail_waiting") == 1)
    mailbox.answers = []
