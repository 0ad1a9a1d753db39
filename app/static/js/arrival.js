// Runs before the rest of the room's page has come: takes the place in the room, answers the browser's offer, shows the
// picture. Then it loads the rest, which is some forty files. What was said meanwhile is kept for them (Signal, Stage),
// and they go on with the same connections.
// @ts-check

import { dial, keepId, takeKeptId } from './dial.js';
import { Kept } from './kept.js';
import { Peering } from './peering.js';
import { ClientType, Type } from './protocol.js';

/** How long after the snapshot the rest of the page waits for the picture of a browser that is there. */
const PICTURE_MS = 500;
/** The rest of the page is there even without a site that answers. */
const LATEST_MS = 2000;
/** The rest of the page is asked for again after these, and then no more. */
const AGAIN_MS = [500, 1500, 4000];

export class Arrival {
  /** @type {Peering|null} the answer to the first offer */
  peering = null;
  #socket;
  /** @type {string|null} ours in the room, of before a reload at first; null when somebody else looks after it */
  #id;
  #video;
  /** @type {string[]} */
  #said = [];
  /** @type {number|null} code */
  #closed = null;
  /** @type {import('./protocol.js').Identity|null} */
  #identity = null;
  #loadRest;

  /**
   * @param {string} url of the room's signal endpoint
   * @param {string} room its slug
   * @param {HTMLVideoElement} video
   * @param {() => void} loadRest of the page; may be called again
   */
  constructor(url, room, video, loadRest) {
    this.#id = takeKeptId(room);
    const socket = dial(url, { id: this.#id, stream: true });
    this.#socket = socket;
    this.#video = video;
    this.#loadRest = loadRest;
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = ({ code }) => {
      this.#closed = code;
      loadRest();
    };
    addEventListener('pagehide', () => this.#id && keepId(room, this.#id));
  }

  /**
   * Somebody else reads from now on, and looks after the place in the room.
   * @returns {{ socket: WebSocket, said: string[], closed: number|null }} what it said until now is for them too, and
   * the code if it has been closed
   */
  handOver() {
    const said = this.#said;
    this.#said = [];
    this.#id = null;
    return { socket: this.#socket, said, closed: this.#closed };
  }

  /** @param {string} data */
  #heard(data) {
    this.#said.push(data);
    const message = JSON.parse(data);
    if (message.type === Type.IDENTITY) this.#welcome(message);
    if (message.type === Type.SNAPSHOT) setTimeout(this.#loadRest, message.peers.some(isVb) ? PICTURE_MS : 0);
    // The site says who it is: a member's is no picture of ours.
    if (message.type === Type.OFFER && isVb(message.sender)) this.#answer(message);
  }

  /** @param {import('./protocol.js').Identity} identity */
  #welcome(identity) {
    this.#identity = identity;
    this.#id = identity.id;
  }

  /** @param {import('./protocol.js').Offer} offer */
  #answer(offer) {
    if (this.peering) return;
    const send = (message) => this.#socket.readyState === WebSocket.OPEN && this.#socket.send(JSON.stringify(message));
    this.peering = new Peering(offer, this.#identity, send, this.#video);
    this.peering.on('frame', () => {
      unveil();
      this.#loadRest();
    });
  }
}

/** @param {import('./protocol.js').Peer|null|undefined} peer */
const isVb = (peer) => peer?.client_type === ClientType.VB;

/** The picture is there: let it be seen. What the stage shows from then on is browser-states.js's. */
function unveil() {
  const stage = document.querySelector('#stage[data-face="loading"]');
  stage?.querySelector('.face:not([hidden])')?.setAttribute('hidden', '');
  stage?.setAttribute('data-face', 'live');
}

let loading = false;

function loadRest() {
  if (loading) return;
  loading = true;
  // All of them at once, so that none waits for another to be read.
  const links = /** @type {HTMLTemplateElement|null} */ (document.querySelector('template#rest'));
  if (links) document.head.append(links.content);
  importRest(0);
}

/** @param {number} tries before this one; a browser asks again for files that have not come */
function importRest(tries) {
  import('./room.js').catch((problem) => {
    console.warn('The rest of the page has not come.', problem);
    if (tries < AGAIN_MS.length) {
      setTimeout(() => importRest(tries + 1), AGAIN_MS[tries]);
      return;
    }
    sayIncomplete();
    throw problem;
  });
}

/** For good, and with a way out: the picture alone looks as if all were well. */
function sayIncomplete() {
  const words = document.createElement('p');
  words.className = 'toast';
  words.setAttribute('role', 'alert');
  const way = document.createElement('a');
  way.href = '';
  way.textContent = 'Load the page again';
  words.append('The buttons of this page have not come. ', way);
  document.querySelector('#toasts')?.append(words);
}

/** @type {Arrival|null} null on a page that is no room's */
export const arrival = arrive();

function arrive() {
  const room = document.querySelector('main#room');
  const video = document.querySelector('video#stage-video');
  if (!(room instanceof HTMLElement) || !(video instanceof HTMLVideoElement)) return null;
  const { slug = '', signalUrl = '' } = room.dataset;
  const kept = new Kept(slug);
  video.volume = kept.volume;
  video.muted = kept.muted;
  setTimeout(loadRest, LATEST_MS);
  return new Arrival(signalUrl, slug, video, loadRest);
}
