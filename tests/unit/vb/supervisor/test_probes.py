"""Readiness probes against stand-ins for X, the bus and PulseAudio."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from Xlib import X, error

from tests.support.aio import on_loop
from vb.supervisor.probes import (
    SinkProbe,
    SocketProbe,
    XProbe,
    big_window_is_mapped,
    bus_answers,
    window_manager_rules,
    x_answers,
)


@asynccontextmanager
async def answering(path: Path, answer: bytes) -> AsyncIterator[list[bytes]]:
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.write(answer)
        writer.close()

    server = await asyncio.start_unix_server(serve, path)
    try:
        yield heard
    finally:
        server.close()
        await server.wait_closed()


@on_loop
async def test_a_socket_that_answers_is_ready(tmp_path: Path) -> None:
    """The right answer is yes; the wrong one, none, or no socket at all is no."""
    path = tmp_path / "socket"
    probe = SocketProbe(str(path), b"hello", b"yes")
    assert not await probe()
    for answer, expected in ((b"yes, sir", True), (b"no, sir", False), (b"", False)):
        path.unlink(missing_ok=True)
        async with answering(path, answer) as heard:
            assert await probe() is expected
            assert heard == [b"hello"]


def test_the_questions_are_those_of_the_protocols() -> None:
    """X11's connection setup (version 11, little endian), and D-Bus's EXTERNAL with our uid."""
    assert x_answers(99)._path == "/tmp/.X11-unix/X99"
    assert x_answers(99)._question == b"l\0\x0b\0\0\0\0\0\0\0\0\0"
    assert bus_answers("/run/bus")._question.startswith(b"\0AUTH EXTERNAL 3")


@on_loop
async def test_a_sink_is_ready_when_pulseaudio_lists_it(tmp_path: Path) -> None:
    """Asked only when the socket is there; another sink is not enough; a hang is a no."""
    pactl = tmp_path / "pactl"
    socket = tmp_path / "pulse.sock"
    probe = SinkProbe(f"unix:{socket}", "turtus", {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert not await probe()
    socket.touch()
    for script, expected in (
        ("printf '0\\tturtus\\tmodule-null-sink.c\\n'", True),
        ("printf '0\\tother\\tmodule-null-sink.c\\n'", False),
        ("exit 1", False),
        ("exec sleep 5", False),
    ):
        pactl.write_text(f"#!/bin/sh\n{script}\n")
        pactl.chmod(pactl.stat().st_mode | stat.S_IXUSR)
        assert await probe() is expected


@on_loop
async def test_an_x_server_that_is_not_there_is_not_ready() -> None:
    """No display: no, without an exception."""
    assert not await XProbe(987, lambda connection: True)()


@on_loop
async def test_one_connection_serves_until_the_answer_is_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made anew when it breaks, and given back in the end."""
    log: list[str] = []
    answers: list[bool | Exception] = [False, error.ConnectionClosedError("server"), False, True]

    def connect(name: str) -> Any:
        log.append(f"open {name}")
        return SimpleNamespace(close=lambda: log.append("close"))

    def question(connection: Any) -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("vb.supervisor.probes.display.Display", connect)
    probe = XProbe(5, question)
    monkeypatch.setattr(probe, "_socket", str(tmp_path))
    assert [await probe() for _ in range(4)] == [False, False, False, True]
    assert log == ["open :5", "close", "open :5", "close"]


class Window:
    """A window as python-xlib shows it."""

    def __init__(
        self, width: int, height: int, name: str = "", *, viewable: bool = True, inside: Any = ()
    ) -> None:
        self._size = SimpleNamespace(width=width, height=height)
        self._name = name
        self._state = X.IsViewable if viewable else X.IsUnmapped
        self._inside = list(inside)

    def get_geometry(self) -> Any:
        return self._size

    def get_attributes(self) -> Any:
        return SimpleNamespace(map_state=self._state)

    def get_wm_class(self) -> Any:
        return (self._name, self._name) if self._name else None

    def query_tree(self) -> Any:
        return SimpleNamespace(children=self._inside)


def screen_with(*windows: Window) -> Any:
    root = Window(1280, 720, inside=windows)
    screen = SimpleNamespace(root=root, width_in_pixels=1280, height_in_pixels=720)
    return SimpleNamespace(screen=lambda: screen)


def test_a_big_viewable_window_of_a_program_counts() -> None:
    """Bare or inside the window manager's frame."""
    firefox = Window(1280, 720, "Navigator")
    assert big_window_is_mapped(screen_with(firefox))
    assert big_window_is_mapped(screen_with(Window(1280, 720, inside=[firefox])))


def test_other_windows_do_not_count() -> None:
    """Small ones, hidden ones, helpers without a class, an empty screen."""
    assert not big_window_is_mapped(screen_with())
    assert not big_window_is_mapped(screen_with(Window(200, 200, "Navigator")))
    assert not big_window_is_mapped(screen_with(Window(1280, 720, "Navigator", viewable=False)))
    assert not big_window_is_mapped(screen_with(Window(1280, 720)))


def test_a_window_manager_announces_itself() -> None:
    """By the property that EWMH asks for."""
    for value, expected in ((None, False), (object(), True)):
        root = SimpleNamespace(get_full_property=lambda atom, kind, value=value: value)
        connection = SimpleNamespace(
            intern_atom=lambda name: 1, screen=lambda root=root: SimpleNamespace(root=root)
        )
        assert window_manager_rules(connection) is expected
