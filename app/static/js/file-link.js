// Files to and from the shared browser, over the data channel `files`: transfers with windows, acknowledgements, ends.
// @ts-check

import { Emitter } from './emitter.js';
import {
  FILE_ACK_EVERY_BYTES,
  FILE_HEADER_BYTES,
  FILE_MAX_TRANSFERS,
  FILE_PIECE_BYTES,
  FILE_WINDOW_BYTES,
  Type,
} from './protocol.js';

/** @typedef {import('./protocol.js').FileEntry} FileEntry */
/** @typedef {import('./protocol.js').FileState} FileState */
/**
 * Where a download goes. `write` may take its time.
 * @typedef {{ write: (bytes: Uint8Array<ArrayBuffer>) => unknown, close: () => unknown, abort: () => unknown }} Sink
 */
/**
 * @typedef {object} Transfer
 * @property {number} id
 * @property {'up'|'down'} way
 * @property {string} name
 * @property {number} size bytes
 * @property {number} moved bytes that have arrived at the other end
 * @property {'waiting'|'moving'|'done'|'stopped'} phase
 * @property {string} message why it stopped, for people
 * @property {string} file id of a download
 */

/** Read at once from a file of this machine. */
const BLOCK_BYTES = 1024 * 1024;
/** What may wait in this page's own queue: keys and mouse have to get past it. */
const QUEUE_BYTES = 128 * 1024;
const GONE = 'Stopped: the connection to the shared browser was lost.';
const UNREADABLE = 'This cannot be read. A folder cannot be moved: choose the files in it.';
const UNWRITABLE = 'Stopped: the file could not be stored on your device.';

/** @returns {FileState} */
const nothing = () => ({ type: 'files.state', drives: false, uploads: [], downloads: [] });

/** Emits `change`, `ready` (FileEntry[]: downloads that are new), `end` (Transfer) and `notice` (a sentence). */
export class FileLink extends Emitter {
  state = nothing();
  /** @type {Transfer[]} those that wait or run, and those that were stopped, until they are dismissed */
  transfers = [];
  /** @type {RTCDataChannel|null} */
  #channel = null;
  #epoch;
  #next = 1;
  /** @type {Map<number, { sent: number, acked: number, wake: () => void }>} */
  #sending = new Map();
  /** @type {Map<number, { got: number, told: number, sink: Sink, written: Promise<unknown> }>} */
  #taking = new Map();
  /** @type {Map<number, File>} */
  #files = new Map();

  /** @param {() => number} epoch of control at present */
  constructor(epoch) {
    super();
    this.#epoch = epoch;
  }

  /** @param {RTCDataChannel|null} channel @param {MessageEvent[]} [early] what it has said already */
  use(channel, early = []) {
    if (channel === this.#channel) return;
    for (const transfer of this.transfers) this.#stop(transfer, GONE);
    this.#channel = channel;
    this.state = nothing();
    if (channel) {
      channel.binaryType = 'arraybuffer';
      channel.bufferedAmountLowThreshold = QUEUE_BYTES / 2;
      channel.onmessage = ({ data }) => this.#heard(data);
      channel.onbufferedamountlow = () => this.#wakeAll();
      for (const { data } of early) this.#heard(data);
    }
    this.emit('change');
  }

  get #open() {
    return this.#channel?.readyState === 'open';
  }

  /** @param {File} file @returns {Transfer} */
  upload(file) {
    const transfer = this.#add('up', file.name, file.size, '');
    this.#files.set(transfer.id, file);
    this.#startNext();
    return transfer;
  }

  /** @param {FileEntry} entry @param {Sink} sink @returns {Transfer} */
  fetch(entry, sink) {
    const transfer = this.#add('down', entry.name, entry.size, entry.id);
    this.#taking.set(transfer.id, { got: 0, told: 0, sink, written: Promise.resolve() });
    this.#startNext();
    return transfer;
  }

