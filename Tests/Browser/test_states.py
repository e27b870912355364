"""Pages that wait, and pages whose services are away: each says what is wrong and what still works."""

import secrets
import unittest

from playwright.sync_api import Route, expect

from organisation import Organisation
from portal import DARK, DESKTOP, PHONE, SESSIONS, PortalTest
from relay import Customer
from rewriting import beside

# Where nothing listens.
AWAY = "http://127.0.0.1:1"


class LoadingTests(PortalTest):
    def test_what_takes_time_says_so(self) -> None:
        tenant = Organisation().is_onboarded()["id"]
        for options, suffix in ((DESKTOP, "light"), (DARK, "dark"), (PHONE, "phone")):
            page = self.open(options, "owner")
            held: list[Route] = []
            page.route("**/checks", lambda route: held.append(route))
            page.goto(f"/tenants/{tenant}")
            button = page.get_by_role("button", name="Run the checks")
            button.click(no_wait_after=True)
            expect(page.get_by_role("status").filter(has_text="this can take half a minute")).to_be_visible()
            expect(page.locator("form[aria-busy=true]")).to_have_count(1)
            # A second click sends nothing more.
            button.click(no_wait_after=True)
            self.look(page, f"loading-checks-{suffix}")
            self.assertEqual(len(held), 1)
            held[0].abort()
            figures: list[Route] = []
            page.route("**/operations/figures", lambda route: figures.append(route))
            page.goto("/operations")
            expect(page.locator("[data-loading]")).to_have_count(1)
            self.look(page, f"loading-charts-{suffix}")
            figures[0].continue_()
            expect(page.locator("[data-loading]")).to_have_count(0)

    def test_a_picture_that_loads_keeps_its_place(self) -> None:
        page = self.open(DESKTOP, "owner")
        page.route("**/messages/*/media", lambda route: None)
        page.goto("/conversations?q=15550123456")
        page.locator("tbody th a").first.click()
        picture = page.locator(".bubble-picture").first
        expect(picture).to_be_attached()
        self.assertGreaterEqual(picture.bounding_box()["height"], 40)
        self.look(page, "loading-picture")


class AwayTests(PortalTest):
    """Portals beside the running one, whose services or database can't be reached."""

    def signed_in(self, address: str):
        """A page of another portal; its users and sessions are those of the running one."""
        page = self.open(DESKTOP, "owner")
        context = self.browser.new_context(base_url=address, storage_state=SESSIONS["owner"], **DESKTOP)
        self.addCleanup(context.close)
        page.close()
        return context.new_page()

    def test_without_state_manager_tenants_go_on(self) -> None:
        somebody = Customer("15550123456", "Somebody")
        mapping = somebody.conversation()["id"]
        with beside("agent-portal", STATE_MANAGER_URL=AWAY) as address:
            page = self.signed_in(address)
            for path in ("/conversations", f"/conversations/{mapping}", "/dead-letters", "/quarantine", "/held-messages"):
                self.assertEqual(page.goto(path).status, 503, path)
                expect(page.get_by_role("heading", level=1)).to_have_text("state-manager does not answer")
                expect(page.get_by_text("messages wait in the queues, none is lost")).to_be_visible()
            self.look(page, "away-state-manager")
            self.assertEqual(page.goto("/tenants").status, 200)
            self.assertEqual(page.goto(f"/tenants/{somebody.tenant['id']}").status, 200)
            self.assertEqual(page.goto("/operations").status, 200)
            expect(page.locator("#services li").filter(has_text="state-manager").first).to_contain_text("no answer")
            self.look(page, "away-state-manager-operations")

    def test_without_tenant_service_conversations_go_on(self) -> None:
        with beside("agent-portal", TENANT_SERVICE_URL=AWAY) as address:
            page = self.signed_in(address)
            for path in ("/conversations", "/dead-letters", "/quarantine", "/held-messages", "/operations", "/audit"):
                self.assertEqual(page.goto(path).status, 200, path)
            self.assertEqual(page.goto("/tenants").status, 503)
            expect(page.get_by_text("Conversations, dead letters and held messages can be looked at")).to_be_visible()
            self.look(page, "away-tenant-service")

    def test_without_database_it_is_said_that_nothing_is_lost(self) -> None:
        with beside("agent-portal", sign="healthz", DATABASE_URL="postgres://nobody:no@127.0.0.1:1/none") as address:
            page = self.signed_in(address)
            self.assertEqual(page.goto("/tenants").status, 503)
            expect(page.get_by_role("heading", level=1)).to_have_text("The database does not answer")
            expect(page.get_by_text("waits in the queues")).to_be_visible()
            self.look(page, "away-database")


class MisleadingTextTests(PortalTest):
    def test_what_turns_text_or_is_not_seen_is_marked(self) -> None:
        customer = Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", "Mary \u202egpj.exe\u202c Anne")
        customer.writes("invoice\u202efdp.exe and \u2066more\u2069, \u05e9\u05dc\u05d5\u05dd")
        customer.is_heard()
        page = self.open(DESKTOP, "owner")
        page.goto(f"/conversations/{customer.conversation()['id']}")
        expect(page.locator(".bubble-text")).to_contain_text("invoice\ufffdfdp.exe")
        expect(page.get_by_role("heading", level=1)).to_contain_text("\ufffdgpj.exe")
        text = page.content()
        for control in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            self.assertNotIn(control, text)
        self.look(page, "misleading-text")


if __name__ == "__main__":
    unittest.main()
