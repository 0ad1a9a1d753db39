"""app.settings"""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import ROOT, Settings, load, size_bytes

SECRET = {"TURTUS_SECRET_KEY": "x" * 32}


def test_defaults_are_those_of_example_env() -> None:
    """Only the secret is needed; the rest is what example.env says."""
    settings = load(SECRET)
    assert settings.server_port == 8443
    assert settings.use_https
    assert settings.redis_url == "redis://127.0.0.1:6380/0"
    assert settings.broker_url == "redis://127.0.0.1:6380/1"
    assert settings.database_url == f"sqlite:///{ROOT / 'var' / 'turtus.db'}"
    assert settings.ice_servers == ()
    assert settings.vb.signal_server == "wss://host.docker.internal:8443"
    assert settings.vb.signal_ca == ROOT / "localhost.cert"
    assert (settings.vb.width_px, settings.vb.height_px, settings.vb.depth_bits) == (1280, 720, 24)
    assert (settings.vb.idle_timeout_ms, settings.vb.fps) == (60_000, 30)
    assert (settings.vb.port_first, settings.vb.port_last) == (59000, 59199)


def test_empty_is_as_good_as_missing() -> None:
    """A line of .env without a value means the default."""
    assert load({**SECRET, "TURTUS_SERVER_PORT": "", "TURTUS_ICE_SERVERS": " "}).server_port == 8443


def test_rooms_may_start_what_has_an_image() -> None:
    """Firefox first; Chromium only where its image is named."""
    assert load({**SECRET}).vb.images == {"firefox": "turtus/vb:latest"}
    both = load({**SECRET, "TURTUS_VB_CHROMIUM_IMAGE": "mine:1"}).vb.images
    assert list(both.items()) == [("firefox", "turtus/vb:latest"), ("chromium", "mine:1")]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("TURTUS_HOST_NAME", "mars.example", lambda s: s.vb.host_name),
        ("TURTUS_HOST_NAME", "192.0.2.7", lambda s: s.vb.host_name),
        ("TURTUS_VB_DEFAULT_URL", "https://example.org/?q=1", lambda s: s.vb.url),
        ("TURTUS_VB_DEFAULT_URL", "turtus:still", lambda s: s.vb.url),
        ("TURTUS_VB_DEFAULT_SIGNAL_SERVER", "wss://[2001:db8::1]:8443", lambda s: s.vb.signal_server),
        ("TURTUS_WEB_DEFAULT_SIGNAL_SERVER", "ws://signal.example", lambda s: s.web_signal_server),
    ],
)
def test_what_can_work_is_taken_as_it_is(name: str, value: str, read: Callable[[Settings], str]) -> None:
    """Names, addresses, bundled pages and other people's."""
    assert read(load({**SECRET, name: value})) == value


def test_plain_http_needs_no_certificate() -> None:
    """Behind a proxy, agents dial ws and trust nobody in particular."""
    settings = load({**SECRET, "TURTUS_SERVER_USE_HTTPS": "0", "TURTUS_SERVER_PORT": "80"})
    assert settings.vb.signal_server == "ws://host.docker.internal:80"
    assert settings.vb.signal_ca is None


def test_lists_and_servers_are_read() -> None:
    """Origins by commas, ICE servers as JSON, a certificate by its absolute path."""
    settings = load(
        {
            **SECRET,
            "TURTUS_ALLOWED_ORIGINS": "https://a.example/, https://b.example",
            "TURTUS_ICE_SERVERS": '[{"urls": ["stun:stun.example"]}]',
            "TURTUS_SERVER_CERT": "/etc/ssl/site.pem",
            "TURTUS_VB_ANNOUNCED_ADDRESS": "192.0.2.7",
        }
    )
    assert settings.allowed_origins == ("https://a.example", "https://b.example")
    assert settings.ice_servers == ({"urls": ["stun:stun.example"]},)
    assert settings.vb.signal_ca == Path("/etc/ssl/site.pem")


