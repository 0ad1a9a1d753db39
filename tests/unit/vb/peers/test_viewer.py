"""One viewer's connection, with a page played by aiortc."""

import asyncio
import json
import time

import pytest
from aiortc.rtcsctptransport import SCTP_DATA_FIRST_FRAG, WEBRTC_BINARY, DataChunk, tsn_plus_one

from tests.support.aio import on_loop, until
from tests.support.rtc_page import RtcPage
from tests.support.studio import studio
from vb.media.frames import VideoCodec
from vb.peers import viewer as module
from vb.peers.sctp_hooks import Wrong
from vb.peers.viewer import NO_CODEC, NOT_READ, AnswerRefused, ViewerState
from vb.protocol import codec as wire
from vb.protocol.input import Move, encode
from vb.protocol.view import Quality, SetQuality, TierNow


@on_loop
async def test_picture_sound_and_input() -> None:
    """H.264 when the page can, Opus, and the input channel back."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        assert viewer.codec is VideoCodec.H264
        set_.show(VideoCodec.H264)
        set_.play()
        picture = await page.frame("video")
        assert (picture.width, picture.height) == (320, 240)
        assert (await page.frame("audio")).sample_rate == 48000
        await until(lambda: page.channel is not None and page.channel.readyState == "open")
        assert page.channel is not None
        assert page.channel.label == "input"
        page.channel.send(encode(Move(1, 2, 3)))
        page.channel.send("text is not input")
        await until(lambda: len(set_.inputs) == 2)
        assert set_.inputs == [("ana", encode(Move(1, 2, 3))), ("ana", b"")]
        await page.close()


@on_loop
async def test_page_and_agent_talk() -> None:
    """On the view channel, both ways; what makes no sense or is too much is dropped and counted."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        assert page.view is not None
        await until(lambda: set_.opened == [viewer])
        for text in ("{", '{"type":"no.such"}', '{"type":"view.quality","choice":"5k"}', b"\xff"):
            page.view.send(text)
        page.view.send(wire.encode(SetQuality(choice="low")))
        await until(lambda: set_.said == [SetQuality(choice="low")])
        assert viewer.refused == 4
        told = TierNow(tier="low", width=640, height=360, fps=30, kbit_s=600)
        assert viewer.tell(told)
        await until(lambda: len(page.told) == 2)
        assert page.told[0]["tier"] == "best"
        assert page.told[1] == json.loads(wire.encode(told))
        for _ in range(300):
            page.view.send(wire.encode(SetQuality(choice="auto")))
        page.view.send("the end")
        await until(lambda: viewer.refused + len(set_.said) == 4 + 1 + 301)
        assert len(set_.said) < 260
        await viewer.close("test")
        assert not viewer.tell(told)
        await page.close()


@pytest.mark.parametrize("codec", list(VideoCodec))
def test_a_viewer_moves_to_another_tier_at_its_keyframe(codec: VideoCodec) -> None:
    """On the same connection: it sees the old tier until the new one's first picture, and is told which it gets."""

    @on_loop
    async def check() -> None:
        async with studio() as set_:
            page = RtcPage([f"video/{codec}"])
            viewer = await set_.join(page)
            set_.show(codec)
            assert (await page.frame("video")).width == 320
            viewer.choose("low")
            await until(lambda: len(set_.tiers.fanouts[codec, "low"]) == 1)
            set_.show(codec, 3, first=3)
            set_.show(codec, 3, "low", first=5, width=160)
            while (await page.frame("video")).width != 160:
                pass
            assert len(set_.pictures[codec]) == 0
            await until(lambda: [told["tier"] for told in page.told] == ["best", "low"])
            assert (page.told[1]["width"], page.told[1]["height"]) == (640, 360)
            await page.close()

    check()


