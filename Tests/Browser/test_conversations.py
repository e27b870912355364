"""Conversations: found by number, name or id; live; with failures; each message's way."""

import re
import secrets
import unittest
from pathlib import Path

from playwright.sync_api import expect

from portal import DESKTOP, PortalTest
from relay import GENESYS, META, Customer, eventually, put_file, simulator

DEMO = Path(__file__).parents[2] / "Deploy/local/demo"


def customer(name: str) -> Customer:
    """Somebody of a number that no other test uses."""
    return Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", f"{name} {secrets.token_hex(2)}")


class ConversationTests(PortalTest):
    def test_a_conversation_is_found_and_grows_without_a_reload(self) -> None:
        grace = customer("Grace")
        grace.writes("Hello! My parcel 4711 has not arrived. Can you have a look?")
        mapping = grace.conversation()
        wamid = eventually("a message", grace.messages)[0]["metaMessageId"]
        page = self.open(DESKTOP, "owner")
        for search in (grace.wa_id, grace.name, grace.wa_id[3:], mapping["id"], wamid):
            with self.subTest(search):
                page.goto("/conversations")
                page.get_by_role("searchbox", name="Search conversations").fill(search)
                page.get_by_role("button", name="Search").click()
                expect(page.get_by_role("link", name=grace.name)).to_be_visible()
        page.goto("/conversations?q=of-no-customer")
        expect(page.get_by_text("No conversation matches.")).to_be_visible()
        self.look(page, "conversations-none")

        page.goto(f"/conversations?q={grace.wa_id}")
        page.get_by_role("link", name=grace.name).click()
        thread = page.get_by_role("log", name="Messages")
        expect(thread.get_by_text("My parcel 4711")).to_be_visible()
        page.evaluate("window.stays = true")
        grace.is_answered("Good morning Grace, one moment please.")
        answer = thread.locator(".is-outbound").filter(has_text="one moment please")
        expect(answer).to_be_visible()
        expect(answer.locator(".state")).to_have_text("delivered")
        grace.writes("Thank you 🌻")
        expect(thread.get_by_text("Thank you 🌻")).to_be_visible()
        self.assertTrue(page.evaluate("window.stays"), "the page was loaded again")
        self.look_everywhere(f"/conversations/{mapping['id']}", "conversation")
        self.look_everywhere("/conversations", "conversations")

    def test_a_failure_shows_its_reason_and_the_way_of_the_message(self) -> None:
        ada = customer("Ada")
        ada.writes("Are you there?")
        eventually("delivery", lambda: [item for item in ada.messages() if item["status"] == "delivered"])
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")
        simulator("POST", f"{META}/simulator/faults", {
            "kind": "status", "operation": "sendMessage", "status": 400, "code": "131009"})
        ada.is_answered("This one is refused.")
        page = self.open(DESKTOP, "owner")
        page.goto(f"/conversations/{ada.conversation()['id']}")
        bubble = page.locator(".bubble-row").filter(has_text="This one is refused.")
        expect(bubble.locator(".state")).to_have_text("given up")
        expect(bubble).to_contain_text("131009")
        self.look(page, "conversation-failure")
        bubble.get_by_role("link", name=re.compile("^Trace")).click()
        trace = page.locator("#trace")
        for place in ("genesys-webhook-service", "outbound-transformer", "whatsapp-api-service"):
            expect(trace.get_by_text(place).first).to_be_visible()
        expect(trace.locator(".is-failed").first).to_contain_text("131009")
        self.look(page, "message")
        page.get_by_role("region", name="Dead letters").or_(page.locator("section", has=page.get_by_role(
            "heading", name="Dead letters"))).get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("131009")

    def test_files_are_shown_inline_from_presigned_links(self) -> None:
        edith = customer("Edith")
        stored = put_file(META, edith.tenant["phoneNumberId"], "image/png", (DEMO / "bread.png").read_bytes())
        edith.sends({"message": {"type": "image", "image": {
            "id": stored["id"], "mime_type": "image/png", "sha256": stored["sha256Base64"],
            "caption": "The damaged box"}}})
        page = self.open(DESKTOP, "owner")
        page.goto(f"/conversations/{edith.conversation()['id']}")
        bubble = page.locator(".bubble-row").filter(has_text="The damaged box")
        shown = bubble.locator("img.bubble-picture")
        expect(shown).to_be_visible()
        loaded = "element => element.complete && element.naturalWidth > 0"
        eventually("the picture", lambda: shown.evaluate(loaded), 20)
        # The thread begins at its end, and is there still when the picture has got its height.
        small = self.open({**DESKTOP, "viewport": {"width": 1280, "height": 300}}, "owner")
        small.goto(page.url)
        eventually("the picture", lambda: small.locator("img.bubble-picture").first.evaluate(loaded), 20)
        thread = small.locator("#thread")
        self.assertTrue(thread.evaluate("thread => thread.scrollHeight > thread.clientHeight + 60"))
        at_end = "thread => thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40"
        eventually("the end of the thread", lambda: thread.evaluate(at_end), 5)
        # Nobody gets at it without signing in.
        address = shown.get_attribute("src")
        self.assertIn("/sign-in", self.page.request.get(address, max_redirects=0).headers["location"])
        document = (DEMO / "order.pdf").read_bytes()
        contract = put_file(GENESYS, edith.tenant["genesysIntegrationId"], "application/pdf", document)
        edith.is_answered("Please sign here.", attachments=[
            {"fileId": contract["id"], "mediaType": "File", "filename": "contract.pdf"}])
        answer = page.locator(".bubble-row.is-outbound").filter(has_text="Please sign here.")
        link = answer.get_by_role("link", name="Open the file")
        expect(link).to_be_visible()
        answered = page.request.get(link.get_attribute("href"))
        self.assertEqual((answered.status, answered.body()), (200, document))
        self.look_everywhere(f"/conversations/{edith.conversation()['id']}", "conversation-files", shows="img")

    def test_what_does_not_exist_is_said_to(self) -> None:
        page = self.open(DESKTOP, "owner")
        for path in ("conversations", "messages", "dead-letters", "quarantine"):
            answer = page.goto(f"/{path}/00000000-0000-4000-8000-000000000000")
            self.assertEqual(answer.status, 404)
            expect(page.get_by_role("heading", level=1)).to_have_text("Not found")


if __name__ == "__main__":
    unittest.main()
