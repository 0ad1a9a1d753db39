"""The signaling client against a real WebSocket server that plays the room."""

import asyncio
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.support.aio import on_loop, until
from tests.support.vb_room import FakeRoom
from vb.link.backoff import Backoff
from vb.link.signal import BrowserEnded, LinkEnded, SignalLink, SignalLost, SignalRefused
from vb.protocol.limits import CloseCode
from vb.protocol.messages import (
    AgentStatus,
    AgentViewers,
    ControlChanged,
    Identity,
    ServerMessage,
    Snapshot,
)

READY = AgentStatus(state="ready")


class Agent:
    """A link, and what it said."""

    def __init__(
        self, url: str, *, lost_after_s: float = 30.0, heartbeat_s: float = 10.0, ca: str = ""
    ) -> None:
        self.heard: list[ServerMessage] = []
        self.link = SignalLink(
            url,
            "secret-token",
            self.heard.append,
            lost_after_s=lost_after_s,
            ca=ca,
            heartbeat_s=heartbeat_s,
            backoff=Backoff(lambda: 0.0, first_s=0.02, most_s=0.05),
        )
        self.task = asyncio.create_task(self.link.run())

    async def connected(self) -> None:
        await until(lambda: self.link.connected)

    async def ended(self) -> LinkEnded:
        with pytest.raises(LinkEnded) as caught:
            await asyncio.wait_for(self.task, 10)
        return caught.value

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def url_of(room: FakeRoom, scheme: str = "ws") -> str:
    return f"{scheme}://127.0.0.1:{room.port}/signal/film-night"


async def in_thread(work: Callable[[], object]) -> None:
    await asyncio.to_thread(work)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@on_loop
async def test_it_presents_its_token_and_learns_who_it_is() -> None:
    """Identity and snapshot come through; messages go out in order."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room))
        assert not agent.link.send(READY)
        await agent.connected()
        await until(lambda: len(agent.heard) == 2)
        assert [type(message) for message in agent.heard] == [Identity, Snapshot]
        assert room.tokens == ["Bearer secret-token"]
        assert room.resumes == [""]
        for count in range(20):
            assert agent.link.send(AgentViewers(count=count))
        await until(lambda: len(room.heard) == 20)
        assert [message.count for message in room.heard if isinstance(message, AgentViewers)] == list(
            range(20)
        )
        await agent.stop()


@on_loop
async def test_it_comes_back_with_the_same_place() -> None:
    """After the connection broke it dials again and names its id; meanwhile nothing can be sent."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room))
        await agent.connected()
        await in_thread(room.hang_up)
        await until(lambda: len(room.resumes) == 2)
        assert room.resumes[1] == "p-vb"
        await agent.connected()
        await agent.stop()


@on_loop
async def test_the_room_is_heard_after_a_break() -> None:
    """Events of the new connection come through."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room))
        await agent.connected()
        await in_thread(lambda: room.hang_up(CloseCode.RESTARTING))
        await in_thread(lambda: room.wait_for_agent(5))
        await in_thread(lambda: room.give_control("p-ana", 7))
        await until(lambda: any(isinstance(message, ControlChanged) for message in agent.heard))
        await agent.stop()


@pytest.mark.parametrize(
    "code",
    [
        CloseCode.TOO_MANY_ERRORS,
        CloseCode.NO_SESSION,
        CloseCode.NOT_ALLOWED,
        CloseCode.NO_SUCH_ROOM,
        CloseCode.REPLACED,
    ],
)
def test_a_final_close_code_ends_it(code: CloseCode) -> None:
    """It does not dial again, and says which code it was."""

    @on_loop
    async def check() -> None:
        with FakeRoom(host="127.0.0.1") as room:
            room.close_with = code
            error = await Agent(url_of(room)).ended()
            assert isinstance(error, SignalRefused)
            assert error.code == code
            assert str(code.value) in str(error)
            assert len(room.tokens) == 1

    check()


@on_loop
async def test_the_end_of_the_browser_is_no_failure() -> None:
    """A close code of its own."""
    with FakeRoom(host="127.0.0.1") as room:
        room.close_with = CloseCode.BROWSER_ENDED
        error = await Agent(url_of(room)).ended()
        assert isinstance(error, BrowserEnded)
        assert str(error) == "the signal server has ended this browser"


@pytest.mark.parametrize("status", [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND])
def test_a_refusal_before_the_upgrade_ends_it(status: HTTPStatus) -> None:
    """The token is not good, or the room is not there."""

    @on_loop
    async def check() -> None:
        with FakeRoom(host="127.0.0.1") as room:
            room.refuse_with = status
            error = await Agent(url_of(room)).ended()
            assert isinstance(error, SignalRefused)
            assert error.code == status

    check()


@on_loop
async def test_a_server_in_trouble_is_tried_again() -> None:
    """503 is not final."""
    with FakeRoom(host="127.0.0.1") as room:
        room.refuse_with = HTTPStatus.SERVICE_UNAVAILABLE
        agent = Agent(url_of(room))
        await until(lambda: len(room.tokens) >= 3)
        room.refuse_with = None
        await agent.connected()
        await agent.stop()


@on_loop
async def test_a_server_that_is_gone_for_good_is_given_up() -> None:
    """After as long as allowed, not before."""
    began = time.monotonic()
    error = await Agent(f"ws://127.0.0.1:{free_port()}/signal/x", lost_after_s=0.3).ended()
    assert isinstance(error, SignalLost)
    assert 0.3 <= time.monotonic() - began < 2.0
    assert str(error) == "the signal server has been gone for 0 s"


@on_loop
async def test_the_clock_of_loss_starts_when_the_connection_breaks() -> None:
    """However long it was connected before."""
    room = FakeRoom(host="127.0.0.1").start()
    agent = Agent(url_of(room), lost_after_s=0.4)
    await agent.connected()
    await asyncio.sleep(0.6)
    assert agent.link.connected
    await in_thread(room.stop)
    began = time.monotonic()
    assert isinstance(await agent.ended(), SignalLost)
    assert time.monotonic() - began > 0.2


@on_loop
async def test_a_server_that_takes_the_call_and_says_nothing_counts_as_gone() -> None:
    """Only a greeting proves that somebody is there."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        error = await Agent(f"ws://127.0.0.1:{mute.getsockname()[1]}/", lost_after_s=0.2).ended()
        assert isinstance(error, SignalLost)


