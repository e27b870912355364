"""An organisation as it is before onboarding: numbers at Meta, an OAuth client at Genesys."""

import secrets

from relay import GATEWAY, GENESYS, META, change, simulator


def new_number() -> str:
    return str(10**14 + secrets.randbelow(10**14))


class Organisation:
    """What an administrator has before onboarding: a number at Meta, an OAuth client at Genesys."""

    def __init__(self) -> None:
        self.name = f"Café Zoë {secrets.token_hex(3)}"
        self.number = new_number()
        self.waba = new_number()
        self.token = "token-" + secrets.token_hex(16)
        self.app_secret = "app-secret-" + secrets.token_hex(8)
        self.client = f"{secrets.token_hex(4)}-aaaa-4bbb-8ccc-{secrets.token_hex(6)}"
        self.client_secret = "client-secret-" + secrets.token_hex(8)

    def exists_at_the_platforms(self) -> None:
        self.has_number(self.number, f"{GATEWAY}/webhooks/whatsapp")
        # An integration of something else makes the OAuth client known.
        simulator("PUT", f"{GENESYS}/simulator/integrations/{secrets.token_hex(4)}-0000-4000-8000-{secrets.token_hex(6)}", {
            "name": "Another integration", "clientId": self.client, "clientSecret": self.client_secret,
            "webhookUrl": f"{GATEWAY}/somewhere/else", "webhookSecret": "another-secret-" + secrets.token_hex(8)})

    def has_number(self, number: str, callback: str, waba: str | None = None) -> None:
        """Meta knows the number, which the organisation's token may send from."""
        simulator("PUT", f"{META}/simulator/numbers/{number}", {
            "wabaId": waba or self.waba, "displayPhoneNumber": "15550002000", "accessToken": self.token,
            "appSecret": self.app_secret, "callbackUrl": callback})

    def is_onboarded(self) -> dict:
        """Makes the tenant through the public API, with credentials and without integration."""
        tenant = change("POST", "tenants", {"name": self.name, "phoneNumberId": self.number})
        change("PUT", f"tenants/{tenant['id']}/credentials/whatsapp", {
            "type": "whatsapp", "accessToken": self.token, "wabaId": self.waba, "appSecret": self.app_secret,
            "verifyToken": "verify-" + secrets.token_hex(8)})
        change("PUT", f"tenants/{tenant['id']}/credentials/genesys", {
            "type": "genesys", "region": "eu_central_1", "clientId": self.client, "clientSecret": self.client_secret,
            "webhookSecret": "webhook-secret-" + secrets.token_hex(8)})
        return tenant
