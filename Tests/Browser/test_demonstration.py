"""`scripts/run --mock`: the dashboard on made-up data, from the files as they lie there, by nginx alone."""

import os
import re
import signal
import subprocess

import pytest

from browsing import Tab
from conftest import ROOT
from outlet import free_port


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    running = subprocess.Popen(
        [ROOT / "scripts" / "run", "--mock", "--port", str(free_port()), "--data", folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env={**os.environ, "OUTLET_BIN": "/nowhere"}, start_new_session=True)
    said = ""
    for line in running.stdout:
        said += line
        if line.startswith("ready "):
            break
    assert "ready http" in said, said
    yield said
    os.killpg(running.pid, signal.SIGTERM)
    running.wait(20)


def test_it_names_its_scenarios_and_each_of_them_opens(browser, demonstration):
    url = re.search(r"^ready (\S+)$", demonstration, re.MULTILINE)[1]
    named = re.search(r"There are (.+)\.$", demonstration, re.MULTILINE)[1].split(", ")
    known = {"error": "Something went wrong", "signed-out": "You are not signed in", "unreachable": "cannot be reached", "empty": "Before the first pod"}
    assert set(known) < set(named)
    tab = Tab(browser, url)
    for name in named:
        tab.open(f"/app?mock={name}")
        assert known.get(name, "Latest movements") in tab.page.locator("main").inner_text(), name
        assert tab.page.get_by_text("Mock").first.is_visible()
    tab.close()
    tab.assert_faultless()
