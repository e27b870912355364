"""Every connection check: broken in one place, it fails for that cause alone, with a remedy, and its neighbours pass."""

import base64
import json
import os
import secrets
import time
import unittest
import urllib.error
import urllib.request
import uuid

from organisation import Organisation
from relay import GATEWAY, GENESYS, META, change, simulator
from rewriting import Rewrite, Rewriter, beside, but, data_but, refusal

NODE = r"/v[0-9.]+/{number}\?"
POSTED = r"/webhooks/[a-z]+/[^?]+$"
INTEGRATION = r"/integrations/open/{integration}(\?|$)"


class CheckTests(unittest.TestCase):
    """A tenant that is wholly connected, and services beside the running ones that see changed platforms."""

    @classmethod
    def setUpClass(cls) -> None:
        cls.meta, cls.genesys, cls.public = Rewriter(META), Rewriter(GENESYS), Rewriter(GATEWAY)
        for rewriter in (cls.meta, cls.genesys, cls.public):
            cls.addClassCleanup(rewriter.close)
        cls.organisation = Organisation()
        cls.organisation.exists_at_the_platforms()
        cls.tenant = cls.organisation.is_onboarded()["id"]
        cls.integration = str(uuid.uuid4())
        secret = "webhook-secret-" + secrets.token_hex(8)
        simulator("PUT", f"{GENESYS}/simulator/integrations/{cls.integration}", {
            "name": "Checked", "clientId": cls.organisation.client, "clientSecret": cls.organisation.client_secret,
            "webhookUrl": f"{GATEWAY}/webhooks/genesys/{cls.tenant}", "webhookSecret": secret})
        change("PATCH", f"tenants/{cls.tenant}", {"genesysIntegrationId": cls.integration})
        change("PATCH", f"tenants/{cls.tenant}/credentials/genesys", {
            "webhookSecret": secret, "apiBaseUrl": cls.genesys.url, "loginBaseUrl": cls.genesys.url})
        # The simulator binds no message flow.
        cls.genesys.always = {"/message/recipients/": but(flow={"id": str(uuid.uuid4()), "name": "Messages"})}
        cls.whatsapp_api = cls.enterClassContext(beside("whatsapp-api-service", META_GRAPH_BASE_URL=cls.meta.url))

    def check(self, service: str, tenant: str | None = None) -> dict[str, dict]:
        """The checks that a service runs, by name."""
        query = f"?integrationId={self.integration}" if tenant is None and service == os.environ["GENESYS_API_SERVICE_URL"] else ""
        request = urllib.request.Request(
            f"{service}/internal/tenants/{tenant or self.tenant}/checks{query}", method="POST",
            headers={"Authorization": f"Bearer {os.environ['INTERNAL_API_TOKEN']}"})
        for _ in range(50):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return {item["check"]: item for item in json.loads(answer.read())["items"]}
            except urllib.error.HTTPError as error:
                # What has just started connects to its servers first.
                if error.code != 503:
                    raise
                time.sleep(0.2)
        raise AssertionError(f"{service} gives no report")

    def fails(self, found: dict[str, dict], outcome: str, cause: str, *checks: str, skipped: tuple[str, ...] = ()) -> None:
        """These and no others do not pass; the first says why, and each what to do."""
        outcomes = {name: item["outcome"] for name, item in found.items() if item["outcome"] != "passed"}
        self.assertEqual(outcomes, dict.fromkeys(checks, outcome) | dict.fromkeys(skipped, "skipped"), found)
        self.assertIn(cause, found[checks[0]]["cause"])
        for name in checks:
            self.assertGreater(len(found[name]["remedy"]), 20)
        for name in skipped:
            self.assertIn("cause", found[name])

    def test_all_is_well_before_anything_is_broken(self) -> None:
        services = [os.environ[name] for name in (
            "TENANT_SERVICE_URL", "GENESYS_API_SERVICE_URL", "WHATSAPP_WEBHOOK_SERVICE_URL", "GENESYS_WEBHOOK_SERVICE_URL")]
        found = [item for service in (*services, self.whatsapp_api) for item in self.check(service).values()]
        self.assertEqual(len(found), 31)
        self.assertEqual([item for item in found if item["outcome"] != "passed"], [])

    def test_what_meta_says(self) -> None:
        soon = int(time.time()) + 3 * 86_400 + 3_600
        scopes = ["whatsapp_business_messaging"]
        foreign = [{"scope": "whatsapp_business_management", "target_ids": ["1"]}]
        token = ("whatsAppTokenExpiry", "whatsAppTokenScopes", "whatsAppTokenAccount")
        number = ("phoneNumberConnected", "phoneNumberQuality", "whatsAppCallback")
        elsewhere = {"application": "https://elsewhere.example/hook"}
        cases: list[tuple[str, Rewrite, str, str, tuple[str, ...], tuple[str, ...]]] = [
            ("debug_token", refusal(400, 190), "failed", "refuses the token", ("whatsAppTokenValid",), token),
            ("debug_token", data_but(is_valid=False), "failed", "not valid", ("whatsAppTokenValid",), token),
            ("debug_token", data_but(expires_at=soon), "warning", "in 3 days", ("whatsAppTokenExpiry",), ()),
            ("debug_token", data_but(scopes=scopes), "failed", "lacks whatsapp_business_management", ("whatsAppTokenScopes",), ()),
            ("debug_token", data_but(granular_scopes=foreign), "failed", "other business accounts", ("whatsAppTokenAccount",), ()),
            (NODE, refusal(400, 100), "failed", "no such object", ("phoneNumberReadable",), number),
            (NODE, but(status="PENDING"), "failed", "status is PENDING", ("phoneNumberConnected",), ()),
            (NODE, but(quality_rating="RED"), "warning", "RED", ("phoneNumberQuality",), ()),
            (NODE, but(webhook_configuration=elsewhere), "failed", "elsewhere.example", ("whatsAppCallback",), ()),
            ("/phone_numbers", but(data=[]), "failed", "no number with this id", ("phoneNumberOwned",), ()),
            ("/subscribed_apps", but(data=[]), "failed", "No app is subscribed", ("whatsAppSubscription",), ()),
            ("/subscribed_apps", refusal(403, 200), "failed", "lacks a permission", ("whatsAppSubscription",), ()),
        ]
        for path, rewrite, outcome, cause, checks, skipped in cases:
            with self.subTest(check=checks[0], cause=cause):
                with self.meta.rewriting({path.replace("{number}", self.organisation.number): rewrite}):
                    self.fails(self.check(self.whatsapp_api), outcome, cause, *checks, skipped=skipped)

    def test_what_genesys_says(self) -> None:
        service = os.environ["GENESYS_API_SERVICE_URL"]
        of_integration = (
            "integrationActive", "integrationWebhookAddress", "integrationSignatureSecret", "integrationSupportedContent",
            "integrationMessageFlow")
        no_media = but(mediaTypes={"allow": {"inbound": [], "outbound": []}})

        def answered(status: int) -> Rewrite:
            return lambda *_: (status, {"status": status, "code": "refused", "message": "refused"})

        cases: list[tuple[str, Rewrite, str, str, tuple[str, ...], tuple[str, ...]]] = [
            ("/tokens/me", answered(403), "failed", "", ("genesysTokenAccepted",), ()),
            (INTEGRATION, answered(404), "failed", "", ("integrationReadable",), of_integration),
            (INTEGRATION, but(createStatus="Initiated"), "failed", "Initiated", ("integrationActive",), ()),
            (INTEGRATION, but(outboundNotificationWebhookUrl="https://elsewhere.example/hook"), "failed", "elsewhere.example",
             ("integrationWebhookAddress",), ()),
            (INTEGRATION, but(outboundNotificationWebhookSignatureSecretToken="another-secret-of-somebody"), "failed",
             "another secret", ("integrationSignatureSecret",), ()),
            ("/supportedcontent", no_media, "warning", "allows no media", ("integrationSupportedContent",), ()),
            ("/message/recipients/", but(flow=None), "warning", "No inbound message flow", ("integrationMessageFlow",), ()),
        ]
        for path, rewrite, outcome, cause, checks, skipped in cases:
            with self.subTest(check=checks[0], cause=cause):
                with self.genesys.rewriting({path.replace("{integration}", self.integration): rewrite}):
                    self.fails(self.check(service), outcome, cause, *checks, skipped=skipped)
        right = {"clientSecret": self.organisation.client_secret}
        with self.subTest("a secret that is not the client's"):
            self.addCleanup(change, "PATCH", f"tenants/{self.tenant}/credentials/genesys", right)
            change("PATCH", f"tenants/{self.tenant}/credentials/genesys?storeAnyway=true", {"clientSecret": "wrong-secret"})
            self.fails(self.check(service), "failed", "no token", "genesysTokenGranted",
                       skipped=("genesysTokenAccepted", "integrationReadable", *of_integration))

    def test_what_the_public_address_answers(self) -> None:
        whatsapp = ("whatsAppWebhookReachable", "whatsAppSignatureAccepted", "whatsAppForgeryRefused", "whatsAppVerifyTokenGuarded")
        genesys = ("genesysSignatureAccepted", "genesysForgeryRefused")
        for service, all_of_it, forged, signed in (
            ("whatsapp-webhook-service", whatsapp, whatsapp[2:3], whatsapp[1:2]),
            ("genesys-webhook-service", genesys, genesys[1:], genesys[:1]),
        ):
            with self.subTest(service), beside(service, PUBLIC_BASE_URL=self.public.url) as address:
                self.assertEqual({item["outcome"] for item in self.check(address).values()}, {"passed"})
                with self.public.rewriting({"/webhooks/": lambda *_: (503, {"busy": True})}):
                    self.fails(self.check(address), "failed", "503", *all_of_it)
                # As if every signature were believed, and as if none were. (A probe is malformed: 400 once it is believed.)
                with self.public.rewriting({POSTED: lambda *_: (400, {"believed": True})}):
                    self.fails(self.check(address), "failed", "A forged webhook was accepted", *forged)
                with self.public.rewriting({POSTED: lambda *_: (401, {"believed": False})}):
                    self.fails(self.check(address), "failed", "refuses the signature", *signed)
                if service == "whatsapp-webhook-service":
                    told = {"hub.challenge": lambda status, answer: (200, {"any": "token"}) if status == 403 else (status, answer)}
                    with self.public.rewriting(told):
                        self.fails(self.check(address), "failed", "answered 200", "whatsAppVerifyTokenGuarded")

    def test_where_files_are_stored(self) -> None:
        with beside("whatsapp-webhook-service", S3_PUBLIC_ENDPOINT="http://127.0.0.1:1") as address:
            self.fails(self.check(address), "failed", "presigned link", "mediaStorage")

    def test_what_is_stored_of_a_tenant(self) -> None:
        service = os.environ["TENANT_SERVICE_URL"]
        bare = Organisation()
        empty = change("POST", "tenants", {"name": bare.name, "phoneNumberId": bare.number})["id"]
        self.fails(self.check(service, empty), "failed", "Nothing is stored", "whatsAppCredentialStored", "genesysCredentialStored",
                   "integrationChosen", skipped=("credentialKeyCurrent",))
        found = self.check(self.whatsapp_api, empty)
        self.assertEqual({item["outcome"] for item in found.values()}, {"failed", "skipped"})
        self.assertIn("Enter the WhatsApp credential", found["whatsAppTokenAvailable"]["remedy"])
        self.addCleanup(change, "PATCH", f"tenants/{self.tenant}", {"status": "active"})
        change("PATCH", f"tenants/{self.tenant}", {"status": "suspended"})
        self.fails(self.check(service), "failed", "suspended", "tenantActive")
        change("PATCH", f"tenants/{self.tenant}", {"status": "active"})
        key = "next:" + base64.b64encode(secrets.token_bytes(32)).decode()
        with beside("tenant-service", ENCRYPTION_KEYS=f"{key},{os.environ['ENCRYPTION_KEYS']}") as address:
            self.fails(self.check(address), "warning", "older key", "credentialKeyCurrent")


if __name__ == "__main__":
    unittest.main()
