"""All that the agent is told from outside: arguments and ``TURTUS_*`` variables. Their only reader."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vb.logs import LogFormat
from vb.protocol.messages import BrowserKind

PAGES = "file:///opt/turtus/vb/pages/"
BUNDLED_PAGES = ("home", "motion", "still")
DEFAULT_TIMEOUT_MS = 60_000
DEFAULT_UPLOAD_MB = 100
DEFAULT_DOWNLOAD_MB = 200
DEFAULT_DOWNLOAD_KEEP_MIN = 30


@dataclass(frozen=True, slots=True)
class Settings:
    """What one agent runs by. Sizes in pixels, times in seconds.

    ``udp_port`` 0 means any free port; ``announced_address`` and ``signal_ca`` are empty when not set.
    ``upload_mb`` is the most of one uploaded file, ``download_mb`` of all downloads together, both in MiB
    (0 switches them off); a download is offered for ``download_keep_min`` minutes.
    """

    signal_url: str
    timeout_s: float
    width: int
    height: int
    fps: int
    url: str
    token: str
    udp_port: int
    announced_address: str
    signal_ca: str
    log_format: LogFormat
    log_emoji: bool
    log_level: str
    upload_mb: int = DEFAULT_UPLOAD_MB
    download_mb: int = DEFAULT_DOWNLOAD_MB
    download_keep_min: int = DEFAULT_DOWNLOAD_KEEP_MIN
    browser: BrowserKind = "firefox"
    """The program that the image has."""


def page_address(url: str) -> str:
    """``turtus:home`` and its like become the bundled page's address; others stay as they are.

    Raises:
        ValueError: neither http(s) nor a bundled page.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "turtus" and rest in BUNDLED_PAGES:
        return f"{PAGES}{rest}.html"
    if scheme in ("http", "https") and rest.startswith("//") and len(rest) > 2:
        return url
    raise ValueError(f"'{url}' is neither a web address nor one of turtus:{', turtus:'.join(BUNDLED_PAGES)}")


def read(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Settings from the command line and the environment.

    Raises:
        SystemExit: status 2 and a sentence on standard error when an argument is wrong (argparse).
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        udp_port = int(environ.get("TURTUS_VB_UDP_PORT") or 0)
        if not 0 <= udp_port <= 65535:
            raise ValueError(udp_port)
    except ValueError:
        parser.error("TURTUS_VB_UDP_PORT must be a port number")

    def number(name: str, default: int) -> int:
        text = environ.get(name) or str(default)
        if not (text.isascii() and text.isdigit()):
            parser.error(f"{name} must be a whole number")
        return int(text)

    log_format: Literal["text", "json"] = "json" if environ.get("TURTUS_LOG_FORMAT") == "json" else "text"
    return Settings(
        signal_url=given.signal_server,
        timeout_s=given.timeout / 1000,
        width=given.width,
        height=given.height,
        fps=given.fps,
        url=given.url,
        token=environ.get("TURTUS_VB_TOKEN", ""),
        udp_port=udp_port,
        announced_address=environ.get("TURTUS_VB_ANNOUNCED_ADDRESS", ""),
        signal_ca=environ.get("TURTUS_VB_SIGNAL_CA", ""),
        browser="chromium" if environ.get("TURTUS_VB_BROWSER") == "chromium" else "firefox",
        log_format=log_format,
        log_emoji=environ.get("TURTUS_LOG_EMOJI", "1") != "0",
        log_level=environ.get("TURTUS_LOG_LEVEL") or "INFO",
        upload_mb=number("TURTUS_VB_UPLOAD_MB", DEFAULT_UPLOAD_MB),
        download_mb=number("TURTUS_VB_DOWNLOAD_MB", DEFAULT_DOWNLOAD_MB),
        download_keep_min=number("TURTUS_VB_DOWNLOAD_KEEP_MIN", DEFAULT_DOWNLOAD_KEEP_MIN),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m vb", description="The virtual browser's agent: runs Firefox and streams it."
    )
    parser.add_argument(
        "-s",
        "--signal-server",
        required=True,
        type=_socket_url,
        metavar="URL",
        help="signal server of the room, ws:// or wss://",
    )
    parser.add_argument(
        "-t",
        "--timeout",
        type=_Between(100, 86_400_000),
        default=DEFAULT_TIMEOUT_MS,
        metavar="MS",
        help="milliseconds to live on after the last viewer has left (default %(default)s)",
    )
    parser.add_argument("--width", type=_Even(320, 7680), default=1280, help="screen width in pixels")
    parser.add_argument("--height", type=_Even(240, 4320), default=720, help="screen height in pixels")
    parser.add_argument("--fps", type=_Between(1, 120), default=30, help="pictures per second at most")
    parser.add_argument(
        "--url",
        type=_page,
        default="turtus:home",
        help="first page: http(s)://..., turtus:home, turtus:motion or turtus:still",
    )
    return parser  # fmt: skip


class _Between:
    """An integer within two bounds, both included."""

    def __init__(self, lowest: int, highest: int) -> None:
        self._lowest = lowest
        self._highest = highest

    def __call__(self, text: str) -> int:
        value = int(text)
        if not self._lowest <= value <= self._highest:
            raise argparse.ArgumentTypeError(f"must be from {self._lowest} to {self._highest}")
        return value


class _Even(_Between):
    """As ``_Between``, and even: the picture's colours are stored for two by two pixels."""

    def __call__(self, text: str) -> int:
        value = super().__call__(text)
        if value % 2:
            raise argparse.ArgumentTypeError("must be even")
        return value


def _page(text: str) -> str:
    try:
        return page_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _socket_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme not in ("ws", "wss") or not rest:
        raise argparse.ArgumentTypeError("must start with ws:// or wss://")
    return text
