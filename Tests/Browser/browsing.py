"""A browser tab that remembers everything it should not have seen."""

import os
import pathlib
import tempfile
import time
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe

# Sites may be looked at by hand: the pictures of a run are kept where this says.
PICTURES = pathlib.Path(os.environ.get("OUTLET_PICTURES") or tempfile.mkdtemp(prefix="outlet-pictures."))
SCHEMES = ["light", "dark"]
WIDTHS = [1280, 390]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


class Tab:
    """A page of its own context. `faults` are errors of the console, of scripts, and requests to other hosts."""

    def __init__(self, browser, address, *, scheme="light", width=1280, height=None, cookie=None, script=True):
        self.browser = browser
        self.address = address
        self.faults = []
        self.context = browser.new_context(
            viewport={"width": width, "height": height or (844 if width < 700 else 800)}, color_scheme=scheme,
            reduced_motion="reduce", timezone_id="UTC", locale="en-US", java_script_enabled=script,
            **browser.clipboard)
        if cookie is not None:
            self.context.add_cookies([{"name": "sid", "value": cookie, "url": address, "httpOnly": True}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"{error} {error.stack}"))
        self.page.on("request", self._note_request)

    def _note_request(self, request):
        if request.url.startswith(("http", "ws")) and urlsplit(request.url).netloc != urlsplit(self.address).netloc:
            self.faults.append(f"asked another host: {request.url}")

    def open(self, path):
        self.page.goto(self.address + path)
        self.settle()
        return self

    def settle(self):
        """Until the headline is there, and nothing is being loaded."""
        self.until("document.querySelector('h1') !== null && document.querySelector('[aria-busy=true]') === null")

    def until(self, expression, seconds=15):
        """Waits from outside: the policy of the page forbids to evaluate text inside of it."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"not within {seconds} s: {expression}\n{self.page.inner_text('body')}"
            self.page.wait_for_timeout(50)

    def focused(self):
        """What has the focus, in a few words."""
        return self.page.evaluate(
            "(() => { const it = document.activeElement; return `${it.tagName} ${it.getAttribute('aria-label')"
            " ?? it.innerText ?? ''}`.trim().slice(0, 60) })()")

    def picture(self, name):
        if self.browser.takes_pictures:
            PICTURES.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)

    def assert_accessible(self):
        result = Axe().run(self.page, options=RULES)
        found = [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in result.response["violations"]]
        assert not found, found

    def assert_fits(self):
        width = self.page.viewport_size["width"]
        over = self.page.evaluate(
            "[...document.querySelectorAll('body *')].filter((it) => it.getBoundingClientRect().right > innerWidth + 1"
            " && !it.closest('.scroll, .copyable, pre, .visually-hidden, thead, .skip, svg')).map((it) => it.outerHTML.slice(0, 120))")
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width, over

    def assert_faultless(self):
        assert not self.faults, self.faults

    def close(self):
        self.context.close()
