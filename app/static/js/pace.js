// Sends frames in order and no faster than the agent takes them: a long text at once would be dropped as a flood.
// @ts-check

const PER_S = 800;
const AT_ONCE = 400;
const RETRY_MS = 25;

export class Pace {
  #send;
  #now;
  /** @type {ArrayBuffer[]} */
  #waiting = [];
  #tokens = AT_ONCE;
  #filledMs;
  #timer = 0;

  /**
   * @param {(frame: ArrayBuffer) => void} send
   * @param {() => number} [now] milliseconds of a clock that does not go back
   */
  constructor(send, now = () => performance.now()) {
    this.#send = send;
    this.#now = now;
    this.#filledMs = now();
  }

  /** Whether something could not be sent yet. */
  get late() {
    return this.#waiting.length > 0;
  }

  /** @param {ArrayBuffer} frame sent at once if none waits before it and there is room, else as soon as there is */
  put(frame) {
    this.#waiting.push(frame);
    if (!this.#timer) this.#work();
  }

  /** What waits is not sent any more. */
  forget() {
    this.#waiting.length = 0;
  }

  #work() {
    const now = this.#now();
    this.#tokens = Math.min(AT_ONCE, this.#tokens + ((now - this.#filledMs) * PER_S) / 1000);
    this.#filledMs = now;
    const room = Math.floor(this.#tokens);
    for (const frame of this.#waiting.splice(0, room)) {
      this.#tokens -= 1;
      this.#send(frame);
    }
    this.#timer = this.late ? setTimeout(() => this.#work(), RETRY_MS) : 0;
  }
}
