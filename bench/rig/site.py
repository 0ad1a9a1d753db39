"""The pages that benchmarks show, served to the browser in the container."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

PAGES = Path(__file__).parent / "pages"


class _Pages(SimpleHTTPRequestHandler):
    """``/shown`` is where a page tells that it has loaded."""

    def __init__(self, shown: threading.Event, *rest: Any, **named: Any) -> None:
        self._shown = shown
        super().__init__(*rest, **named)

    def do_GET(self) -> None:
        """A page, or the word of one."""
        if self.path == "/shown":
            self._shown.set()
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """The requests are of no interest."""


class Site:
    """Serves ``bench/rig/pages`` on ``port`` of every address while entered."""

    def __init__(self, folder: Path = PAGES) -> None:
        self.shown = threading.Event()
        handler = functools.partial(_Pages, self.shown, directory=str(folder))
        self._server = ThreadingHTTPServer(("0.0.0.0", 0), handler)  # noqa: S104 - containers call it
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="bench site", daemon=True)

    def __enter__(self) -> "Site":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