@pytest.mark.parametrize("choice", ["sound", "none"])
def test_a_viewer_may_do_without_the_picture(choice: Quality) -> None:
    """No tier is encoded for it, the sound goes on, and it comes back with a keyframe."""

    @on_loop
    async def check() -> None:
        async with studio() as set_:
            page = RtcPage()
            viewer = await set_.join(page)
            await until(lambda: bool(page.told))
            viewer.choose(choice)
            assert all(len(fanout) == 0 for fanout in set_.tiers.fanouts.values())
            assert len(set_.sound) == 1
            assert (await set_.heard(page)).sample_rate == 48000
            viewer.choose("auto")
            set_.show(VideoCodec.H264, first=9)
            assert (await page.frame("video")).width == 320
            await until(lambda: [told["tier"] for told in page.told] == ["best", choice, "best"])
            await viewer.close()
            viewer.choose("low")
            assert all(len(fanout) == 0 for fanout in set_.tiers.fanouts.values())
            await page.close()

    check()


@on_loop
async def test_a_page_without_h264_gets_vp8() -> None:
    """By what its answer accepts."""
    async with studio() as set_:
        page = RtcPage(["video/VP8"])
        viewer = await set_.join(page)
        assert viewer.codec is VideoCodec.VP8
        set_.show(VideoCodec.VP8)
        assert (await page.frame("video")).width == 320
        assert len(set_.pictures[VideoCodec.H264]) == 0
        await page.close()


@on_loop
async def test_the_offer_prefers_h264_and_shows_one_port() -> None:
    """Constrained baseline first; one candidate, the announced address; no jitter buffer asked for."""
    async with studio() as set_:
        sdp = await set_.offer(set_.viewer())
        video = sdp[sdp.index("m=video") :]
        first = video.split()[3]
        assert f"a=rtpmap:{first} H264/90000" in video
        assert "profile-level-id=42e01f" in video[video.index(f"a=fmtp:{first}") :].splitlines()[0]
        assert {line.split()[4:6][1] for line in sdp.splitlines() if "a=candidate" in line} == {
            str(set_.mux.port)
        }
        assert "playout-delay" in video
        assert "opus/48000/2" in sdp
        assert "PCMU" not in sdp
        assert sdp.count("a=sendonly") == 2


@on_loop
async def test_streams_are_taken_only_when_connected() -> None:
    """An offer alone makes nobody encode; the first viewer asks for its keyframe when it can receive it."""
    async with studio() as set_:
        page = RtcPage()
        viewer = set_.viewer()
        answer = await page.answer(await set_.offer(viewer))
        assert set_.keyframes == 0
        await viewer.answer(answer)
        await until(lambda: viewer.state is ViewerState.CONNECTED)
        assert set_.keyframes == 1
        assert set_.states == [ViewerState.OFFERED, ViewerState.CONNECTED]
        await page.close()


@on_loop
async def test_closing_gives_everything_back() -> None:
    """Subscriptions, the port's entry; told once; a second close does nothing."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        await viewer.close("test")
        await viewer.close()
        assert viewer.state is ViewerState.CLOSED
        assert viewer.reason == "test"
        assert set_.states[-2:] == [ViewerState.CLOSING, ViewerState.CLOSED]
        assert len(set_.pictures[VideoCodec.H264]) == len(set_.sound) == 0
        assert not set_.mux._by_ufrag
        await page.close()


@on_loop
async def test_a_page_that_hangs_up_is_noticed() -> None:
    """Its goodbye ends our side."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        await page.close()
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert len(set_.pictures[VideoCodec.H264]) == 0


@on_loop
async def test_a_viewer_that_falls_silent_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that vanished without a word is not kept."""
    monkeypatch.setattr(module, "_WATCH_S", 0.05)
    monkeypatch.setattr(module, "SILENCE_S", 0.3)
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        set_.mux._by_ufrag.clear()
        set_.mux._by_address.clear()
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert viewer.reason == "silent"
        await page.close()


@on_loop
async def test_a_viewer_that_never_connects_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered or not: after a while it is given up."""
    monkeypatch.setattr(module, "CONNECT_S", 0.1)
    monkeypatch.setattr(module, "_WATCH_S", 0.05)
    async with studio() as set_:
        viewer = set_.viewer()
        await set_.offer(viewer)
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert viewer.reason == "not connected in time"


