"""The relay as the tests drive it from outside: simulators, public API, the demo tenant."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import TypeVar

META = os.environ["META_SIMULATOR_URL"]
GENESYS = os.environ["GENESYS_SIMULATOR_URL"]
GATEWAY = os.environ["API_GATEWAY_URL"]

Value = TypeVar("Value")


def simulator(method: str, url: str, body: dict | None = None) -> bytes:
    """Sets up or drives a simulator."""
    request = urllib.request.Request(
        url, method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


def put_file(platform: str, account: str, mime: str, content: bytes) -> dict:
    """Puts a file where a customer (Meta) or an agent (Genesys) sends it from."""
    query = urllib.parse.urlencode({"account": account, "mime": mime})
    request = urllib.request.Request(
        f"{platform}/simulator/files?{query}", method="POST", data=content,
        headers={"Content-Type": "application/octet-stream"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def api(path: str, **query: str) -> dict:
    """Reads from the public API."""
    address = f"{GATEWAY}/api/v1/{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {os.environ['ADMIN_API_KEY']}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def change(method: str, path: str, body: dict | None = None) -> dict:
    """Changes something through the public API."""
    request = urllib.request.Request(
        f"{GATEWAY}/api/v1/{path}", method=method, data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['ADMIN_API_KEY']}",
            "Content-Type": "application/merge-patch+json" if method == "PATCH" else "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read() or b"{}")


def eventually(what: str, look: Callable[[], Value | None], seconds: float = 60) -> Value:
    """Looks again and again until there is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = look()
        if value:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds} s")


class Customer:
    """Somebody who writes to the demo tenant."""

    def __init__(self, wa_id: str, name: str) -> None:
        self.wa_id = wa_id
        self.name = name
        tenants = api("tenants", limit="100")["items"]
        # The first one ever made is that of the demo.
        self.tenant = next(tenant for tenant in reversed(tenants) if tenant.get("genesysIntegrationId"))

    def writes(self, text: str) -> None:
        self.sends({"text": text})

    def sends(self, message: dict) -> None:
        simulator("POST", f"{META}/simulator/customer-messages", {
            "phoneNumberId": self.tenant["phoneNumberId"],
            "customer": {"waId": self.wa_id, "displayName": self.name}, **message})

    def is_answered(self, text: str, **more: object) -> None:
        simulator("POST", f"{GENESYS}/simulator/agent-messages", {
            "integrationId": self.tenant["genesysIntegrationId"], "to": self.wa_id, "text": text, **more})

    def conversation(self) -> dict:
        """The mapping, once the first message has made it."""
        return eventually(
            f"a conversation of {self.wa_id}",
            lambda: next(iter(api("conversations", search=self.wa_id)["items"]), None))

    def messages(self) -> list[dict]:
        """The messages, the latest first."""
        return api(f"conversations/{self.conversation()['id']}/messages")["items"]

    def is_heard(self) -> None:
        """Waits until Genesys has taken a message; that it is delivered is a receipt's word, which comes when it comes."""
        eventually("a message at Genesys", lambda: [
            item for item in self.messages() if item["status"] in ("accepted", "delivered", "read")])

    def received(self) -> list[str]:
        """The texts that WhatsApp got for the customer, in order."""
        found = json.loads(simulator("GET", f"{META}/simulator/received-messages?customer={self.wa_id}"))
        return [item.get("text") for item in found["items"]]
