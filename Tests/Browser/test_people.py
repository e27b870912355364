"""Signing in, roles, lock-out, forged requests, the audit log."""

import hashlib
import os
import re
import secrets
import unittest
import urllib.error

from playwright.sync_api import expect

from organisation import new_number
from portal import DARK, DESKTOP, PASSWORD, PHONE, PORTAL, PortalTest, waba_genesys
from relay import change


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
        name, password = self.person(f"locked-out-{secrets.token_hex(4)}", "viewer")
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

    def test_too_many_wrong_sign_ins_have_to_wait_and_hold_up_nobody(self) -> None:
        # A name of nobody, so that the limit of the name is met before that of the address that all tests share.
        name = f"guessed-{secrets.token_hex(4)}"
        own = {"Origin": PORTAL, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        for _ in range(10):
            answer = self.page.request.post(
                "/sign-in", form={"name": name, "password": "not the password"}, headers=own)
            self.assertEqual(answer.status, 403)
        answer = self.page.request.post("/sign-in", form={"name": name, "password": "not the password"}, headers=own)
        self.assertEqual(answer.status, 429)
        self.assertGreater(int(answer.headers["retry-after"]), 0)
        self.page.goto("/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill("not the password")
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Too many attempts")
        expect(self.page.get_by_text(re.compile(r"Try again in (a minute|\d minutes)"))).to_be_visible()
        self.look(self.page, "sign-in-too-often")
        # What the limit refuses is not in the audit log, which anybody could fill with it.
        owner = self.open(DESKTOP, "owner")
        owner.goto(f"/audit?person={name}")
        expect(owner.get_by_role("row").filter(has_text=name)).to_have_count(10)
        # Others sign in as before.
        person, password = self.person("signs-in-meanwhile", "viewer")
        self.sign_in(self.page, person, password)

    def test_a_nul_character_is_refused_before_anything_is_done(self) -> None:
        own = {"Origin": PORTAL, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        answer = self.page.request.post("/sign-in", form={"name": "o\0wner", "password": "not the password"}, headers=own)
        self.assertEqual(answer.status, 400)
        self.assertIn("NUL character", answer.text())
        owner = self.open(DESKTOP, "owner")
        for address in ("/audit?person=%00", "/tenants?q=%00", "/conversations?cursor=%00"):
            self.assertEqual(owner.request.get(address).status, 400, address)

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

    def test_names_and_passwords_that_can_be_guessed_or_mistaken_are_refused_with_the_reason(self) -> None:
        owner = self.open(DESKTOP, "owner")
        owner.goto("/people")
        for name, reason in (("ada\u202enimda", "U+202E"), ("ada lovelace", "no spaces"), ("a<b", "letters, digits")):
            owner.get_by_label("Name or e-mail address").fill(name)
            owner.get_by_role("button", name="Invite", exact=True).click()
            expect(owner.get_by_role("alert")).to_contain_text(reason)
        owner.get_by_label("Name or e-mail address").fill(f"guess.{secrets.token_hex(4)}@example.org")
        owner.get_by_role("button", name="Invite", exact=True).click()
        self.page.goto(owner.get_by_label("Address of the invitation").input_value())
        for password, reason in (("password1234", "first that are tried"), ("abcdeabcdeabcde", "repeats"), ("short", "12")):
            self.page.get_by_label("New password", exact=True).fill(password)
            self.page.get_by_label("New password again").fill(password)
            # What the browser knows of the length by itself is left out here.
            self.page.locator("form").first.evaluate("form => { form.noValidate = true; }")
            self.page.get_by_role("button", name="Save").click()
            expect(self.page.get_by_role("alert")).to_contain_text(reason)

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

    def test_who_gets_access_by_command_stands_in_the_audit_log(self) -> None:
        name, _ = self.person("made-by-command", "viewer")
        owner = self.open(DESKTOP, "owner")
        owner.goto("/audit")
        row = owner.get_by_role("row").filter(has_text=name).first
        expect(row).to_contain_text("set a user's password")
        expect(row).to_contain_text("command line")

    def test_every_act_stands_in_the_audit_log(self) -> None:
        page = self.open(DESKTOP, "owner")
        page.goto("/people")
        name = f"audited-{secrets.token_hex(4)}@example.org"
        page.get_by_label("Name or e-mail address").fill(name)
        page.get_by_role("button", name="Invite", exact=True).click()
        page.request.post("/people", form={"name": "unrecorded", "role": "owner"})
        page.goto("/audit")
        rows = page.get_by_role("row")
        expect(rows.nth(1)).to_contain_text("invite a user")
        expect(rows.nth(1)).to_contain_text("refused")
        expect(rows.nth(2)).to_contain_text(name)
        expect(rows.nth(2)).to_contain_text("invited as operator")
        expect(rows.nth(2)).to_contain_text("done")
        self.assertNotIn(PASSWORD, page.content())


class ActsElsewhereTests(PortalTest):
    def test_what_a_key_of_the_public_api_does_stands_beside_what_people_do(self) -> None:
        number = new_number()
        tenant = change("POST", "tenants", {"name": "By a key", "phoneNumberId": number})["id"]
        change("PATCH", f"tenants/{tenant}", {"status": "suspended"})
        change("PUT", f"tenants/{tenant}/credentials/whatsapp", {
            "type": "whatsapp", "accessToken": "token-that-nobody-sees", "wabaId": "200300400500600"})
        with self.assertRaises(urllib.error.HTTPError):
            change("PATCH", f"tenants/{tenant}", {"status": "asleep"})
        waba_genesys("keys", "rotate")
        owner = self.open(DESKTOP, "owner")
        owner.goto("/tenants/" + tenant)
        owner.get_by_role("button", name="Resume").click()
        expect(owner.get_by_role("button", name="Suspend")).to_be_visible()
        owner.goto("/audit?about=" + tenant)
        rows = owner.locator("tbody tr")
        key = "key " + hashlib.sha256(os.environ["ADMIN_API_KEY"].encode()).hexdigest()[:8]
        for row, (who, what, more, result) in zip(rows.all(), (
            ("owner", "change tenant", "status active", "done"), (key, "update tenant", "status asleep", "not possible"),
            (key, "store a credential", "accessToken", "done"), (key, "update tenant", "status suspended", "done"),
            (key, "create tenant", f"phoneNumberId {number}", "done"),
        ), strict=True):
            for text in (who, what, more, result):
                expect(row).to_contain_text(text)
        self.assertNotIn("token-that-nobody-sees", owner.content())
        owner.get_by_label("How").select_option("apiKey")
        owner.get_by_role("button", name="Filter").click()
        expect(rows).to_have_count(4)
        owner.goto("/audit?way=commandLine")
        expect(rows.filter(has_text="rotate the encryption keys").first).to_contain_text("command line")
        owner.goto(f"/audit?person={key.replace(' ', '%20')}&about={tenant}")
        expect(rows).to_have_count(4)
        self.look_everywhere(f"/audit?about={tenant}", "audit-acts")


class LookTests(PortalTest):
    def test_what_is_not_there_is_a_page_for_browsers_and_a_problem_document_for_programs(self) -> None:
        for options, suffix in ((DESKTOP, "light"), (DARK, "dark"), (PHONE, "phone")):
            page = self.open(options)
            self.assertEqual(page.goto("/no/such/page").status, 404)
            expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
            self.look(page, f"not-found-{suffix}")
        answer = self.page.request.get("/no/such/page", headers={"Accept": "application/json"})
        self.assertEqual((answer.status, answer.headers["content-type"]), (404, "application/problem+json"))
        self.assertEqual(self.page.goto("/sign-out").status, 405)
        expect(self.page.get_by_role("heading", level=1)).to_have_text("This is not a page to open")
        self.assertEqual(self.page.request.get("/metrics").status, 401)

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
