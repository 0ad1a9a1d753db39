// One connection to the shared browser: answers its offer, and shows the picture as soon as it comes.
// @ts-check

import { Emitter } from './emitter.js';
import { Type } from './protocol.js';

/**
 * Chrome plays Opus in mono unless the answer asks for stereo (RFC 7587, section 6.1).
 * @param {string} sdp
 * @returns {string}
 */
export function withStereo(sdp) {
  const opus = /^a=rtpmap:(\d+) opus\/48000\/2/im.exec(sdp)?.[1];
  if (!opus || new RegExp(`^a=fmtp:${opus} .*\\bstereo=1`, 'm').test(sdp)) return sdp;
  return sdp.replace(new RegExp(`^(a=fmtp:${opus} [^\\r\\n]*)`, 'm'), '$1;stereo=1');
}

/**
 * @param {HTMLVideoElement} video
 * @returns {Promise<boolean>} false when the page may not play as it is
 */
export async function mayPlay(video) {
  try {
    await video.play();
  } catch (error) {
    // AbortError: a newer picture came in between, and is played instead.
    return !(error instanceof DOMException && error.name === 'NotAllowedError');
  }
  return true;
}

/**
 * Emits `frame` (when, on the page's clock) once, for its first one; `state` (RTCPeerConnectionState); `channel` (it, and
 * the events of what it said before anybody listened); `sound-blocked`. All is kept until `catchUp`.
 */
export class Peering extends Emitter {
  peer;
  session;
  /** @type {Promise<boolean>} whether the offer could be answered */
  answered;
  #to;
  #send;
  #video;
  #stream = new MediaStream();

  /**
   * @param {import('./protocol.js').Offer} offer
   * @param {import('./protocol.js').Identity|null} identity with the ICE servers
   * @param {(message: object) => void} send to the signal server
   * @param {HTMLVideoElement} video
   */
  constructor(offer, identity, send, video) {
    super();
    this.keep();
    this.session = offer.session;
    this.#to = offer.sender?.id;
    this.#send = send;
    this.#video = video;
    this.peer = this.#createPeer(identity?.ice_servers ?? []);
    this.answered = this.#answer(offer.sdp);
  }

  /** @param {import('./protocol.js').IceServer[]} servers */
  #createPeer(servers) {
    const iceServers = servers.map(({ urls, username, credential }) =>
      username ? { urls, username, credential: credential ?? undefined } : { urls },
    );
    const peer = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    peer.ontrack = ({ track, receiver }) => this.#take(track, receiver);
    peer.ondatachannel = ({ channel }) => this.#open(channel);
    peer.onicecandidate = ({ candidate }) => candidate && this.#tellCandidate(candidate);
    peer.onconnectionstatechange = () => this.emit('state', peer.connectionState);
    return peer;
  }

  /** @param {string} sdp */
  async #answer(sdp) {
    try {
      await this.peer.setRemoteDescription({ type: 'offer', sdp });
      const answer = await this.peer.createAnswer();
      await this.peer.setLocalDescription({ type: 'answer', sdp: withStereo(answer.sdp ?? '') });
    } catch (error) {
      if (this.peer.signalingState !== 'closed') console.warn('The offer could not be answered', error);
      return false;
    }
    const answer = this.peer.localDescription?.sdp ?? '';
    this.#send({ type: Type.ANSWER, to: this.#to, session: this.session, sdp: answer });
    return true;
  }

  /** @param {RTCIceCandidate} candidate */
  #tellCandidate({ candidate, sdpMid, sdpMLineIndex }) {
    const place = { sdp_mid: sdpMid, sdp_m_line_index: sdpMLineIndex };
    this.#send({ type: Type.CANDIDATE, to: this.#to, session: this.session, candidate, ...place });
  }

  /** @param {RTCDataChannel} channel */
  #open(channel) {
    /** @type {MessageEvent[]} */
    const early = [];
    channel.onmessage = (event) => early.push(event);
    this.emit('channel', channel, early);
  }

  /** @param {MediaStreamTrack} track @param {RTCRtpReceiver} receiver */
  #take(track, receiver) {
    // Driving wants the newest picture, not the smoothest one.
    if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
    if ('playoutDelayHint' in receiver) receiver.playoutDelayHint = 0;
    this.#stream.addTrack(track);
    if (this.#video.srcObject === this.#stream) return;
    // The last picture stays until the first new one: the element keeps it while tracks change.
    this.#video.srcObject = this.#stream;
    this.#video.requestVideoFrameCallback(() => this.#firstFrame());
    this.#play();
  }

  #firstFrame() {
    if (this.peer.connectionState !== 'closed') this.emit('frame', performance.now());
  }

  /** A page may play sound only after a tap: play the picture without it, and ask for the tap. */
  async #play() {
    if (await mayPlay(this.#video)) return;
    this.#video.muted = true;
    this.emit('sound-blocked');
    await mayPlay(this.#video);
  }
}
