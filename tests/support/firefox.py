"""Debian's Firefox as a viewer, driven by WebDriver BiDi (W3C), which it speaks by itself on a WebSocket."""

import json
import queue
import re
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

ARGV = ("firefox-esr", "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile")
_ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
START_S = 30.0


class FirefoxPage:
    """The one tab of a Firefox."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self._call("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def goto(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def size(self, width: int, height: int) -> None:
        """Make the page so large, in CSS pixels."""
        self._call(
            "browsingContext.setViewport", context=self._context, viewport={"width": width, "height": height}
        )

    def evaluate(self, expression: str) -> Any:
        """A JavaScript expression's value, as far as JSON holds it; a promise's result is waited for."""
        answer = self._call(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def until(self, expression: str, timeout_s: float = 15.0) -> None:
        """Wait until an expression holds; TimeoutError if it does not."""
        deadline = time.monotonic() + timeout_s
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                raise TimeoutError(expression)
            time.sleep(0.1)

    def click(self, x: float, y: float) -> None:
        """A click of the left button at a point of the page."""
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        press = [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        self._act({"type": "pointer", "id": "mouse", "actions": [move, *press]})

    def click_on(self, selector: str) -> None:
        """A click into the middle of an element."""
        box = self.evaluate(
            f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()"
        )
        self.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def type(self, text: str) -> None:
        """Key after key."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def _act(self, source: dict[str, Any]) -> None:
        self._call("input.performActions", context=self._context, actions=[source])

    def _call(self, method: str, **params: Any) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._sent:
                assert answer["type"] == "success", answer
                return answer["result"]


@contextmanager
def firefox(profile: Path) -> Iterator[FirefoxPage]:
    """A headless Firefox with a new profile in ``profile``."""
    profile.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [*ARGV, str(profile)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    lines: queue.Queue[str] = queue.Queue()
    assert process.stderr is not None
    reader = threading.Thread(target=_read, args=(process.stderr, lines), daemon=True)
    reader.start()
    try:
        with connect(f"{_address(lines)}/session", max_size=None) as socket:
            yield FirefoxPage(socket)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)
        process.stderr.close()


def _read(pipe: Iterable[str], lines: "queue.Queue[str]") -> None:
    for line in pipe:
        lines.put(line)


def _address(lines: "queue.Queue[str]") -> str:
    deadline = time.monotonic() + START_S
    while (left := deadline - time.monotonic()) > 0:
        try:
            found = _ADDRESS.search(lines.get(timeout=left))
        except queue.Empty:
            break
        if found:
            return found.group(1)
    raise TimeoutError("Firefox does not listen")
