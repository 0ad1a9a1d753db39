"""A viewer for tests of the agent: a bare page in headless Chromium, joined to the stream by the test."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

from playwright.sync_api import Browser, Error, Page

from tests.support.vb_room import ANA, FakeRoom
from vb.protocol import messages

_PAGE = """<!doctype html><video autoplay playsinline></video>"""
_SCRIPT = """
window.Viewer = class {
  constructor(codecs) {
    this.codecs = codecs;
    this.times = {};
    this.candidates = [];
  }
  mark(name) { this.times[name] ??= performance.now(); }
  async answer(sdp) {
    this.mark("offer");
    const video = document.querySelector("video");
    this.pc = new RTCPeerConnection();
    this.stream = new MediaStream();
    this.pc.onicecandidate = (event) => { if (event.candidate) this.candidates.push(event.candidate.toJSON()); };
    this.pc.onconnectionstatechange = () => this.mark(this.pc.connectionState);
    this.pc.ontrack = (event) => { this.stream.addTrack(event.track); video.srcObject = this.stream; };
    this.pc.ondatachannel = ({ channel }) => {
      if (channel.label !== "input") return void (this[channel.label] = channel);
      this.channel = channel;
      channel.onopen = () => this.mark("channel");
    };
    video.requestVideoFrameCallback(() => this.mark("frame"));
    await this.pc.setRemoteDescription({ type: "offer", sdp });
    if (this.codecs) {
      for (const transceiver of this.pc.getTransceivers()) {
        if (transceiver.receiver.track.kind !== "video") continue;
        const wanted = RTCRtpReceiver.getCapabilities("video").codecs.filter((codec) => this.codecs.includes(codec.mimeType));
        transceiver.setCodecPreferences(wanted);
      }
    }
    await this.pc.setLocalDescription(await this.pc.createAnswer());
    return this.pc.localDescription.sdp;
  }
  async send(frames, together, gap) {
    const began = performance.now();
    for (const [index, bytes] of frames.entries()) {
      const due = began + Math.floor(index / together) * gap;
      while (performance.now() < due) await new Promise((done) => setTimeout(done, 1));
      this.channel.send(new Uint8Array(bytes));
    }
    return performance.now() - began;
  }
  async stats() {
    const report = {};
    for (const entry of (await this.pc.getStats()).values()) {
      if (entry.type === "inbound-rtp") report[entry.kind] = entry;
      if (entry.type === "codec") report[entry.mimeType] = true;
    }
    return report;
  }
  pixels(points) {
    const video = document.querySelector("video");
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0);
    return points.map(([x, y]) => Array.from(pen.getImageData(x, y, 1, 1).data.slice(0, 3)));
  }
  async loudness(ms) {
    const audio = new AudioContext();
    await audio.resume();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(this.stream).connect(analyser);
    await new Promise((done) => setTimeout(done, ms));
    const wave = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(wave);
    return Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
  }
};
"""


class TestViewer:
    """One peer of the room in a page of its own."""

    __test__ = False

    def __init__(self, page: Page, room: FakeRoom, peer: messages.Peer) -> None:
        self.page = page
        self.peer = peer
        self.session = ""
        self._room = room

    def join(self, *, via: str | None = None, codecs: list[str] | None = None) -> None:
        """Ask for the stream and answer the offer."""
        self._room.send(messages.RequestStream(to="p-vb", sender=self.peer, via=via))
        self.take_offer(codecs)

    def take_offer(self, codecs: list[str] | None = None) -> None:
        """Answer the next offer, without waiting for candidates."""
        offer = self._room.expect(messages.Offer, to=self.peer.id)
        self.session = offer.session
        self.page.evaluate("codecs => { window.viewer = new Viewer(codecs); }", codecs)
        answer = self.page.evaluate("sdp => viewer.answer(sdp)", offer.sdp)
        self._room.send(
            messages.Answer(to="p-vb", sender=self.peer, session=offer.session, sdp=cast(str, answer))
        )
        for line in self.page.evaluate("viewer.candidates"):
            self._room.send(
                messages.Candidate(
                    to="p-vb",
                    sender=self.peer,
                    session=self.session,
                    candidate=line["candidate"],
                    sdp_mid=line["sdpMid"],
                    sdp_m_line_index=line["sdpMLineIndex"],
                )
            )

    def wait_for_picture(self, timeout_s: float = 20.0) -> None:
        """Until the first frame is decoded."""
        self.page.wait_for_function("viewer.times.frame !== undefined", timeout=timeout_s * 1000)

    def wait_for_size(self, width: int, height: int, timeout_s: float = 30.0) -> None:
        """Until the picture has this size."""
        self.page.wait_for_function(
            "([width, height]) => { const video = document.querySelector('video');"
            " return video.videoWidth === width && video.videoHeight === height; }",
            arg=[width, height],
            timeout=timeout_s * 1000,
        )

    def wait_for_channel(self, timeout_s: float = 20.0) -> None:
        """Until input can be sent."""
        self.page.wait_for_function("viewer.times.channel !== undefined", timeout=timeout_s * 1000)

    def times_ms(self) -> dict[str, float]:
        """Milliseconds since the offer, by event (``connected``, ``frame``, ``channel``)."""
        times = self.page.evaluate("viewer.times")
        return {name: at - times["offer"] for name, at in times.items()}

    def stats(self) -> dict[str, Any]:
        """inbound-rtp of ``video`` and ``audio``, and the codecs in use as keys."""
        return cast(dict[str, Any], self.page.evaluate("viewer.stats()"))

    def frames_per_s(self, seconds: float) -> float:
        """Decoded frames per second over a while."""
        first, began = self.stats()["video"]["framesDecoded"], time.monotonic()
        self.page.wait_for_timeout(seconds * 1000)
        return float((self.stats()["video"]["framesDecoded"] - first) / (time.monotonic() - began))

    def pixels(self, *points: tuple[int, int]) -> list[list[int]]:
        """RGB of the decoded picture at these places."""
        return cast(
            list[list[int]], self.page.evaluate("points => viewer.pixels(points)", [list(p) for p in points])
        )

    def loudness(self, ms: int = 800) -> float:
        """RMS of the decoded sound after listening for a while; 0 is silence, 1 the most."""
        return float(self.page.evaluate("ms => viewer.loudness(ms)", ms))

    def send(self, *frames: bytes, together: int = 1, gap_ms: float = 0.0) -> float:
        """Frames on the input channel, by default at once, else ``together`` of them every ``gap_ms``.

        The page itself keeps the time, so that a busy test does not stretch it. Milliseconds that it took.
        """
        script = "([frames, together, gap]) => viewer.send(frames, together, gap)"
        return float(self.page.evaluate(script, [[list(frame) for frame in frames], together, gap_ms]))

    def close(self) -> None:
        """Hang up as a closed tab does."""
        self.page.evaluate("viewer.pc.close()")


@contextmanager
def viewer(browser: Browser, room: FakeRoom, peer: messages.Peer = ANA) -> Iterator[TestViewer]:
    """A page that can join."""
    context = browser.new_context()
    page = context.new_page()
    page.route("https://viewer.test/", lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
    page.goto("https://viewer.test/")
    page.add_script_tag(content=_SCRIPT)
    try:
        yield TestViewer(page, room, peer)
    finally:
        with suppress(Error):  # the page may have crashed; else the agent need not find out by itself
            page.evaluate("window.viewer?.pc?.close()")
        context.close()
