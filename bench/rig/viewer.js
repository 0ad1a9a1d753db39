// Runs in every viewer page before its own scripts: keeps hold of the page's connections, whoever made
// them, so that another system's page can be measured as the bare one is.
"use strict";
window.rig = (() => {
  const connections = [];
  const Real = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      connections.push(this);
    }
  };

  const video = () => document.querySelector("video");
  const frames = [];
  let watched = null;
  let press = null;

  // Each presented frame: [callback's own time, presentation time, RTP timestamp, receive time], in ms.
  function watch() {
    if (watched === video()) return;
    watched = video();
    const element = watched;
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const next = (now, told) => {
      const called = performance.now();
      if (press && press.down !== null) look(element, pen, called, told);
      frames.push([called, told.presentationTime, told.rtpTimestamp ?? 0, told.receiveTime ?? 0]);
      if (frames.length > 20000) frames.splice(0, 10000);
      element.requestVideoFrameCallback(next);
    };
    element.requestVideoFrameCallback(next);
  }

  function luma(element, pen, x, y) {
    pen.drawImage(element, x, y, 1, 1, 0, 0, 1, 1);
    const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
    return 0.299 * r + 0.587 * g + 0.114 * b;
  }

  function look(element, pen, called, told) {
    const now = luma(element, pen, press.x, press.y);
    if (Math.abs(now - press.before) < 60) return;
    press.done({ callback_ms: called - press.down, presented_ms: told.presentationTime - press.down });
    press = null;
  }

  // Arms for one press at a point of the picture: the promise gives the times from the press (the event's
  // own time stamp) to the changed pixel on the video element, in ms; null after two seconds.
  function arm(x, y) {
    watch();
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    window.rig.result = new Promise((done) => {
      press = { x, y, before: luma(video(), pen, x, y), down: null, done };
      const mine = press;
      setTimeout(() => { if (press === mine) { press = null; done(null); } }, 2000);
    });
  }
  addEventListener("pointerdown", (event) => { if (press) press.down = event.timeStamp; }, { capture: true });

  // inbound-rtp of video and audio, the selected candidate pair, and the transport, as getStats gives them.
  async function stats() {
    const report = { codecs: [] };
    for (const connection of connections) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type === "inbound-rtp") report[entry.kind] = entry;
        if (entry.type === "codec") report.codecs.push(entry.mimeType);
        if (entry.type === "candidate-pair" && entry.nominated) report.pair = entry;
        if (entry.type === "transport") report.transport = entry;
      }
    }
    return report;
  }

  // The picture as it is decoded: width, height, and RGBA bytes in base64.
  async function picture() {
    const element = video();
    const canvas = new OffscreenCanvas(element.videoWidth, element.videoHeight);
    const pen = canvas.getContext("2d");
    pen.drawImage(element, 0, 0);
    const bytes = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    const url = await new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(new Blob([bytes]));
    });
    return { width: canvas.width, height: canvas.height, rgba: url.slice(url.indexOf(",") + 1) };
  }

  // From now on notes when sound begins after silence (rig.heard: given by the receiver to whatever plays it) and
  // when a point turns bright (rig.seen: given to the compositor). Both are told by other threads than this page's
  // own, which is often busy. Sound is taken from the track, as a media element takes it: the way through Web Audio
  // has a queue of its own, seen to grow from 20 to 60 ms after any hiccup and never to shrink.
  const heard = [];
  const seen = [];
  const EAR = `onmessage = async ({ data: readable }) => {
    const reader = readable.getReader();
    let quiet = 0;
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      const at = performance.timeOrigin + performance.now();
      const rate = value.sampleRate;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      value.close();
      const first = samples.findIndex((level) => Math.abs(level) > 0.05);
      if (first >= 0 && quiet > rate / 10) postMessage(at - (samples.length - first) * 1000 / rate);
      quiet = first >= 0 ? 0 : quiet + samples.length;
    }
  };`;
  function listen(x, y) {
    const ear = new Worker(URL.createObjectURL(new Blob([EAR], { type: "text/javascript" })));
    ear.onmessage = ({ data }) => heard.push(data - performance.timeOrigin);
    const { readable } = new MediaStreamTrackProcessor({ track: video().srcObject.getAudioTracks()[0] });
    ear.postMessage(readable, [readable]);
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const element = video();
    let bright = false;
    const next = (called, { presentationTime }) => {
      const now = luma(element, pen, x, y) > 128;
      if (now && !bright) seen.push(presentationTime);
      bright = now;
      element.requestVideoFrameCallback(next);
    };
    element.requestVideoFrameCallback(next);
  }
  const presses = [];
  addEventListener("pointerdown", (event) => presses.push(event.timeStamp), { capture: true });

  return { heard, seen, presses, listen, connections, frames, video, watch, arm, stats, picture, luma };
})();
