"""The only reader of the environment for web and workers. ``example.env`` explains each variable.

Redis databases: 0 is ours (pub/sub, presence, rate limits), 1 is Celery's broker and results.
"""

import json
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from app.domain import texts
from app.domain.hosts import is_address, is_host
from app.errors import SettingsError

T = TypeVar("T")
_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")
_REDIS_DATABASE = re.compile(r"(/[0-9]{0,4})?")
_ICE_URL = re.compile(r"(stun|turn)s?:[^\s/]+", re.ASCII)
_PORTS = re.compile(r"([0-9]{4,5})-([0-9]{4,5})")
_SIZE = re.compile(r"([0-9]{1,15})(?:([kmgt])b?|b)?")
MAX_HOST_CHARS = 64
"""What the column of a browser's host takes."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class VbSettings:
    """How browsers are started. Times in seconds unless the name says otherwise."""

    signal_server: str
    signal_ca: Path | None
    image: str
    chromium_image: str
    """Empty: rooms start Firefox and are not asked."""
    network: str
    host_name: str
    port_first: int
    port_last: int
    announced_address: str
    width_px: int
    height_px: int
    depth_bits: int
    fps: int
    url: str
    idle_timeout_ms: int
    start_timeout_s: int
    max_session_s: int
    memory: str
    cpus: float
    pids: int
    upload_mb: int
    download_mb: int
    download_keep_min: int
    max_browsers: int
    """Browsers that one host runs at a time; 0: as many as its memory holds."""

    @property
    def images(self) -> dict[str, str]:
        """The image of each kind of browser that rooms may start, the usual one first."""
        kinds = {"firefox": self.image, "chromium": self.chromium_image}
        return {kind: image for kind, image in kinds.items() if image}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that web and workers can be told from outside."""

    secret_key: str
    install_id: str
    database_url: str
    redis_url: str
    broker_url: str
    server_port: int
    use_https: bool
    public_url: str
    web_signal_server: str
    allowed_origins: tuple[str, ...]
    trusted_proxies: int
    registration_open: bool
    session_days: int
    ice_servers: tuple[dict[str, object], ...]
    log_format: Literal["text", "json"]
    log_emoji: bool
    log_level: str
    vb: VbSettings

    @property
    def always_https(self) -> bool:
        """People reach the site by HTTPS alone: cookies never travel in the clear."""
        return self.use_https or self.public_https

    @property
    def public_https(self) -> bool:
        """The public address is HTTPS, with a certificate that browsers know."""
        return self.public_url.startswith("https://")