@on_loop
async def test_a_silent_line_is_hung_up() -> None:
    """No word for two and a half heartbeats: dial anew."""
    with FakeRoom(host="127.0.0.1") as room:
        room.deaf = True
        agent = Agent(url_of(room), heartbeat_s=0.05)
        await until(lambda: len(room.tokens) >= 2)
        room.deaf = False
        await agent.connected()
        await agent.stop()


@on_loop
async def test_the_heartbeat_keeps_a_quiet_line() -> None:
    """Pings are answered; nobody hangs up."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room), heartbeat_s=0.05)
        await agent.connected()
        await asyncio.sleep(0.5)
        assert len(room.tokens) == 1
        assert len(room.heard) >= 4
        await agent.stop()


@on_loop
async def test_garbage_from_the_server_is_survived() -> None:
    """It is logged, and the line stays."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room))
        await agent.connected()
        for text in ("{", "[]", '{"type":"nonsense"}', '{"type":"pong","n":"x"}'):
            await in_thread(partial(room.send_text, text))
        await in_thread(lambda: room.give_control("p-ana", 7))
        await until(lambda: any(isinstance(message, ControlChanged) for message in agent.heard))
        assert len(room.tokens) == 1
        await agent.stop()


@on_loop
async def test_flush_waits_until_what_was_said_is_out() -> None:
    """The last words reach the server though the line is cut right after."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room))
        await agent.connected()
        for _ in range(10):
            agent.link.send(READY)
        await agent.link.flush(1.0)
        await agent.stop()
        await until(lambda: len(room.heard) == 10)
        await agent.link.flush(0.1)


@on_loop
async def test_an_outbox_that_is_full_takes_no_more() -> None:
    """The caller is told; nothing grows without end."""
    with FakeRoom(host="127.0.0.1") as room:
        agent = Agent(url_of(room))
        await agent.connected()
        results = [agent.link.send(READY) for _ in range(600)]
        assert results[0] is True
        assert results[-1] is False
        await agent.stop()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for 127.0.0.1."""
    cert, key = folder / f"{name}.cert", folder / f"{name}.key"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", cert, "-days", "2", "-subj", f"/CN={name}",
            "-addext", "subjectAltName=IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return cert, key


@on_loop
async def test_tls_trusts_the_certificate_that_it_was_given(tmp_path: Path) -> None:
    """And no other."""
    cert, key = certificate(tmp_path, "turtus")
    stranger, _ = certificate(tmp_path, "stranger")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    with FakeRoom(host="127.0.0.1", tls=server) as room:
        agent = Agent(url_of(room, "wss"), ca=cert.read_text())
        await agent.connected()
        await agent.stop()
        for ca in (stranger.read_text(), ""):
            error = await Agent(url_of(room, "wss"), ca=ca, lost_after_s=0.2).ended()
            assert isinstance(error, SignalLost)
        assert len(room.tokens) == 1


@on_loop
async def test_an_address_that_is_none_is_refused_at_once() -> None:
    """There is no use in trying again."""
    assert isinstance(await Agent("ws://").ended(), SignalRefused)
