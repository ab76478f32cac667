"""A store for benchmarks: files behind HTTP with a set latency and bandwidth.

It runs in a process of its own, so that it takes nothing from what is measured. A
folder `many/N/` has N models in it, all of which are one file.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Any, Final

_CHUNK: Final = 1 << 18


def main(folder: str, many: str, latency: str, bandwidth: str) -> None:
    """Serve until the process is ended, and print the port.

    Args:
        folder: Whose files are served.
        many: The file in it that `many/N/` holds N times.
        latency: Seconds before each answer.
        bandwidth: Bytes a second of one answer.
    """
    from aiohttp import web

    repeated = (Path(folder) / many).read_bytes()
    pause, speed = float(latency), float(bandwidth)

    async def answer(request: Any) -> Any:
        await asyncio.sleep(pause)
        path = request.path.lstrip("/")
        page = re.fullmatch(r"many/(\d+)/", path)
        if page is not None:
            links = (f'<a href="m{n:07}.keras">m</a>' for n in range(int(page[1])))
            return web.Response(text="\n".join(links), content_type="text/html")
        if path.startswith("many/"):
            return await _send(request, repeated, speed)
        return await _send(request, (Path(folder) / path).read_bytes(), speed)

    async def serve() -> None:
        server = web.Server(answer)
        runner = web.ServerRunner(server)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        sockets = runner.addresses
        print(sockets[0][1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


async def _send(request: Any, data: bytes, speed: float) -> Any:
    """Send a range of a file, or all of it, at a set speed."""
    from aiohttp import web

    size, status, headers = len(data), 200, {}
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", request.headers.get("Range", ""))
    if found is not None:
        first, last = found.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(int(last) + 1, size) if first else size
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        data, status = data[start:end], 206
    if len(data) <= _CHUNK:
        return web.Response(body=data, status=status, headers=headers)
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(data)
    await response.prepare(request)
    for at in range(0, len(data), _CHUNK):
        part = data[at : at + _CHUNK]
        await response.write(part)
        await asyncio.sleep(len(part) / speed)
    return response


if __name__ == "__main__":
    main(*sys.argv[1:])
