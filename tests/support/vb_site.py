"""A web page that tells the test what happens to it: keys, text, clicks, wheel."""

import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

_PAGE = b"""<!doctype html><meta charset="utf-8"><title>Site</title>
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


class TellingSite:
    """Serves ``page`` on ``port`` of every address while entered."""

    port: int

    def __init__(self, page: bytes = _PAGE) -> None:
        self.said: list[dict[str, Any]] = []
        self._news: queue.Queue[dict[str, Any]] = queue.Queue()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def do_POST(self) -> None:
                what = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                site.said.append(what)
                site._news.put(what)
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - containers call it
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

    def expect(self, timeout_s: float = 10.0, **fields: object) -> dict[str, Any]:
        """The next thing said that has these fields."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                what = self._news.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never said {fields}; said {self.said[-12:]}") from None
            if all(what.get(name, ...) == value for name, value in fields.items()):
                return what