@on_loop
async def test_an_answer_without_a_usable_codec_is_refused_in_words() -> None:
    """VP9 alone, or no video at all: the sentence is for people."""
    async with studio() as set_:
        for change in (("VP8/90000", "VP9/90000"), ("a=recvonly", "a=inactive")):
            page = RtcPage(["video/VP8"])
            viewer = set_.viewer()
            answer = await page.answer(await set_.offer(viewer))
            with pytest.raises(AnswerRefused) as caught:
                await viewer.answer(answer.replace(*change))
            assert caught.value.sentence == NO_CODEC
            assert str(caught.value).startswith("answer refused: ")
            await viewer.close()
            await page.close()


@pytest.mark.parametrize("sdp", ["x", "v=0\r\n", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "v=0\r\nm=audio\r\n"])
def test_a_broken_answer_is_refused_in_words(sdp: str) -> None:
    """Whatever aiortc makes of it."""

    @on_loop
    async def check() -> None:
        async with studio() as set_:
            viewer = set_.viewer()
            await set_.offer(viewer)
            with pytest.raises(AnswerRefused) as caught:
                await viewer.answer(sdp)
            assert caught.value.sentence == NOT_READ

    check()


@on_loop
async def test_a_second_answer_is_ignored() -> None:
    """And so is one before the offer."""
    async with studio() as set_:
        viewer = set_.viewer()
        await viewer.answer("nonsense")
        page = RtcPage()
        answer = await page.answer(await set_.offer(viewer))
        await viewer.answer(answer)
        await viewer.answer("nonsense")
        await until(lambda: viewer.state is ViewerState.CONNECTED)
        await page.close()


@on_loop
async def test_candidates_of_any_kind_do_no_harm() -> None:
    """Names, the end of candidates, addresses of no use; the connection comes up through its checks."""
    async with studio() as set_:
        viewer, page = set_.viewer(), RtcPage()
        answer = await page.answer(await set_.offer(viewer))
        bare = "\r\n".join(line for line in answer.splitlines() if "candidate" not in line) + "\r\n"
        await viewer.answer(bare)
        for line in (
            "",
            "candidate:1 1 udp 1 x.local 9 typ host",
            "candidate:1 1 udp 1 192.0.2.1 9 typ host",
            "candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr x rport y",
        ):
            await viewer.candidate(line, None, None)
            await viewer.candidate(line, "0", 0)
        assert viewer.unusable == 6
        await until(lambda: viewer.state is ViewerState.CONNECTED)
        await viewer.close()
        await viewer.candidate("candidate:1 1 udp 1 192.0.2.1 9 typ host", "0", 0)
        await page.close()


@on_loop
async def test_loss_asks_for_a_keyframe_and_bitrate_wishes_are_kept() -> None:
    """What the viewer's browser reports reaches the fan-out and the viewer."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        before = set_.keyframes
        sender = viewer._connection.getSenders()[0]
        sender._send_keyframe()
        assert set_.keyframes == before + 1
        viewer._bitrate_wanted(700_000)
        assert viewer.path.estimate_bps == 700_000
        await page.close()


@on_loop
async def test_a_viewer_that_asks_for_keyframes_without_end_is_shown_the_door() -> None:
    """It costs the others a few, is told why, and they go on."""
    async with studio() as set_:
        page, other = RtcPage(), RtcPage()
        viewer, calm = await set_.join(page), await set_.join(other)
        before = set_.keyframes
        sender = viewer._connection.getSenders()[0]
        for _ in range(100):
            sender._send_keyframe()
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert viewer.sentence == module.ASKS_TOO_MUCH
        assert set_.keyframes - before <= 5
        assert calm.state is ViewerState.CONNECTED
        set_.show(VideoCodec.H264)
        assert (await other.frame("video")).width == 320
        await other.close()
        await page.close()


@on_loop
async def test_a_viewer_that_opens_channels_is_shown_the_door() -> None:
    """Each would cost memory, and there may be 65,535 of them; all that are needed are ours."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        for number in range(3):
            page.connection.createDataChannel(f"mine {number}")
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert (viewer.reason, viewer.sentence) == ("opens channels", module.OPENS_CHANNELS)
        await page.close()


