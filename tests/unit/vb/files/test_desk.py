"""Who may move files, and what becomes of them: real connections, real folders."""

import asyncio
import os
import random
import time
from pathlib import Path

from tests.support.aio import on_loop, until
from tests.support.file_page import LIMITS, FilePage, Office, office
from vb.early import EARLY_S
from vb.files import desk as module
from vb.files import limits as words
from vb.files.limits import MIB, FileLimits
from vb.protocol import files


def data_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


async def driver(here: Office, peer_id: str = "ana", epoch: int = 5) -> FilePage:
    page = await here.page(peer_id)
    here.desk.control(peer_id, epoch)
    await page.hears(files.State, drives=True)
    return page


def upload(number: int, size: int, name: str = "a.bin", epoch: int = 5) -> files.Upload:
    return files.Upload(epoch=epoch, id=number, name=name, size=size)


@on_loop
async def test_upload(tmp_path: Path) -> None:
    """Byte for byte, acknowledged on the way, shown afterwards."""
    async with office(tmp_path) as here:
        page = await driver(here)
        data = data_of(700_001)
        page.say(upload(1, len(data), "Ünï 日本.txt"))
        go = await page.hears(files.Go)
        assert (go.id, go.name, go.size) == (1, "Ünï 日本.txt", len(data))
        assert list(here.uploads.iterdir()) == []
        page.push(1, data)
        assert (await page.hears(files.Done)).name == "Ünï 日本.txt"
        assert (here.uploads / "Ünï 日本.txt").read_bytes() == data
        assert [each.got for each in page.heard if isinstance(each, files.Ack)][-1] == len(data)
        await until(lambda: [entry.name for entry in page.state.uploads] == ["Ünï 日本.txt"])
        assert page.state.upload_room == LIMITS.uploads - len(data)


@on_loop
async def test_names_are_safe_and_unique(tmp_path: Path) -> None:
    """No path, nothing replaced, empty files too."""
    async with office(tmp_path) as here:
        page = await driver(here)
        for number, name in enumerate(("../../etc/passwd", "passwd", "..", "\u202egnp.exe")):
            page.say(upload(number, 0, name))
            await page.hears(files.Done, id=number)
        assert sorted(os.listdir(here.uploads)) == ["file", "gnp.exe", "passwd", "passwd (2)"]
        assert sorted(os.listdir(tmp_path)) == ["Downloads", "Uploads"]


@on_loop
async def test_refusals_are_sentences(tmp_path: Path) -> None:
    """Too large, no room, twice the same number, too many at once, not driving, an old epoch."""
    async with office(tmp_path) as here:
        page, other = await driver(here), await here.page("ben")

        async def refused(who: FilePage, message: files.Upload | files.Fetch) -> str:
            who.heard.clear()
            who.say(message)
            return (await who.hears(files.Stopped, id=message.id)).message

        assert (
            await refused(page, upload(1, LIMITS.upload + 1)) == "This file is too large: one may have 2 MB."
        )
        assert await refused(other, upload(1, 5)) == words.NOT_DRIVING
        assert await refused(page, upload(1, 5, epoch=4)) == words.NOT_DRIVING
        assert await refused(other, files.Fetch(epoch=5, id=9, file="x")) == words.NOT_DRIVING
        assert await refused(page, files.Fetch(epoch=5, id=9, file="x")) == "This file is no longer there."
        page.say(upload(1, 2 * MIB))
        await page.hears(files.Go)
        assert await refused(page, upload(1, 5)) == words.IN_USE
        assert "room for 1 MB more" in await refused(page, upload(2, MIB + 1))
        for number in (2, 3, 4):
            page.say(upload(number, 5))
            await page.hears(files.Go, id=number)
        assert await refused(page, upload(5, 5)) == words.TOO_MANY
        assert list(here.uploads.iterdir()) == []


@on_loop
async def test_what_overtakes_the_news_of_its_driver_is_done(tmp_path: Path) -> None:
    """An upload begins when the news comes; what the news makes wrong, or when none comes, is refused."""
    async with office(tmp_path) as here:
        page, other = await driver(here), await here.page("ben")
        other.say(upload(1, 5, epoch=6))
        page.say(upload(2, 5, epoch=6))
        page.say(upload(3, 5))
        await page.hears(files.Go, id=3)
        assert not [each for each in other.heard if isinstance(each, files.Stopped)]
        here.desk.control("ben", 6)
        await other.hears(files.Go, id=1)
        assert (await page.hears(files.Stopped, id=2)).message == words.NOT_DRIVING
        page.say(upload(4, 5, epoch=7))
        assert (await page.hears(files.Stopped, id=4, limit_s=EARLY_S + 3)).message == words.NOT_DRIVING


