// The drawer of files, and the ways in: a button, a drop on the picture, a paste.
// @ts-check

import { announce, byId, icon, make, setText } from './dom.js';
import { FileLink } from './file-link.js';
import { openSink } from './file-sinks.js';
import { expiryText, sizeText, transferText } from './file-words.js';
import { plural } from './format.js';

/** @typedef {import('./protocol.js').FileEntry} FileEntry */
/** @typedef {import('./file-link.js').Transfer} Transfer */
/**
 * One line of a list: `key` says which it is, `buttons` what can be done with it.
 * @typedef {{ key: string, name: string, about: string, part?: number, bad?: boolean, buttons: Button[] }} Row
 */
/** @typedef {{ label: string, icon?: string, primary?: boolean, act: () => unknown }} Button */

const NOT_DRIVING = 'Only the person who drives can move files. Take control first.';
const OFF = 'Uploads are switched off on this site.';
const HINT = 'Now press the page’s own upload button: your files are in the folder “Uploads”.';
const AGAIN_MS = 20_000;
const DRAW_MS = 40;

export class Files {
  link;
  #store;
  #stage;
  #notice;
  #drawer = byId('files');
  #button = byId('open-files');
  #drop = byId('drop-here');
  #input = /** @type {HTMLInputElement} */ (byId('file-input'));
  #toldAtMs = 0;
  #drawn = 0;
  /** Enter and leave come for every element that is crossed. */
  #depth = 0;

  /**
   * @param {import('./store.js').Store} store
   * @param {import('./stage.js').Stage} stage emits `files` with the channel or null
   * @param {(text: string) => void} notice
   */
  constructor(store, stage, notice) {
    this.#store = store;
    this.#stage = stage;
    this.#notice = notice;
    this.link = new FileLink(() => store.state.control.epoch);
    stage.on('files', (channel, early) => this.link.use(channel, early));
    stage.on('phase', () => this.#draw());
    store.on('change', () => this.#draw());
    this.link.on('change', () => this.#changed());
    this.link.on('notice', notice);
    this.link.on('ready', (entries) => this.#ready(entries));
    this.link.on('end', (transfer) => this.#ended(transfer));
    this.#button.addEventListener('click', () => this.show(this.#drawer.hidden, true));
    byId('close-files').addEventListener('click', () => this.show(false, true));
    byId('choose-files').addEventListener('click', () => this.#input.click());
    this.#input.addEventListener('change', () => {
      this.#uploadAll([...(this.#input.files ?? [])]);
      this.#input.value = '';
    });
    this.#drawer.addEventListener('keydown', (event) => event.key === 'Escape' && this.show(false, true));
    this.#followDrops();
    setInterval(() => this.#draw(), AGAIN_MS);
    this.#draw();
  }

  /** @param {boolean} open @param {boolean} [focus] whether a person asked for it */
  show(open, focus = false) {
    this.#toldAtMs = performance.now();
    this.#drawer.hidden = !open;
    this.#button.setAttribute('aria-expanded', String(open));
    this.#draw();
    if (focus) (open ? byId('choose-files') : this.#button).focus();
  }

  get #may() {
    return this.#store.driving && this.link.state.drives;
  }

  // ways in

  #followDrops() {
    const carries = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
    document.addEventListener('dragenter', (event) => {
      if (!carries(event)) return;
      this.#depth += 1;
      this.#drop.hidden = false;
      setText(this.#drop, this.#why() || 'Drop to move it into the shared browser');
    });
    document.addEventListener('dragleave', (event) => {
      if (carries(event)) this.#left(this.#depth - 1);
    });
    document.addEventListener('dragover', (event) => {
      if (!carries(event) || !event.dataTransfer) return;
      event.preventDefault(); // or the page would be left for the file
      event.dataTransfer.dropEffect = this.#why() ? 'none' : 'copy';
    });
    document.addEventListener('drop', (event) => {
      this.#left(0);
      if (!carries(event)) return;
      event.preventDefault();
      this.#uploadAll([...(event.dataTransfer?.files ?? [])]);
    });
    document.addEventListener('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      // Office programs copy a text as a picture, too: then the text is meant.
      const text = event.clipboardData?.getData('text/plain');
      if (!files.length || text || document.activeElement?.id === 'chat-input') return;
      event.preventDefault();
      this.#uploadAll(files);
    });
  }

  /** @param {number} depth */
  #left(depth) {
    this.#depth = Math.max(0, depth);
    if (!this.#depth) this.#drop.hidden = true;
  }

  /** @returns {string} why nothing can be uploaded; empty when it can */
  #why() {
    if (!this.#may) return NOT_DRIVING;
    return this.link.state.upload_max ? '' : OFF;
  }

  /** @param {File[]} files */
  #uploadAll(files) {
    const why = this.#why();
    if (why) {
      this.#notice(why);
      return;
    }
    if (!files.length) return;
    this.show(true);
    for (const file of files) this.link.upload(file);
  }

  // what happens

  /** @param {FileEntry[]} entries */
  #ready(entries) {
    const what = entries.length === 1 ? entries[0].name : plural(entries.length, 'download', 'downloads');
    announce(`${what} can be saved. Open Files.`);
    this.show(true);
  }

  /** @param {Transfer} transfer */
  #ended({ way, phase, name, message }) {
    if (phase === 'stopped') announce(`${name}: ${message}`);
    else announce(way === 'up' ? `${name} is uploaded. ${HINT}` : `${name} is saved.`);
  }

  /** @param {FileEntry} entry */
  async #save(entry) {
    const sink = await openSink(entry);
    if (sink) this.link.fetch(entry, sink);
  }

