"""deploy/gunicorn.conf.py on a real gunicorn: what silent, slow and rude visitors cost."""

import contextlib
import resource
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import ROOT, Process, free_port, wait_for

CONF = ROOT / "deploy" / "gunicorn.conf.py"
APP = """
def app(environ, start_response):
    said = b"x" * 100_000_000 if environ["PATH_INFO"] == "/large" else b"ok"
    if environ["REQUEST_METHOD"] == "POST":
        body = environ["wsgi.input"]
        if environ["PATH_INFO"] == "/pieces":
            said = ",".join(str(len(piece)) for piece in (body.readline(), body.read(30_000), body.read())).encode()
        else:
            said = str(len(body.read())).encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]
"""


class Server(Process):
    """A small application over TLS, in one process that has room for three, with a second for whatever waits."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        (directory / "small.py").write_text(APP)
        conf = directory / "conf.py"
        conf.write_text(
            f"exec(compile(open({str(CONF)!r}).read(), {str(CONF)!r}, 'exec'))\nHANDSHAKE_S = 1.0\nkeepalive = 1\n"
            "BODY_S = SEND_S = 1.0\n"
        )
        subprocess.run(
            [str(ROOT / "gen_cert.sh"), "--dir", str(directory)], check=True, capture_output=True, cwd=ROOT
        )
        argv = [sys.executable, "-m", "gunicorn", f"--config={conf}", "--workers=1", "--worker-connections=3"]
        argv += [f"--bind=127.0.0.1:{self.port}", f"--pythonpath={directory}"]
        argv += [f"--certfile={directory / 'localhost.cert'}", f"--keyfile={directory / 'localhost.key'}"]
        super().__init__([*argv, "small:app"], directory / "web.log")

    def start(self) -> None:
        super().start()
        wait_for(self.serves, "the server")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 5)

    def secure(self) -> ssl.SSLSocket:
        """A connection that has shaken hands."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(self.connect())

    def serves(self) -> bool:
        """Whether somebody new gets an answer."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            with self.connect() as plain, context.wrap_socket(plain) as client:
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                return client.recv(100).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("gunicorn"))
    server.start()
    yield server
    server.stop()


def test_silent_connections_are_hung_up(server: Server) -> None:
    """Who connects and says nothing holds a place for the time of a handshake, not for ever."""
    silent = [server.connect() for _ in range(3)]
    try:
        time.sleep(0.3)
        wait_for(server.serves, "a place", 8)
        assert [each.recv(1) for each in silent] == [b""] * 3
    finally:
        for each in silent:
            each.close()


def test_slow_handshake_is_hung_up(server: Server) -> None:
    """A byte now and then does not prolong it."""
    with server.connect() as slow:
        began = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe
            for byte in b"\x16\x03\x01\x02\x00" + b"\x01" * 100:
                slow.sendall(bytes([byte]))
                time.sleep(0.1)
        assert time.monotonic() - began < 5


def test_silence_after_the_handshake_is_hung_up(server: Server) -> None:
    """Nobody holds a place with half a request either."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with server.connect() as plain, context.wrap_socket(plain) as client:
        client.sendall(b"GET / HT")
        assert client.recv(1) == b""


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        ("Content-Length: 100000", b"a"),
        ("Content-Length: 100000", b""),
        ("Transfer-Encoding: chunked", b"1\r\na\r\n"),
    ],
)
def test_slow_body_is_hung_up(server: Server, head: str, drip: bytes) -> None:
    """Nobody holds a place with a form that never ends, a byte now and then or none."""
    with server.secure() as client:
        client.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
        client.settimeout(0.1)
        began = time.monotonic()
        while time.monotonic() < began + 10:
            try:
                client.sendall(drip)
                if client.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 5


def test_large_body_that_comes_steadily_is_taken(server: Server) -> None:
    """However long it takes: each piece brings time of its own."""
    with server.secure() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n")
        for _ in range(50):
            client.sendall(bytes(100_000))
            time.sleep(0.04)
        client.settimeout(5)
        answer = b""
        while not answer.endswith(b"5000000"):  # a TimeoutError fails
            answer += client.recv(1000)


def test_form_that_comes_steadily_is_taken(server: Server) -> None:
    """One that is asked for in one piece, too: what has come of it brings time."""
    with server.secure() as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n")
        for _ in range(8):
            client.sendall(bytes(8192))
            time.sleep(0.3)
        client.settimeout(5)
        answer = b""
        while not answer.endswith(b"65536"):  # a TimeoutError fails
            piece = client.recv(1000)
            assert piece
            answer += piece


@pytest.mark.parametrize("chunked", [False, True])
def test_application_gets_as_much_as_it_asks_for(server: Server, chunked: bool) -> None:
    """A line, a part and the rest, each whole, however small the pieces in which they are read."""
    body = b"a" * 20_000 + b"\n" + b"b" * 50_000
    head = "Content-Length: 70001"
    if chunked:
        head, body = "Transfer-Encoding: chunked", b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    with server.secure() as client:
        client.settimeout(5)
        client.sendall(f"POST /pieces HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode() + body)
        answer = b""
        while not answer.endswith(b"20001,30000,20000"):  # a TimeoutError fails
            piece = client.recv(1000)
            assert piece
            answer += piece


def test_answers_that_nobody_reads_are_hung_up(server: Server) -> None:
    """Neither a large one nor many small ones are kept for who does not read them."""
    clients = [server.secure() for _ in range(2)]
    try:
        clients[0].sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        with contextlib.suppress(OSError):
            clients[1].settimeout(3)
            clients[1].sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
        time.sleep(3)
        for client in clients:
            client.settimeout(3)
            got = 0
            with contextlib.suppress(ConnectionError, ssl.SSLError):  # a TimeoutError fails
                while piece := client.recv(1 << 20):
                    got += len(piece)
            assert got < 100_000_000
    finally:
        for client in clients:
            client.close()
    assert "Traceback" not in server.log.read_text()


def test_broken_handshakes_are_not_in_the_log(server: Server) -> None:
    """Plain text, a closed line and silence are visitors' doings; only errors of ours are told."""
    for said in (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01", b""):
        with server.connect() as rude:
            rude.sendall(said)
    with server.connect():
        time.sleep(1.5)
    assert server.serves()
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "failed with" not in log


def test_a_process_may_open_as_many_files_as_it_takes_connections(server: Server) -> None:
    """Beyond the few that a shell allows at first."""
    assert server.process is not None
    soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    assert soft >= min(10_000, hard)
