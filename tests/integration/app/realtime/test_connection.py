"""app.realtime.connection on a real socket with the real WebSocket library"""

import base64
import os
import socket
import threading

import pytest
from simple_websocket import ConnectionClosed, Server

from app.realtime import connection as module
from app.realtime.connection import Closed, Connection, OneWriterSocket, RoomRef
from tests.support.servers import wait_for
from vb.protocol.messages import Peer


def connect(sock: socket.socket) -> tuple[Server, Connection]:
    """The server's side of a WebSocket on ``sock``."""
    environ = {
        "werkzeug.socket": OneWriterSocket(sock),
        "HTTP_UPGRADE": "websocket",
        "HTTP_CONNECTION": "Upgrade",
        "HTTP_HOST": "x",
        "HTTP_SEC_WEBSOCKET_KEY": base64.b64encode(os.urandom(16)).decode(),
        "HTTP_SEC_WEBSOCKET_VERSION": "13",
    }
    ws = Server.accept(environ, ping_interval=0.5, receive_bytes=16_384)
    peer = Peer(id="p", name="Ana", role="member", client_type="person")
    connection = Connection(ws, peer, RoomRef("r", "r", "Room"), None)
    connection.start()
    return ws, connection


def read_until_the_end(connection: Connection) -> threading.Thread:
    """What the endpoint does, in a thread."""

    def read() -> None:
        try:
            while True:
                connection.receive()
        except (Closed, ConnectionClosed):
            connection.finish()

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("messages", [0, 700])
def test_client_that_neither_reads_nor_answers_is_cut_off(
    messages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reader, writer and the library's thread all end, whether its buffers are full or it is merely silent."""
    monkeypatch.setattr(module, "HANG_UP_AFTER_S", 0.5)
    monkeypatch.setattr(module, "STALLED_S", 2.0)
    ours, theirs = socket.socketpair()
    ws, connection = connect(ours)
    theirs.recv(4096)
    reader = read_until_the_end(connection)
    for _ in range(messages):
        connection.send("x" * 4000)
    threads = (reader, connection._writer, ws.thread)
    wait_for(lambda: not any(thread.is_alive() for thread in threads), "every thread to end", 10)
    theirs.close()
    ours.close()
