"""Whatever comes over the data channels: the agent lives, others' input is unharmed, what is too much is dropped.

``TURTUS_TEST_FUZZ_EXAMPLES`` says how many batches of messages are made up: 10 unless told, the same each time, and
100 in the long form (``TURTUS_TEST_LONG=1``).
"""

import json
import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from tests.support.vb_driver import Driver
from tests.support.vb_house import House
from tests.support.vb_room import ANA, BEN
from tests.support.vb_site import PAGE
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.input import Key, Kind, Move, Wheel, encode

pytestmark = pytest.mark.docker
SHORT, LONG = 10, 100
EXAMPLES = int(
    os.environ.get("TURTUS_TEST_FUZZ_EXAMPLES")
    or (LONG if os.environ.get("TURTUS_TEST_LONG") == "1" else SHORT)
)
EPOCH = 7
"""Stands for the driver's, which is put in its place when a frame is sent."""
SEND = """([input, view]) => {
    for (const bytes of input) viewer.channel.send(new Uint8Array(bytes));
    for (const text of view) viewer.view.send(text);
}"""

whole = [encode(frame) for frame in (Move(EPOCH, 1, 2), Wheel(EPOCH, 1, 2, 3, 4), Key(EPOCH, 0x61, True))]
truncated = st.sampled_from(whole).flatmap(
    lambda frame: st.integers(1, len(frame) - 1).map(lambda end: frame[:end])
)
with_a_kind = st.builds(
    lambda kind, rest: bytes([kind]) + EPOCH.to_bytes(8, "big") + rest,
    st.sampled_from([*Kind, 0, 6, 255]),
    st.binary(max_size=12),
)
frames = st.one_of(st.binary(min_size=1, max_size=60), truncated, with_a_kind)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
told = st.fixed_dictionaries(
    {"type": st.sampled_from(["view.quality", "view.nothing", "", "chat.send", "view.tier"])},
    optional={"choice": values, "to": values},
)
texts = st.one_of(
    st.text(min_size=1, max_size=40),
    told.map(json.dumps),
    st.integers(1, 20).map(lambda deep: "[" * 1000 * deep),
)


class Stage(Driver):
    """A driver, somebody who only watches and sends nonsense, and the page that tells what arrives."""

    def __init__(self, house: House, who: TestViewer, other: TestViewer) -> None:
        super().__init__(house, who)
        self.other = other

    def say(self, who: TestViewer, frames: list[bytes], texts: list[str]) -> None:
        """From this page, on the channels ``input`` and ``view``."""
        named, real = EPOCH.to_bytes(8, "big"), self.epoch.to_bytes(8, "big")
        now = [list(frame.replace(named, real)) for frame in frames]
        who.page.evaluate(SEND, [now, texts])

    def is_unharmed(self) -> None:
        """The driver's click arrives."""
        self.click()
        self.site.expect(mousedown=0)
        self.site.expect(mouseup=0)


@pytest.fixture(scope="module")
def stage(chromium: Browser, house: House) -> Iterator[Stage]:
    house.show(PAGE)
    with viewer(chromium, house.room, ANA) as ana, viewer(chromium, house.room, BEN) as ben:
        for person in (ana, ben):
            person.join(via="127.0.0.1")
            person.wait_for_channel()
        stage = Stage(house, ana, ben)
        stage.take_control()
        yield stage


FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=EXAMPLES == SHORT,
)


@FUZZ
@given(input_frames=st.lists(frames, max_size=30), view_texts=st.lists(texts, max_size=8))
def test_nonsense_of_a_viewer(stage: Stage, input_frames: list[bytes], view_texts: list[str]) -> None:
    """On both channels, garbage, cut off, of the right kind, deep: the driver's click arrives."""
    stage.say(stage.other, input_frames, view_texts)
    stage.is_unharmed()


@FUZZ
@given(input_frames=st.lists(st.binary(min_size=1, max_size=60) | truncated, max_size=30))
def test_nonsense_of_the_driver(stage: Stage, input_frames: list[bytes]) -> None:
    """Refused frame by frame; the driver's own click arrives after it."""
    stage.say(stage.who, input_frames, [])
    stage.is_unharmed()


def test_floods_are_cut(stage: Stage) -> None:
    """Twenty thousand frames and texts at once by both: most are dropped, and then all goes on."""
    flood = """([frame]) => {
        for (let n = 0; n < 10000; n += 1) {
            viewer.channel.send(new Uint8Array(frame));
            if (n % 10 === 0) viewer.view.send('{"type": "view.quality", "choice": "auto"}');
        }
    }"""
    people = (stage.who, stage.other)
    for person in people:
        person.page.evaluate(flood, [list(encode(Move(stage.epoch, 3, 4)))])
    deadline = time.monotonic() + 60
    while any(person.page.evaluate("viewer.channel.bufferedAmount") for person in people):
        assert time.monotonic() < deadline, "what was sent is not taken"
        time.sleep(0.1)
    time.sleep(2.0)  # the allowance refills
    stage.is_unharmed()
    assert "Traceback" not in stage.house.container.logs()
    stage.house.container.stop()
    counted = next(line for line in stage.house.container.logs().splitlines() if "vb.session: input:" in line)
    for verdict in ("TAKEN", "NOT_HOLDER", "GARBAGE", "TOO_OFTEN"):
        assert verdict in counted