@on_loop
async def test_what_is_cancelled_before_the_news_does_not_begin(tmp_path: Path) -> None:
    """Nobody would send it: it would hold its place until it is given up."""
    async with office(tmp_path) as here:
        page = await driver(here)
        page.say(files.Remove(epoch=6, file="x"))
        for number in (1, 2):
            page.say(upload(number, 5, epoch=6))
        page.say(files.Cancel(id=1))
        page.say(upload(3, 5))
        await page.hears(files.Go, id=3)
        here.desk.control("ana", 6)
        await page.hears(files.Go, id=2)
        assert [each.id for each in page.heard if isinstance(each, files.Go)] == [3, 2]


@on_loop
async def test_switched_off(tmp_path: Path) -> None:
    """Either way, by a size of 0."""
    async with office(tmp_path, FileLimits(0, 0, 0, 600.0)) as here:
        (here.downloads / "a").write_bytes(b"a")
        page = await driver(here)
        assert (page.state.upload_max, page.state.download_max, page.state.downloads) == (0, 0, [])
        page.say(upload(1, 5))
        assert (await page.hears(files.Stopped, id=1)).message == words.UPLOADS_OFF
        page.say(files.Fetch(epoch=5, id=2, file="x"))
        assert (await page.hears(files.Stopped, id=2)).message == words.DOWNLOADS_OFF


@on_loop
async def test_interrupted_uploads_leave_nothing(tmp_path: Path) -> None:
    """Cancelled, handed over, hung up, more than announced: no byte stays, and the room is free again."""
    async with office(tmp_path) as here:
        page = await driver(here)
        for number in range(4):
            page.say(upload(number, 200_000))
            await page.hears(files.Go, id=number)
            page.push(number, data_of(100_000))
        page.say(files.Cancel(id=0))
        page.push(1, data_of(100_001))
        assert (await page.hears(files.Stopped, id=1)).message == words.BROKEN
        here.desk.control("ben", 6)
        assert (await page.hears(files.Stopped, id=2)).message == words.HANDED_OVER
        await page.hears(files.State, drives=False)
        assert page.state == files.State(drives=False)
        page.push(2, data_of(100_000))
        here.desk.control("ana", 7)
        page.say(upload(8, 200_000, epoch=7))
        await page.hears(files.Go, id=8)
        page.push(8, data_of(150_000))
        here.desk.leave(id(page))
        await asyncio.sleep(0.1)
        assert list(here.uploads.iterdir()) == []
        assert here.desk._room([]) == LIMITS.uploads


@on_loop
async def test_many_empty_uploads_are_cheap_and_end(tmp_path: Path) -> None:
    """Of one name: so many are kept and no more, states are told at most twice a second, and the last is."""
    async with office(tmp_path) as here:
        page = await driver(here)
        began, cpu = time.monotonic(), time.thread_time()
        for number in range(390):
            page.say(upload(number, 0, "a"))
        await page.hears(files.Stopped, id=389)
        took = time.monotonic() - began
        assert time.thread_time() - cpu < 2.0
        done = [each for each in page.heard if isinstance(each, files.Done)]
        assert len(done) == len(os.listdir(here.uploads)) == words.MOST_UPLOADS
        assert {each.message for each in page.heard if isinstance(each, files.Stopped)} == {
            words.too_many_kept()
        }
        states = [each for each in page.heard if isinstance(each, files.State)]
        assert len(states) <= 2 + 2 * took
        await until(lambda: len(page.state.uploads) == words.MOST_UPLOADS)
        page.say(files.Remove(epoch=5, file=page.state.uploads[0].id))
        page.say(upload(390, 0, "b"))
        await page.hears(files.Done, id=390)
        await until(lambda: "b" in [entry.name for entry in page.state.uploads])
        assert len(page.state.uploads) == words.MOST_UPLOADS


@on_loop
async def test_download(tmp_path: Path) -> None:
    """Offered to the driver alone once it is whole, sent byte for byte, deleted when asked."""
    async with office(tmp_path) as here:
        page, other = await driver(here), await here.page("ben")
        data = data_of(1_500_000)
        part = here.downloads / "x.part"
        (here.downloads / "report.pdf").touch()
        part.write_bytes(data)
        await page.hears(files.State, arriving=len(data))
        await asyncio.sleep(2.5 * module.LOOK_S)
        assert page.state.downloads == []
        part.rename(here.downloads / "report.pdf")
        await until(lambda: bool(page.state.downloads))
        (entry,) = page.state.downloads
        assert (entry.name, entry.size) == ("report.pdf", len(data))
        assert entry.expires_in_s is not None
        assert 590 < entry.expires_in_s <= 600
        page.say(files.Fetch(epoch=5, id=3, file=entry.id))
        assert (await page.hears(files.Go, id=3)).size == len(data)
        await until(lambda: len(page.got.get(3, b"")) == len(data))
        assert bytes(page.got[3]) == data
        assert other.heard == [files.State(drives=False)]
        other.say(files.Remove(epoch=5, file=entry.id))
        page.say(files.Remove(epoch=4, file=entry.id))
        await asyncio.sleep(0.2)
        assert (here.downloads / "report.pdf").exists()
        page.say(files.Remove(epoch=5, file=entry.id))
        await until(lambda: page.state.downloads == [])
        assert list(here.downloads.iterdir()) == []