  /** @param {Transfer} transfer */
  cancel(transfer) {
    if (transfer.phase === 'moving') this.#tell({ type: Type.FILES_CANCEL, id: transfer.id });
    this.#stop(transfer, '');
    this.dismiss(transfer);
  }

  /** Forget one that is over. @param {Transfer} transfer */
  dismiss(transfer) {
    this.transfers = this.transfers.filter((each) => each !== transfer);
    this.emit('change');
  }

  /** Delete a file in the shared browser. @param {FileEntry} entry */
  remove(entry) {
    this.#tell({ type: Type.FILES_REMOVE, epoch: this.#epoch(), file: entry.id });
  }

  /** @param {object} message */
  #tell(message) {
    if (this.#open) this.#channel?.send(JSON.stringify(message));
  }

  /** @param {'up'|'down'} way @param {string} name @param {number} size @param {string} file */
  #add(way, name, size, file) {
    /** @type {Transfer} */
    const transfer = { id: this.#next++, way, name, size, moved: 0, phase: 'waiting', message: '', file };
    this.transfers = [...this.transfers, transfer];
    return transfer;
  }

  #startNext() {
    const running = this.transfers.filter((each) => each.phase === 'moving').length;
    const waiting = this.transfers.filter((each) => each.phase === 'waiting');
    for (const transfer of waiting.slice(0, FILE_MAX_TRANSFERS - running)) {
      const { id, name, size, file } = transfer;
      if (!this.#open) {
        this.#stop(transfer, GONE);
        continue;
      }
      transfer.phase = 'moving';
      const epoch = this.#epoch();
      if (transfer.way === 'up') this.#tell({ type: Type.FILES_UPLOAD, epoch, id, name: name.slice(0, 512), size });
      else this.#tell({ type: Type.FILES_FETCH, epoch, id, file });
    }
    this.emit('change');
  }

  /** @param {string|ArrayBuffer} data */
  #heard(data) {
    if (typeof data !== 'string') {
      this.#takePiece(data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type === Type.FILES_STATE) this.#take(message);
    else if (message.type === Type.FILES_NOTICE) this.emit('notice', message.message);
    else this.#follow(message);
  }

  /** @param {FileState} state */
  #take(state) {
    const known = new Set((this.state.downloads ?? []).map(({ id }) => id));
    const news = (state.downloads ?? []).filter(({ id }) => !known.has(id));
    this.state = state;
    this.emit('change');
    if (news.length) this.emit('ready', news);
  }

  /** @param {any} message */
  #follow(message) {
    const transfer = this.transfers.find((each) => each.id === message.id && each.phase === 'moving');
    if (!transfer) return;
    if (message.type === Type.FILES_GO) {
      transfer.name = message.name;
      transfer.size = message.size;
      if (transfer.way === 'up') this.#send(transfer);
      else this.#finishIfWhole(transfer);
    } else if (message.type === Type.FILES_ACK) {
      const sending = this.#sending.get(transfer.id);
      if (!sending) return;
      sending.acked = transfer.moved = message.got;
      sending.wake();
    } else if (message.type === Type.FILES_DONE) {
      transfer.name = message.name;
      this.#end(transfer);
      return;
    } else if (message.type === Type.FILES_STOPPED) {
      this.#stop(transfer, message.message);
      return;
    }
    this.emit('change');
  }

  // upload

  /** @param {Transfer} transfer */
  async #send(transfer) {
    const { id, size } = transfer;
    const file = this.#files.get(id);
    if (!file) return;
    const sending = { sent: 0, acked: 0, wake: () => {} };
    this.#sending.set(id, sending);
    try {
      for (let at = 0; at < size; at += BLOCK_BYTES) {
        const block = await file.slice(at, at + BLOCK_BYTES).arrayBuffer();
        if (!block.byteLength) throw new Error('shorter than it was');
        for (let from = 0; from < block.byteLength; from += FILE_PIECE_BYTES) {
          while (this.#mustWait(sending)) await new Promise((go) => (sending.wake = () => go(undefined)));
          if (transfer.phase !== 'moving' || !this.#open) return;
          this.#sendPiece(id, block.slice(from, from + FILE_PIECE_BYTES));
          sending.sent += Math.min(FILE_PIECE_BYTES, block.byteLength - from);
        }
      }
    } catch {
      this.#tell({ type: Type.FILES_CANCEL, id });
      this.#stop(transfer, UNREADABLE);
    }
  }

  /** @param {{ sent: number, acked: number }} sending */
  #mustWait({ sent, acked }) {
    if (!this.#open) return false;
    return sent - acked > FILE_WINDOW_BYTES - FILE_PIECE_BYTES || (this.#channel?.bufferedAmount ?? 0) > QUEUE_BYTES;
  }

  /** @param {number} id @param {ArrayBuffer} bytes */
  #sendPiece(id, bytes) {
    const frame = new Uint8Array(FILE_HEADER_BYTES + bytes.byteLength);
    new DataView(frame.buffer).setUint32(0, id);
    frame.set(new Uint8Array(bytes), FILE_HEADER_BYTES);
    this.#channel?.send(frame);
  }

  #wakeAll() {
    for (const sending of this.#sending.values()) sending.wake();
  }

  // download

  /** @param {ArrayBuffer} frame */
  #takePiece(frame) {
    const id = new DataView(frame).getUint32(0);
    const transfer = this.transfers.find((each) => each.id === id && each.phase === 'moving');
    const taking = this.#taking.get(id);
    if (!transfer || !taking) return;
    const bytes = new Uint8Array(frame, FILE_HEADER_BYTES);
    taking.written = taking.written
      .then(() => taking.sink.write(bytes))
      .then(() => this.#written(transfer, taking, bytes.byteLength))
      .catch(() => {
        if (transfer.phase !== 'moving') return;
        this.#tell({ type: Type.FILES_CANCEL, id });
        this.#stop(transfer, UNWRITABLE);
      });
  }

  /** @param {Transfer} transfer @param {{ got: number, told: number }} taking @param {number} count */
  #written(transfer, taking, count) {
    taking.got += count;
    transfer.moved = taking.got;
    if (transfer.phase !== 'moving') return undefined;
    if (taking.got - taking.told >= FILE_ACK_EVERY_BYTES || taking.got >= transfer.size) {
      taking.told = taking.got;
      this.#tell({ type: Type.FILES_ACK, id: transfer.id, got: taking.got });
      this.emit('change');
    }
    return this.#finishIfWhole(transfer);
  }

  /** @param {Transfer} transfer */
  async #finishIfWhole(transfer) {
    const taking = this.#taking.get(transfer.id);
    if (!taking || taking.got < transfer.size) return;
    await taking.sink.close();
    this.#taking.delete(transfer.id);
    this.#end(transfer);
  }

  // ends

  /** @param {Transfer} transfer */
  #end(transfer) {
    transfer.phase = 'done';
    transfer.moved = transfer.size;
    this.#forget(transfer);
    this.transfers = this.transfers.filter((each) => each !== transfer);
    this.emit('end', transfer);
    this.#startNext();
  }

  /** @param {Transfer} transfer @param {string} message */
  #stop(transfer, message) {
    if (transfer.phase === 'done' || transfer.phase === 'stopped') return;
    transfer.phase = 'stopped';
    transfer.message = message;
    this.#taking.get(transfer.id)?.sink.abort();
    this.#forget(transfer);
    if (message) this.emit('end', transfer);
    this.#startNext();
  }

  /** @param {Transfer} transfer */
  #forget({ id }) {
    this.#sending.get(id)?.wake();
    this.#sending.delete(id);
    this.#taking.delete(id);
    this.#files.delete(id);
  }
}
