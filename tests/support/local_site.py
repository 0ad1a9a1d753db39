"""A Flask application on a port of the loopback, over HTTPS, for the browsers of tests."""

import base64
import hashlib
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, generate_adhoc_ssl_pair, make_server


@dataclass(frozen=True, slots=True)
class LocalSite:
    """Where it is.

    Attributes:
        port: on 127.0.0.1.
        spki: SHA-256 of its public key in base64, by which a browser can be told to trust it. One that was told
            to trust everything instead would keep no file of the site.
    """

    port: int
    spki: str


class _Handler(WSGIRequestHandler):
    """Keeps connections open, as the real server does, and says nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def local_site(app: Flask) -> Iterator[LocalSite]:
    """Serve ``app`` from a thread for the time of the block."""
    certificate, key = generate_adhoc_ssl_pair()
    with tempfile.TemporaryDirectory(prefix="turtus-site-") as name:
        pair = Path(name) / "cert", Path(name) / "key"
        pair[0].write_bytes(certificate.public_bytes(Encoding.PEM))
        pair[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
        server = make_server(
            "127.0.0.1",
            0,
            app,
            threaded=True,
            request_handler=_Handler,
            ssl_context=(str(pair[0]), str(pair[1])),
        )
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with _serving(server):
        yield LocalSite(server.port, base64.b64encode(hashlib.sha256(public).digest()).decode())


@contextmanager
def _serving(server: BaseWSGIServer) -> Iterator[None]:
    # Each connection shakes hands in its own thread: one that a browser opens in advance holds up no other.
    server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
