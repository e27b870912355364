"""A small HTTP/1.1 server whose behaviour a test chooses by the path.

Arguments: its port (0: any), then, for TLS, certificate and key. Prints its port, ends when standard input closes.

One thread a connection, raw sockets: what a well-behaved server library would never do (hang up before the answer, reset in
the middle of it) is what is wanted here.
"""

import collections
import hashlib
import os
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.parse

hits = collections.Counter()
connections = 0
running = 0
most_running = 0
order = []
lock = threading.Lock()


class Connection:
    def __init__(self, sock, number):
        self.sock, self.number, self.buffer = sock, number, b""

    def receive(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data

    def line(self):
        while b"\r\n" not in self.buffer:
            self.receive()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("latin-1")

    def portion(self, most):
        if not self.buffer:
            self.receive()
        data, self.buffer = self.buffer[:most], self.buffer[most:]
        return data

    def body(self, headers):
        if headers.get("transfer-encoding") == "chunked":
            while (left := int(self.line(), 16)) > 0:
                while left:
                    data = self.portion(left)
                    left -= len(data)
                    yield data
                self.line()
            self.line()
        else:
            left = int(headers.get("content-length", 0))
            while left:
                data = self.portion(left)
                left -= len(data)
                yield data

    def answer(self, body=b"", status=200, headers=(), head_only=False):
        if isinstance(body, str):
            body = body.encode()
        lines = [f"HTTP/1.1 {status} Whatever", f"X-Connection: {self.number}", f"Content-Length: {len(body)}", *headers]
        self.sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if head_only else body))

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise EOFError

    def serve(self):
        global running, most_running
        while True:
            method, target, _ = self.line().split(" ")
            headers, raw = {}, []
            while text := self.line():
                raw.append(text)
                name, value = text.split(":", 1)
                headers[name.lower()] = value.strip()
            url = urllib.parse.urlsplit(target)
            query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
            with lock:
                hits[url.path] += 1
            if url.path == "/early":
                return self.answer("no", 413, ["Connection: close"])
            if url.path == "/slow-sink":
                size = 0
                for data in self.body(headers):
                    size += len(data)
                    time.sleep(0.001)
                self.answer(str(size))
                continue
            if url.path == "/sink":
                size, digest = 0, hashlib.sha256()
                for data in self.body(headers):
                    size += len(data)
                    digest.update(data)
                self.answer(f"{size} {digest.hexdigest()} {headers.get('content-length')} {headers.get('transfer-encoding')}")
                continue
            body = b"".join(self.body(headers))
            if url.path == "/echo":
                extra = [f"X-Method: {method}"]
                if "content-type" in headers:
                    extra.append(f"X-Type: {headers['content-type']}")
                self.answer(body, headers=extra, head_only=method == "HEAD")
            elif url.path == "/headers":
                self.answer("\n".join([f"{method} {target}", *raw]))
            elif url.path == "/hits":
                self.answer(str(hits[query["path"]]))
            elif url.path == "/connections":
                self.answer(str(connections))
            elif url.path.startswith("/status/"):
                self.answer("body", int(url.path.rsplit("/", 1)[1]))
            elif url.path == "/slow":
                time.sleep(float(query["seconds"]))
                self.answer("late")
            elif url.path == "/slow-body":
                self.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
                time.sleep(float(query["seconds"]))
                self.sock.sendall(b"after")
            elif url.path == "/busy":
                with lock:
                    running += 1
                    most_running = max(running, most_running)
                    order.append(query["n"])
                time.sleep(float(query["seconds"]))
                with lock:
                    running -= 1
                self.answer("done")
            elif url.path == "/busiest":
                self.answer(f"{most_running} {','.join(order)}")
            elif url.path == "/hang-up":
                return
            elif url.path == "/reset":
                self.reset()
            elif url.path == "/reset-within":
                self.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
                time.sleep(0.05)
                self.reset()
            elif url.path == "/hang-up-within":
                self.sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
                return
            elif url.path == "/stream":
                self.stream(int(query["bytes"]), "chunked" in query)
            elif url.path == "/early-hints":
                self.sock.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")
                self.answer("final")
            elif url.path == "/huge-head":
                self.answer("x", headers=[f"X-{n}: {'y' * 8000}" for n in range(60)])
            elif url.path == "/redirect":
                self.answer("moved", int(query["status"]), [f"Location: {query['to']}"])
            else:
                self.answer("no such path", 404)

    def stream(self, size, chunked):
        framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
        self.sock.sendall(f"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n".encode())
        block = bytes(range(256)) * 256
        while size:
            data = block[: min(size, len(block))]
            size -= len(data)
            self.sock.sendall(b"%x\r\n%s\r\n" % (len(data), data) if chunked else data)
            hits["streamed"] += len(data)
        if chunked:
            self.sock.sendall(b"0\r\nX-Trailer: last\r\n\r\n")


def run(sock, context):
    global connections
    with lock:
        connections += 1
        number = connections
    try:
        if context:
            sock = context.wrap_socket(sock, server_side=True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        Connection(sock, number).serve()
    except (EOFError, OSError):
        pass
    finally:
        sock.close()


def accept(listener, context):
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=run, args=(sock, context), daemon=True).start()


context = None
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2], sys.argv[3])
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=512)
threading.Thread(target=accept, args=(listener, context), daemon=True).start()
os.write(1, b"%d\n" % listener.getsockname()[1])
sys.stdin.read()
os._exit(0)
