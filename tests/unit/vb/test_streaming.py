"""Picture, sound and viewers, wired together."""

import os
from types import SimpleNamespace

import pytest

from tests.support.aio import on_loop, until
from tests.support.rtc_page import RtcPage
from vb.media import picture
from vb.media.frames import VideoCodec
from vb.peers.udp_mux import open_mux
from vb.peers.viewer import Viewer, ViewerState
from vb.protocol.input import Move, encode
from vb.protocol.messages import Answer, Bye, Offer
from vb.settings import read
from vb.streaming import Streaming


@on_loop
async def test_from_offer_to_goodbye(monkeypatch: pytest.MonkeyPatch) -> None:
    """A viewer joins, is counted, drives, and is forgotten when it leaves; closing ends it all."""
    sent: list[Offer | Bye] = []
    inputs: list[tuple[str, bytes]] = []
    states: list[ViewerState] = []

    def changed(viewer: Viewer) -> None:
        states.append(viewer.state)

    capture_log: list[str] = []
    capture = SimpleNamespace(
        start=lambda: capture_log.append("start"),
        stop=lambda: capture_log.append("stop"),
        poke=lambda: None,
        join=lambda timeout_s: capture_log.append("join"),
    )
    monkeypatch.setattr(picture, "ScreenCapture", lambda *args: capture)
    mux = await open_mux(0)
    streaming = Streaming(
        read(["-s", "ws://x/"], {}),
        mux,
        ["127.0.0.1"],
        ":987",
        "turtus.monitor",
        {"PATH": os.environ["PATH"]},
        send=sent.append,
        on_input=lambda peer, data: inputs.append((peer, data)),
        on_viewer=changed,
        on_page=lambda viewer, message: None,
        on_open=lambda viewer: None,
    )
    page = RtcPage()
    await streaming.viewers.open("ana", "127.0.0.1")
    offer = sent[0]
    assert isinstance(offer, Offer)
    answer = await page.answer(offer.sdp)
    await streaming.viewers.answered("ana", Answer(to="vb", session=offer.session, sdp=answer))
    await until(lambda: streaming.viewers.connected == 1)
    assert streaming._picture._tiers[VideoCodec.H264, "best"].running
    assert capture_log == []
    streaming.open_curtain()
    assert capture_log == ["start"]
    await until(lambda: page.channel is not None and page.channel.readyState == "open")
    assert page.channel is not None
    page.channel.send(encode(Move(1, 2, 3)))
    await until(lambda: inputs == [("ana", encode(Move(1, 2, 3)))])
    await streaming.close("over")
    assert sent[-1] == Bye(to="ana", session=offer.session, reason="over")
    assert states[-1] is ViewerState.CLOSED
    assert streaming.viewers.connected == 0
    assert capture_log == ["start", "stop", "join"]
    await page.close()
