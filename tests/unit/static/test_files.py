"""The drawer of files: ways in, progress, what can be saved, refusals in words."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.chromium import until
from tests.support.fake_signal import ME, FakeSignal
from tests.support.fake_vb import FakeVb
from vb.protocol import files, messages

EPOCH = 1_767_265_200_123
MB = 1024 * 1024
EMPTY = files.State(drives=True, upload_max=100 * MB, upload_room=200 * MB, download_max=200 * MB)


class Person:
    """Somebody in the room, and the agent at the other end of their files channel."""

    def __init__(self, page: Page, vb: FakeVb, signal: FakeSignal) -> None:
        self.page = page
        self.vb = vb
        self.signal = signal
        self._asked: list[dict[str, Any]] = []

    def drive(self) -> None:
        status = messages.ControlStatus(state="HELD", epoch=EPOCH, holder=ME.id)
        self.signal.event(messages.ControlChanged(control=status))
        self.vb.hand(EMPTY)
        until(self.page, "!document.querySelector('#open-files').hidden")

    def expect(self, kind: str) -> dict[str, Any]:
        """The next message of this type that the page says on the files channel."""
        for _ in range(100):
            self._asked += self.vb.asked()
            for message in self._asked:
                if message["type"] == kind:
                    self._asked.remove(message)
                    return message
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no {kind}; asked {self._asked}")

    def choose(self, *named: tuple[str, bytes]) -> None:
        chosen = [{"name": name, "mimeType": "text/plain", "buffer": body} for name, body in named]
        self.page.set_input_files("#file-input", chosen)  # type: ignore[arg-type]

    def drop(self, name: str, on: str = "#screen") -> None:
        """Drag a file in and let it fall."""
        self.page.evaluate(
            """([name, on]) => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File(['dropped'], name));
              const fire = (kind) => document.querySelector(on)
                .dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }));
              fire('dragenter');
              window.sign = document.querySelector('#drop-here').hidden ? '' : document.querySelector('#drop-here').textContent;
              window.taken = !fire('dragover');
              fire('drop');
            }""",
            [name, on],
        )

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()


@pytest.fixture
def person(live: Page, vb: FakeVb, signal: FakeSignal) -> Person:
    vb.until(live, "true")
    return Person(live, vb, signal)


def test_upload_by_button(person: Person) -> None:
    """Asked for with the epoch, sent in pieces, shown with a hint when it is there."""
    person.drive()
    person.page.click("#open-files")
    assert person.page.evaluate("document.activeElement.id") == "choose-files"
    assert "100 MB" in person.text("#upload-limit")
    body = bytes(range(256)) * 100
    person.choose(("notes.txt", body))
    asked = person.expect("files.upload")
    assert (asked["epoch"], asked["name"], asked["size"]) == (EPOCH, "notes.txt", len(body))
    number = asked["id"]
    person.vb.hand(files.Go(id=number, name="notes.txt", size=len(body)))
    until(person.page, "document.querySelector('#transfers progress')")
    pieces: list[tuple[int, bytes]] = []
    while sum(len(data) for _, data in pieces) < len(body):
        person.page.wait_for_timeout(50)
        pieces += person.vb.pieces()
    assert b"".join(data for _, data in pieces) == body
    assert {at for at, _ in pieces} == {number}
    assert max(len(data) for _, data in pieces) <= files.PIECE_BYTES
    person.vb.hand(files.Ack(id=number, got=12_800))
    until(
        person.page,
        "document.querySelector('#transfers small')?.textContent === 'Uploading · 13 KB of 25 KB'",
    )
    person.vb.hand(files.Done(id=number, name="notes.txt"))
    entry = files.FileEntry(id="f1", name="notes.txt", size=len(body))
    person.vb.hand(files.State(drives=True, upload_max=MB, upload_room=MB, download_max=MB, uploads=[entry]))
    until(person.page, "document.querySelector('#uploads b')?.textContent === 'notes.txt'")
    assert person.page.locator("#transfers li").count() == 0
    assert "folder “Uploads”" in person.text("#upload-hint")
    person.page.click("[aria-label='Delete notes.txt']")
    assert person.expect("files.remove") == {"type": "files.remove", "epoch": EPOCH, "file": "f1"}
    person.page.keyboard.press("Escape")
    until(person.page, "document.querySelector('#files').hidden")


def test_the_window_holds_an_upload_back(person: Person) -> None:
    """No more than a window is under way; a cancel ends it."""
    person.drive()
    person.choose(("big.bin", bytes(MB)))
    number = person.expect("files.upload")["id"]
    person.vb.hand(files.Go(id=number, name="big.bin", size=MB))
    person.page.wait_for_timeout(1000)
    sent = sum(len(data) for _, data in person.vb.pieces())
    assert files.WINDOW_BYTES - files.PIECE_BYTES <= sent <= files.WINDOW_BYTES
    person.vb.hand(files.Ack(id=number, got=files.PIECE_BYTES * 4))
    person.page.wait_for_timeout(500)
    assert sum(len(data) for _, data in person.vb.pieces()) == files.PIECE_BYTES * 4
    person.page.click("[aria-label='Cancel big.bin']")
    assert person.expect("files.cancel")["id"] == number
    until(person.page, "!document.querySelector('#transfers li')")


def test_drop_and_paste(person: Person) -> None:
    """On the picture, and from the clipboard; the fifth waits for its turn."""
    person.drive()
    person.drop("dropped.txt")
    assert person.page.evaluate("[sign, taken]") == ["Drop to move it into the shared browser", True]
    assert person.expect("files.upload")["name"] == "dropped.txt"
    assert person.page.evaluate("document.querySelector('#drop-here').hidden")
    assert not person.page.evaluate("document.querySelector('#files').hidden")
    paste = """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File(['pasted'], text ? 'as a picture.png' : 'pasted.png'));
          if (text) clipboardData.setData('text/plain', text);
          document.querySelector('#stage-keys').dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
        }"""
    person.page.evaluate(paste, "a text that an office program copied")
    person.page.evaluate(paste, "")
    assert person.expect("files.upload")["name"] == "pasted.png"
    person.choose(("3", b"3"), ("4", b"4"), ("5", b"5"))
    until(person.page, "document.querySelectorAll('#transfers li').length === 5")
    assert person.page.locator("#transfers li").nth(4).inner_text().endswith("Waits for its turn")


def test_who_does_not_drive_is_told(person: Person) -> None:
    """No button; a drop does not take the page away, and says why nothing happens."""
    person.vb.hand(files.State(drives=False))
    assert person.page.locator("#open-files").is_hidden()
    address = person.page.url
    person.drop("x.txt", on="#chat-panel")
    assert "Take control first" in person.page.evaluate("sign")
    assert "Only the person who drives can move files" in person.text("#toasts")
    assert person.page.url == address
    assert person.vb.asked() == []


def test_download(person: Person, tmp_path: Path) -> None:
    """Offered by itself, saved byte for byte, with progress; then marked until it is deleted."""
    person.drive()
    body = bytes(range(256)) * 200
    entry = files.FileEntry(id="d1", name="rapport été.pdf", size=len(body), expires_in_s=1800)
    ready = files.State(drives=True, upload_max=MB, upload_room=MB, download_max=MB, downloads=[entry])
    person.vb.hand(files.State(drives=True, upload_max=MB, download_max=MB, arriving=5000))
    person.page.click("#open-files")
    until(person.page, "document.querySelector('#arriving').textContent.includes('4.9 KB so far')")
    person.page.click("#close-files")
    person.vb.hand(ready)
    until(person.page, "!document.querySelector('#files').hidden")
    assert person.text("#downloads small") == "50 KB · deleted in 30 min"
    assert person.text("#files-mark") == "1"
    with person.page.expect_download() as saved:
        person.page.click("#downloads .primary")
        asked = person.expect("files.fetch")
        assert (asked["epoch"], asked["file"]) == (EPOCH, "d1")
        number = asked["id"]
        person.vb.hand(files.Go(id=number, name="rapport été.pdf", size=len(body)))
        half = 16_000
        person.vb.hand_piece(number, body[:half])
        until(person.page, "document.querySelector('#transfers small')")
        for at in range(half, len(body), half):
            person.vb.hand_piece(number, body[at : at + half])
    assert saved.value.suggested_filename == "rapport été.pdf"
    saved.value.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == body
    assert person.expect("files.ack") == {"type": "files.ack", "id": number, "got": len(body)}
    until(person.page, "!document.querySelector('#transfers li')")


def test_refusals_and_losses_are_sentences(person: Person) -> None:
    """Of the agent, and when the connection breaks; each can be dismissed."""
    person.drive()
    person.choose(("a.iso", b"abc"), ("b.iso", b"abc"))
    number = person.expect("files.upload")["id"]
    person.vb.hand(files.Stopped(id=number, message="This file is too large: one may have 1 MB."))
    until(
        person.page, "document.querySelector('.bad small')?.textContent.startsWith('This file is too large')"
    )
    person.page.click("[aria-label='Dismiss a.iso']")
    until(person.page, "document.querySelectorAll('#transfers li').length === 1")
    person.vb.hand(files.Notice(message="A download ended before it was whole."))
    until(person.page, "document.querySelector('#toasts').textContent.includes('before it was whole')")
    person.vb.offer()
    until(
        person.page,
        "document.querySelector('.bad small')?.textContent.includes('connection to the shared browser was lost')",
    )


def test_switched_off(person: Person) -> None:
    """Both ways: no button; a drop says so."""
    person.drive()
    person.vb.hand(files.State(drives=True))
    until(person.page, "document.querySelector('#open-files').hidden")
    person.drop("x.txt")
    assert "Uploads are switched off" in person.text("#toasts")