@pytest.mark.parametrize(
    ("redis_url", "broker_url"),
    [
        ("redis://host:6379", "redis://host:6379/1"),
        ("redis://host:6379/0", "redis://host:6379/1"),
        ("rediss://:p%2Fw@host/0?ssl_cert_reqs=none", "rediss://:p%2Fw@host/1?ssl_cert_reqs=none"),
    ],
)
def test_broker_is_database_1_of_the_same_redis(redis_url: str, broker_url: str) -> None:
    """Password, port and options stay; one of its own is taken as it is."""
    assert load({**SECRET, "TURTUS_REDIS_URL": redis_url}).broker_url == broker_url
    own = {"TURTUS_REDIS_URL": redis_url, "TURTUS_BROKER_URL": "redis://other/7"}
    assert load({**SECRET, **own}).broker_url == "redis://other/7"


def test_public_address_says_whether_people_come_by_https() -> None:
    """A proxy may have the certificate that this server has not."""
    plain = {**SECRET, "TURTUS_SERVER_USE_HTTPS": "0"}
    assert not load(plain).always_https
    public = load({**plain, "TURTUS_PUBLIC_URL": "https://Turtus.example.org/"})
    assert public.public_url == "https://turtus.example.org"
    assert public.always_https
    assert load(SECRET).always_https
    assert not load(SECRET).public_https


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TURTUS_SECRET_KEY", "short", "at least 32 random characters"),
        ("TURTUS_SECRET_KEY", "change-me-" + "x" * 40, "at least 32 random characters"),
        ("TURTUS_SERVER_PORT", "http", "must be a whole number"),
        ("TURTUS_SERVER_PORT", "70000", "out of range"),
        ("TURTUS_SERVER_USE_HTTPS", "maybe", "must be 1 or 0"),
        ("TURTUS_SERVER_DOCKER_MODE", "aws", "not supported yet"),
        ("TURTUS_SERVER_DOCKER_MODE", "cloud", "must be one of local, aws"),
        ("TURTUS_VB_PORT_RANGE", "59000", "must be like 59000-59199"),
        ("TURTUS_VB_PORT_RANGE", "60000-59000", "must be like 59000-59199"),
        ("TURTUS_VB_CPUS", "0", "out of range"),
        ("TURTUS_VB_CPUS", "inf", "out of range"),
        ("TURTUS_REDIS_URL", "nonsense", "must be like redis://"),
        ("TURTUS_REDIS_URL", "http://127.0.0.1/0", "must be like redis://"),
        ("TURTUS_REDIS_URL", "redis://127.0.0.1:x/0", "must be like redis://"),
        ("TURTUS_REDIS_URL", "redis://127.0.0.1:99999/0", "must be like redis://"),
        ("TURTUS_REDIS_URL", "redis://127.0.0.1:6380/x", "must be like redis://"),
        ("TURTUS_BROKER_URL", "nonsense", "must be like redis://"),
        ("TURTUS_VB_MEMORY", "two", "must be a size like 512m or 2g"),
        ("TURTUS_VB_MAX_BROWSERS", "-1", "out of range"),
        ("TURTUS_VB_UPLOAD_MB", "-1", "out of range"),
        ("TURTUS_VB_DOWNLOAD_MB", "much", "must be a whole number"),
        ("TURTUS_VB_DOWNLOAD_KEEP_MIN", "0", "out of range"),
        ("TURTUS_VB_ANNOUNCED_ADDRESS", "example.org", "is not an IP address"),
        ("TURTUS_VB_DEFAULT_BIT_DEPTH", "16", "must be one of 24"),
        ("TURTUS_ICE_SERVERS", "{}", "must be a JSON list"),
        ("TURTUS_ICE_SERVERS", '[{"urls": [1]}]', "must be a JSON list"),
        ("TURTUS_ICE_SERVERS", '[{"urls": []}]', "must be a JSON list"),
        ("TURTUS_ICE_SERVERS", '[{"urls": ["turn:x"], "username": 1}]', "must be a JSON list"),
        ("TURTUS_PUBLIC_URL", "turtus.example.org", "must be like https://"),
        ("TURTUS_PUBLIC_URL", "https://turtus.example.org/path", "must be like https://"),
        ("TURTUS_PUBLIC_URL", "https://a:b@turtus.example.org", "must be like https://"),
        ("TURTUS_PUBLIC_URL", "https://[bad", "must be like https://"),
        ("TURTUS_ICE_SERVERS", '[{"urls": ["http://x"]}]', "of stun and turn servers"),
        ("TURTUS_ICE_SERVERS", '[{"urls": ["turn:"]}]', "of stun and turn servers"),
        (
            "TURTUS_VB_DEFAULT_URL",
            "file:///etc/passwd",
            "an address with http:// or https://, or one of turtus:home",
        ),
        ("TURTUS_VB_DEFAULT_URL", "turtus:elsewhere", "or one of turtus:home, turtus:motion, turtus:still"),
        ("TURTUS_VB_DEFAULT_URL", "javascript:alert(1)", "must be an address with http:// or https://"),
        ("TURTUS_VB_DEFAULT_URL", "https://", "must be an address with http:// or https://"),
        ("TURTUS_HOST_NAME", "my host", "must be a host name or an IP address"),
        ("TURTUS_HOST_NAME", "http://mars", "must be a host name or an IP address"),
        ("TURTUS_HOST_NAME", "mars:8443", "must be a host name or an IP address"),
        ("TURTUS_HOST_NAME", ".".join(["long"] * 14), "of at most 64 characters"),
        ("TURTUS_DATABASE_URL", "nonsense", "must be like sqlite:///path or postgresql"),
        ("TURTUS_DATABASE_URL", "sqlite", "must be like sqlite:///path or postgresql"),
        (
            "TURTUS_DATABASE_URL",
            "mysql://user:password@host/name",
            "must be like sqlite:///path or postgresql",
        ),
        ("TURTUS_SERVER_PORT", "٨٤٤٣", "must be a whole number"),
        ("TURTUS_SERVER_PORT", "8_443", "must be a whole number"),
        ("TURTUS_VB_CPUS", "٢", "must be a number above 0"),
        ("TURTUS_VB_CPUS", "nan", "out of range"),
        ("TURTUS_VB_MEMORY", "٢g", "must be a size like 512m or 2g"),
        ("TURTUS_VB_PORT_RANGE", "٥٩٠٠٠-٥٩١٩٩", "must be like 59000-59199"),
        ("TURTUS_PUBLIC_URL", "https://exämple.org", "must be like https://"),
        ("TURTUS_PUBLIC_URL", "https://a..b", "must be like https://"),
        (
            "TURTUS_ALLOWED_ORIGINS",
            "https://a.example, b.example",
            "is 'b.example', but must be like https://",
        ),
        ("TURTUS_WEB_DEFAULT_SIGNAL_SERVER", "https://signal.example", "must be like wss://"),
        ("TURTUS_WEB_DEFAULT_SIGNAL_SERVER", "wss://signal.example; script-src *", "must be like wss://"),
        ("TURTUS_VB_DEFAULT_SIGNAL_SERVER", "somewhere", "must be like wss://"),
        ("TURTUS_ICE_SERVERS", "[1]", "must be a JSON list"),
        ("TURTUS_ICE_SERVERS", "stun:x", "must be a JSON list"),
        ("TURTUS_LOG_FORMAT", "xml", "must be one of text, json"),
    ],
)
def test_wrong_setting_is_named_with_what_it_must_be(name: str, value: str, words: str) -> None:
    """The sentence has the setting's name and says what would be right."""
    with pytest.raises(SettingsError, match=words) as refused:
        load({**SECRET, name: value})
    assert refused.value.name == name
    assert str(refused.value).startswith(f"Setting {name}: ")


@pytest.mark.parametrize(
    ("text", "size"), [("2g", 2 << 30), ("512M", 512 << 20), ("8kb", 8192), ("7b", 7), ("7", 7)]
)
def test_sizes_are_read_as_docker_writes_them(text: str, size: int) -> None:
    """Powers of 1024, in either case."""
    assert size_bytes(text) == size
