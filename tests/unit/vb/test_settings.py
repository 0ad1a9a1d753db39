"""What the agent is told from outside."""

import pytest

from vb.settings import BUNDLED_PAGES, PAGES, Settings, page_address, read

URL = ["-s", "wss://turtus.example:8443/signal/film-night"]


def test_only_the_signal_server_must_be_given() -> None:
    """Everything else has a default: a minute of patience, 720p at 30, the home page."""
    given = read(URL, {})
    assert given == Settings(
        signal_url=URL[1],
        timeout_s=60.0,
        width=1280,
        height=720,
        fps=30,
        url=f"{PAGES}home.html",
        token="",
        udp_port=0,
        announced_address="",
        signal_ca="",
        log_format="text",
        log_emoji=True,
        log_level="INFO",
    )


def test_arguments_and_environment_are_read() -> None:
    """Long and short names; times in milliseconds become seconds."""
    arguments = ["--signal-server", "ws://x/", "--timeout", "1500", "--width", "800", "--height", "600"]
    arguments += ["--fps", "60", "--url", "https://example.org/"]
    environ = {
        "TURTUS_VB_TOKEN": "t",
        "TURTUS_VB_UDP_PORT": "59001",
        "TURTUS_VB_ANNOUNCED_ADDRESS": "203.0.113.7",
        "TURTUS_VB_SIGNAL_CA": "PEM",
        "TURTUS_LOG_FORMAT": "json",
        "TURTUS_LOG_EMOJI": "0",
        "TURTUS_LOG_LEVEL": "DEBUG",
    }
    given = read(arguments, environ)
    assert (given.timeout_s, given.width, given.height, given.fps) == (1.5, 800, 600, 60)
    assert (given.token, given.udp_port, given.announced_address, given.signal_ca) == (
        "t",
        59001,
        "203.0.113.7",
        "PEM",
    )
    assert (given.log_format, given.log_emoji, given.log_level) == ("json", False, "DEBUG")
    assert given.url == "https://example.org/"


def test_the_image_says_which_browser_it_has() -> None:
    """Firefox, unless it is the one with Chromium."""
    arguments = ["-s", "ws://x/"]
    assert read(arguments, {}).browser == "firefox"
    assert read(arguments, {"TURTUS_VB_BROWSER": "chromium"}).browser == "chromium"


def test_limits_of_files() -> None:
    """In MiB and minutes; 0 switches a direction off; nonsense is refused."""
    given = read(
        URL, {"TURTUS_VB_UPLOAD_MB": "0", "TURTUS_VB_DOWNLOAD_MB": "7", "TURTUS_VB_DOWNLOAD_KEEP_MIN": "2"}
    )
    assert (given.upload_mb, given.download_mb, given.download_keep_min) == (0, 7, 2)
    with pytest.raises(SystemExit):
        read(URL, {"TURTUS_VB_UPLOAD_MB": "-1"})


def test_empty_variables_are_as_good_as_none() -> None:
    """A container runtime passes settings that are not set as empty ones."""
    given = read(URL, {"TURTUS_VB_UDP_PORT": "", "TURTUS_LOG_LEVEL": "", "TURTUS_LOG_FORMAT": ""})
    assert (given.udp_port, given.log_level, given.log_format) == (0, "INFO", "text")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "-s/--signal-server"),
        (["-s", "https://x/"], "must start with ws:// or wss://"),
        (["-s", "wss://"], "must start with ws:// or wss://"),
        ([*URL, "-t", "soon"], "invalid"),
        ([*URL, "-t", "5"], "must be from 100 to 86400000"),
        ([*URL, "--width", "1281"], "must be even"),
        ([*URL, "--height", "10"], "must be from 240 to 4320"),
        ([*URL, "--fps", "0"], "must be from 1 to 120"),
        ([*URL, "--url", "file:///etc/passwd"], "neither a web address"),
        ([*URL, "--url", "turtus:nothing"], "turtus:home, turtus:motion, turtus:still"),
        ([*URL, "--nonsense"], "unrecognized"),
    ],
)
def test_wrong_arguments_get_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, and what is wrong on standard error."""
    with pytest.raises(SystemExit) as caught:
        read(arguments, {})
    assert caught.value.code == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("port", ["x", "-1", "65536"])
def test_a_wrong_port_gets_a_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The variable is named."""
    with pytest.raises(SystemExit):
        read(URL, {"TURTUS_VB_UDP_PORT": port})
    assert "TURTUS_VB_UDP_PORT must be a port number" in capsys.readouterr().err


@pytest.mark.parametrize("page", BUNDLED_PAGES)
def test_bundled_pages_have_short_names(page: str) -> None:
    """They lie in the image."""
    assert page_address(f"turtus:{page}") == f"file:///opt/turtus/vb/pages/{page}.html"


@pytest.mark.parametrize(
    "url", ["", "x", "javascript:alert(1)", "http://", "about:config", "file:///etc/passwd"]
)
def test_other_schemes_are_refused(url: str) -> None:
    """Only the web and the bundled pages."""
    with pytest.raises(ValueError, match="neither a web address"):
        page_address(url)
