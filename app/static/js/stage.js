// The viewer: takes the picture and sound that the shared browser offers, and gets them back when they break.
// @ts-check

import { delayMs } from './backoff.js';
import { Emitter } from './emitter.js';
import { mayPlay, Peering } from './peering.js';
import { ClientType, FILES_CHANNEL, INPUT_CHANNEL, Type, VIEW_CHANNEL } from './protocol.js';

/** @typedef {'none'|'connecting'|'live'|'sound'|'paused'|'lost'|'blocked'} StagePhase */
/** @typedef {'picture'|'sound'|'none'} Wanted what is to come: a hidden page wants no picture, but the sound goes on */

const CONNECT_MS = 8000;
/** The other end let go: it may be the end of the browser, which is told at once. */
const LET_GO_MS = 1000;
/** A break shorter than this mends itself (ICE); then a new connection is asked for. */
const DISCONNECTED_MS = 3000;
/** Tries without ever a picture after which the way is called blocked; trying goes on. */
const TRIES_UNTIL_BLOCKED = 3;
/** What stands for a session where none was begun. */
const NO_SESSION = 'none';

/**
 * Emits `phase` (StagePhase), `first-frame` (when, on the page's clock), `sound-blocked` (boolean), `channel` (input
 * channel or null), `view` (whether the agent can be told something), `files` (channel for files or null, and what it
 * said before anybody listened), `dismissed` (why the agent ended a connection, a sentence) and each of the agent's own messages by its type.
 */
export class Stage extends Emitter {
  /** @type {StagePhase} */
  phase = 'none';
  /** @type {RTCPeerConnection|null} */
  peer = null;
  /** @type {RTCDataChannel|null} */
  channel = null;
  /** @type {RTCDataChannel|null} */
  #view = null;
  #signal;
  #video;
  #isReady;
  #arrival;
  #vbId = '';
  #session = '';
  #tries = 0;
  /** How often the agent ended a connection for something that this browser did. */
  #dismissals = 0;
  #timer = 0;
  #frame = 0;
  /** Whether this browser, and whether this connection, has brought a picture. */
  #seen = false;
  #shown = false;
  /** @type {Wanted} */
  #wanted = 'picture';
  /** @type {RTCIceCandidateInit[]|null} candidates that came before the offer was taken; null after it */
  #early = null;

