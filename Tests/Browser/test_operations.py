"""Operations: figures and charts, dead letters and quarantine replayed and discarded, who may, the API reference."""

import os
import re
import secrets
import unittest

from playwright.sync_api import expect

from portal import DESKTOP, PORTAL, PortalTest
from relay import GATEWAY, META, Customer, api, eventually, simulator


def refused(text: str) -> tuple[Customer, dict]:
    """An agent's answer that WhatsApp refuses for good, and its dead letter."""
    somebody = Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", f"Mary {secrets.token_hex(2)}")
    somebody.writes("Please write to me")
    somebody.is_heard()
    simulator("POST", f"{META}/simulator/faults", {
        "kind": "status", "operation": "sendMessage", "status": 400, "code": "131009"})
    somebody.is_answered(text)
    message = eventually("a refusal", lambda: next(
        (item for item in somebody.messages() if item["status"] == "dead_lettered"), None))
    letters = api("dead-letters", state="open")["items"]
    return somebody, next(letter for letter in letters if letter.get("trackingId") == message["id"])


class OperationsTests(PortalTest):
    def test_figures_and_charts_move_by_themselves(self) -> None:
        page = self.open(DESKTOP, "owner")
        with page.expect_response("**/operations/figures") as answer:
            page.goto("/operations")
        figures = answer.value.json()
        self.assertGreater(len(figures["samples"]), 0)
        expect(page.locator("#services .state-bad")).to_have_count(0)
        expect(page.locator("#services li")).to_have_count(10)
        expect(page.locator("#queues tbody tr").filter(has_text="inbound.messages")).to_contain_text("flowing")
        expect(page.get_by_role("img", name=re.compile("Messages a minute: now"))).to_be_visible()
        before = figures["samples"][-1]["at"]
        later = eventually("another sample", lambda: [
            sample for sample in page.request.get("/operations/figures").json()["samples"] if sample["at"] > before], 30)
        self.assertGreater(len(later), 0)
        self.look_everywhere("/operations", "operations", shows="canvas[aria-label*=now]")

    def test_the_reference_of_all_contracts_is_one_link_away(self) -> None:
        page = self.open(DESKTOP, "owner")
        page.goto("/operations")
        page.get_by_role("link", name="API reference of all contracts").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.get_by_role("navigation").get_by_role("link", name=re.compile("state-manager")).first.click()
        expect(page.get_by_text("listDeadLetters").first).to_be_visible()
        # A short page: those of large contracts are longer than a picture may be.
        page.get_by_role("navigation").get_by_role("link", name=re.compile("auth-service")).first.click()
        expect(page.get_by_text("getGenesysToken").first).to_be_visible()
        self.look_everywhere(re.sub(r"^https?://[^/]+|#.*$", "", page.url), "reference")
        self.assertEqual(self.page.request.get("/reference/index.html", max_redirects=0).status, 303)
        self.assertIn(page.goto("/reference/..%2f..%2fetc%2fpasswd").status, (400, 404))


