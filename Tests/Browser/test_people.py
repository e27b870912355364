"""Signing in, roles, lock-out, forged requests, the audit log."""

import secrets
import unittest

from playwright.sync_api import expect

from portal import DARK, DESKTOP, PASSWORD, PHONE, PORTAL, PortalTest, waba_genesys


class SignInTests(PortalTest):
    def test_a_page_asks_for_signing_in_and_then_shows_itself(self) -> None:
        self.page.goto("/people")
        expect(self.page).to_have_url(f"{PORTAL}/sign-in?next=%2Fpeople")
        self.look(self.page, "sign-in-light")
        self.page.get_by_label("Name").fill("owner")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(f"{PORTAL}/people")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("People")

    def test_signing_in_looks_right_in_the_dark_and_on_a_phone(self) -> None:
        for options, name in ((DARK, "sign-in-dark"), (PHONE, "sign-in-phone")):
            page = self.open(options)
            page.goto("/sign-in")
            self.look(page, name)

    def test_a_wrong_password_tells_nothing_and_five_lock_the_user(self) -> None:
        name, password = self.person("locked-out", "viewer")
        self.page.goto("/sign-in")
        for _ in range(5):
            self.page.get_by_label("Name").fill(name)
            self.page.get_by_label("Password").fill("not the password")
            with self.page.expect_response("**/sign-in") as answer:
                self.page.get_by_role("button", name="Sign in").click()
            self.assertEqual(answer.value.status, 403)
        wrong = self.page.get_by_role("alert").inner_text()
        self.page.get_by_label("Name").fill("nobody-of-that-name")
        self.page.get_by_label("Password").fill("not the password")
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("alert")).to_have_text(wrong)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("alert")).to_have_text(wrong)
        self.look(self.page, "sign-in-refused")
        owner = self.open(DESKTOP, "owner")
        owner.goto("/people")
        row = owner.get_by_role("row").filter(has_text=name)
        expect(row).to_contain_text("locked")
        row.get_by_role("combobox").select_option("unlock")
        row.get_by_role("button", name="Apply").click()
        self.sign_in(self.page, name, password)

    def test_signing_out_ends_the_session(self) -> None:
        name, password = self.person("signs-out", "viewer")
        self.sign_in(self.page, name, password)
        page = self.page
        cookies = page.context.cookies()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(f"{PORTAL}/sign-in")
        page.context.add_cookies(cookies)
        page.goto("/tenants")
        expect(page).to_have_url(f"{PORTAL}/sign-in?next=%2Ftenants")

    def test_the_session_cookie_is_out_of_reach_of_scripts(self) -> None:
        page = self.open(DESKTOP, "owner")
        self.assertEqual(page.evaluate("document.cookie"), "")
        [cookie] = page.context.cookies()
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(cookie["sameSite"], "Lax")


class PeopleTests(PortalTest):
    def test_an_invited_person_chooses_a_password_once(self) -> None:
        # Of its own, since the database outlives the test.
        name = f"Ada.Invited.{secrets.token_hex(4)}@example.org"
        owner = self.open(DESKTOP, "owner")
        owner.goto("/people")
        owner.get_by_label("Name or e-mail address").fill(name)
        owner.get_by_label("Role", exact=True).select_option("viewer")
        owner.get_by_role("button", name="Invite", exact=True).click()
        address = owner.get_by_label("Address of the invitation").input_value()
        self.look(owner, "people-invited")
        owner.get_by_role("button", name="Copy").click()
        self.assertEqual(owner.evaluate("navigator.clipboard.readText()"), address)

        self.page.goto(address)
        self.page.get_by_label("New password", exact=True).fill("a long enough secret")
        self.page.get_by_label("New password again").fill("another long secret")
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("alert")).to_have_text("The two passwords differ.")
        self.look(self.page, "invitation")
        self.page.get_by_label("New password", exact=True).fill("a long enough secret")
        self.page.get_by_label("New password again").fill("a long enough secret")
        self.page.get_by_role("button", name="Save").click()
        expect(self.page).to_have_url(f"{PORTAL}/sign-in")
        self.sign_in(self.page, name.lower(), "a long enough secret")
        self.page.goto(address)
        expect(self.page.get_by_role("heading", level=1)).to_have_text("This invitation is not valid")

    def test_a_viewer_is_refused_what_an_owner_may(self) -> None:
        name, password = self.person("only-looks", "viewer")
        page = self.open(DESKTOP, name, password)
        expect(page.get_by_role("link", name="People")).to_have_count(0)
        answer = page.goto("/people")
        self.assertEqual(answer.status, 403)
        expect(page.get_by_role("heading", level=1)).to_have_text("Not allowed")
        self.look(page, "refused")
        token = page.locator("input[name=csrfToken]").first.input_value()
        answer = page.request.post(
            "/people", form={"csrfToken": token, "name": "smuggled", "role": "owner"},
            headers={"Origin": PORTAL, "Sec-Fetch-Site": "same-origin"})
        self.assertEqual(answer.status, 403)
        self.assertNotIn("smuggled", waba_genesys("portal-user", "list"))

    def test_a_forged_form_is_refused(self) -> None:
        page = self.open(DESKTOP, "owner")
        own = {"Origin": PORTAL, "Sec-Fetch-Site": "same-origin"}
        token = page.locator("input[name=csrfToken]").first.input_value()
        form = {"name": "forged", "role": "owner"}
        for headers, csrf in (
            (own, None), (own, "not-the-token"),
            ({"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}, token),
            ({"Origin": "http://evil.example"}, token), ({}, token),
        ):
            with self.subTest(headers=headers, csrf=csrf):
                fields = form if csrf is None else form | {"csrfToken": csrf}
                answer = page.request.post("/people", form=fields, headers=headers)
                self.assertEqual(answer.status, 403)
        self.assertNotIn("forged", waba_genesys("portal-user", "list"))

    def test_the_last_owner_stays(self) -> None:
        page = self.open(DESKTOP, "owner")
        page.goto("/people")
        row = page.get_by_role("row").filter(has_text="(you)")
        row.get_by_role("combobox").select_option("disable")
        row.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("alert")).to_contain_text("last owner")

    def test_every_act_stands_in_the_audit_log(self) -> None:
        page = self.open(DESKTOP, "owner")
        page.goto("/people")
        name = f"audited-{secrets.token_hex(4)}@example.org"
        page.get_by_label("Name or e-mail address").fill(name)
        page.get_by_role("button", name="Invite", exact=True).click()
        page.request.post("/people", form={"name": "unrecorded", "role": "owner"})
        page.goto("/audit")
        rows = page.get_by_role("row")
        expect(rows.nth(1)).to_contain_text("invite person")
        expect(rows.nth(1)).to_contain_text("refused")
        expect(rows.nth(2)).to_contain_text(name)
        expect(rows.nth(2)).to_contain_text("invited as operator")
        expect(rows.nth(2)).to_contain_text("done")
        self.assertNotIn(PASSWORD, page.content())


class LookTests(PortalTest):
    def test_pages_look_right_everywhere(self) -> None:
        for path in ("/people", "/audit", "/account", "/tenants", "/tenants?q=nothing-like-this"):
            name = path.strip("/").replace("?q=", "-search-")
            with self.subTest(path):
                self.look_everywhere(path, name)

    def test_the_keyboard_reaches_the_content_first(self) -> None:
        page = self.open(DESKTOP, "owner")
        page.goto("/tenants")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        page.keyboard.press("Enter")
        self.assertEqual(page.evaluate("document.activeElement.id"), "main")


if __name__ == "__main__":
    unittest.main()
