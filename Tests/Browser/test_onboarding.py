"""From nothing to the first message: the whole wizard on the running system with the simulators, and tenants afterwards."""

import re
import unittest
from pathlib import Path

from playwright.sync_api import Page, expect

from organisation import Organisation
from portal import DESKTOP, PHONE, PortalTest
from relay import GATEWAY, GENESYS, META, simulator


class OnboardingTests(PortalTest):
    def test_from_nothing_to_the_first_message_both_ways(self) -> None:
        organisation = Organisation()
        organisation.exists_at_the_platforms()
        page = self.open(DESKTOP, "owner")
        page.goto("/tenants")
        page.get_by_role("link", name=re.compile("Connect")).first.click()
        self.look(page, "onboarding-1-organisation")

        # A mistake is named and what was entered stays.
        page.get_by_label("Name of the organisation").fill(organisation.name)
        for wrong in ("+49 30 123", "abc"):
            page.get_by_label("Phone number id").fill(wrong)
            page.get_by_role("button", name="Save and go on").click()
            expect(page.get_by_role("alert")).to_contain_text("Phone number id: digits only, for example 1")
            expect(page.get_by_role("alert")).not_to_contain_text("^")
        expect(page.get_by_label("Name of the organisation")).to_have_value(organisation.name)
        page.get_by_label("Phone number id").fill(organisation.number)
        page.get_by_role("button", name="Save and go on").click()
        expect(page.get_by_role("heading", name="WhatsApp", exact=True)).to_be_visible()
        tenant = re.search(r"/tenants/([^/]+)/", page.url)[1]

        # A wrong token is found out at once, with cause and remedy.
        page.get_by_label("WhatsApp Business Account id").fill(organisation.waba)
        page.get_by_label("Access token of a system user").fill("not-a-token-of-meta")
        page.get_by_label("An app of the organisation's own").check()
        page.get_by_label("App secret (own app)").fill(organisation.app_secret)
        page.get_by_role("button", name="Save and check").click()
        expect(self.check(page, "Meta accepts the token")).to_contain_text("failed")
        expect(self.check(page, "Meta accepts the token")).to_contain_text("What to do")
        self.look(page, "onboarding-2-whatsapp-failed")
        page.get_by_label("Access token of a system user").fill(organisation.token)
        page.get_by_role("button", name="Save and check").click()
        expect(self.check(page, "Meta accepts the token")).to_contain_text("passed")
        expect(self.check(page, "The phone number belongs to the business account")).to_contain_text("passed")
        self.assertNotIn(organisation.token, page.content())
        self.assertNotIn(organisation.app_secret, page.content())
        expect(page.get_by_label("Access token of a system user")).to_have_attribute(
            "placeholder", f"stored: …{organisation.token[-4:]}")
        self.look(page, "onboarding-2-whatsapp")

        # Leaving and coming back leads to the first step that is not done.
        page.goto(f"/tenants/{tenant}/onboarding")
        expect(page).to_have_url(re.compile("/onboarding/(whatsapp|genesys)$"))
        page.goto(f"/tenants/{tenant}/onboarding/genesys")
        page.get_by_label("Region").select_option("eu_central_1")
        page.get_by_label("Client id").fill(organisation.client)
        page.get_by_label("Client secret").fill("wrong-secret")
        page.get_by_role("button", name="Save and check").click()
        expect(self.check(page, "Genesys grants a token")).to_contain_text("failed")
        page.get_by_label("Client secret").fill(organisation.client_secret)
        page.get_by_role("button", name="Save and check").click()
        expect(self.check(page, "Genesys grants a token")).to_contain_text("passed")
        expect(page.get_by_label("Another integration")).to_be_visible()
        page.get_by_label("Create a new one").check()
        page.get_by_role("button", name="Connect").click()
        for title in ("The integration is complete", "The integration sends to the relay",
                      "The integration signs with the stored secret"):
            expect(self.check(page, title)).to_contain_text("passed")
        self.look(page, "onboarding-3-genesys")

        page.get_by_role("link", name="Next step").click()
        expect(page.get_by_label("Callback URL")).to_have_value(f"{GATEWAY}/webhooks/whatsapp/{tenant}")
        page.get_by_role("button", name="Subscribe").click()
        for title in ("Meta's verification reaches the relay", "A wrong verify token is refused",
                      "A webhook signed with the app secret is accepted", "A forged WhatsApp webhook is refused",
                      "Media can be stored", "A webhook signed with the secret is accepted",
                      "A forged Genesys webhook is refused"):
            expect(self.check(page, title)).to_contain_text("passed")
        self.look(page, "onboarding-4-webhooks")

        page.get_by_role("link", name="Next step").click()
        expect(page.get_by_text("waiting for a message")).to_be_visible()
        self.look(page, "onboarding-5-test-waiting")
        simulator("POST", f"{META}/simulator/customer-messages", {
            "phoneNumberId": organisation.number, "customer": {"waId": "15550199001", "displayName": "Ada"},
            "text": "Hello from the test"})
        # Without a reload.
        expect(page.get_by_text("arrived at Genesys")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Hello from the test")).to_be_visible()
        integration = page.request.get(f"/tenants/{tenant}").text()
        integration = re.search(r"<dt>Integration</dt><dd><code>([^<]+)", integration)[1]
        simulator("POST", f"{GENESYS}/simulator/agent-messages", {
            "integrationId": integration, "to": "15550199001", "text": "Hello from the agent"})
        expect(page.get_by_text("Messages go both ways")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("Hello from the agent")).to_be_visible()
        self.send_from_here(page)
        page.get_by_role("button", name=re.compile("Run the checks|Check again")).click()
        results = page.locator(".check")
        # As many as the README says.
        said = re.search(r"(\d+)\s+checks with cause", (Path(__file__).parents[2] / "README.md").read_text())
        self.assertEqual(results.count(), int(said[1]))
        self.assertEqual(page.locator(".check .state-bad").count(), 0, page.locator(".check .state-bad").all())
        self.look(page, "onboarding-5-test-done")
        self.tenant_page(page, tenant, organisation)

    def send_from_here(self, page: Page) -> None:
        """Both ways once more, without a phone and an agent."""
        page.get_by_label("Number of a phone with WhatsApp").fill("no number")
        page.get_by_role("button", name="Send as the customer").click()
        expect(page.get_by_role("alert")).to_contain_text("7 to 15 digits")
        # What was refused stands under the address of the form, and is kept current there too.
        with page.expect_response("**/test-messages") as fetched:
            pass
        self.assertEqual((fetched.value.request.method, fetched.value.status), ("GET", 200))
        expect(page.locator("[data-stale]")).to_have_count(0)
        expect(page.get_by_role("alert")).to_contain_text("7 to 15 digits")
        for button, text in (("Send as the customer", "A test to Genesys"), ("Send as the agent", "A test to WhatsApp")):
            page.get_by_label("Number of a phone with WhatsApp").fill("+1 555 0199 001")
            page.get_by_label("Text", exact=True).fill(text)
            page.get_by_role("button", name=button).click()
            row = page.locator("#test-messages li").filter(has_text=text)
            expect(row.locator(".state")).to_have_text("delivered", timeout=30_000)

    def tenant_page(self, page: Page, tenant: str, organisation: Organisation) -> None:
        """The tenant afterwards: search, rotation, suspension."""
        page.goto("/tenants?q=" + organisation.number)
        page.get_by_role("link", name=organisation.name).click()
        self.look(page, "tenant")
        self.refused_rotation(page, organisation)
        page.goto(f"/tenants/{tenant}")
        page.get_by_text("Rotate a secret").click()
        page.get_by_label("Which one").select_option("webhookSecret")
        page.get_by_role("button", name="Rotate", exact=True).click()
        expect(page.get_by_text("Former signature secret")).to_be_visible()
        expect(self.check(page, "The integration signs with the stored secret")).to_contain_text("passed")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="End the rotation").click()
        expect(page.get_by_text("Former signature secret")).to_have_count(0)
        page.get_by_role("button", name="Suspend").click()
        expect(page.get_by_text("suspended", exact=True)).to_be_visible()
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_text("active", exact=True)).to_be_visible()
        viewer, password = self.person("looks-at-tenants", "viewer")
        phone = self.open(PHONE, viewer, password)
        phone.goto(f"/tenants/{tenant}")
        expect(phone.get_by_role("button", name="Suspend")).to_have_count(0)
        self.look(phone, "tenant-viewer-phone")
        self.assertEqual(phone.goto(f"/tenants/{tenant}/onboarding/whatsapp").status, 403)
        for step in ("organisation", "whatsapp", "genesys", "webhooks", "test"):
            self.look_everywhere(f"/tenants/{tenant}/onboarding/{step}", f"onboarding-{step}")

    def refused_rotation(self, page: Page, organisation: Organisation) -> None:
        """A secret that the platform refuses is not stored, unless somebody insists; the right one then is."""
        said = {"accessToken": "Meta refuses the token", "clientSecret": "Genesys refuses the OAuth client"}
        for secret, right in (("accessToken", organisation.token), ("clientSecret", organisation.client_secret)):
            shown = page.locator("#credentials code").filter(has_text=f"…{right[-4:]}").first
            expect(shown).to_be_visible()
            page.get_by_text("Rotate a secret").click()
            page.get_by_label("Which one").select_option(secret)
            page.get_by_label("New secret").fill("wrong-secret-of-nobody")
            page.get_by_role("button", name="Rotate", exact=True).click()
            expect(page.get_by_role("alert")).to_contain_text("left as it is")
            expect(page.get_by_role("alert")).to_contain_text(said[secret])
            expect(shown).to_be_visible()
            expect(page.get_by_label("Which one")).to_have_value(secret)
            self.look(page, f"tenant-rotation-refused-{secret}")
            page.get_by_label("New secret").fill("wrong-secret-of-nobody")
            page.get_by_label("Store it all the same").check()
            page.get_by_role("button", name="Rotate", exact=True).click()
            expect(page.locator("#credentials code").filter(has_text="…body")).to_be_visible()
            page.get_by_text("Rotate a secret").click()
            page.get_by_label("Which one").select_option(secret)
            page.get_by_label("New secret").fill(right)
            page.get_by_role("button", name="Rotate", exact=True).click()
            expect(shown).to_be_visible()
            expect(page.get_by_role("alert")).to_have_count(0)

    def check(self, page: Page, title: str):
        """The result of a check."""
        return page.locator(".check").filter(has_text=title).first


if __name__ == "__main__":
    unittest.main()
