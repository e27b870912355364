"""With the keyboard alone: from nothing to a connected number, and a replay. No click and no focus set by the test."""

import re
import unittest

from playwright.sync_api import Locator, Page, expect

from organisation import Organisation
from portal import DESKTOP, PHONE, PortalTest
from relay import META, eventually, simulator
from test_operations import refused

FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
}"""


class KeyboardTests(PortalTest):
    def reach(self, page: Page, goal: Locator) -> None:
        """Presses Tab until something has the focus, and sees that it shows."""
        goal.wait_for()
        for _ in range(80):
            if goal.evaluate("element => element === document.activeElement"):
                self.assertTrue(page.evaluate(FOCUS_IS_SEEN), f"the focus on {goal} is not seen")
                return
            page.keyboard.press("Tab")
        self.fail(f"{goal} is not reached by Tab")

    def press(self, page: Page, role: str, name: str | re.Pattern, key: str = "Enter") -> None:
        self.reach(page, page.get_by_role(role, name=name).first)
        page.keyboard.press(key)

    def type(self, page: Page, label: str, text: str) -> None:
        self.reach(page, page.get_by_label(label, exact=True))
        page.keyboard.type(text)

    def test_a_number_is_connected(self) -> None:
        organisation = Organisation()
        organisation.exists_at_the_platforms()
        page = self.open(DESKTOP, "owner")
        page.goto("/tenants")
        self.press(page, "link", re.compile("Connect"))
        self.type(page, "Name of the organisation", organisation.name)
        self.type(page, "Phone number id", organisation.number)
        self.press(page, "button", "Save and go on")
        self.type(page, "WhatsApp Business Account id", organisation.waba)
        self.type(page, "Access token of a system user", organisation.token)
        # One of a group is reached by Tab, the other by an arrow.
        self.reach(page, page.locator("input[name=app]:checked"))
        page.keyboard.press("ArrowDown")
        self.type(page, "App secret (own app)", organisation.app_secret)
        self.press(page, "button", "Save and check")
        expect(page.locator(".check .state-good").first).to_be_visible()
        expect(page.locator(".check").filter(has_text="Meta accepts the token")).to_contain_text("passed")
        self.press(page, "link", "Next step")
        self.reach(page, page.get_by_label("Region"))
        page.keyboard.type("Frankfurt")
        expect(page.get_by_label("Region")).to_have_value("eu_central_1")
        self.type(page, "Client id", organisation.client)
        self.type(page, "Client secret", organisation.client_secret)
        self.press(page, "button", "Save and check")
        self.reach(page, page.locator("input[name=integrationId]:checked"))
        new = page.get_by_label("Create a new one")
        for _ in range(20):
            if new.is_checked():
                break
            page.keyboard.press("ArrowDown")
        self.press(page, "button", "Connect")
        expect(page.locator(".check").filter(has_text="The integration is complete")).to_contain_text("passed")
        self.press(page, "link", "Next step")
        self.press(page, "button", "Subscribe")
        expect(page.locator(".check").filter(has_text="A forged WhatsApp webhook is refused")).to_contain_text("passed")
        self.press(page, "link", "Next step")
        self.press(page, "button", re.compile("Run the checks|Check again"))
        expect(page.locator(".check")).to_have_count(31)
        self.assertEqual(page.locator(".check .state-bad").count(), 0)

    def test_a_dead_letter_is_replayed(self) -> None:
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")
        text = f"By keyboard {self.id()[-6:]} {Organisation().name}"
        somebody, letter = refused(text)
        page = self.open(DESKTOP, "owner")
        page.goto("/dead-letters?code=131009")
        self.reach(page, page.locator(f"input[name=ids][value='{letter['id']}']"))
        page.keyboard.press("Space")
        self.press(page, "button", "Replay")
        expect(page.get_by_role("status").filter(has_text="1 replayed.")).to_be_visible()
        eventually("delivery", lambda: text in somebody.received())

    def test_the_menu_of_a_phone_opens(self) -> None:
        page = self.open(PHONE, "owner")
        page.goto("/tenants")
        self.press(page, "button", "Menu")
        expect(page.get_by_role("button", name="Menu")).to_have_attribute("aria-expanded", "true")
        self.press(page, "link", "Audit log")
        expect(page.get_by_role("heading", level=1)).to_have_text("Audit log")


if __name__ == "__main__":
    unittest.main()
