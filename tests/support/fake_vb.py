"""A shared browser made of a second page: a moving picture, a tone and the input channel, offered as the agent does."""

import time
from typing import Any

from playwright.sync_api import Page

from tests.support.fake_signal import VB, FakeSignal
from vb.protocol import codec, files, messages
from vb.protocol import input as frames
from vb.protocol.files import ToPage as FilesToPage
from vb.protocol.view import ToPage

_SCRIPT = """
window.vb = {
  frames: [],
  heard: [],
  asked: [],
  pieces: [],
  async offer(sdpOnly) {
    this.pc?.close();
    const pc = (this.pc = new RTCPeerConnection());
    const channel = (this.channel = pc.createDataChannel('input'));
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }) => this.frames.push([...new Uint8Array(data)]);
    const view = (this.view = pc.createDataChannel('view'));
    view.onmessage = ({ data }) => this.heard.push(JSON.parse(data));
    const files = (this.files = pc.createDataChannel('files'));
    files.binaryType = 'arraybuffer';
    files.onmessage = ({ data }) => {
      if (typeof data === 'string') this.asked.push(JSON.parse(data));
      else this.pieces.push([...new Uint8Array(data)]);
    };
    for (const track of this.tracks()) pc.addTrack(track);
    await pc.setLocalDescription();
    if (pc.iceGatheringState !== 'complete') {
      await new Promise((done) => {
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
      });
    }
    return pc.localDescription.sdp;
  },
  tracks() {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 1280, height: 720 });
    const pen = canvas.getContext('2d');
    const paint = () => window.scene(pen);
    setInterval(paint, 50);
    paint();
    const audio = new AudioContext();
    const out = audio.createMediaStreamDestination();
    const tone = audio.createOscillator();
    tone.connect(out);
    tone.start();
    return [...canvas.captureStream(20).getTracks(), ...out.stream.getTracks()];
  },
  answer: (sdp) => window.vb.pc.setRemoteDescription({ type: 'answer', sdp }),
  candidate: (candidate) => window.vb.pc.addIceCandidate(candidate),
};
window.scene = (pen) => {
  pen.fillStyle = `hsl(${(performance.now() / 20) % 360} 60% 50%)`;
  pen.fillRect(0, 0, 1280, 720);
};
void 0; // Playwright calls a script that ends in a function
"""


class FakeVb:
    """Lives in ``page``; answers ``request.stream`` that ``signal`` heard. Call ``work`` while you wait."""

    def __init__(self, page: Page, signal: FakeSignal, scene: str = "") -> None:
        self._page = page
        self._signal = signal
        self._read = 0
        self.sessions = 0
        """How many connections it has offered."""
        page.evaluate(_SCRIPT)
        if scene:
            page.evaluate(f"window.scene = {scene}; void 0")

    def offer(self) -> None:
        """Step 7: offer the stream to the page, which settles whatever it has asked for until now."""
        self.sessions += 1
        sdp = self._page.evaluate("vb.offer()")
        self._read = len(self._signal.said)
        session = f"s{self.sessions}"
        self._signal.send(messages.Offer(to=self._signal.me.id, sender=VB, session=session, sdp=sdp))

    def work(self) -> None:
        """Take what the page has said since the last time."""
        news, self._read = self._signal.said[self._read :], len(self._signal.said)
        for message in news:
            self._take(message)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "request.stream":
            self.offer()
        if message.get("session") != f"s{self.sessions}":
            return
        if message["type"] == "answer":
            self._page.evaluate("(sdp) => vb.answer(sdp)", message["sdp"])
        elif message["type"] == "candidate" and message["candidate"]:
            candidate = {"candidate": message["candidate"], "sdpMid": message["sdp_mid"]}
            self._page.evaluate("(candidate) => vb.candidate(candidate)", candidate)

    def until(self, page: Page, condition: str, timeout_s: float = 10.0) -> None:
        """Work until ``condition``, a JavaScript expression, holds in ``page``.

        Raises:
            TimeoutError: it did not.
        """
        deadline = time.monotonic() + timeout_s
        while not page.evaluate(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(condition)
            self.work()
            page.wait_for_timeout(50)

    def drop(self) -> None:
        """Break the connection without a word."""
        self._page.evaluate("vb.pc.close()")

    def run(self, script: str) -> None:
        """Do this in the vb's page, for what only a test does to it."""
        self._page.evaluate(script)

    def tell(self, message: ToPage) -> None:
        """Say something on the view channel, as the agent does."""
        self._page.evaluate("(text) => vb.view.send(text)", codec.encode(message))

    def hand(self, message: FilesToPage) -> None:
        """Say something on the files channel."""
        self._page.evaluate("(text) => vb.files.send(text)", codec.encode(message))

    def hand_piece(self, transfer: int, data: bytes) -> None:
        """Send a piece of a file."""
        self._page.evaluate("(all) => vb.files.send(new Uint8Array(all))", list(files.piece(transfer, data)))

    def asked(self) -> list[dict[str, Any]]:
        """What the page said on the files channel since the last call."""
        asked: list[dict[str, Any]] = self._page.evaluate("vb.asked.splice(0)")
        return asked

    def pieces(self) -> list[tuple[int, bytes]]:
        """The pieces of files that came since the last call."""
        raw: list[list[int]] = self._page.evaluate("vb.pieces.splice(0)")
        return [files.read_piece(bytes(each)) for each in raw]

    def heard(self) -> list[dict[str, Any]]:
        """What the page said on the view channel since the last call."""
        heard: list[dict[str, Any]] = self._page.evaluate("vb.heard.splice(0)")
        return heard

    def frames(self) -> list[frames.InputFrame]:
        """What came over the input channel, in order, as the agent reads it."""
        raw: list[list[int]] = self._page.evaluate("vb.frames.splice(0)")
        return [frames.decode(bytes(each)) for each in raw]
