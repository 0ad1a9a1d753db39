"""A web site that takes and gives files: tells the test what its form sent, and offers downloads."""

import hashlib
import queue
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import unquote

_PAGE = b"""<!doctype html><meta charset="utf-8"><title>Files</title>
<style>html, body { margin: 0; height: 100% }
label, a { display: grid; place-content: center; height: 30%; font: 48px sans-serif }
label { background: #fdf0d9 } a { background: #d9e8fd } input { opacity: 0; position: absolute }</style>
<label>Choose a file<input type="file"></label><a href="/download">Download</a><a href="/large">Large</a>
<script>
const send = (what, body) => fetch("/said/" + encodeURIComponent(what), { method: "POST", body });
document.querySelector("input").onchange = async ({ target }) => {
  const [file] = target.files;
  send(file.name, await file.arrayBuffer());
};
send("loaded", "");
</script>"""
PICK = (640, 150)
"""Where, on a screen of 1280x720, the button of the file input is."""
LINK = (640, 380)
"""And the link to the download."""
LARGE = (640, 570)
"""And the link to one of ``large`` bytes."""


class FileSite:
    """Serves on ``port`` of every address while entered. ``download`` is what the link gives."""

    def __init__(self, download: bytes = b"", large: int = 0) -> None:
        self.download = download
        self._said: queue.Queue[tuple[str, str]] = queue.Queue()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path in ("/download", "/large")
                body = {"/download": site.download, "/large": bytes(large)}.get(self.path, _PAGE)
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream" if found else "text/html")
                if found:
                    self.send_header("Content-Disposition", 'attachment; filename="holiday film.bin"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):  # Firefox hangs up when it has no room
                    self.wfile.write(body)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                name = unquote(self.path.removeprefix("/said/"))
                site._said.put((name, hashlib.sha256(body).hexdigest()))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - containers call it
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """As a container calls it."""
        return f"http://host.docker.internal:{self.port}/"

    def __enter__(self) -> "FileSite":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def expect(self, name: str, timeout_s: float = 20.0) -> str:
        """Wait until a file of this name was sent by the form; its SHA-256 in hexadecimal."""
        while True:
            try:
                said, digest = self._said.get(timeout=timeout_s)
            except queue.Empty:
                raise AssertionError(f"{name} was never sent") from None
            if said == name:
                return digest