class DeadLetterTests(PortalTest):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")

    def test_a_dead_letter_is_looked_at_and_replayed_once(self) -> None:
        text = f"Your order {secrets.token_hex(4)} is ready."
        somebody, letter = refused(text)
        page = self.open(DESKTOP, "owner")
        page.goto("/dead-letters?code=131009")
        self.look(page, "dead-letters")
        page.goto(f"/dead-letters/{letter['id']}")
        expect(page.locator("pre").first).to_contain_text(text)
        self.look_everywhere(f"/dead-letters/{letter['id']}", "dead-letter")
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_role("status").filter(has_text="1 replayed.")).to_be_visible()
        eventually("delivery", lambda: text in somebody.received())
        # The same form again, as from a page that was left open.
        token = page.locator("input[name=csrfToken]").first.input_value()
        again = page.request.post(
            "/dead-letters/replay", form={"csrfToken": token, "ids": letter["id"]},
            headers={"Origin": PORTAL, "Sec-Fetch-Site": "same-origin"}, max_redirects=0)
        self.assertIn("replayed=0&unchanged=1", again.headers["location"])
        page.goto(again.headers["location"])
        expect(page.get_by_role("status")).to_contain_text("1 left as they were")
        somebody.is_answered("Afterwards")
        eventually("the next answer", lambda: "Afterwards" in somebody.received())
        self.assertEqual(somebody.received().count(text), 1)

    def test_many_are_replayed_at_once_and_many_discarded_with_a_note(self) -> None:
        texts = [f"Many {secrets.token_hex(4)}" for _ in range(4)]
        letters = [refused(text) for text in texts]
        page = self.open(DESKTOP, "owner")
        page.goto("/dead-letters?code=131009")
        for _, letter in letters[:2]:
            page.locator(f"input[name=ids][value='{letter['id']}']").check()
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_role("status").filter(has_text="2 replayed.")).to_be_visible()
        for (somebody, _), text in list(zip(letters, texts))[:2]:
            eventually("delivery", lambda: text in somebody.received())

        page.goto("/dead-letters?code=131009")
        for _, letter in letters[2:]:
            page.locator(f"input[name=ids][value='{letter['id']}']").check()
        questions: list[str] = []
        page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))
        page.get_by_role("button", name="Discard").click()
        # Without a note nothing is sent, and nobody is asked.
        self.assertEqual(questions, [])
        # Earlier runs on the same database have notes of their own.
        note = f"Sent by hand {secrets.token_hex(4)}"
        page.get_by_label("Note, to discard").fill(note)
        page.get_by_role("button", name="Discard").click()
        expect(page.get_by_role("status").filter(has_text="2 discarded.")).to_be_visible()
        self.assertEqual(len(questions), 1)
        for _, letter in letters[2:]:
            page.goto(f"/dead-letters/{letter['id']}")
            expect(page.get_by_role("heading", level=1)).to_contain_text("discarded")
            expect(page.get_by_text(note)).to_be_visible()
        page.goto("/audit")
        expect(page.get_by_role("row").filter(has_text=f"discarded 2, unchanged 0: {note}")).to_have_count(1)

    def test_without_scripts_everything_works_too(self) -> None:
        text = f"Plain {secrets.token_hex(4)}"
        somebody, letter = refused(text)
        _, other = refused(f"Plain {secrets.token_hex(4)}")
        page = self.open(DESKTOP | {"java_script_enabled": False}, "owner")
        page.goto("/dead-letters?code=131009")
        page.locator(f"input[name=ids][value='{other['id']}']").check()
        page.get_by_role("button", name="Discard").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A note is needed")
        page.goto("/dead-letters?code=131009")
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is selected")
        page.goto(f"/dead-letters/{letter['id']}")
        page.get_by_role("button", name="Replay").click()
        expect(page.get_by_text("1 replayed.")).to_be_visible()
        eventually("delivery", lambda: text in somebody.received())
        page.goto(f"/conversations/{somebody.conversation()['id']}")
        expect(page.locator(".bubble-row").filter(has_text=text)).to_be_visible()
        page.goto("/operations")
        expect(page.get_by_text("Charts need scripts; the figures above do not.")).to_be_visible()
        expect(page.locator("#queues tbody tr").first).to_be_visible()

    def test_a_viewer_looks_and_changes_nothing(self) -> None:
        _, letter = refused(f"Viewed {secrets.token_hex(4)}")
        name, password = self.person("looks-at-letters", "viewer")
        page = self.open(DESKTOP, name, password)
        page.goto(f"/dead-letters/{letter['id']}")
        expect(page.get_by_role("button", name=re.compile("Replay|Discard"))).to_have_count(0)
        page.goto("/dead-letters")
        expect(page.locator("input[type=checkbox]")).to_have_count(0)
        token = page.locator("input[name=csrfToken]").first.input_value()
        own = {"Origin": PORTAL, "Sec-Fetch-Site": "same-origin"}
        for path, form in (
            ("/dead-letters/replay", {"ids": letter["id"]}),
            ("/dead-letters/discard", {"ids": letter["id"], "note": "smuggled"}),
            ("/quarantine/replay", {"scope": "matching"}),
        ):
            answer = page.request.post(path, form=form | {"csrfToken": token}, headers=own)
            self.assertEqual(answer.status, 403, path)
        owner = self.open(DESKTOP, "owner")
        owner.goto("/dead-letters")
        own_token = owner.locator("input[name=csrfToken]").first.input_value()
        forged = owner.request.post(
            "/dead-letters/replay", form={"ids": letter["id"], "csrfToken": own_token},
            headers={"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"})
        self.assertEqual(forged.status, 403)
        for form in ({}, {"ids": "no-id"}):
            answer = owner.request.post("/dead-letters/replay", form=form | {"csrfToken": own_token}, headers=own)
            self.assertEqual(answer.status, 400)
        self.assertEqual(api(f"dead-letters/{letter['id']}")["record"]["state"], "open")
        self.look_everywhere("/dead-letters", "dead-letters")


class QuarantineTests(PortalTest):
    def test_an_update_for_an_unknown_number_waits_and_is_discarded(self) -> None:
        number = str(10**14 + secrets.randbelow(10**14))
        simulator("PUT", f"{META}/simulator/numbers/{number}", {
            "wabaId": "200000000000001", "accessToken": "token-" + secrets.token_hex(12),
            "appSecret": os.environ["META_APP_SECRET"].split(",")[0], "callbackUrl": f"{GATEWAY}/webhooks/whatsapp"})
        simulator("POST", f"{META}/simulator/customer-messages", {
            "phoneNumberId": number, "customer": {"waId": "15550188001", "displayName": "Nobody's"}, "text": "Anyone?"})
        eventually("quarantine", lambda: api("quarantine", addressee=number)["items"])
        page = self.open(DESKTOP, "owner")
        page.goto(f"/quarantine?addressee={number}")
        page.get_by_role("link", name="no tenant has this number").click()
        expect(page.locator("pre")).to_contain_text("Anyone?")
        self.look_everywhere(re.sub(r"^https?://[^/]+", "", page.url), "quarantined-update")
        page.get_by_role("button", name="Route again").click()
        expect(page.get_by_role("status").filter(has_text="1 replayed.")).to_be_visible()
        # Still nobody's: it comes back.
        eventually("quarantine again", lambda: api("quarantine", addressee=number, state="open")["items"])
        self.look_everywhere("/quarantine?state=all", "quarantine")
        page.goto(f"/quarantine?addressee={number}")
        page.get_by_label("With", exact=True).select_option("matching")
        page.get_by_label("Note, to discard").fill("A number of nobody")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Discard").click()
        expect(page.get_by_role("status").filter(has_text="discarded.")).to_be_visible()
        self.assertEqual(api("quarantine", addressee=number, state="open")["items"], [])


if __name__ == "__main__":
    unittest.main()
