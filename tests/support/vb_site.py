"""A web site that shows a browser one page after the other, each of which tells the test what happens to it."""

import hashlib
import json
import queue
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = b"""<!doctype html><meta charset="utf-8"><title>Site</title>
<style>html, body { margin: 0; height: 100% } textarea { width: 100%; height: 50%; font-size: 24px } div { height: 3000px }</style>
<textarea autofocus></textarea><div></div>
<script>
let last = Promise.resolve();
const say = (what) => (last = last.then(() => fetch("/said", { method: "POST", body: JSON.stringify(what) })));
const area = document.querySelector("textarea");
area.oninput = () => say({ text: area.value });
addEventListener("keydown", (event) => say({ keydown: event.key, repeat: event.repeat, shift: event.shiftKey, ctrl: event.ctrlKey }));
addEventListener("keyup", (event) => say({ keyup: event.key }));
addEventListener("mousedown", (event) => say({ mousedown: event.button, x: event.screenX, y: event.screenY }));
addEventListener("mouseup", (event) => say({ mouseup: event.button }));
addEventListener("wheel", (event) => say({ wheel: Math.sign(event.deltaY), across: Math.sign(event.deltaX) }));
area.focus();
addEventListener("focus", () => { area.focus(); say({ focus: true }); });
say({ loaded: true });
</script>"""
"""A page that tells all: keys, text, clicks, wheel."""


TYPED = b"""<!doctype html><meta charset="utf-8"><title>Typed</title>
<style>html, body, textarea { margin: 0; width: 100%; height: 100%; box-sizing: border-box }</style>
<textarea autofocus spellcheck="false"></textarea>
<script>
const say = (what) => fetch("/said", { method: "POST", body: JSON.stringify(what) });
const area = document.querySelector("textarea");
let told = "";
let busy = false;
const tell = async () => {
  if (busy) return;
  busy = true;
  while (told !== area.value) await say({ text: (told = area.value) });
  busy = false;
};
area.oninput = tell;
area.focus();
say({ loaded: true });
</script>"""
"""A page that tells what stands in its text field, one time after the other: the last said is what is there."""


_FOLLOW = b"""<script>
(async function follow() {
  try {
    const answer = await fetch("/next?after=%d");
    if (answer.status === 200) return location.replace("/");
  } catch {
    await new Promise((done) => setTimeout(done, 300));
  }
  follow();
})();
</script>"""
_POLL_S = 15.0
SENT = "/sent/"
"""What a page posts below this address is told by name and SHA-256 instead of being read."""


class TellingSite:
    """Serves ``page`` on ``port`` of every address while entered, and what ``files`` has, as downloads.

    ``show`` has the browser that is there go to another page.
    """

    port: int

    def __init__(self, page: bytes = PAGE, files: Mapping[str, bytes] | None = None) -> None:
        self.said: list[dict[str, Any]] = []
        self._news: queue.Queue[dict[str, Any]] = queue.Queue()
        self._page = page
        self._files = dict(files or {})
        self._number = 0
        self._turned = threading.Condition()
        self._server = ThreadingHTTPServer(("0.0.0.0", 0), _handler(self))  # noqa: S104 - containers call it
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """As a container calls it."""
        return f"http://host.docker.internal:{self.port}/"

    def __enter__(self) -> "TellingSite":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def show(self, page: bytes, files: Mapping[str, bytes] | None = None) -> None:
        """From now on serve that; whoever shows the page before goes to it. What was said is forgotten."""
        with self._turned:
            self._page, self._files = page, dict(files or {})
            self._number += 1
            self.said, self._news = [], queue.Queue()
            self._turned.notify_all()

    def expect(self, timeout_s: float = 20.0, **fields: object) -> dict[str, Any]:
        """The next thing said that has these fields."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                what = self._news.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never said {fields}; said {self.said[-12:]}") from None
            if all(what.get(name, ...) == value for name, value in fields.items()):
                return what

    def hear(self, what: dict[str, Any]) -> None:
        """A page says this."""
        with self._turned:
            self.said.append(what)
            self._news.put(what)

    def serve(self, path: str) -> tuple[bytes, bool]:
        """What is at this path, and whether it is a download."""
        with self._turned:
            if path in self._files:
                return self._files[path], True
            return self._page + _FOLLOW % self._number, False

    def turned(self, after: int) -> bool:
        """Whether another page than number ``after`` is to be shown, or is before a poll ends."""
        with self._turned:
            return self._turned.wait_for(lambda: self._number != after, _POLL_S)


def _handler(site: TellingSite) -> type[BaseHTTPRequestHandler]:
    """How ``site`` answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            with suppress(OSError):  # a page that was left hangs up, and so does a browser that has no room
                if address.path == "/next":
                    after = int(parse_qs(address.query)["after"][0])
                    self._answer(200 if site.turned(after) else 204)
                    return
                body, download = site.serve(address.path)
                self._answer(200, body, download=download)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            if self.path.startswith(SENT):
                name = unquote(self.path.removeprefix(SENT))
                site.hear({"sent": name, "sha256": hashlib.sha256(body).hexdigest()})
            else:
                site.hear(json.loads(body))
            self._answer(204)

        def _answer(self, status: int, body: bytes = b"", *, download: bool = False) -> None:
            self.send_response(status)
            if download:
                self.send_header("Content-Disposition", 'attachment; filename="holiday film.bin"')
            self.send_header("Content-Type", "application/octet-stream" if download else "text/html")
            self.send_header("Cache-Control", "no-store")
            if status != 204:  # which has no body (RFC 9110, 15.3.5)
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None: ...

    return Handler
