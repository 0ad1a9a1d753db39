"""A shared browser made of a second page: a moving picture, a tone and the input channel, offered as the agent does."""

import time
from base64 import b64decode, b64encode
from typing import Any

from playwright.sync_api import Page

from tests.support.chromium import POLL_MS
from tests.support.fake_signal import VB, FakeSignal
from vb.protocol import codec, files, messages
from vb.protocol import input as frames
from vb.protocol.files import ToPage as FilesToPage
from vb.protocol.view import ToPage

_SCRIPT = """
window.vb?.end(); // of the test before
window.vb = {
  frames: [],
  heard: [],
  asked: [],
  pieces: [],
  ready: null,
  end() {
    this.pc?.close();
    this.ready?.then((pc) => pc.close());
  },
  prepare() {
    this.ready ??= this.make();
  },
  async offer() {
    this.pc?.close();
    this.prepare();
    const pc = await this.ready;
    this.ready = null;
    Object.assign(this, { pc, ...pc.channels });
    return pc.localDescription.sdp;
  },
  async make() {
    const pc = new RTCPeerConnection();
    const channel = pc.createDataChannel('input');
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }) => {
      this.frames.push(typeof data === 'string' ? data : [...new Uint8Array(data)]);
    };
    const view = pc.createDataChannel('view');
    view.onmessage = ({ data }) => this.heard.push(JSON.parse(data));
    const files = pc.createDataChannel('files');
    files.binaryType = 'arraybuffer';
    files.onmessage = ({ data }) => {
      if (typeof data === 'string') this.asked.push(JSON.parse(data));
      else this.pieces.push(new Uint8Array(data));
    };
    pc.channels = { channel, view, files };
    for (const track of tracks()) pc.addTrack(track);
    await pc.setLocalDescription();
    if (pc.iceGatheringState !== 'complete') {
      await new Promise((done) => {
        pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
      });
    }
    return pc;
  },
  answer: (sdp) => window.vb.pc.setRemoteDescription({ type: 'answer', sdp }),
  candidate: (candidate) => window.vb.pc.signalingState === 'closed' || window.vb.pc.addIceCandidate(candidate),
};
window.scene = (pen) => {
  pen.fillStyle = `hsl(${(performance.now() / 20) % 360} 60% 50%)`;
  pen.fillRect(0, 0, 1280, 720);
};
window.tracks ??= () => {
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
  const all = [...canvas.captureStream(20).getTracks(), ...out.stream.getTracks()];
  window.tracks = () => all;
  return all;
};
void 0; // Playwright calls a script that ends in a function
"""


class FakeVb:
    """Lives in ``page``; answers ``request.stream`` that ``signal`` heard. Call ``work`` while you wait.

    One page may be used for one test after the other.
    """

    def __init__(self, page: Page, signal: FakeSignal, scene: str = "") -> None:
        self._page = page
        self._signal = signal
        self._read = 0
        self.sessions = 0
        """How many connections it has offered."""
        page.evaluate(_SCRIPT)
        if scene:
            page.evaluate(f"window.scene = {scene}; void 0")
        page.evaluate("vb.prepare()")

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
            page.wait_for_timeout(POLL_MS)

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
        self._page.evaluate(
            "(text) => vb.files.send(Uint8Array.from(atob(text), (one) => one.charCodeAt(0)))",
            b64encode(files.piece(transfer, data)).decode(),
        )

    def asked(self) -> list[dict[str, Any]]:
        """What the page said on the files channel since the last call."""
        asked: list[dict[str, Any]] = self._page.evaluate("vb.asked.splice(0)")
        return asked

    def pieces(self) -> list[tuple[int, bytes]]:
        """The pieces of files that came since the last call."""
        raw: list[str] = self._page.evaluate("""() => vb.pieces.splice(0).map((bytes) => {
          let text = '';
          for (const byte of bytes) text += String.fromCharCode(byte);
          return btoa(text);
        })""")
        return [files.read_piece(b64decode(each)) for each in raw]

    def heard(self) -> list[dict[str, Any]]:
        """What the page said on the view channel since the last call."""
        heard: list[dict[str, Any]] = self._page.evaluate("vb.heard.splice(0)")
        return heard

    def frames_until_mark(self) -> list[frames.InputFrame] | None:
        """Those up to the next ``mark``, a text that a test had the page send there; none is taken before it is here."""
        raw: list[list[int]] | None = self._page.evaluate("""() => {
          const end = vb.frames.indexOf('mark');
          return end < 0 ? null : vb.frames.splice(0, end + 1).slice(0, -1);
        }""")
        return raw if raw is None else [frames.decode(bytes(each)) for each in raw]

    def frames(self) -> list[frames.InputFrame]:
        """What came over the input channel, in order, as the agent reads it."""
        raw: list[list[int]] = self._page.evaluate("vb.frames.splice(0).filter((each) => each !== 'mark')")
        return [frames.decode(bytes(each)) for each in raw]
