"""The documentation: every page in both schemes, every link, every sample, and nothing that the strict policy forbids."""

import html.parser
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from browsing import SCHEMES
from conftest import ROOT

PAGES = ["/docs/", "/docs/quickstart", "/docs/billing", "/docs/errors", "/docs/launching", "/docs/api/", "/docs/api/rentals", "/docs/operating/install"]
OUTLETS = ("/v1/", "/healthz")  # What the outlet answers; behind this site there is none.
SAMPLES = re.compile(r"^```(sh|python|swift)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_and_fits(tab, path, scheme):
    for width in (1280, 390):
        seen = tab(path, scheme=scheme, width=width)
        seen.picture(f"docs{path.replace('/', '-').rstrip('-')}-{scheme}-{width}")
        seen.assert_accessible()
        seen.assert_fits()


class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.inline = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links |= {attributes[name] for name in ("href", "src") if attributes.get(name)}
        self.ids |= {attributes["id"]} if "id" in attributes else set()
        if (tag == "script" and "src" not in attributes) or tag == "style" or "style" in attributes or any(name.startswith("on") for name in attributes):
            self.inline.append((tag, attributes))


def read(address):
    with urllib.request.urlopen(address, timeout=10) as reply:
        return reply.read().decode()


def test_no_link_of_the_site_is_broken_and_nothing_is_inline(site):
    seen, left = {}, ["/", "/docs/", "/app", "/login"]
    while left:
        path = left.pop()
        if path in seen:
            continue
        try:
            seen[path] = Links(read(site + path)) if not re.search(r"\.(md|txt|yaml|json|svg|css|js|webp)$", path) else read(site + path) and None
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{path}: {refusal.code}") from refusal
        except UnicodeDecodeError:
            seen[path] = None
        if seen[path] is not None:
            assert not seen[path].inline, f"{path}: {seen[path].inline}"
            left += [link.split("#")[0].split("?")[0] for link in seen[path].links if link.startswith("/") and not link.startswith(OUTLETS)]
    broken = [f"{path} -> {link}" for path, page in seen.items() if page is not None for link in page.links
              if "#" in link and not link.startswith("http") and (target := seen.get(link.split("#")[0].split("?")[0] or path)) is not None
              and link.split("#")[1] and link.split("#")[1] not in target.ids]
    assert not broken
    assert len(seen) > 30


def test_every_page_is_markdown_too_and_llms_txt_lists_them(site):
    listed = re.findall(r"\]\((/docs/[^)]+\.md)\)", read(site + "/llms.txt"))
    assert len(listed) > 20
    for path in listed:
        assert read(site + path).startswith("# "), path


def test_every_code_of_an_error_is_explained_with_its_status():
    text = (ROOT / "static" / "docs" / "errors.md").read_text()
    explained = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.MULTILINE))
    sources = "\n".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))
    answered = {code: status for status, code in re.findall(r'status: (\d+),\s*code: "(\w+)"', sources)}
    assert len(answered) > 25
    assert {code: explained.get(code) for code in answered} == answered


def test_the_handbook_has_every_provider_and_each_of_its_subjects(site):
    pages = set(re.findall(r"/docs/operating/(\w[\w-]*)\.md", read(site + "/llms.txt")))
    adapters = {path.name.lower() for path in (ROOT / "Sources" / "Providers").iterdir() if path.is_dir() and path.name not in ("Cloud", "Local", "SSH")}
    assert {"docker", "runpod", "vast", "lambda", "shadeform"} <= adapters <= pages, (adapters, pages)
    assert {"install", "configuration", "providers", "payments", "sign-in", "backup", "trouble"} <= pages
    headings = {path: read(f"{site}/docs/operating/{path}.md") for path in ("install", "providers")}
    assert "## Upgrading" in headings["install"] and "local" in headings["providers"]


def test_search_finds_a_section_by_keyboard(tab):
    seen = tab("/docs/")
    seen.page.keyboard.press("/")
    seen.page.keyboard.type("host key fingerprint")
    seen.until("document.querySelectorAll('#results a').length > 0")
    assert "found" in seen.page.locator("#found").inner_text()
    seen.assert_accessible()
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url(lambda address: not address.split("#")[0].endswith("/docs/"))


def test_samples_can_be_copied(tab):
    seen = tab("/docs/quickstart")
    seen.page.get_by_role("button", name="Copy").first.click()
    seen.page.get_by_role("button", name="Copied").wait_for()
    assert seen.page.evaluate("navigator.clipboard.readText()").startswith("URL=http://127.0.0.1:8080")


@pytest.mark.parametrize("path", ["/", "/docs/billing"])
def test_page_is_whole_without_scripts(browser, site, path):
    from browsing import Tab

    seen = Tab(browser, site, script=False)
    seen.page.goto(site + path)
    assert seen.page.locator("main").inner_text().strip() != ""
    seen.close()
    seen.assert_faultless()


