"""What the browser tests share: Chromium, a signed-in page, accessibility, screenshots."""

import os
import subprocess
import unittest
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

PORTAL = os.environ["AGENT_PORTAL_URL"]
PASSWORD = os.environ["PORTAL_PASSWORD"]
SCREENSHOTS = Path(os.environ["SCREENSHOTS"])
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

# A debug build on a busy machine takes its time.
expect.set_options(timeout=20_000)

# Sizes and colour schemes in which every page is looked at.
DESKTOP = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"}
DARK = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True, "is_mobile": True}

# Tables that are wider than the place they have.
CUT_TABLES = """[...document.querySelectorAll(".table-responsive")]
    .filter((region) => region.scrollWidth > region.clientWidth + 1)
    .map((region) => `${region.getAttribute("aria-label")}: ${region.scrollWidth} of ${region.clientWidth}`)"""


def waba_genesys(*arguments: str, stdin: str = "") -> str:
    """Runs the command line and returns what it prints."""
    done = subprocess.run(
        [os.environ["WABA_BINARY"], *arguments], input=stdin, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


# Sessions of users that tests sign in without caring how; one that a test ends is not among them.
SESSIONS: dict[str, dict] = {}


class PortalTest(unittest.TestCase):
    """A browser for the tests of a class, and a page of its own for each test."""

    playwright: Playwright
    browser: Browser

    @classmethod
    def setUpClass(cls) -> None:
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])

    @classmethod
    def tearDownClass(cls) -> None:
        cls.browser.close()
        cls.playwright.stop()

    def setUp(self) -> None:
        self.page = self.open(DESKTOP)

    def open(self, options: dict, name: str | None = None, password: str = PASSWORD) -> Page:
        """A page with cookies of its own, signed in if a name is given.

        A page's error, a refused inline script or style and a request to any other host fail the test.
        """
        context = self.browser.new_context(base_url=PORTAL, storage_state=SESSIONS.get(name), **options)
        self.addCleanup(context.close)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(20_000)
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
        page.on(
            "request",
            lambda request: complaints.append(f"leaves the portal: {request.url}")
            if not self.is_allowed(request.url) else None)
        self.addCleanup(lambda: self.assertEqual(complaints, []))
        if name in SESSIONS:
            page.goto("/account")
        elif name:
            self.sign_in(page, name, password)
            SESSIONS[name] = context.storage_state()
        return page

    def is_allowed(self, url: str) -> bool:
        """The portal itself, and media on the private S3 server."""
        origins = [PORTAL, os.environ.get("S3_PUBLIC_ENDPOINT") or os.environ.get("S3_ENDPOINT", PORTAL)]
        return url.startswith(("data:", "about:", "blob:")) or any(url.startswith(origin) for origin in origins)

    def sign_in(self, page: Page, name: str, password: str = PASSWORD) -> None:
        page.goto("/sign-in")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out").or_(page.get_by_role("button", name="Menu"))).to_be_visible()

    def person(self, name: str, role: str, password: str = "marmalade under seven lamps") -> tuple[str, str]:
        """A user of that role, made by the command line."""
        waba_genesys("portal-user", "put", name, "--role", role, stdin=password + "\n")
        return name, password

    def look(self, page: Page, name: str) -> None:
        """Keeps a screenshot and holds the page against axe's rules (WCAG 2.2 A and AA, and best practices)."""
        page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.assertLessEqual(wide, 0, f"{name} scrolls sideways")
        results = Axe().run(page)
        self.assertEqual(results.violations_count, 0, f"{name}:\n{results.generate_report()}")

    def look_everywhere(self, path: str, name: str, user: str = "owner", password: str = PASSWORD, shows: str = "h1") -> None:
        """A page in light, dark and on a phone in both, once it shows what a selector finds."""
        for options, suffix in ((DESKTOP, "light"), (DARK, "dark"), (PHONE, "phone")):
            page = self.open(options, user, password)
            page.goto(path)
            expect(page.locator(shows).first).to_be_visible()
            self.look(page, f"{name}-{suffix}")
        # The last page is the phone's.
        self.assertEqual(page.evaluate(CUT_TABLES), [], f"{name}: tables that a phone shows a part of only")
        page.emulate_media(color_scheme="dark")
        self.look(page, f"{name}-phone-dark")
