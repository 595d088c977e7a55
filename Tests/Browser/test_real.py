"""The whole path of a renter, in the browser, on a real outlet: nginx, responder, meter, and a pod that answers SSH."""

import json
import re
import subprocess

import pytest

from browsing import Tab

# What an outlet need not have; the dashboard asks, hears 404, and hides the section.
OPTIONAL = re.compile(r"status of 404")


@pytest.fixture
def renter(browser, outlet):
    """A new renter with nothing, signed in by a cookie of their own."""
    outlet.control("user", "add", "grace@example.org")
    sid = json.loads(outlet.control("session", "create", "grace@example.org", "--json"))["sid"]
    tab = Tab(browser, outlet.url, cookie=sid)
    yield tab
    tab.close()
    tab.faults = [fault for fault in tab.faults if not OPTIONAL.search(fault)]
    tab.assert_faultless()


@pytest.mark.engines
def test_from_an_empty_account_to_a_shell_and_to_the_bill(renter, outlet, tmp_path):
    page = renter.page
    renter.open("/app")
    assert "Before the first pod" in page.locator("main").inner_text()

    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "grace@laptop", "-f", tmp_path / "key"], check=True)
    page.get_by_role("link", name="Add your SSH key.").click()
    page.get_by_label("Public key").fill((tmp_path / "key.pub").read_text())
    page.get_by_role("button", name="Add the key").click()
    page.get_by_role("heading", name="grace@laptop").wait_for()
    expected = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], check=True, capture_output=True, text=True).stdout.split()[1]
    assert page.get_by_role("group", name="fingerprint").inner_text() == expected

    outlet.control("wallet", "credit", "grace@example.org", "20.00", "--note", "welcome")
    renter.open("/app/catalog")
    page.get_by_role("button", name=re.compile("H100")).first.click()
    page.get_by_label("Name (optional)").fill("first")
    button = page.get_by_role("button", name="Launch for $2.80/hr")
    button.wait_for()
    assert "$67.20" in page.get_by_role("complementary").inner_text(), "a day is 24 hours"
    renter.assert_accessible()
    button.click()

    page.get_by_role("heading", level=1, name="first").wait_for()
    command = page.get_by_role("group", name="SSH command")
    command.wait_for(timeout=30_000)
    assert page.title() == "first · GPU Outlet"
    renter.picture("real-instance")
    renter.assert_accessible()
    assert_shell(command.inner_text(), page.get_by_role("group", name="host key fingerprint").inner_text(), tmp_path)

    renter.open("/app/rentals?status=running")
    assert_counter_agrees(page)
    page.get_by_role("button", name="Stop first").click()
    page.get_by_role("button", name="Stop it").click()
    renter.until("document.querySelector('#status').textContent.startsWith('Stopping 1 pod. Charged $')")
    charged = re.search(r"Charged (\$[\d.]+)", page.locator("#status").inner_text())[1]
    page.get_by_role("heading", name="Nothing is running").wait_for(timeout=30_000)

    renter.open("/app/billing")
    rows = page.locator("table.ledger tbody tr")
    assert [text.split("\n")[0].split(" …")[0] for text in rows.locator("td.title").all_inner_texts()][-2:] == ["Set aside for a pod", "Adjustment"]
    # Seconds that make no cent yet are no minus.
    assert (charged if charged == "$0.00" else f"−{charged}") in rows.filter(has_text="Usage").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert "adjustment" in download.value.path().read_text()
    renter.picture("real-billing")
    renter.assert_accessible()

    renter.open("/app/account")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_role("heading", name="You are not signed in").wait_for()
    renter.faults = [fault for fault in renter.faults if "401" not in fault]


def assert_shell(command, fingerprint, folder):
    """The command works as it is, and the pod shows the fingerprint that the page names."""
    _, _, port, place = command.split()
    scanned = subprocess.run(["ssh-keyscan", "-p", port, place.split("@")[1]], capture_output=True, text=True).stdout
    (folder / "known_hosts").write_text(scanned)
    shown = subprocess.run(["ssh-keygen", "-lf", folder / "known_hosts"], capture_output=True, text=True).stdout
    assert fingerprint in shown
    options = ["-i", folder / "key", "-o", f"UserKnownHostsFile={folder / 'known_hosts'}", "-o", "LogLevel=ERROR"]
    inside = subprocess.run(["ssh", *options, *command.split()[1:], "echo from inside"], capture_output=True, text=True)
    assert inside.stdout == "from inside\n", inside.stderr


def assert_counter_agrees(page):
    """What ticks in the browser is what the meter reads at that moment, to the second and to the hundredth of a cent."""
    script = """async () => {
        const card = document.querySelector("li.pod");
        const id = card.dataset.key;
        const meter = await (await fetch(`/v1/rentals/${id}/meter`)).json();
        const [ran, cost] = [...card.querySelectorAll("[data-live=ran], [data-live=cost]")].map((it) => it.textContent);
        const [minutes, seconds] = ran.split(":").map(Number);
        return { shown: minutes * 60 + seconds, cost, seconds: meter.secondsBilled, rate: meter.ratePerHour };
    }"""
    page.wait_for_selector("li.pod [data-live=cost]")
    page.wait_for_timeout(2_500)
    read = page.evaluate(script)
    assert 0 <= read["seconds"] - read["shown"] <= 2, f"the counter is not ahead of the meter, and close behind it: {read}"
    micros = int(round(read["rate"] * 100)) * 10_000 * read["shown"] // 3_600
    assert read["cost"] == f"${micros // 1_000_000}.{micros % 1_000_000 // 100:04d}", read


def test_a_session_that_ends_is_said_and_nothing_is_lost(browser, outlet):
    session = json.loads(outlet.control("session", "create", "ada@example.org", "--json"))
    tab = Tab(browser, outlet.url, cookie=session["sid"]).open("/app/keys")
    tab.page.get_by_label("Public key").fill("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVatrK1hCr8LGxHzwBH2ekDBlXFH1Pa2ZE5wYSyMtQf me@laptop")
    tab.page.evaluate("fetch('/v1/auth/logout', { method: 'POST' })")
    tab.page.get_by_role("button", name="Add the key").click()
    tab.page.get_by_role("link", name="Sign in again").wait_for()
    assert tab.page.get_by_label("Public key").input_value().startswith("ssh-ed25519")
    tab.close()


def test_every_page_of_the_real_dashboard_is_accessible(browser, outlet):
    for path in ("/app", "/app/catalog", "/app/rentals", "/app/billing", "/app/keys", "/app/account"):
        for scheme, width in (("light", 1280), ("dark", 390)):
            tab = Tab(browser, outlet.url, cookie=outlet.sid, scheme=scheme, width=width).open(path)
            tab.assert_accessible()
            tab.assert_fits()
            tab.close()
            tab.faults = [fault for fault in tab.faults if not OPTIONAL.search(fault)]
            tab.assert_faultless()
