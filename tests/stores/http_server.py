"""A server of files on loopback, which behaves as well or as badly as a test asks."""

import re
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import quote, unquote, urlsplit


@dataclass
class Served:
    """What a server does, and what it was asked."""

    folder: Path
    ranges: bool = True
    latency: float = 0.0  # seconds before each answer
    failures: int = 0  # first answers that are no answers
    failure: Callable[["_Handler"], None] | None = None
    claims_length: bool = True
    tag: str | None = None  # ETag of every answer
    on_answer: Callable[[], None] = lambda: None  # called after each
    url: str = ""
    requests: list[str] = field(default_factory=list)
    sent: int = 0
    waiting: int = 0
    most_at_once: int = 0  # requests that waited together
    lock: Lock = field(default_factory=Lock)

    @property
    def gets(self) -> int:
        return sum(line.startswith("GET") for line in self.requests)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: Served

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        with self.served.lock:
            self.served.requests.append(f"HEAD {self.path}")
        self.send_error(405)

    def do_GET(self):
        served = self.served
        asked = self.headers.get("Range", "")
        with served.lock:
            served.requests.append(f"GET {self.path} {asked}")
            fails = served.failures > 0
            served.failures -= fails
            served.waiting += 1
            served.most_at_once = max(served.most_at_once, served.waiting)
        time.sleep(served.latency)
        with served.lock:
            served.waiting -= 1
        if fails and served.failure is not None:
            served.failure(self)
            return
        path = served.folder / unquote(urlsplit(self.path).path).lstrip("/")
        if path.is_dir():
            self.answer(200, _page(path), {"Content-Type": "text/html"})
        elif not path.is_file():
            self.answer(404, b"none", {})
        else:
            self._file(path.read_bytes(), asked)

    def _file(self, data: bytes, asked: str) -> None:
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
        if match is None or not self.served.ranges:
            self.answer(200, data, {})
            return
        first, last = match.groups()
        size = len(data)
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last) + 1, size) if first and last else size
        if start >= end:
            self.answer(416, b"", {"Content-Range": f"bytes */{size}"})
            return
        span = f"bytes {start}-{end - 1}/{size}"
        self.answer(206, data[start:end], {"Content-Range": span})

    def answer(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.served.claims_length:
            self.send_header("Content-Length", str(len(data)))
        else:
            self.close_connection = True
        if self.served.tag is not None:
            self.send_header("ETag", self.served.tag)
        self.end_headers()
        with self.served.lock:
            self.served.sent += len(data)
        self.wfile.write(data)
        self.served.on_answer()


def _page(folder: Path) -> bytes:
    names = sorted(f"{p.name}/" if p.is_dir() else p.name for p in folder.iterdir())
    links = "".join(f'<a href="{quote(n)}">{escape(n)}</a>\n' for n in names)
    return f'<html><a href="../">..</a>{links}</html>'.encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """Say nothing: clients that go away are what some tests are about."""


@contextmanager
def serving(folder: Path, **options):
    """Serve a folder; yields what the server does, which a test may change."""
    served = Served(folder, **options)
    handler = type("Handler", (_Handler,), {"served": served})
    server = _Server(("127.0.0.1", 0), handler)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int) -> Callable[[_Handler], None]:
    """Return a failure that is an answer with a status."""
    return lambda handler: handler.answer(code, b"no", {})


def hang_up(handler: _Handler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True
    handler.connection.close()


def cut_short(handler: _Handler) -> None:
    """Promise a thousand bytes of a range, and send ten."""
    handler.send_response(206)
    handler.send_header("Content-Range", "bytes 0-999/1000")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"0123456789")
    hang_up(handler)


def drip(handler: _Handler) -> None:
    """Send a byte now and then, for as long as a test may take."""
    handler.send_response(206)
    handler.send_header("Content-Range", "bytes 0-999/1000")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(50):
        time.sleep(0.1)
        handler.wfile.write(b"0")
        handler.wfile.flush()
