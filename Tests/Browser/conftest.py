import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests" / "Peers"), str(ROOT / "scripts")]

from browsing import Tab  # noqa: E402
from engines import ENGINES  # noqa: E402
from outlet import PROGRAMS, Outlet, free_port  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--engine", choices=ENGINES, default="chromium", help="the browser to test in")


def pytest_configure(config):
    config.addinivalue_line("markers", "engines: run in every engine by scripts/test; the others can be, with --engine")


@pytest.fixture(scope="session")
def browser(request):
    from playwright.sync_api import sync_playwright

    engine = ENGINES[request.config.getoption("engine")]
    if engine.program is None:
        pytest.skip(f"no {engine.package}: apt-get install {engine.package}")
    with sync_playwright() as playwright:
        running = engine(playwright)
        yield running
        running.close()


@pytest.fixture
def chromium(browser):
    """For what only Chromium can be asked."""
    if browser.package != "chromium-headless-shell":
        pytest.skip("asks Chromium for what others do not tell")
    return browser


@pytest.fixture(scope="session")
def site():
    """The address of the site as it is built, with the mock, served by nginx and by nothing else."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gb."))
    subprocess.run([ROOT / "scripts" / "build-site", "--mock", "demo", "--output", folder / "site"], check=True, stdout=subprocess.DEVNULL)
    yield from served(folder, "--static", folder / "site")
    shutil.rmtree(folder, ignore_errors=True)


def served(folder, *arguments):
    port = free_port()
    written = [ROOT / "scripts" / "nginx-conf", "--data", folder, "--port", str(port), *arguments]
    conf = subprocess.run(written, check=True, capture_output=True, text=True).stdout.strip()
    nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", conf], stdin=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 10
    while not answers(address):
        assert time.monotonic() < deadline and nginx.poll() is None, "nginx does not answer"
        time.sleep(0.05)
    try:
        yield address
    finally:
        nginx.terminate()
        nginx.wait(10)


def answers(address):
    try:
        urllib.request.urlopen(address + "/robots.txt", timeout=2).close()
        return True
    except urllib.error.URLError:
        return False


@pytest.fixture(scope="session")
def outlet():
    """A whole outlet, with a renter who has money and a key."""
    if not (PROGRAMS / "outlet-api").exists():
        pytest.skip(f"no programs in {PROGRAMS}; build them, or name their folder in OUTLET_BIN")
    running = Outlet()
    # As on a server: the built site in the place of static/.
    subprocess.run([ROOT / "scripts" / "build-site", "--output", running.folder / "site"], check=True, stdout=subprocess.DEVNULL)
    nginx = [ROOT / "scripts" / "nginx-conf", "--data", running.folder, "--port", str(running.port), "--static", running.folder / "site"]
    subprocess.run(nginx, check=True, stdout=subprocess.DEVNULL)
    running.processes[2].send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 10
    while running.get("/llms.txt") != 200:
        assert time.monotonic() < deadline, "nginx does not serve the built site"
        time.sleep(0.05)
    yield running
    running.stop()


@pytest.fixture
def tab(browser, site):
    """Opens tabs on the mock, closes them, and fails the test when one of them saw a fault."""
    yield from tabs(browser, site)


@pytest.fixture
def real_tab(browser, outlet):
    """The same on the real outlet, signed in."""
    yield from tabs(browser, outlet.url, cookie=outlet.sid)


def tabs(browser, address, **settings):
    opened = []

    def open_tab(path, **options):
        opened.append(Tab(browser, address, **settings, **options))
        return opened[-1].open(path)

    yield open_tab
    for each in opened:
        each.close()
    for each in opened:
        each.assert_faultless()
