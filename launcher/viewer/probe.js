// What a measuring viewer asks of the room page. Injected by room.py; nothing of it is part of the pages.
(() => {
  const video = () => document.getElementById('stage-video');

  /** One inbound-rtp report of a kind, with the name of its codec. */
  async function inbound(kind) {
    const peer = window.turtus?.peer;
    if (!peer) return null;
    const reports = await peer.getStats();
    for (const report of reports.values()) {
      if (report.type === 'inbound-rtp' && report.kind === kind) {
        return { ...report, codec: reports.get(report.codecId)?.mimeType ?? null };
      }
    }
    return null;
  }

  const base64 = (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return btoa(text);
  };

  window.turtusProbe = {
    /** Counters now; `at_ms` is the page's clock. */
    async counters() {
      const [picture, sound] = [await inbound('video'), await inbound('audio')];
      return {
        at_ms: performance.now(),
        width: video().videoWidth,
        height: video().videoHeight,
        frames: picture?.framesDecoded ?? 0,
        dropped: picture?.framesDropped ?? 0,
        freezes: picture?.freezeCount ?? 0,
        bytes: (picture?.bytesReceived ?? 0) + (sound?.bytesReceived ?? 0),
        video_codec: picture?.codec ?? null,
        audio_codec: sound?.codec ?? null,
      };
    },

    /** The picture now, as PNG, and how many different colours a coarse look at it finds. */
    picture() {
      const canvas = document.createElement('canvas');
      canvas.width = video().videoWidth;
      canvas.height = video().videoHeight;
      const context = canvas.getContext('2d');
      context.drawImage(video(), 0, 0);
      const colours = new Set();
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4 * 97) {
        colours.add(((data[at] >> 4) << 8) | ((data[at + 1] >> 4) << 4) | (data[at + 2] >> 4));
      }
      return { png: canvas.toDataURL('image/png').split(',')[1], colours: colours.size };
    },

    /** `seconds` of what is heard: interleaved 16 bit samples, two channels. */
    async sound(seconds) {
      const context = new AudioContext();
      await context.resume();
      const source = context.createMediaStreamSource(video().srcObject);
      const tap = context.createScriptProcessor(4096, 2, 2);
      const wanted = Math.round(seconds * context.sampleRate) * 2;
      const samples = new Int16Array(wanted);
      let filled = 0;
      await new Promise((resolve) => {
        const late = setTimeout(resolve, (seconds + 5) * 1000);
        tap.onaudioprocess = ({ inputBuffer }) => {
          const left = inputBuffer.getChannelData(0);
          const right = inputBuffer.getChannelData(1);
          for (let at = 0; at < left.length && filled < wanted; at += 1) {
            samples[filled++] = Math.max(-1, Math.min(1, left[at])) * 32767;
            samples[filled++] = Math.max(-1, Math.min(1, right[at])) * 32767;
          }
          if (filled >= wanted) {
            clearTimeout(late);
            resolve();
          }
        };
        source.connect(tap);
        tap.connect(context.destination);
      });
      const rate = context.sampleRate;
      source.disconnect();
      tap.disconnect();
      await context.close();
      return { rate_hz: rate, pcm: base64(new Uint8Array(samples.buffer, 0, filled * 2)) };
    },
  };
})();