@on_loop
async def test_download_waits_for_the_page_and_can_be_cancelled(tmp_path: Path) -> None:
    """No more than a window ahead of a page that says nothing; nothing after a cancel; others go on."""
    async with office(tmp_path) as here:
        page = await driver(here)
        page.acks = False
        (here.downloads / "a.bin").write_bytes(data_of(2_000_000))
        await until(lambda: bool(page.state.downloads))
        page.say(files.Fetch(epoch=5, id=3, file=page.state.downloads[0].id))
        await until(lambda: len(page.got.get(3, b"")) >= files.WINDOW_BYTES)
        await asyncio.sleep(0.3)
        assert len(page.got[3]) <= files.WINDOW_BYTES + files.PIECE_BYTES
        page.say(files.Cancel(id=3))
        await asyncio.sleep(0.2)
        line = here.desk._lines[id(page)]
        assert not line._outgoing
        assert not line._tasks
        page.acks = True
        page.say(files.Fetch(epoch=5, id=4, file=page.state.downloads[0].id))
        await until(lambda: len(page.got.get(4, b"")) == 2_000_000)


@on_loop
async def test_downloads_expire(tmp_path: Path) -> None:
    """Deleted, and said."""
    async with office(tmp_path, FileLimits(MIB, MIB, MIB, 1.0)) as here:
        page = await driver(here)
        (here.downloads / "old.zip").write_bytes(b"x")
        await until(lambda: bool(page.state.downloads))
        said = await page.hears(files.Notice)
        assert said.message == "old.zip was deleted: its time was over."
        assert list(here.downloads.iterdir()) == []
        await until(lambda: page.state.downloads == [])


@on_loop
async def test_a_download_that_does_not_fit_is_said(tmp_path: Path) -> None:
    """Firefox gives up and takes its unfinished file away."""
    async with office(tmp_path, FileLimits(MIB, MIB, MIB, 60.0)) as here:
        page = await driver(here)
        part = here.downloads / "big.part"
        part.write_bytes(bytes(900_000))
        await page.hears(files.State, arriving=900_000)
        part.unlink()
        assert "All downloads together may have 1 MB" in (await page.hears(files.Notice)).message


@on_loop
async def test_links_and_other_things_are_not_offered(tmp_path: Path) -> None:
    """Only regular files: no link out of the folder, no pipe, no folder; a name that was swapped is gone."""
    async with office(tmp_path) as here:
        page = await driver(here)
        (tmp_path / "secret").write_bytes(b"secret")
        (here.downloads / "link").symlink_to(tmp_path / "secret")
        (here.downloads / "folder").mkdir()
        os.mkfifo(here.downloads / "pipe")
        (here.downloads / "\u202etxt.exe").write_bytes(b"good")
        await until(lambda: bool(page.state.downloads))
        (entry,) = page.state.downloads
        assert entry.name == "txt.exe"
        (here.downloads / "\u202etxt.exe").unlink()
        (here.downloads / "\u202etxt.exe").symlink_to(tmp_path / "secret")
        page.say(files.Fetch(epoch=5, id=1, file=entry.id))
        assert (await page.hears(files.Stopped)).message == "This file is no longer there."
        assert page.got == {}


@on_loop
async def test_a_fault_of_the_disk_is_said_in_words(tmp_path: Path) -> None:
    """Whatever comes then: an upload is refused with a sentence, nothing is raised, and the page stays."""
    async with office(tmp_path) as here:
        page = await driver(here)
        (here.downloads / "a.txt").write_bytes(b"x")
        await until(lambda: bool(page.state.downloads))
        for shelf in (here.desk._uploads, here.desk._downloads):
            shelf.folder.close()  # each use of it is refused from now on
        page.say(upload(1, 5))
        assert (await page.hears(files.Stopped, id=1)).message == words.NO_DISK
        here.desk.control("ben", 6)
        here.desk.control("ana", 7)
        (line,) = here.desk._lines.values()
        here.desk._do(line, files.Remove(epoch=7, file=page.state.downloads[0].id))
        here.desk._told(line)
        page.say(upload(2, 5, epoch=7))
        assert (await page.hears(files.Stopped, id=2)).message == words.NO_DISK
