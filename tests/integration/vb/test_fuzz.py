"""Whatever comes over the data channels: the agent lives, others' input is unharmed, what is too much is dropped.

``TURTUS_FUZZ_EXAMPLES`` (25 unless told) says how many batches of messages are made up.
"""

import json
import os
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from tests.support.vb_container import Container, browser
from tests.support.vb_room import ANA, BEN, FakeRoom
from tests.support.vb_site import TellingSite
from tests.support.vb_viewer import TestViewer, viewer
from vb.protocol.input import Button, Key, Kind, Move, Wheel, encode
from vb.protocol.messages import AgentStatus

pytestmark = pytest.mark.docker
EXAMPLES = int(os.environ.get("TURTUS_FUZZ_EXAMPLES", "25"))
EPOCH = 7
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


class Stage:
    """A driver, somebody who only watches and sends nonsense, and the page that tells what arrives."""

    def __init__(
        self, container: Container, site: TellingSite, driver: TestViewer, other: TestViewer
    ) -> None:
        self.container = container
        self.site = site
        self.driver = driver
        self.other = other

    def is_unharmed(self) -> None:
        """The driver's click arrives."""
        for down in (True, False):
            self.driver.send(encode(Button(EPOCH, 640, 500, 1, down)))
        self.site.expect(10.0, mousedown=0)
        self.site.expect(10.0, mouseup=0)


@pytest.fixture(scope="module")
def stage(chromium: Browser) -> Iterator[Stage]:
    with (
        TellingSite() as site,
        FakeRoom() as room,
        browser(room.port, "--url", site.url) as container,
        viewer(chromium, room, ANA) as ana,
        viewer(chromium, room, BEN) as ben,
    ):
        room.expect(AgentStatus, 30.0, state="ready")
        site.expect(30.0, loaded=True)
        for person in (ana, ben):
            person.join(via="127.0.0.1")
            person.wait_for_channel()
        room.give_control(ANA.id, EPOCH)
        ana.page.wait_for_timeout(300)
        yield Stage(container, site, ana, ben)


FUZZ = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES == 25
)


@FUZZ
@given(input_frames=st.lists(frames, max_size=30), view_texts=st.lists(texts, max_size=8))
def test_nonsense_of_a_viewer(stage: Stage, input_frames: list[bytes], view_texts: list[str]) -> None:
    """On both channels, garbage, cut off, of the right kind, deep: the driver's click arrives."""
    stage.other.page.evaluate(SEND, [[list(frame) for frame in input_frames], view_texts])
    stage.is_unharmed()


@FUZZ
@given(input_frames=st.lists(st.binary(min_size=1, max_size=60) | truncated, max_size=30))
def test_nonsense_of_the_driver(stage: Stage, input_frames: list[bytes]) -> None:
    """Refused frame by frame; the driver's own click arrives after it."""
    stage.driver.page.evaluate(SEND, [[list(frame) for frame in input_frames], []])
    stage.is_unharmed()


def test_floods_are_cut(stage: Stage) -> None:
    """Twenty thousand frames and texts at once by both: most are dropped, and then all goes on."""
    flood = """([frame]) => {
        for (let n = 0; n < 10000; n += 1) {
            viewer.channel.send(new Uint8Array(frame));
            if (n % 10 === 0) viewer.view.send('{"type": "view.quality", "choice": "auto"}');
        }
    }"""
    for person in (stage.driver, stage.other):
        person.page.evaluate(flood, [list(encode(Move(EPOCH, 3, 4)))])
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        left = [
            person.page.evaluate("viewer.channel.bufferedAmount") for person in (stage.driver, stage.other)
        ]
        if left == [0, 0]:
            break
        time.sleep(0.1)
    time.sleep(2.0)  # the allowance refills
    stage.is_unharmed()
    assert "Traceback" not in stage.container.logs()
    stage.container.stop()
    counted = next(line for line in stage.container.logs().splitlines() if "vb.session: input:" in line)
    for verdict in ("TAKEN", "NOT_HOLDER", "GARBAGE", "TOO_OFTEN"):
        assert verdict in counted
