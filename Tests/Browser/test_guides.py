"""The guides as a newcomer follows them: every shell sample, in order, on a real outlet, down to a shell in a pod."""

import json
import os
import re
import subprocess

import pytest

from conftest import ROOT
from test_docs import SAMPLES


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home folder with an SSH key, and nothing of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("home")
    (folder / ".ssh").mkdir(mode=0o700)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / ".ssh" / "id_ed25519"], check=True)
    return folder


@pytest.fixture(scope="module")
def newcomer(outlet):
    """The token of a sign-in link, of somebody with money."""
    outlet.control("user", "add", "newcomer@example.org")
    outlet.control("wallet", "credit", "newcomer@example.org", "20.00", "--note", "welcome")
    return json.loads(outlet.control("session", "create", "newcomer@example.org", "--json"))["signInUrl"].split("#link=")[1]


def samples(name):
    text = (ROOT / "static" / "docs" / f"{name}.md").read_text()
    return [sample for language, sample in SAMPLES.findall(text) if language == "sh"]


def follow(home, *parts):
    """Runs the parts as one session of a shell; what it printed."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", "\n".join(parts)], cwd=home, env=environment, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, (done.stderr, done.stdout)
    return done.stdout


def test_the_quickstart_leads_from_the_link_to_a_shell_and_to_the_bill(outlet, home, newcomer):
    outlet.end_all_pods()
    *until_connected, stop = samples("quickstart")
    text = "\n".join(until_connected)
    assert text.count("http://127.0.0.1:8080") == 1 and text.count("TOKEN") == 1
    text = text.replace("http://127.0.0.1:8080", outlet.url).replace("TOKEN", newcomer)
    shell = "$(jq -r .sshCommand pod.json) -i ~/.ssh/id_ed25519 -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=~/known 'echo I am in'"
    said = follow(home, text, shell, stop, "echo $URL > url; echo $JSON > json")
    assert re.search(r"^running\nssh -p \d+ \S+@\S+\nSHA256:\S+\nI am in$", said, re.MULTILINE), said
    assert '"status":"stopping"' in said and '"release"' in said


def test_the_scripts_of_the_other_guides_run_for_whoever_has_done_the_quickstart(outlet, home):
    """Launches that are repeated happen once; all pods are stopped by one line; each page of the ledger comes."""
    outlet.end_all_pods()
    once, bulk_stop, workers, pages = samples("scripts")
    start = f"URL={outlet.url}"
    # Only so many fit: the others say why they were not launched.
    said = follow(home, start, once, "echo", workers, workers, bulk_stop, pages)
    launched = set(re.findall(r"^rent_\w+$", said, re.MULTILINE))
    assert launched and len(re.findall(r"^rent_\w+$", said, re.MULTILINE)) == 2 * len(launched), "again with the same keys: the same pods"
    assert said.count('"status":"stopping"') >= 1 and '"type":"hold"' in said


def test_a_renter_checks_the_bill_as_the_guide_says(outlet, home):
    csv, part, earlier, seals = samples("checking")
    (home / "verify-csv").write_bytes((ROOT / "scripts" / "verify-csv").read_bytes())
    (home / "verify-csv").chmod(0o755)
    said = follow(home, f"URL={outlet.url}", csv, "cp ledger.csv ledger-june.csv; cp ledger.csv ledger-january.csv", part, earlier, seals)
    assert said.count("right: ") >= 3, said
