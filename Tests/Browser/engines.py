"""The browsers of the machine, each behind the one call that the tests need of it. None is downloaded."""

import pathlib
import shutil


class Chromium:
    package = "chromium-headless-shell"
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    takes_pictures = True
    clipboard = {"permissions": ["clipboard-read", "clipboard-write"]}

    def __init__(self, playwright):
        self.running = playwright.chromium.launch(executable_path=self.program, args=["--no-sandbox"])

    def new_context(self, **settings):
        return self.running.new_context(**settings)

    def close(self):
        self.running.close()


class Firefox:
    """By WebDriver BiDi. It takes its colours from its settings alone, so each scheme has a Firefox of its own."""

    package = "firefox-esr"
    program = shutil.which("firefox-esr")
    takes_pictures = False  # For one, Playwright writes a style into the page, which the policy refuses.
    clipboard = {}
    always = {"ui.prefersReducedMotion": 1, "dom.events.testing.asyncClipboard": True}

    def __init__(self, playwright):
        self.playwright = playwright
        self.running = {}

    def new_context(self, *, color_scheme="light", **settings):
        if color_scheme not in self.running:
            chosen = {"layout.css.prefers-color-scheme.content-override": 0 if color_scheme == "dark" else 1}
            self.running[color_scheme] = self.playwright.firefox.launch(
                channel="moz-firefox", executable_path=pathlib.Path(__file__).with_name("firefox-for-playwright"),
                firefox_user_prefs={**self.always, **chosen})
        return self.running[color_scheme].new_context(**settings)

    def close(self):
        for each in self.running.values():
            each.close()


ENGINES = {"chromium": Chromium, "firefox": Firefox}