def test_the_landing_page_has_the_prices_of_the_build_without_scripts(browser, outlet, tmp_path):
    from browsing import Tab
    from conftest import served

    families = json.loads(read(outlet.url + "/v1/catalog/families"))
    subprocess.run([ROOT / "scripts" / "build-site", "--output", tmp_path / "site", "--prices", outlet.url], check=True)
    for address in served(tmp_path, "--static", tmp_path / "site"):
        seen = Tab(browser, address, script=False)
        seen.page.goto(address)
        rows = seen.page.locator("[data-families] tr").all_inner_texts()
        seen.close()
    for family in families:
        cents = family["fromPricePerHourCents"]
        price = "sold out" if cents is None else f"${cents / 100:,.2f}"
        assert any(family["name"] in row and price in row for row in rows), (family, rows)


def samples(site, kind):
    """Every sample of a kind of the reference, in order, by page."""
    for path in re.findall(r"\]\((/docs/api/[^)]+\.md)\)", read(site + "/llms.txt")):
        for language, text in SAMPLES.findall(read(site + path)):
            if language == kind:
                yield path, text


@pytest.fixture(scope="session")
def environment(outlet):
    """What the samples read: an address, who they are, and a rental to ask about."""
    session = json.loads(outlet.control("session", "create", "ada@example.org", "--json"))["sid"]

    def post(path, body):
        request = urllib.request.Request(
            outlet.url + path, data=json.dumps(body).encode(),
            headers={"Cookie": f"sid={session}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.load(reply)

    token = post("/v1/tokens", {"name": "samples", "scopes": ["read", "rent", "billing"]})["token"]
    rental = post("/v1/rentals", {"familyId": "h100-80gb", "gpuCount": 1})["id"]
    return {**os.environ, "OUTLET_URL": outlet.url, "OUTLET_TOKEN": token, "OUTLET_SID": session, "ID": rental}


@pytest.fixture
def card(outlet, environment):
    """The card that samples charge, and that the last of them removes."""
    headers = {"Authorization": f"Bearer {environment['OUTLET_TOKEN']}", "Content-Type": "application/json"}
    setup = urllib.request.Request(f"{outlet.url}/v1/billing/setup-intent", data=b"{}", headers=headers)
    with urllib.request.urlopen(setup, timeout=20) as reply:
        outlet.stripe.pay(json.load(reply)["sessionId"])
    asked = urllib.request.Request(f"{outlet.url}/v1/billing/card", headers=headers)
    deadline = time.monotonic() + 20
    while json.load(urllib.request.urlopen(asked, timeout=20))["last4"] is None:
        assert time.monotonic() < deadline, "the card is not saved"
        time.sleep(0.1)


def is_final(text):
    """Ends the login that the other samples use, or needs what only one person has."""
    paths = ("/auth/logout", "/auth/link", "/auth/verify-code", "/auth/oauth/", "webhooks")
    return any(path in text for path in paths)


def test_the_curl_samples_run(site, environment, card):
    for path, text in samples(site, "sh"):
        if is_final(text):
            continue
        result = subprocess.run(["bash", "-euc", text], env=environment, capture_output=True, text=True, timeout=30)
        assert result.returncode == 0 and '"internal_error"' not in result.stdout, (path, text, result)
        assert '"validation_failed"' not in result.stdout and '"unauthorized"' not in result.stdout, (path, text, result.stdout)


def test_the_python_samples_run(site, environment, card):
    program = ["import os, urllib.error", "id = os.environ['ID']"]
    for path, text in samples(site, "python"):
        if "def call" in text:
            program.insert(0, text)
        elif not is_final(text):
            program.append(f"try:\n    {text.strip()}\nexcept urllib.error.HTTPError as refusal:\n"
                           f"    body = refusal.read().decode()\n"
                           f"    assert refusal.code in (400, 403, 404, 409) and 'validation_failed' not in body, ({path!r}, body)")
    result = subprocess.run(["python3", "-c", "\n".join(program)], env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr


def test_the_swift_samples_run(site, environment, card, tmp_path):
    if shutil.which("swiftc") is None:
        pytest.skip("no Swift")
    parts, helper = [], ""
    for path, text in samples(site, "swift"):
        if "func call" in text:
            helper = text
        elif not is_final(text):
            parts.append(f"do {{ _ = {text.strip()} }} catch let refusal as Refusal {{\n"
                         f"    precondition([400, 403, 404, 409].contains(refusal.status) && !refusal.text.contains(\"validation_failed\"), refusal.text)\n}}")
    source = tmp_path / "main.swift"
    source.write_text(f'{helper}\nlet id = ProcessInfo.processInfo.environment["ID"]!\n' + "\n".join(parts))
    built = subprocess.run(["swiftc", "-swift-version", "6", source, "-o", tmp_path / "samples"], capture_output=True, text=True, timeout=300)
    assert built.returncode == 0, built.stderr
    quiet = {**environment, "SWIFT_BACKTRACE": "enable=no"}
    result = subprocess.run([tmp_path / "samples"], env=quiet, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
