"""The commands of an administrator on the running system: tables, JSON, exit codes, replay, doctor."""

import json
import os
import secrets
import subprocess
import tempfile
import unittest
import uuid
from pathlib import Path

from organisation import Organisation, new_number
from relay import GATEWAY, META, Customer, api, eventually, simulator

RUN = Path(__file__).parents[2] / "Deploy/local/run.sh"


def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [os.environ["WABA_BINARY"], *arguments], input=stdin, capture_output=True, text=True, timeout=120,
        env=os.environ | environment, check=False)


def document(*arguments: str) -> dict:
    """What a command prints for programs; its exit code must be 0."""
    done = run(*arguments, "--format", "json")
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: {done.returncode} {done.stderr}")
    return json.loads(done.stdout)


class CommandLineTests(unittest.TestCase):
    def test_a_tenant_is_created_changed_suspended_and_shown(self) -> None:
        number = str(10**14 + secrets.randbelow(10**14))
        tenant = document("tenant", "create", "--name", "Café Line", "--phone-number-id", number)
        again = run("tenant", "create", "--name", "Another", "--phone-number-id", number)
        self.assertEqual(again.returncode, 1)
        self.assertIn(tenant["id"], again.stderr)
        self.assertEqual(document("tenant", "change", tenant["id"], "--name", "Café Lina")["name"], "Café Lina")
        self.assertEqual(document("tenant", "suspend", tenant["id"])["status"], "suspended")
        self.assertEqual(document("tenant", "list", "--search", number)["items"][0]["status"], "suspended")
        self.assertIn("Café Lina", run("tenant", "list", "--status", "suspended").stdout)
        secret = "client-secret-" + secrets.token_hex(8)
        stored = run("tenant", "put-credential", tenant["id"], "genesys", stdin=json.dumps({
            "region": "eu_central_1", "clientId": "0b7f3c52-4d1e-4f7a-8a53-2c9d6e1f0a77", "clientSecret": secret,
            "webhookSecret": "webhook-secret-" + secrets.token_hex(8)}))
        self.assertEqual(stored.returncode, 0, stored.stderr)
        shown = run("tenant", "show", tenant["id"]).stdout
        self.assertIn(secret[-4:], shown)
        self.assertNotIn(secret, shown)
        # What replaces it is tried first, and nobody at Genesys knows it.
        for command, body in (("put-credential", {
            "region": "eu_central_1", "clientId": "another", "clientSecret": "another-secret-1234",
            "webhookSecret": "webhook-secret-" + secrets.token_hex(8)}), ("change-credential", {"clientSecret": "another-secret-1234"})):
            refused = run("tenant", command, tenant["id"], "genesys", stdin=json.dumps(body))
            self.assertEqual((refused.returncode, refused.stdout), (1, ""))
            self.assertIn("left as it is", refused.stderr)
            self.assertIn("--store-anyway", refused.stderr)
            self.assertIn(secret[-4:], run("tenant", "show", tenant["id"]).stdout)
        renewed = run("tenant", "change-credential", tenant["id"], "genesys", stdin='{"renewWebhookSecret": true}')
        self.assertIn("previousWebhookSecret", renewed.stdout)
        stored = run("tenant", "change-credential", tenant["id"], "genesys", "--store-anyway", stdin='{"clientSecret": "stored-anyway-9876"}')
        self.assertEqual(stored.returncode, 0, stored.stderr)
        self.assertIn("…9876", stored.stdout)
        broken = run("tenant", "put-credential", tenant["id"], "genesys", stdin="{}")
        self.assertEqual(broken.returncode, 1)
        self.assertIn("clientId", broken.stderr)

    def test_a_further_number_is_added_changed_suspended_and_removed(self) -> None:
        numbers = [str(10**14 + secrets.randbelow(10**14)) for _ in range(2)]
        tenant = document("tenant", "create", "--name", "Café Line", "--phone-number-id", numbers[0])["id"]
        self.assertIn("no further number", run("tenant", "channels", "list", tenant).stdout)
        channel = document(
            "tenant", "channels", "add", tenant, "--name", "Sales", "--phone-number-id", numbers[1],
            "--display-number", "+1 555 0002000", "--integration", str(uuid.uuid4()))
        taken = run("tenant", "channels", "add", tenant, "--name", "Twice", "--phone-number-id", numbers[0])
        self.assertEqual(taken.returncode, 1)
        self.assertIn(f"phoneNumberId belongs to the tenant {tenant}", taken.stderr)
        own = (tenant, channel["id"])
        changed = document("tenant", "channels", "change", *own, "--name", "Returns", "--integration", "")
        self.assertEqual((changed["name"], changed.get("genesysIntegrationId")), ("Returns", None))
        self.assertEqual(document("tenant", "channels", "suspend", *own)["status"], "suspended")
        self.assertIn("suspended", run("tenant", "channels", "list", tenant).stdout)
        self.assertEqual(document("tenant", "channels", "resume", *own)["status"], "active")
        self.assertEqual(document("tenant", "channels", "remove", *own)["removed"], channel["id"])
        self.assertEqual(document("tenant", "channels", "list", tenant)["items"], [])

    def test_what_was_set_aside_is_shown_routed_again_and_discarded(self) -> None:
        number = str(10**14 + secrets.randbelow(10**14))
        simulator("PUT", f"{META}/simulator/numbers/{number}", {
            "wabaId": "200000000000001", "accessToken": "token-" + secrets.token_hex(12),
            "appSecret": os.environ["META_APP_SECRET"].split(",")[0], "callbackUrl": f"{GATEWAY}/webhooks/whatsapp"})
        simulator("POST", f"{META}/simulator/customer-messages", {
            "phoneNumberId": number, "customer": {"waId": "15550188002"}, "text": "Set aside"})
        listed = eventually("quarantine", lambda: document("quarantine", "list", "--addressee", number)["items"])
        update = listed[0]["id"]
        self.assertIn("unknownPhoneNumber", run("quarantine", "list", "--addressee", number).stdout)
        shown = run("quarantine", "show", update).stdout
        for text in ("unknownPhoneNumber", number, "Set aside"):
            self.assertIn(text, shown)
        self.assertEqual(document("quarantine", "replay", update)["results"][0]["result"], "replayed")
        again = run("quarantine", "replay", update)
        self.assertEqual(again.returncode, 1)
        self.assertIn("notOpen", again.stdout)
        # Still nobody's: it comes back.
        eventually("quarantine again", lambda: document("quarantine", "list", "--addressee", number)["items"])
        gone = document("quarantine", "discard", "--all", "--addressee", number, "--note", "A number of nobody")
        self.assertEqual({item["result"] for item in gone["results"]}, {"discarded"})
        self.assertIn("no quarantined update", run("quarantine", "list", "--addressee", number).stdout)

    def test_a_hold_is_listed_and_released(self) -> None:
        somebody = Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", f"Held {secrets.token_hex(2)}")
        somebody.writes("Please write to me")
        somebody.is_heard()
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")
        simulator("POST", f"{META}/simulator/faults", {
            "kind": "status", "operation": "sendMessage", "status": 401, "code": "190", "count": 1000})
        text = f"Held {secrets.token_hex(4)}"
        somebody.is_answered(text)
        tenant = somebody.tenant["id"]
        held = eventually("a hold", lambda: document("holds", "list", "--tenant", tenant)["items"])[0]
        self.assertEqual((held["state"], held["platform"]), ("parked", "whatsapp"))
        self.assertIn("parked", run("holds", "list").stdout)
        simulator("DELETE", f"{META}/simulator/faults")
        self.assertEqual(document("holds", "release", tenant, "--platform", "whatsapp")["released"], 1)
        eventually("delivery", lambda: text in somebody.received(), 30)
        eventually("no hold", lambda: "serve every tenant" in run("holds", "list", "--tenant", tenant).stdout, 30)

    def test_a_message_is_followed_and_a_dead_letter_replayed_once(self) -> None:
        somebody = Customer(f"1555{10**7 + secrets.randbelow(9 * 10**7)}", f"Lina {secrets.token_hex(2)}")
        somebody.writes("Hello from the line")
        mapping = somebody.conversation()
        self.assertEqual(document("conversation", "list", "--search", somebody.wa_id)["items"][0]["id"], mapping["id"])
        somebody.is_heard()
        message = somebody.messages()[0]
        for any_id in (mapping["id"], mapping["conversationId"], somebody.wa_id, f"+{somebody.wa_id}", message["id"], message["metaMessageId"]):
            self.assertIn("Hello from the line", run("conversation", "show", any_id).stdout, any_id)
        several = run("conversation", "show", "1555")
        self.assertEqual((several.returncode, several.stdout), (1, ""))
        self.assertIn("name one by its id", several.stderr)
        self.addCleanup(simulator, "DELETE", f"{META}/simulator/faults")
        simulator("POST", f"{META}/simulator/faults", {
            "kind": "status", "operation": "sendMessage", "status": 400, "code": "131009"})
        text = f"Refused {secrets.token_hex(4)}"
        somebody.is_answered(text)
        message = eventually("a refusal", lambda: next(
            (item for item in somebody.messages() if item["status"] == "dead_lettered"), None))
        trace = run("message", "trace", message["genesysMessageId"]).stdout
        for place in ("genesys-webhook-service", "outbound-transformer", "whatsapp-api-service", "131009"):
            self.assertIn(place, trace)
        letter = document("message", "trace", message["id"])["deadLetters"][0]["id"]
        self.assertIn(letter, run("dead-letters", "list", "--code", "131009").stdout)
        self.assertIn("131009", run("dead-letters", "causes").stdout)
        self.assertIn(text, run("dead-letters", "show", letter).stdout)
        self.assertEqual(document("replay", letter)["results"][0]["result"], "replayed")
        eventually("delivery", lambda: text in somebody.received())
        again = run("replay", letter)
        self.assertEqual(again.returncode, 1)
        self.assertIn("notOpen", again.stdout)
        self.assertEqual(somebody.received().count(text), 1)
        replays = document("audit", "--about", letter, "--way", "apiKey")["items"]
        self.assertEqual([(item["operation"], item["status"]) for item in replays], [("replayDeadLetters", 200)] * 2)

    def test_what_is_wrong_is_said_on_standard_error(self) -> None:
        for arguments, code, text in (
            (("replay",), 64, "--all"), (("message", "trace", "of-nothing"), 1, "no message has this id"),
            (("tenant", "show", "no-id"), 1, "tenantId"),
            (("tenant", "create", "--name", "Books", "--phone-number-id", "abc"), 1, "digits only, for example 1"),
            (("tenant", "create", "--name", "Books", "--phone-number-id", new_number(), "--integration", "support"), 1,
             "/genesysIntegrationId: as Genesys Cloud shows it, for example 5d0c7b6a"), (("quarantine", "discard", "--all"), 64, "note"),
            (("dead-letters", "discard", "--all"), 64, "note"), (("conversation", "show", "of-nobody"), 1, "no conversation has of-nobody"),
            (("holds", "release", str(uuid.uuid4())), 1, "there is no tenant"), (("portal-user", "unlock", "of-nobody"), 1, "there is no user"),
        ):
            with self.subTest(arguments):
                done = run(*arguments)
                self.assertEqual((done.returncode, done.stdout), (code, ""))
                self.assertIn(text, done.stderr)
        refused = run("tenant", "list", ADMIN_API_KEY=secrets.token_hex(20))
        self.assertEqual(refused.returncode, 1)
        self.assertIn("ADMIN_API_KEY", refused.stderr)
        away = run("tenant", "list", API_GATEWAY_URL="http://127.0.0.1:1")
        self.assertEqual(away.returncode, 1)
        self.assertIn("API_GATEWAY_URL", away.stderr)
        self.assertEqual(run("tenant", "list", ADMIN_API_KEY="").returncode, 78)

    def test_what_is_wrong_in_the_environment_is_said_before_anything_is_built(self) -> None:
        # META_APP_SECRET is missing too, so that nothing is ever built or started.
        key = "c3RhbmRpbmcgb24gdGhlIHNob3VsZGVycyBvZiBnaWE="
        with tempfile.TemporaryDirectory() as folder:
            for name, value, text in (
                ("LOG_LEVEL", "loud", "LOG_LEVEL: is none of trace,"),
                ("ENCRYPTION_KEYS", "abc", "key 1 does not begin with an id and a colon"),
                ("ENCRYPTION_KEYS", "a:QUJD", "key 1 is not the base64 of 32 bytes"),
                ("ENCRYPTION_KEYS", f"a:{key},a:{key}", "key 2 has the id of another one"),
                ("ENCRYPTION_KEYS", f"a:{key},b:{key}", None),
                ("ADMIN_API_KEY", "short", "ADMIN_API_KEY: is too short"),
                ("PUBLIC_BASE_URL", "relay.example", "PUBLIC_BASE_URL: is no plain address"),
                ("META_NUMBER_MESSAGES_PER_SECOND", "many", "META_NUMBER_MESSAGES_PER_SECOND: is no number"),
            ):
                with self.subTest(name=name, value=value):
                    done = subprocess.run(
                        [RUN, "up"], capture_output=True, text=True, timeout=60, check=False,
                        env={"PATH": os.environ["PATH"], "WABA_LOCAL_DIR": folder, name: value})
                    self.assertEqual(done.returncode, 1)
                    self.assertIn("META_APP_SECRET: is missing", done.stderr)
                    self.assertIn(text or "", done.stderr)
                    self.assertEqual(name in done.stderr, text is not None)
                    self.assertNotIn(key, done.stderr)

    def test_doctor_passes_where_all_is_well_and_fails_where_it_is_not(self) -> None:
        demo = Customer("15550000000", "Nobody").tenant
        found = document("doctor", "--tenant", demo["id"])
        checks = [check for group in found["groups"] for check in group["checks"]]
        self.assertGreaterEqual(len(checks), 40)
        self.assertEqual([check for check in checks if check["outcome"] == "failed"], [])
        away = run("doctor", "--without-tenants", TENANT_SERVICE_URL="http://127.0.0.1:1")
        self.assertEqual(away.returncode, 1)
        self.assertIn("✗ tenant-service", away.stdout)
        self.assertIn("→", away.stdout)
        database = run("doctor", "--without-tenants", DATABASE_URL="postgres://nobody:no@127.0.0.1:1/none")
        self.assertEqual(database.returncode, 1)
        self.assertIn("✗ PostgreSQL", database.stdout)
        self.assertNotIn("nobody:no", database.stdout)
        skipped = run("doctor", "--without-tenants", S3_ENDPOINT="")
        self.assertIn("S3_ENDPOINT is not set here", skipped.stdout)

    def test_a_tenant_is_onboarded_without_the_portal(self) -> None:
        organisation = Organisation()
        organisation.exists_at_the_platforms()
        tenant = document("tenant", "create", "--name", organisation.name, "--phone-number-id", organisation.number)["id"]
        for platform, credential in (
            ("whatsapp", {"accessToken": organisation.token, "wabaId": organisation.waba, "appSecret": organisation.app_secret,
                          "verifyToken": "verify-" + secrets.token_hex(8)}),
            ("genesys", {"region": "eu_central_1", "clientId": organisation.client, "clientSecret": organisation.client_secret}),
        ):
            stored = run("tenant", "change-credential", tenant, platform, stdin=json.dumps(credential))
            self.assertEqual(stored.returncode, 0, stored.stderr)
        self.assertEqual(len(document("tenant", "integrations", tenant)["items"]), 1)
        early = run("tenant", "send-test", tenant, "--customer", "+1 555 0177001", "--from", "agent")
        self.assertEqual(early.returncode, 1)
        self.assertIn("Connect an integration first", early.stderr)
        integration = document("tenant", "connect", tenant, "--name", f"WhatsApp {organisation.name}")["id"]
        self.assertEqual(document("tenant", "connect", tenant, "--name", f"WhatsApp {organisation.name}")["id"], integration)
        self.assertTrue(document("tenant", "subscribe", tenant)["subscribed"])
        customer = f"1555{10**7 + secrets.randbelow(9 * 10**7)}"
        wrong = run("tenant", "send-test", tenant, "--customer", "nobody", "--from", "customer")
        self.assertIn("7 to 15 digits", wrong.stderr)
        for sender, text in (("customer", "Is anybody there?"), ("agent", "Yes.")):
            sent = run("tenant", "send-test", tenant, "--customer", f"+{customer}", "--from", sender, "--text", text)
            self.assertEqual(sent.returncode, 0, sent.stderr)
            eventually(text, lambda text=text: any(
                text in line and " delivered " in line for line in run("conversation", "show", customer).stdout.splitlines()))
        found = run("doctor", "--tenant", tenant)
        self.assertEqual(found.returncode, 0, found.stdout)
        # All of it stands in the log, by the key or by command.
        acts = [(item["way"], item["operation"], item.get("status")) for item in document("audit", "--about", tenant)["items"]]
        for act in (
            ("apiKey", "createTenant", 201), ("apiKey", "patchCredential", 200), ("commandLine", "connectIntegration", 200),
            ("commandLine", "subscribeWebhooks", 200), ("commandLine", "sendTestMessage", 400), ("commandLine", "sendTestMessage", 200),
        ):
            self.assertIn(act, acts)
        self.assertIn("connectIntegration", run("audit", "--way", "commandLine", "--who", "command line").stdout)
        self.assertIn("no entry is like that", run("audit", "--about", "of-nothing-at-all").stdout)

    def test_a_user_is_kept_out_and_let_in_again_but_never_the_last_owner(self) -> None:
        name = f"user-{secrets.token_hex(4)}"
        self.assertIn("/invitations/", run("portal-user", "invite", name).stdout)
        for command, state in (("disable", "disabled"), ("enable", "invited")):
            self.assertEqual(run("portal-user", command, name).returncode, 0)
            states = {user["name"]: user["state"] for user in document("portal-user", "list")["items"]}
            self.assertEqual(states[name], state)
        # Other tests may have made owners; whoever is the last one stays.
        self.assertEqual(run("portal-user", "disable", "nobody-of-that-name").returncode, 1)

    def test_users_of_the_portal_are_listed_for_people_and_programs(self) -> None:
        self.assertIn({"name": "owner", "role": "owner", "state": "active"}, [
            {name: user[name] for name in ("name", "role", "state")} for user in document("portal-user", "list")["items"]])
        lines = run("portal-user", "list").stdout.splitlines()
        self.assertEqual(lines[0].split()[:3], ["name", "role", "state"])

    def test_keys_are_rotated_as_often_as_one_likes(self) -> None:
        first = document("keys", "rotate")
        self.assertEqual(first["skipped"], 0)
        self.assertEqual(document("keys", "rotate"), {"rotated": 0, "current": first["rotated"] + first["current"], "skipped": 0})
        self.assertGreater(len(api("tenants")["items"]), 0)


if __name__ == "__main__":
    unittest.main()
