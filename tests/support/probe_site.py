"""A small web site for the shared Firefox to open: it says what was typed, clicked and scrolled in it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE = b"""<!doctype html><meta charset="utf-8"><title>probe</title>
<body style="margin:0;height:4000px;background:#253"><textarea id=t autofocus
style="position:fixed;left:0;top:0;width:1280px;height:300px;font-size:40px"></textarea>
<script>
const seen = {text: '', clicks: [], scrolled: 0, loaded: Date.now(), told: 0};
const tell = () => (seen.told += 1) && fetch('/seen', {method: 'POST', body: JSON.stringify(seen)});
t.addEventListener('input', () => { seen.text = t.value; tell(); });
addEventListener('mousedown', (e) => { seen.clicks.push([e.clientX, e.clientY, e.button]); tell(); });
addEventListener('resize', () => { seen.width = innerWidth; tell(); });
addEventListener('scroll', () => { seen.scrolled = scrollY; tell(); });
t.focus(); tell();
</script>"""


class Probe:
    """What the page has reported last; ``url`` is its address as a container sees this machine."""

    def __init__(self, port: int) -> None:
        self.url = f"http://host.docker.internal:{port}/"
        self.seen: dict[str, Any] = {}
        self._lock = threading.Lock()

    def take(self, told: dict[str, Any]) -> None:
        """Reports travel side by side: one that was overtaken says nothing."""
        with self._lock:
            if (told["loaded"], told["told"]) > (self.seen.get("loaded", 0), self.seen.get("told", 0)):
                self.seen = told


@contextmanager
def probe_site() -> Iterator[Probe]:
    """The site for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(_PAGE)

        def do_POST(self) -> None:
            probe.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - a container dials in
    probe = Probe(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield probe
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
