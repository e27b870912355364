"""A platform that answers as its simulator does, but for what a test changes; and services that stand beside the running ones."""

import http.server
import json
import os
import re
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# What becomes of an answer: its status and its document.
Rewrite = Callable[[int, dict], tuple[int, dict]]


def but(**changes: object) -> Rewrite:
    """The same answer with other members; a member that is None is left out."""
    return lambda status, answer: (
        status, {name: value for name, value in {**answer, **changes}.items() if value is not None})


def data_but(**changes: object) -> Rewrite:
    """The same for what stands under `data`."""
    return lambda status, answer: (status, {**answer, "data": {**answer["data"], **changes}})


def refusal(status: int, code: int) -> Rewrite:
    """A refusal as Meta writes it."""
    return lambda *_: (status, {"error": {
        "message": "refused", "type": "OAuthException", "code": code, "fbtrace_id": "A1b2"}})


class Rewriter:
    """Stands before a server and rewrites answers to the paths that a pattern finds."""

    def __init__(self, target: str) -> None:
        self.rules: dict[str, Rewrite] = {}
        self.always: dict[str, Rewrite] = {}
        rewriter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "accept-encoding")}
                request = urllib.request.Request(target + self.path, data=body, headers=kept, method=self.command)
                try:
                    with urllib.request.urlopen(request, timeout=20) as found:
                        status, content, kind = found.status, found.read(), found.headers.get_content_type()
                except urllib.error.HTTPError as error:
                    status, content, kind = error.code, error.read(), error.headers.get_content_type()
                for pattern, rewrite in (*rewriter.always.items(), *rewriter.rules.items()):
                    if re.search(pattern, self.path):
                        try:
                            document = json.loads(content)
                        except ValueError:
                            document = {}
                        rewritten = rewrite(status, document)
                        if rewritten != (status, document):
                            status, kind = rewritten[0], "application/json"
                            content = json.dumps(rewritten[1]).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 (names of the standard library)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @contextmanager
    def rewriting(self, rules: dict[str, Rewrite]) -> Iterator[None]:
        """For as long as the block runs."""
        self.rules.update(rules)
        try:
            yield
        finally:
            self.rules.clear()


@contextmanager
def beside(service: str, sign: str = "readyz", **environment: str) -> Iterator[str]:
    """A second process of a service, with some of its environment changed; its address, once the sign is there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [os.environ["WABA_BINARY"], "serve", service], stdout=log, stderr=log,
            env=os.environ | {"HOST": "127.0.0.1", "PORT": port} | environment)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"{address}/{sign}", timeout=2):
                        break
                except OSError:
                    time.sleep(0.2)
            else:
                log.seek(0)
                raise AssertionError(f"{service} does not listen: {log.read()[-2000:]}")
            yield address
        finally:
            process.terminate()
            process.wait(30)
