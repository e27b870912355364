"""Further numbers of a tenant: added, connected, checked, tested both ways, suspended alone, removed."""

import re
import unittest

from playwright.sync_api import Page, expect

from organisation import Organisation, new_number
from portal import DESKTOP, PHONE, PortalTest
from relay import GATEWAY, META, api, eventually, simulator


class NumberTests(PortalTest):
    def test_a_second_number_is_added_connected_and_carries_messages_of_its_own(self) -> None:
        organisation = Organisation()
        organisation.exists_at_the_platforms()
        tenant = organisation.is_onboarded()
        number = new_number()
        # In a business account of its own, which the same token may use.
        account = new_number()
        organisation.has_number(number, f"{GATEWAY}/webhooks/whatsapp/{tenant['id']}", account)
        page = self.open(DESKTOP, "owner")
        page.goto(f"/tenants/{tenant['id']}")
        expect(page.get_by_text("A further number gets an integration and conversations of its own")).to_be_visible()

        # A number that is taken is named, and what was entered stays.
        page.get_by_text("Add a number").click()
        page.get_by_label("Name of the line").fill("Sales")
        page.get_by_label("Its phone number id").fill(organisation.number)
        page.get_by_role("button", name="Add and connect").click()
        expect(page.get_by_role("alert")).to_contain_text("belongs to a tenant already")
        expect(page.get_by_label("Name of the line")).to_have_value("Sales")
        self.look(page, "tenant-number-refused")
        page.get_by_label("Its phone number id").fill(number)
        page.get_by_label("Number as people write it").fill("+1 555 0002000")
        page.get_by_label("Business account id").fill(account)
        page.get_by_role("button", name="Add and connect").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Sales")
        path = re.sub(r"^https?://[^/]+", "", page.url)
        channel = path.rsplit("/", 1)[1]

        expect(page.get_by_label("Another integration")).to_be_visible()
        page.get_by_label("Create a new one").check()
        page.get_by_role("button", name="Connect", exact=True).click()
        for title in ("Meta accepts the token", "The phone number belongs to the business account",
                      "The integration is complete", "The integration sends to the relay",
                      "The integration signs with the stored secret"):
            expect(page.locator(".check").filter(has_text=title).first).to_contain_text("passed")
        for title in ("The phone number belongs to the business account", "The token may use this business account"):
            expect(page.locator(".check").filter(has_text=title).first).to_contain_text(account)
        page.get_by_role("button", name="Subscribe webhooks").click()
        self.assertGreaterEqual(page.locator(".check").count(), 15)
        expect(page.locator(".check .state-bad")).to_have_count(0)
        self.look_everywhere(path, "number")
        self.both_ways(page, path, tenant, channel, number)
        self.suspended(page, path, tenant, number)
        self.changed_and_removed(page, path, tenant)

    def both_ways(self, page: Page, path: str, tenant: dict, channel: str, number: str) -> None:
        """A test message each way goes through this number alone."""
        # WhatsApp delivers an agent's message to a phone that has written to the number itself only.
        simulator("POST", f"{META}/simulator/customer-messages", {
            "phoneNumberId": number, "customer": {"waId": "15550199002"}, "text": "Is this the sales line?"})
        for button, text in (("Send as the customer", "To the sales line"), ("Send as the agent", "From the sales line")):
            page.goto(path)
            page.get_by_label("Number of a phone with WhatsApp").fill("+1 555 0199 002")
            page.get_by_label("Text", exact=True).fill(text)
            page.get_by_role("button", name=button).click()
            expect(page).to_have_url(re.compile("channelId="))
            expect(page.get_by_role("cell", name=re.compile("· Sales$"))).to_be_visible(timeout=30_000)
        mapping = api("conversations", channelId=channel)["items"][0]
        self.assertEqual(mapping["tenantId"], tenant["id"])
        eventually("all three messages", lambda: [
            message["status"] for message in api(f"conversations/{mapping['id']}/messages")["items"]
        ].count("delivered") == 3)
        page.get_by_role("cell", name="+15550199002").locator("..").get_by_role("link").click()
        expect(page.get_by_text("To the sales line")).to_be_visible()
        expect(page.get_by_text("From the sales line")).to_be_visible()
        self.look(page, "number-conversation")

    def suspended(self, page: Page, path: str, tenant: dict, number: str) -> None:
        """What arrives for a suspended number is set aside; its tenant goes on."""
        page.goto(path)
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Suspend").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("suspended")
        simulator("POST", f"{META}/simulator/customer-messages", {
            "phoneNumberId": number, "customer": {"waId": "15550199002"}, "text": "Is anybody there?"})
        update = eventually("an update set aside", lambda: api("quarantine", addressee=number)["items"])[0]
        self.assertEqual((update["reason"], update["tenantId"]), ("tenantSuspended", tenant["id"]))
        page.goto(f"/tenants/{tenant['id']}")
        expect(page.get_by_role("row").filter(has_text="Sales")).to_contain_text("suspended")
        expect(page.get_by_role("heading", level=1)).to_contain_text("active")
        self.look_everywhere(f"/tenants/{tenant['id']}", "tenant-numbers")
        page.goto(path)
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("suspended")

    def changed_and_removed(self, page: Page, path: str, tenant: dict) -> None:
        """A viewer only looks; an operator's changes stand in the audit log."""
        name, password = self.person("looks-at-numbers", "viewer")
        phone = self.open(PHONE, name, password)
        phone.goto(path)
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Sales")
        expect(phone.get_by_role("button", name=re.compile("Suspend|Connect|Remove|Save"))).to_have_count(0)
        self.look(phone, "number-viewer-phone")

        page.get_by_text("Change name or number").click()
        page.get_by_label("Name", exact=True).fill("Sales and returns")
        page.get_by_label("Number as people write it").fill("")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Sales and returns")
        expect(page.get_by_text("+1 555 0002000")).to_have_count(0)
        page.get_by_text("Remove this number").click()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Remove").click()
        expect(page).to_have_url(re.compile(f"/tenants/{tenant['id']}#numbers$"))
        expect(page.get_by_text("Sales and returns")).to_have_count(0)
        self.assertEqual(page.goto(path).status, 404)
        page.goto("/audit")
        for note in ("added the number Sales", "status suspended", "removed the number Sales and returns"):
            expect(page.get_by_role("row").filter(has_text=note).first).to_be_visible()


if __name__ == "__main__":
    unittest.main()
