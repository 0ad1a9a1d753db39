// Named events for the modules of the page: who listens is not known to who tells.
// @ts-check

/** @typedef {(...args: any[]) => void} Handler */

export class Emitter {
  /** @type {Map<string, Set<Handler>>} */
  #handlers = new Map();
  /** @type {Array<{ name: string, args: any[], heard: Set<Handler> }>|null} null when nothing is kept */
  #past = null;

  /**
   * @param {string} name
   * @param {Handler} handler
   * @returns {() => void} stops listening
   */
  on(name, handler) {
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers.add(handler));
    return () => handlers.delete(handler);
  }

  /**
   * @param {string} name
   * @param {...any} args
   */
  emit(name, ...args) {
    const handlers = [...(this.#handlers.get(name) ?? [])];
    this.#past?.push({ name, args, heard: new Set(handlers) });
    for (const handler of handlers) handler(...args);
  }

  /** From now on all that is said is kept for those who will listen later, until `catchUp`. */
  keep() {
    this.#past = [];
  }

  /** Tell everybody what was said before they listened, in its order. Nothing is kept from then on. */
  catchUp() {
    const past = this.#past ?? [];
    this.#past = null;
    for (const { name, args, heard } of past) {
      for (const handler of [...(this.#handlers.get(name) ?? [])]) if (!heard.has(handler)) handler(...args);
    }
  }
}
