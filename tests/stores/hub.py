"""The parts of the Hugging Face hub that reading a repository asks, on loopback."""

import json
import re
from contextlib import contextmanager
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

COMMIT = sha1(b"main", usedforsecurity=False).hexdigest()


def _entry(folder: Path, path: Path) -> dict[str, object]:
    name = path.relative_to(folder).as_posix()
    if path.is_dir():
        return {"type": "directory", "path": name, "oid": COMMIT, "size": 0}
    data = path.read_bytes()
    oid = sha1(data, usedforsecurity=False).hexdigest()
    return {"type": "file", "path": name, "oid": oid, "size": len(data)}


@contextmanager
def hub(folder: Path, repo: str = "us/wine"):
    """Serve a folder as a repository; yields the address and the list of requests."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def do_POST(self):
            size = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(size).decode()
            requests.append(f"POST {self.path}")
            if body.startswith("{"):
                paths = json.loads(body)["paths"]
            else:
                paths = [unquote(p) for p in re.findall(r"paths=([^&]*)", body)]
            found = [folder / path for path in paths if (folder / path).exists()]
            self.send(200, [_entry(folder, path) for path in found])

        def do_HEAD(self):
            self.do_GET()

        def do_GET(self):
            path = unquote(urlsplit(self.path).path)
            requests.append(f"{self.command} {self.path} {self.headers.get('Range')}")
            if path.startswith(f"/{repo}/resolve/"):
                self.file(folder / path.split("/", 5)[5])
            elif path.startswith(f"/api/models/{repo}/tree/"):
                inside = folder / "/".join(path.split("/")[7:])
                if not inside.is_dir():
                    self.send(404, {"error": "EntryNotFound"}, "EntryNotFound")
                else:
                    self.send(
                        200, [_entry(folder, p) for p in sorted(inside.iterdir())]
                    )
            elif path.startswith(f"/api/models/{repo}"):
                self.send(200, {"id": repo, "sha": COMMIT, "siblings": []})
            else:
                self.send(404, {"error": "none"}, "RepoNotFound")

        def file(self, path: Path) -> None:
            data = path.read_bytes()
            match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
            status = 200
            headers = {"ETag": '"1"', "X-Repo-Commit": COMMIT}
            if match:
                start, end = int(match[1]), min(int(match[2]) + 1, len(data))
                headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
                data, status = data[start:end], 206
            self.send_bytes(status, data, headers)

        def send(self, status, value, code=None):
            headers = {"Content-Type": "application/json"}
            if code:
                headers["X-Error-Code"] = code
            self.send_bytes(status, json.dumps(value).encode(), headers)

        def send_bytes(self, status, data, headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()