  #changed() {
    this.#toldAtMs = performance.now();
    // No frame of the page is waited for: a hidden or a busy one has none.
    this.#drawn ||= setTimeout(() => {
      this.#drawn = 0;
      this.#draw();
    }, DRAW_MS);
  }

  // what is seen

  #draw() {
    const { state, transfers } = this.link;
    const live = ['live', 'sound', 'paused', 'lost'].includes(this.#stage.phase);
    const on = Boolean(state.upload_max || state.download_max);
    const may = this.#may && live && on;
    this.#button.hidden = !may;
    if (!may && !transfers.length) this.#drawer.hidden = true;
    const downloads = state.downloads ?? [];
    const mark = byId('files-mark');
    mark.hidden = !downloads.length;
    setText(mark, String(downloads.length || ''));
    rows(byId('transfers'), transfers.map((transfer) => this.#transferRow(transfer)));
    if (this.#drawer.hidden) return;
    const uploads = state.uploads ?? [];
    byId('upload-part').hidden = !state.upload_max;
    byId('download-part').hidden = !state.download_max;
    const limit = `One file may have ${sizeText(state.upload_max ?? 0)}; there is room for ${sizeText(state.upload_room ?? 0)}.`;
    setText(byId('upload-limit'), limit);
    byId('upload-hint').hidden = !uploads.length;
    setText(byId('upload-hint'), HINT);
    rows(byId('uploads'), uploads.map((entry) => this.#entryRow(entry, false)));
    const busy = new Set(transfers.filter(({ phase }) => phase !== 'stopped').map(({ file }) => file));
    rows(byId('downloads'), downloads.filter(({ id }) => !busy.has(id)).map((entry) => this.#entryRow(entry, true)));
    const arriving = state.arriving ? `The shared browser is downloading: ${sizeText(state.arriving)} so far.` : '';
    setText(byId('arriving'), arriving || (downloads.length ? '' : 'What you download in the shared browser can be saved here.'));
  }

  /** @param {Transfer} transfer @returns {Row} */
  #transferRow(transfer) {
    const { id, name, phase, moved, size } = transfer;
    const over = phase === 'stopped';
    const act = () => (over ? this.link.dismiss(transfer) : this.link.cancel(transfer));
    const label = over ? `Dismiss ${name}` : `Cancel ${name}`;
    const part = over ? undefined : size ? moved / size : 0;
    return { key: `t${id}`, name, about: transferText(transfer), part, bad: over, buttons: [{ label, icon: 'close', act }] };
  }

  /** @param {FileEntry} entry @param {boolean} save @returns {Row} */
  #entryRow(entry, save) {
    const { id, name, size, expires_in_s } = entry;
    const left = typeof expires_in_s === 'number' ? expires_in_s - (performance.now() - this.#toldAtMs) / 1000 : null;
    const about = left === null ? sizeText(size) : `${sizeText(size)} · ${expiryText(left)}`;
    /** @type {Button[]} */
    const buttons = [{ label: `Delete ${name}`, icon: 'trash', act: () => this.link.remove(entry) }];
    if (save) buttons.unshift({ label: 'Save', primary: true, act: () => this.#save(entry) });
    return { key: id, name, about, buttons };
  }
}

/**
 * Draw a list, and keep what is already there: a button under the finger stays the same button.
 * @param {HTMLElement} list
 * @param {Row[]} wanted
 */
function rows(list, wanted) {
  const there = new Map([...list.children].map((row) => [/** @type {HTMLElement} */ (row).dataset.key, row]));
  for (const row of wanted) {
    const element = /** @type {HTMLElement} */ (there.get(row.key) ?? makeRow(row));
    there.delete(row.key);
    setText(/** @type {Element} */ (element.querySelector('b')), row.name);
    setText(/** @type {Element} */ (element.querySelector('small')), row.about);
    element.classList.toggle('bad', Boolean(row.bad));
    const bar = /** @type {HTMLProgressElement} */ (element.querySelector('progress'));
    bar.hidden = row.part === undefined;
    if (row.part !== undefined) bar.value = row.part;
    [...element.querySelectorAll('button')].forEach((button, index) => {
      const { label, icon: picture, act } = row.buttons[index];
      if (picture) button.setAttribute('aria-label', label);
      button.onclick = act;
    });
    list.append(element);
  }
  for (const gone of there.values()) gone.remove();
}

/** @param {Row} row */
function makeRow({ key, name, buttons }) {
  const bar = make('progress', { max: '1', 'aria-label': name });
  const words = make('span', { class: 'words' }, make('b', { dir: 'auto' }), make('small'), bar);
  const made = buttons.map(({ label, icon: picture, primary }) => {
    const look = primary ? 'button small primary' : picture ? 'icon-button' : 'button small';
    return make('button', { type: 'button', class: look }, picture ? icon(picture) : label);
  });
  return make('li', { 'data-key': key }, words, ...made);
}
