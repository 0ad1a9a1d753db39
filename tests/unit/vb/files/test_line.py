"""Whatever a page sends, the line lives; a flood closes it."""

import asyncio
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.aio import on_loop, until
from tests.support.file_page import office
from vb.files import limits as words
from vb.files import line as module
from vb.protocol import codec, files


@on_loop
async def test_garbage_is_dropped_and_counted(tmp_path: Path) -> None:
    """Frames of all kinds; what is right in between is done."""
    async with office(tmp_path) as here:
        page = await here.page("ana")
        here.desk.control("ana", 1)
        line = here.desk._lines[id(page)]
        for frame in ("{", "", '{"type":"files.go"}', b"", b"abc", bytes(20_000), files.piece(9, b"stray")):
            page.put(frame)
        page.say(files.Ack(id=4, got=4))
        page.say(files.Cancel(id=4))
        page.say(files.Upload(epoch=1, id=1, name="a", size=1))
        page.push(1, b"a")
        await page.hears(files.Done)
        # An empty message is a single zero byte on the wire (RFC 8831, section 6.6), some stacks deliver that.
        assert line.dropped["garbage"] + line.dropped["piece"] == 6
        assert (line.dropped["stray"], line.dropped["ack"]) == (1, 1)


@on_loop
async def test_a_flood_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages beyond the rate are dropped; after many, the channel is closed. Others go on."""
    monkeypatch.setattr(module, "FLOOD", 100)
    monkeypatch.setattr(module, "MESSAGES_AT_ONCE", 50.0)
    monkeypatch.setattr(module, "MESSAGES_PER_S", 1.0)
    async with office(tmp_path) as here:
        page, other = await here.page("ana"), await here.page("ben")
        here.desk.control("ben", 1)
        line = here.desk._lines[id(page)]
        for _ in range(200):
            page.put('{"type":"files.upload","epoch":1,"id":1,"name":"a","size":1}')
        await until(lambda: line.dropped["too_often"] > module.FLOOD, 15.0)
        assert page.channel is not None
        await until(lambda: page.channel is not None and page.channel.readyState == "closed")
        other.say(files.Upload(epoch=1, id=1, name="b", size=0))
        await other.hears(files.Done)


@on_loop
async def test_what_does_not_move_is_stopped(tmp_path: Path) -> None:
    """Both ways, in words."""
    async with office(tmp_path) as here:
        page = await here.page("ana")
        page.acks = False
        (here.downloads / "d").write_bytes(b"data")
        here.desk.control("ana", 1)
        await until(lambda: bool(page.state.downloads) if page.heard else False)
        page.say(files.Upload(epoch=1, id=1, name="a", size=10))
        page.say(files.Fetch(epoch=1, id=2, file=page.state.downloads[0].id))
        await page.hears(files.Go, id=2)
        here.desk._lines[id(page)].tick(time.monotonic() + module.STALLED_S + 1)
        assert (await page.hears(files.Stopped, id=1)).message == words.STALLED
        assert (await page.hears(files.Stopped, id=2)).message == words.STALLED


@on_loop
async def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """The file cannot be written: stopped, nothing left, the line lives."""
    async with office(tmp_path) as here:
        page = await here.page("ana")
        here.desk.control("ana", 1)
        page.say(files.Upload(epoch=1, id=1, name="a", size=10))
        await page.hears(files.Go)
        incoming = here.desk._lines[id(page)]._incoming[1]
        incoming.drop()  # as if the system had closed it: writing fails
        page.push(1, b"abc")
        assert (await page.hears(files.Stopped)).message == words.NO_DISK
        assert list(here.uploads.iterdir()) == []


class FakeChannel:
    """Never closes, never full: for what a real one cannot bring in a given order."""

    readyState = "open"
    bufferedAmount = 0
    bufferedAmountLowThreshold = 0

    def __init__(self) -> None:
        self.sent: list[str | bytes] = []

    def on(self, event: str, handler: object) -> None: ...

    def send(self, data: str | bytes) -> None:
        self.sent.append(data)

    def close(self) -> None: ...


_IDS = st.integers(0, 3)
_FRAMES = st.one_of(
    st.text(max_size=40),
    st.binary(max_size=40),
    st.builds(
        lambda i, n, s: codec.encode(files.Upload(epoch=1, id=i, name=n, size=s)),
        _IDS,
        st.text(max_size=20),
        st.integers(0, 60),
    ),
    st.builds(
        lambda i, f: codec.encode(files.Fetch(epoch=1, id=i, file=f)), _IDS, st.text(min_size=1, max_size=9)
    ),
    st.builds(lambda f: codec.encode(files.Remove(epoch=1, file=f)), st.text(min_size=1, max_size=9)),
    st.builds(lambda i, g: codec.encode(files.Ack(id=i, got=g)), _IDS, st.integers(0, 100)),
    st.builds(lambda i: codec.encode(files.Cancel(id=i)), _IDS),
    st.builds(lambda i, d: files.piece(i, d), _IDS, st.binary(max_size=40)),
)


def test_any_frames_in_any_order(tmp_path: Path) -> None:
    """Nothing is raised, nothing appears outside the folder, and no descriptor is left open."""
    number = iter(range(10_000))

    @settings(max_examples=60, deadline=None)
    @given(st.lists(_FRAMES, max_size=40), st.booleans())
    def check(frames: list[str | bytes], drives: bool) -> None:
        home = tmp_path / str(next(number))

        async def run() -> None:
            async with office(home) as here:
                here.desk.join("x", "ana", FakeChannel())  # type: ignore[arg-type]
                here.desk.control("ana" if drives else "ben", 1)
                line = here.desk._lines["x"]
                for frame in frames:
                    line.heard(frame)
                here.desk.leave("x")
                assert not line._incoming
                assert drives or not list(here.uploads.iterdir())

        asyncio.run(run())
        assert sorted(path.name for path in home.iterdir()) == ["Downloads", "Uploads"]

    before = len(list(Path("/proc/self/fd").iterdir()))
    random.seed(1)
    check()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
