/**
 * Prints the output of several gates without interleaving it. The output of the gate that started first is printed immediately;
 * that of the others is held back until the first one has ended.
 */
export class GateOutput {
  #print;
  /** Gates that have lines to print or may still produce some, in the order in which they started. */
  #sections = [];

  constructor(print) {
    this.#print = print;
  }

  start(name) {
    const first = this.#sections.length === 0;
    this.#sections.push({ name, lines: [], ended: false });
    this.#print(first ? `\n== ${name}` : `== ${name} started; its output follows`);
  }

  line(name, text) {
    const section = this.#section(name);
    if (section && section === this.#sections[0]) this.#print(text);
    else section?.lines.push(text);
  }

  /** Ends a gate. @param result how it ended: `ok in 3.2 s` */
  end(name, result) {
    this.#print(`== ${name}: ${result}`);
    const section = this.#section(name);
    if (section) section.ended = true;
    while (this.#sections[0]?.ended) {
      this.#sections.shift();
      this.#printHeld();
    }
  }

  /** Discards the lines of all other gates, so that those of the failed gate are printed last. */
  only(name) {
    const section = this.#section(name);
    const first = section === this.#sections[0];
    this.#sections = [section];
    if (!first) this.#printHeld();
  }

  #section(name) {
    return this.#sections.find((section) => section.name === name);
  }

  /** Prints the output so far of the gate that is now the first. */
  #printHeld() {
    const [section] = this.#sections;
    if (!section) return;
    this.#print(`\n== output of ${section.name}`);
    for (const line of section.lines.splice(0)) this.#print(line);
  }
}
