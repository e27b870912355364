"""Tenants on hold: shown and released; single held messages looked at, released and discarded."""

import re
import secrets
import unittest

from playwright.sync_api import expect

from portal import DESKTOP, PortalTest
from relay import META, Customer, api, eventually, simulator
from test_command_line import run


class HoldTests(PortalTest):
    def test_a_tenant_whose_token_is_refused_is_shown_and_released(self) -> None:
        somebody = Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", f"Hedy {secrets.token_hex(2)}")
        somebody.writes("Please write to me")
        somebody.is_heard()
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")
        simulator("POST", f"{META}/simulator/faults", {
            "kind": "status", "operation": "sendMessage", "status": 401, "code": "190", "count": 1000})
        text = f"Waits {secrets.token_hex(4)}"
        somebody.is_answered(text)
        page = self.open(DESKTOP, "owner")
        page.goto("/operations")
        row = page.locator("#holds tbody tr").filter(has_text=somebody.tenant["name"])
        expect(row).to_contain_text("credentials refused", timeout=30_000)
        self.look_everywhere("/operations", "operations-hold", shows="#holds tbody tr")
        found = run("doctor", "--tenant", somebody.tenant["id"])
        self.assertEqual(found.returncode, 1)
        self.assertIn("✗ no message is held", found.stdout)
        simulator("DELETE", f"{META}/simulator/faults")
        row.get_by_role("button", name=re.compile("Release")).click()
        eventually("delivery", lambda: text in somebody.received(), 30)
        expect(row).to_have_count(0, timeout=30_000)

    def test_single_messages_are_looked_at_released_and_discarded(self) -> None:
        ada, ben = (self.somebody(name) for name in ("Ada", "Ben"))
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")
        simulator("POST", f"{META}/simulator/faults", {
            "kind": "status", "operation": "sendMessage", "status": 401, "code": "190", "count": 1000})
        first, second, other = (f"{word} {secrets.token_hex(4)}" for word in ("First", "Second", "Other"))
        ada.is_answered(first)
        held = self.held(1)
        ada.is_answered(second)
        ben.is_answered(other)
        held = self.held(3)
        by_text = {text: next(item for item in held if text in str(api(f"held-messages/{item['heldId']}")["payload"]))
                   for text in (first, second, other)}
        page = self.open(DESKTOP, "owner")
        page.goto("/held-messages")
        expect(page.get_by_role("row").filter(has_text="behind")).to_have_count(1)
        expect(page.get_by_role("link", name=f"Message to a customer {by_text[first]['heldId']}")).to_be_visible()
        self.look_everywhere("/held-messages", "held-messages")
        page.goto(f"/held-messages/{by_text[second]['heldId']}")
        expect(page.locator("pre").first).to_contain_text(second)
        # Nothing overtakes: there is no button, and a form from elsewhere is refused.
        expect(page.get_by_role("button", name="Release")).to_have_count(0)
        self.look_everywhere(f"/held-messages/{by_text[second]['heldId']}", "held-message")

        # Whoever has an id of the message finds it, and why it waits.
        waiting = ben.messages()[0]
        page.goto(f"/messages/{waiting['id']}")
        expect(page.get_by_role("heading", name="Held waiting")).to_be_visible()
        expect(page.get_by_role("link", name="Waits for WhatsApp")).to_have_attribute(
            "href", f"/held-messages/{by_text[other]['heldId']}")
        self.look_everywhere(f"/messages/{waiting['id']}", "message-held")
        self.assertIn("waiting for whatsapp", run("message", "trace", waiting["genesysMessageId"]).stdout)

        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"/held-messages/{by_text[first]['heldId']}")
        page.get_by_label("Why it is given up").fill("The customer has called")
        page.get_by_role("button", name="Discard").click()
        expect(page.get_by_role("status").filter(has_text="was discarded")).to_be_visible()
        letters = api("dead-letters", state="discarded")["items"]
        self.assertEqual(letters[0]["note"], "The customer has called")
        eventually("failed", lambda: [item for item in ada.messages() if item["status"] == "failed"])

        # One message goes although the tenant is on hold; the platform still refuses it, so that it waits again.
        number = str(by_text[other]["heldId"])
        self.assertIn(number, run("holds", "messages", "list").stdout)
        self.assertIn(other, run("holds", "messages", "show", number).stdout)
        self.assertIn("--yes", run("holds", "messages", "discard", number, "--note", "x").stderr)
        attempts = len(self.attempts(ben))
        page.goto(f"/held-messages/{number}")
        page.get_by_role("button", name="Release").click()
        expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
        eventually("another attempt", lambda: len(self.attempts(ben)) > attempts, 30)
        eventually("waiting again", lambda: api(f"held-messages/{number}")["message"]["state"] == "waiting", 30)
        simulator("DELETE", f"{META}/simulator/faults")
        eventually("delivery", lambda: other in ben.received(), 90)
        # The trial frees the rest; what was discarded never comes.
        eventually("delivery", lambda: second in ada.received(), 90)
        self.assertNotIn(first, ada.received())
        eventually("nothing held", lambda: not api("held-messages")["items"])
        page.goto("/held-messages")
        expect(page.get_by_text("Nothing is held.")).to_be_visible()
        self.look(page, "held-messages-none")
        self.assertEqual(page.goto(f"/held-messages/{by_text[first]['heldId']}").status, 404)

    def somebody(self, name: str) -> Customer:
        customer = Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", f"{name} {secrets.token_hex(2)}")
        customer.writes("Please write to me")
        customer.is_heard()
        return customer

    def attempts(self, customer: Customer) -> list[dict]:
        """What the story of the customer's latest message tells of sends."""
        story = api("messages", id=customer.messages()[0]["id"])
        return [event for event in story["events"] if event["kind"] == "held"]

    def held(self, count: int) -> list[dict]:
        return eventually(f"{count} held", lambda: (
            items if len(items := api("held-messages", platform="whatsapp")["items"]) >= count else None))


if __name__ == "__main__":
    unittest.main()