@on_loop
async def test_a_message_without_an_end_costs_the_others_nothing() -> None:
    """Its viewer is shown the door within moments; another's channel and picture go on all the while."""
    async with studio() as set_:
        page, other = RtcPage(), RtcPage()
        viewer, calm = await set_.join(page), await set_.join(other)
        sctp = page.connection.sctp
        assert sctp is not None
        assert page.channel is not None
        assert page.channel.id is not None
        assert other.channel is not None
        began, pressed = time.thread_time(), 0
        for number in range(4000):
            chunk = DataChunk(SCTP_DATA_FIRST_FRAG if number == 0 else 0)
            chunk.tsn, sctp._local_tsn = sctp._local_tsn, tsn_plus_one(sctp._local_tsn)
            chunk.stream_id, chunk.protocol, chunk.user_data = page.channel.id, WEBRTC_BINARY, bytes(1100)
            if viewer.state is not ViewerState.CONNECTED:
                break
            await sctp._send_chunk(chunk)
            if number % 10 == 0:
                other.channel.send(encode(Move(1, 2, 3)))
                pressed += 1
                await asyncio.sleep(0.002)
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert (viewer.reason, viewer.sentence) == ("sends without an end", module.WRONG[Wrong.FLOOD])
        await until(lambda: len(set_.inputs) == pressed)
        assert time.thread_time() - began < 2.0
        assert calm.state is ViewerState.CONNECTED
        set_.show(VideoCodec.H264)
        assert (await other.frame("video")).width == 320
        await other.close()
        await page.close()


@on_loop
async def test_a_viewer_that_cannot_be_connected_is_told_so() -> None:
    """aiortc finds only while it connects that it cannot; nothing is left for the loop to complain of."""
    async with studio() as set_:
        page, viewer = RtcPage(), set_.viewer()
        answer = await page.answer(await set_.offer(viewer))
        first, rest = answer.split("m=audio", 1)
        bare = "".join(f"{line}\r\n" for line in first.splitlines() if "fingerprint" not in line)
        await viewer.answer(f"{bare}m=audio{rest}")
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert viewer.sentence == NOT_READ
        assert viewer.reason.startswith("cannot connect")
        await page.close()


@on_loop
async def test_a_page_that_hangs_up_while_it_connects_is_not_blamed() -> None:
    """Its DTLS is gone when SCTP is to begin: there is nothing that it said wrong."""
    async with studio() as set_:
        viewer = set_.viewer()
        await set_.offer(viewer)
        viewer._cannot_connect(ConnectionError("not connected"))
        await until(lambda: viewer.state is ViewerState.CLOSED)
        assert viewer.sentence == ""


@on_loop
async def test_a_fault_of_ours_is_not_the_viewers(caplog: pytest.LogCaptureFixture) -> None:
    """What a handler of a message raises is in the log; whoever sent it stays, and what it says next is heard."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        assert page.view is not None
        await until(lambda: set_.opened == [viewer])
        said, set_.said = set_.said, None  # type: ignore[assignment]
        page.view.send(wire.encode(SetQuality(choice="low")))
        await until(lambda: "channel view: AttributeError" in caplog.text)
        set_.said = said
        page.view.send(wire.encode(SetQuality(choice="best")))
        await until(lambda: said == [SetQuality(choice="best")])
        await page.close()


@on_loop
async def test_an_answer_without_a_fingerprint_is_refused() -> None:
    """At once, not when both sides have met."""
    async with studio() as set_:
        page, viewer = RtcPage(), set_.viewer()
        answer = await page.answer(await set_.offer(viewer))
        bare = "".join(f"{line}\r\n" for line in answer.splitlines() if "fingerprint" not in line)
        with pytest.raises(AnswerRefused, match="no fingerprint") as caught:
            await viewer.answer(bare)
        assert caught.value.sentence == NOT_READ
        await viewer.close()
        await page.close()


@on_loop
async def test_an_automatic_viewer_follows_its_path() -> None:
    """Much is lost: it gets the lowest tier, the page is told, the round trip measured."""
    async with studio() as set_:
        page = RtcPage()
        viewer = await set_.join(page)
        now = time.monotonic()
        viewer.path.sent(now, 100, 100_000)
        for _ in range(90):
            viewer.path.missed(now)
        await until(lambda: [told["tier"] for told in page.told] == ["best", "low"])
        await until(
            lambda: viewer.path.report(time.monotonic()).rtt_s is not None
        )  # asked for: it is strained
        await page.close()