class _Reader:
    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def text(self, name: str, default: str = "") -> str:
        return self._env.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        value = self.text(name)
        if len(value) < 32 or value.startswith("change-me"):
            raise SettingsError(name, "needs at least 32 random characters; './turtus up' writes one to .env")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        return self._parse(name, str(default), _plain(int), "a whole number", lambda n: low <= n <= high)

    def decimal(self, name: str, default: float) -> float:
        return self._parse(name, str(default), _plain(float), "a number above 0", lambda n: 0 < n < math.inf)

    def redis(self, name: str, default: str, *others: str) -> str:
        """The address of a Redis, or of a server of one of the schemes ``others``."""
        value = self.text(name, default)
        if not (_is_redis(value) or value.partition("://")[0] in others):
            raise SettingsError(name, f"is '{value}', but must be like redis://127.0.0.1:6380/0")
        return value

    def database(self, name: str, default: str) -> str:
        """What SQLAlchemy connects to. Not shown when it is wrong: it may hold a password."""
        value = self.text(name, default)
        if value.partition("://")[0] not in _DATABASES or "://" not in value:
            raise SettingsError(
                name, "must be like sqlite:///path or postgresql+psycopg://user:password@host/name"
            )
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise SettingsError(name, f"is '{value}', but must be 1 or 0")
        return value in {"1", "true", "yes", "on"}

    def size(self, name: str, default: str) -> str:
        self._parse(name, default, size_bytes, "a size like 512m or 2g", lambda n: n > 0)
        return self.text(name, default)

    def choice(self, name: str, default: str, *allowed: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise SettingsError(name, f"is '{value}', but must be one of {', '.join(allowed)}")
        return value

    def origin(self, name: str) -> str:
        """Empty, or what a browser calls the origin of a page, as in https://turtus.example.org."""
        raw = self.text(name)
        url = raw.rstrip("/").lower()
        if url and not _is_origin(url, {"http", "https"}):
            raise SettingsError(name, f"is '{raw}', but must be like https://turtus.example.org")
        return url

    def origins(self, name: str) -> tuple[str, ...]:
        """Some of them, separated by commas."""
        parts = (part.strip() for part in self.text(name).split(","))
        return tuple(_Reader({name: part}).origin(name) for part in parts if part)

    def server(self, name: str) -> str:
        """Empty, or where a signal server is, as in wss://turtus.example.org:8443."""
        raw = self.text(name)
        url = raw.rstrip("/").lower()
        if url and not _is_origin(url, {"ws", "wss"}):
            raise SettingsError(name, f"is '{raw}', but must be like wss://turtus.example.org:8443")
        return url

    def host_name(self, name: str, default: str) -> str:
        value = self.text(name, default)
        if len(value) > MAX_HOST_CHARS or not is_host(value):
            words = f"must be a host name or an IP address of at most {MAX_HOST_CHARS} characters"
            raise SettingsError(name, f"is '{value}', but {words}")
        return value

    def page(self, name: str, default: str) -> str:
        """What people may give as the first page of a browser, too."""
        value = self.text(name, default)
        try:
            return texts.start_url(value)
        except texts.TextRefused as error:
            bundled = ", ".join(sorted(texts.BUNDLED_PAGES))
            words = f"must be an address with http:// or https://, or one of {bundled}"
            raise SettingsError(name, f"is '{value}', but {words}") from error

    def _parse(
        self, name: str, default: str, parse: Callable[[str], T], what: str, ok: Callable[[T], bool]
    ) -> T:
        raw = self.text(name, default)
        try:
            value = parse(raw)
        except ValueError as error:
            raise SettingsError(name, f"is '{raw}', but must be {what}") from error
        if not ok(value):
            raise SettingsError(name, f"is {raw}, which is out of range")
        return value


def _plain(parse: Callable[[str], T]) -> Callable[[str], T]:
    """``parse`` for digits as everybody reads them: Python takes those of any script, and 1_000."""

    def strict(text: str) -> T:
        if not text.isascii() or "_" in text:
            raise ValueError(text)
        return parse(text)

    return strict


def size_bytes(text: str) -> int:
    """A size as Docker writes it (``2g``, ``512m``, ``4096``) in bytes. Raises: ValueError."""
    found = _SIZE.fullmatch(text.lower())
    if found is None:
        raise ValueError(text)
    return int(found[1]) << 10 * "bkmgt".index(found[2] or "b")


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read all settings from ``env`` (the process environment if None).

    Raises:
        SettingsError: one is missing, malformed or unsupported; the sentence names it.
    """
    read = _Reader(os.environ if env is None else env)
    port = read.number("TURTUS_SERVER_PORT", 8443, 1, 65535)
    https = read.flag("TURTUS_SERVER_USE_HTTPS", default=True)
    redis_url = read.redis("TURTUS_REDIS_URL", "redis://127.0.0.1:6380/0")
    log_format = read.choice("TURTUS_LOG_FORMAT", "text", "text", "json")
    return Settings(
        secret_key=read.secret("TURTUS_SECRET_KEY"),
        install_id=read.text("TURTUS_INSTALL_ID", "turtus"),
        database_url=read.database("TURTUS_DATABASE_URL", f"sqlite:///{ROOT / 'var' / 'turtus.db'}"),
        redis_url=redis_url,
        broker_url=read.redis("TURTUS_BROKER_URL", _broker(redis_url), "amqp", "amqps"),
        server_port=port,
        use_https=https,
        public_url=read.origin("TURTUS_PUBLIC_URL"),
        web_signal_server=read.server("TURTUS_WEB_DEFAULT_SIGNAL_SERVER"),
        allowed_origins=read.origins("TURTUS_ALLOWED_ORIGINS"),
        trusted_proxies=read.number("TURTUS_TRUSTED_PROXIES", 0, 0, 10),
        registration_open=read.choice("TURTUS_REGISTRATION", "open", "open", "closed") == "open",
        session_days=read.number("TURTUS_SESSION_DAYS", 30, 1, 365),
        ice_servers=_ice_servers(read.text("TURTUS_ICE_SERVERS", "[]")),
        log_format="json" if log_format == "json" else "text",
        log_emoji=read.flag("TURTUS_LOG_EMOJI", default=True),
        log_level=read.choice("TURTUS_LOG_LEVEL", "INFO", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
        vb=_vb(read, port, https=https),
    )


def _vb(read: _Reader, port: int, *, https: bool) -> VbSettings:
    mode = read.choice("TURTUS_SERVER_DOCKER_MODE", "local", "local", "aws")
    if mode == "aws":
        raise SettingsError("TURTUS_SERVER_DOCKER_MODE", "'aws' is not supported yet; use 'local'")
    first, last = _port_range(read.text("TURTUS_VB_PORT_RANGE", "59000-59199"))
    certificate = Path(read.text("TURTUS_SERVER_CERT", "localhost.cert"))
    announced = read.text("TURTUS_VB_ANNOUNCED_ADDRESS")
    if announced and not is_address(announced):
        raise SettingsError("TURTUS_VB_ANNOUNCED_ADDRESS", f"'{announced}' is not an IP address")
    scheme = "wss" if https else "ws"
    return VbSettings(
        signal_server=read.server("TURTUS_VB_DEFAULT_SIGNAL_SERVER")
        or f"{scheme}://host.docker.internal:{port}",
        signal_ca=ROOT / certificate if https else None,
        image=read.text("TURTUS_VB_IMAGE", "turtus/vb:latest"),
        chromium_image=read.text("TURTUS_VB_CHROMIUM_IMAGE"),
        network=read.text("TURTUS_VB_NETWORK", "turtus-browsers"),
        host_name=read.host_name("TURTUS_HOST_NAME", "local"),
        port_first=first,
        port_last=last,
        announced_address=announced,
        width_px=read.number("TURTUS_VB_DEFAULT_WIDTH", 1280, 320, 3840),
        height_px=read.number("TURTUS_VB_DEFAULT_HEIGHT", 720, 240, 2160),
        depth_bits=int(read.choice("TURTUS_VB_DEFAULT_BIT_DEPTH", "24", "24")),
        fps=read.number("TURTUS_VB_DEFAULT_FPS", 30, 5, 60),
        url=read.page("TURTUS_VB_DEFAULT_URL", "turtus:home"),
        idle_timeout_ms=read.number("TURTUS_VB_DEFAULT_IDLE_TIMEOUT", 60_000, 1_000, 86_400_000),
        start_timeout_s=read.number("TURTUS_VB_START_TIMEOUT", 30, 3, 600),
        max_session_s=read.number("TURTUS_VB_MAX_SESSION", 4 * 3600, 60, 7 * 86_400),
        memory=read.size("TURTUS_VB_MEMORY", "2g"),
        cpus=read.decimal("TURTUS_VB_CPUS", 2.0),
        pids=read.number("TURTUS_VB_PIDS", 1024, 64, 65_536),
        upload_mb=read.number("TURTUS_VB_UPLOAD_MB", 100, 0, 4096),
        download_mb=read.number("TURTUS_VB_DOWNLOAD_MB", 200, 0, 4096),
        download_keep_min=read.number("TURTUS_VB_DOWNLOAD_KEEP_MIN", 30, 1, 10_080),
        max_browsers=read.number("TURTUS_VB_MAX_BROWSERS", 0, 0, 1_000),
    )


def _port_range(raw: str) -> tuple[int, int]:
    found = _PORTS.fullmatch(raw)
    if found is None or not 1024 <= int(found[1]) <= int(found[2]) <= 65535:
        raise SettingsError("TURTUS_VB_PORT_RANGE", f"is '{raw}', but must be like 59000-59199")
    return int(found[1]), int(found[2])


def _is_redis(url: str) -> bool:
    """Host, port and number of the database, as all who connect there read them."""
    try:
        parts = urlsplit(url)
        there = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return there and parts.scheme in {"redis", "rediss"} and bool(_REDIS_DATABASE.fullmatch(parts.path))


def _broker(redis_url: str) -> str:
    """Database 1 of the same server, whatever else the address says."""
    return urlsplit(redis_url)._replace(path="/1").geturl()


def _is_origin(url: str, schemes: set[str]) -> bool:
    """Scheme, host and perhaps a port, and nothing else (RFC 6454, 6.2)."""
    try:
        parts = urlsplit(url)
        there = parts.scheme in schemes and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
    return there and url == f"{parts.scheme}://{parts.netloc}" and "@" not in url


def _ice_servers(raw: str) -> tuple[dict[str, object], ...]:
    problem = 'must be a JSON list like [{"urls": ["stun:stun.example.org"]}], of stun and turn servers'
    try:
        servers = json.loads(raw)
    except ValueError as error:
        raise SettingsError("TURTUS_ICE_SERVERS", problem) from error
    if not isinstance(servers, list):
        raise SettingsError("TURTUS_ICE_SERVERS", problem)
    for server in servers:
        if not isinstance(server, dict) or not _is_ice_server(server):
            raise SettingsError("TURTUS_ICE_SERVERS", problem)
    return tuple(servers)


def _is_ice_server(server: dict[str, object]) -> bool:
    urls = server.get("urls")
    secrets = (server.get("username"), server.get("credential"))
    return (
        isinstance(urls, list)
        and bool(urls)
        and all(isinstance(url, str) and _ICE_URL.fullmatch(url) for url in urls)
        and all(value is None or isinstance(value, str) for value in secrets)
    )