  /**
   * @param {import('./signal.js').Signal} signal
   * @param {HTMLVideoElement} video
   * @param {() => boolean} isReady whether the browser has a picture to send; a try before that proves nothing
   * @param {import('./arrival.js').Arrival|null} [arrival] which may have answered the first offer
   */
  constructor(signal, video, isReady, arrival = null) {
    super();
    this.#signal = signal;
    this.#isReady = isReady;
    this.#video = video;
    this.#arrival = arrival;
    signal.on(Type.OFFER, (offer) => this.#accept(offer));
    signal.on(Type.CANDIDATE, (message) => this.#addCandidate(message));
    signal.on(Type.BYE, (message) => this.#dismissed(message));
  }

  /**
   * Say something to the agent.
   * @param {object} message with its `type`
   * @returns {boolean} false when it cannot hear
   */
  tell(message) {
    if (this.#view?.readyState !== 'open') return false;
    this.#view.send(JSON.stringify(message));
    return true;
  }

  /**
   * What the agent will send from now on: without a picture none is waited for, and none is lost.
   * @param {Wanted} wanted
   */
  expect(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (this.peer?.connectionState !== 'connected') return;
    if (wanted !== 'picture') {
      this.#rest();
    } else {
      this.#setPhase('paused');
      this.#waitForFrame(this.peer, performance.now());
      this.#retryAfter(CONNECT_MS);
    }
  }

  /** Whether it is worth driving, or will be in a moment. */
  get running() {
    return ['live', 'sound', 'paused', 'lost'].includes(this.phase);
  }

  /** Whether there is a connection, or one is being made or got back. */
  get busy() {
    return this.phase !== 'none';
  }

  /**
   * Ask the `vb` for its stream; it drops an older connection of ours and offers anew.
   * @param {string} vbId
   * @param {{ asked?: boolean }} [already] whether it has been asked in this page's name
   */
  request(vbId, { asked = false } = {}) {
    this.#vbId = vbId;
    this.#closePeer();
    if (!asked) this.#signal.send({ type: Type.REQUEST_STREAM, to: vbId });
    this.#setPhase(this.#seen ? 'lost' : this.#tries >= TRIES_UNTIL_BLOCKED ? 'blocked' : 'connecting');
    this.#retryAfter(CONNECT_MS);
  }

  /** A person pressed Try again. */
  retry() {
    this.#tries = this.#dismissals = 0;
    if (this.#vbId) this.request(this.#vbId);
  }

  /** Nothing is shown any more, and nothing asked for. */
  stop() {
    this.#closePeer();
    this.#vbId = '';
    this.#tries = this.#dismissals = 0;
    this.#seen = false;
    this.#video.srcObject = null;
    this.#setPhase('none');
  }

  /** @param {string} id of a peer that left */
  follows(id) {
    return id === this.#vbId;
  }

  /** Sound on, from inside a tap or a click. */
  async unlockSound() {
    this.#video.muted = false;
    if (await mayPlay(this.#video)) this.emit('sound-blocked', false);
  }

  /** @param {import('./protocol.js').Offer} offer */
  async #accept(offer) {
    if (offer.sender?.client_type !== ClientType.VB) return; // the site says who it is: a member's is no picture of ours
    this.#closePeer();
    this.#vbId = offer.sender.id;
    this.#session = offer.session;
    this.#early = [];
    if (this.#seen) this.#setPhase('lost');
    else if (this.phase === 'none') this.#setPhase('connecting');
    const peering = this.#answering(offer);
    const { peer } = peering;
    this.peer = peer;
    this.#retryAfter(CONNECT_MS);
    this.#listen(peering);
    if (!(await peering.answered)) return; // the timer asks for another one
    if (this.peer !== peer) return;
    const early = this.#early ?? [];
    this.#early = null;
    for (const candidate of early) this.#giveCandidate(peer, candidate);
  }

  /** @param {import('./protocol.js').Offer} offer */
  #answering(offer) {
    const begun = this.#arrival?.peering;
    if (begun?.session !== offer.session) {
      return new Peering(offer, this.#signal.identity, (message) => this.#signal.send(message), this.#video);
    }
    this.#arrival = null;
    return begun;
  }

  /** @param {Peering} peering */
  #listen(peering) {
    const ours = (handle) => (...args) => this.peer === peering.peer && handle(...args);
    peering.on('state', ours((state) => this.#follow(state)));
    peering.on('sound-blocked', ours(() => this.emit('sound-blocked', true)));
    peering.on('frame', ours((atMs) => this.#wanted === 'picture' && this.#firstFrame(atMs)));
    peering.on('channel', ours((channel, early) => this.#use(channel, early)));
    peering.catchUp();
  }

  /** @param {import('./protocol.js').Candidate} message */
  #addCandidate({ session, candidate, sdp_mid, sdp_m_line_index }) {
    if (session !== this.#session || !this.peer) return;
    const init = { candidate, sdpMid: sdp_mid ?? null, sdpMLineIndex: sdp_m_line_index ?? null };
    if (this.#early) this.#early.push(init);
    else this.#giveCandidate(this.peer, init);
  }

  /** @param {RTCPeerConnection} peer @param {RTCIceCandidateInit} init */
  #giveCandidate(peer, init) {
    peer.addIceCandidate(init).catch((error) => console.warn('A candidate was not taken', error));
  }

  /** @param {RTCDataChannel} channel @param {MessageEvent[]} early what it said before */
  #use(channel, early) {
    if (channel.label === INPUT_CHANNEL) this.#useChannel(channel);
    if (channel.label === VIEW_CHANNEL) this.#useView(channel, early);
    if (channel.label === FILES_CHANNEL) this.emit('files', channel, early);
  }

  /** @param {RTCDataChannel} channel */
  #useChannel(channel) {
    const use = (open) => {
      this.channel = open ? channel : null;
      this.emit('channel', this.channel);
    };
    channel.onopen = () => use(true);
    channel.onclose = () => {
      if (this.channel !== channel) return;
      use(false);
      // Long before ICE finds out.
      this.#setPhase('lost');
      this.#retryAfter(LET_GO_MS);
    };
    if (channel.readyState === 'open') use(true);
  }

  /** @param {RTCDataChannel} view @param {MessageEvent[]} early */
  #useView(view, early) {
    const open = () => {
      if (this.#view === view) return; // it may come open, and still tell so
      this.#view = view;
      this.emit('view', true);
    };
    view.onopen = open;
    view.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      // What the stage itself has to say is not the agent's to say, which may be anything.
      if (String(message.type).startsWith('view.')) this.emit(message.type, message);
    };
    if (view.readyState === 'open') open();
    for (const event of early) view.onmessage(event);
  }

  /**
   * The agent ended a connection, or made none. With a reason the next is asked for after a while, longer each time.
   * @param {import('./protocol.js').Bye} message
   */
  #dismissed({ session, sender, reason = '' }) {
    const none = session === NO_SESSION && sender?.id === this.#vbId;
    if (!none && session !== this.#session) return;
    if (!reason) {
      this.request(this.#vbId);
      return;
    }
    if (this.#isReady()) this.emit('dismissed', reason); // the end of a browser is told by the site
    this.#closePeer();
    this.#setPhase(this.#seen ? 'lost' : 'connecting');
    this.#retryAfter(delayMs(this.#dismissals));
    this.#dismissals += 1;
  }

  /** @param {RTCPeerConnection} peer @param {number} sinceMs an older frame is that of a pause, which ends */
  #waitForFrame(peer, sinceMs) {
    this.#video.cancelVideoFrameCallback(this.#frame);
    this.#frame = this.#video.requestVideoFrameCallback((_nowMs, { receiveTime }) => {
      if (this.peer !== peer || this.#wanted !== 'picture') return;
      if ((receiveTime ?? sinceMs) < sinceMs) this.#waitForFrame(peer, sinceMs);
      else this.#firstFrame(performance.now());
    });
  }

  /** @param {number} atMs on the page's clock */
  #firstFrame(atMs) {
    const first = !this.#shown;
    this.#tries = 0;
    this.#seen = this.#shown = true;
    clearTimeout(this.#timer);
    this.#setPhase('live');
    if (first) this.emit('first-frame', atMs);
  }

  /** Connected, and no picture wanted. */
  #rest() {
    this.#tries = 0;
    clearTimeout(this.#timer);
    this.#setPhase(this.#wanted === 'sound' ? 'sound' : 'paused');
  }

  /** @param {RTCPeerConnectionState} state */
  #follow(state) {
    if (state === 'connected' && this.#wanted !== 'picture') {
      this.#rest();
    } else if (state === 'connected' && this.#shown) {
      clearTimeout(this.#timer);
      this.#setPhase('live');
    } else if (state === 'disconnected') {
      this.#setPhase(this.#seen ? 'lost' : this.phase);
      this.#retryAfter(DISCONNECTED_MS);
    } else if (state === 'failed') {
      this.#setPhase(this.#seen ? 'lost' : this.phase);
      this.#retryAfter(delayMs(this.#tries));
    }
  }

  /** @param {number} ms */
  #retryAfter(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#vbId) return;
      if (this.#signal.status.phase !== 'open') {
        this.#retryAfter(ms); // nobody would hear it
        return;
      }
      if (this.#isReady()) this.#tries += 1;
      this.request(this.#vbId);
    }, ms);
  }

  #closePeer() {
    clearTimeout(this.#timer);
    this.#session = '';
    this.#early = null;
    this.#shown = false;
    if (this.channel) {
      this.channel = null;
      this.emit('channel', null);
    }
    if (this.#view) {
      this.#view = null;
      this.emit('view', false);
    }
    this.emit('files', null);
    this.peer?.close();
    this.peer = null;
  }

  /** @param {StagePhase} phase */
  #setPhase(phase) {
    if (phase === this.phase) return;
    this.phase = phase;
    this.emit('phase', phase);
  }
}
