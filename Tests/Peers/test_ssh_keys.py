"""Keys that people paste: taken when ssh-keygen and asyncssh both take them, unless they are weak."""

import base64
import json
import random
import struct
import subprocess
import urllib.error
import urllib.request

import asyncssh
import pytest


def string(data):
    return struct.pack(">I", len(data)) + data


def line(kind, *parts):
    return f"{kind} {base64.b64encode(string(kind.encode()) + b''.join(parts)).decode()}"


def made(algorithm, **options):
    return asyncssh.generate_private_key(algorithm, **options).export_public_key().decode().strip()


def security_key(kind, plain, *front):
    """What a hardware key's line looks like, made from a plain key's point."""
    blob = base64.b64decode(plain.split()[1])
    point = blob[-(65 if "ecdsa" in kind else 32):]
    return line(kind, *front, string(point), string(b"ssh:"))


ED25519 = made("ssh-ed25519")
ECDSA = {bits: made(f"ecdsa-sha2-nistp{bits}") for bits in (256, 384, 521)}
SOUND = {
    "ed25519": ED25519,
    **{f"ecdsa{bits}": key for bits, key in ECDSA.items()},
    "rsa2048": made("ssh-rsa", key_size=2048),
    "rsa4096": made("ssh-rsa", key_size=4096),
    "sk-ed25519": security_key("sk-ssh-ed25519@openssh.com", ED25519),
    "sk-ecdsa": security_key("sk-ecdsa-sha2-nistp256@openssh.com", ECDSA[256], string(b"nistp256")),
}


def keygen(text, tmp_path):
    """The fingerprint that ssh-keygen shows; None when it does not take the key."""
    file = tmp_path / "key.pub"
    file.write_text(text + "\n")
    shown = subprocess.run(["ssh-keygen", "-l", "-f", file], capture_output=True, text=True)
    return shown.stdout.split()[1] if shown.returncode == 0 else None


def library(text):
    try:
        return asyncssh.import_public_key(text).get_fingerprint()
    except (asyncssh.KeyImportError, ValueError):
        return None


def add(outlet, text):
    request = urllib.request.Request(
        outlet.url + "/v1/ssh-keys", data=json.dumps({"name": "pasted", "publicKey": text}).encode(),
        headers={"Content-Type": "application/json", "Cookie": f"sid={outlet.sid}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        return json.load(error)


def remove(outlet, key):
    request = urllib.request.Request(
        f"{outlet.url}/v1/ssh-keys/{key['id']}", method="DELETE", headers={"Cookie": f"sid={outlet.sid}"})
    urllib.request.urlopen(request, timeout=20).close()


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_key_has_the_fingerprint_that_others_show(outlet, name, tmp_path):
    text = SOUND[name]
    key = add(outlet, text + " me@laptop")
    assert key.get("fingerprint") == keygen(text, tmp_path) == library(text)
    assert key["algorithm"] == text.split()[0]
    assert add(outlet, text)["error"] == "duplicate_key"
    remove(outlet, key)


@pytest.mark.parametrize("name", SOUND)
def test_what_others_refuse_of_a_damaged_key_is_refused(outlet, name, tmp_path):
    chance = random.Random(name)
    kind, encoded = SOUND[name].split()[:2]
    for _ in range(12):
        blob = bytearray(base64.b64decode(encoded))
        change = chance.choice(["flip", "cut", "grow"])
        if change == "flip":
            blob[chance.randrange(len(blob))] ^= 1 << chance.randrange(8)
        elif change == "cut":
            del blob[chance.randrange(len(blob)):]
        else:
            blob += bytes(chance.randrange(1, 9))
        text = f"{kind} {base64.b64encode(blob).decode()}"
        ours = add(outlet, text)
        if "error" in ours:
            assert ours["error"] in ("invalid_key", "weak_key"), ours
        else:
            remove(outlet, ours)
            assert ours["fingerprint"] == keygen(text, tmp_path), text


@pytest.mark.parametrize("text, code", [
    (made("ssh-rsa", key_size=1024), "weak_key"),
    ("ssh-dss AAAAB3NzaC1kc3M=", "weak_key"),
    (asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode(), "invalid_key"),
    (f'command="id" {ED25519}', "invalid_key"),
    (f"{ED25519}\n{ECDSA[256]}", "invalid_key"),
    (asyncssh.generate_private_key("ssh-ed25519").export_public_key("rfc4716").decode(), "invalid_key"),
    (asyncssh.generate_private_key("ssh-rsa", key_size=2048).export_public_key("pkcs8-pem").decode(), "invalid_key"),
], ids=["short RSA", "DSA", "private", "options", "two keys", "RFC 4716", "PKCS 8"])
def test_a_mistake_is_named(outlet, text, code):
    answer = add(outlet, text)
    assert answer["error"] == code and len(answer["message"]) > 20
