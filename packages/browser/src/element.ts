/**
 * `<albert-paraphrase model="…">`: two text areas and a verdict, for pages without JavaScript of their own.
 *
 * `model` is what `load` takes as a location: a URL or a Hub id; without it, the weights beside the script. The element
 * fires `verdict` (detail: ParaphraseResult) and `error` (detail: the error), neither of which bubbles. What stands inside
 * the element is shown where there is no JavaScript.
 */
import { messageOf } from '@albert-web/errors';
import type { ParaphraseResult } from '@albert-web/tasks';
import { elementStyles } from './element-styles.ts';
import type { loadInHost } from './load.ts';
import type { Model } from './model.ts';

type Load = (location?: string, options?: Parameters<typeof loadInHost>[2]) => Promise<Model>;

/** Milliseconds without a keystroke before a pair is judged. */
const typingPause = 250;

/** Made when it is asked for, not at import: outside a page there is no HTMLElement to extend. */
export function defineElementsWith(load: Load): void {
  if (customElements.get('albert-paraphrase')) return;

  class AlbertParaphrase extends HTMLElement {
    static readonly observedAttributes = ['model'];
    readonly #parts = createParts(this.attachShadow({ mode: 'open' }));
    #model: Promise<Model> | undefined;
    /** Ends whatever was asked before the latest change. */
    #asking = new AbortController();
    #loading = new AbortController();

    constructor() {
      super();
      for (const box of this.#parts.boxes) box.addEventListener('input', () => this.#ask(typingPause));
    }

    connectedCallback(): void {
      // An element that was there before its definition is told of its attributes first, and has started then.
      if (!this.#model) this.#start();
    }

    disconnectedCallback(): void {
      this.#stop();
    }

    attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
      if (!this.isConnected || before === after) return;
      this.#stop();
      this.#start();
    }

    #start(): void {
      this.#loading = new AbortController();
      this.#model = load(this.getAttribute('model') ?? undefined, {
        signal: this.#loading.signal,
        onProgress: ({ loaded, total }) => {
          this.#parts.progress.value = loaded / total;
        },
      });
      // May fail before it is asked for the first time.
      this.#model.catch(() => undefined);
      this.#parts.progress.hidden = false;
      this.#say('Loading the model …');
      this.#ask(0);
    }

    #stop(): void {
      this.#asking.abort();
      this.#loading.abort();
      void this.#model?.then(
        (model) => model.dispose(),
        () => undefined,
      );
      this.#model = undefined;
    }

    #ask(pause: number): void {
      this.#asking.abort();
      this.#asking = new AbortController();
      const { signal } = this.#asking;
      setTimeout(() => void this.#answer(signal), pause);
    }

    async #answer(signal: AbortSignal): Promise<void> {
      try {
        const model = await this.#model;
        if (!model || signal.aborted) return;
        this.#parts.progress.hidden = true;
        const [a, b] = this.#parts.boxes.map((box) => box.value);
        if (!a?.trim() || !b?.trim()) {
          this.#say('Write two sentences.');
          return;
        }
        const result = await model.paraphrase(a, b, { signal });
        this.#say(verdictOf(result), result.paraphrase ? 'same' : 'different');
        this.dispatchEvent(new CustomEvent('verdict', { detail: result }));
      } catch (error) {
        if (signal.aborted) return;
        this.#parts.progress.hidden = true;
        this.#say(messageOf(error), 'error');
        this.dispatchEvent(new CustomEvent('error', { detail: error }));
      }
    }

    #say(text: string, kind = 'plain'): void {
      this.#parts.verdict.textContent = text;
      this.#parts.verdict.dataset['kind'] = kind;
    }
  }

  customElements.define('albert-paraphrase', AlbertParaphrase);
}

function verdictOf({ paraphrase, probability }: ParaphraseResult): string {
  const percent = Math.round(100 * (paraphrase ? probability : 1 - probability));
  return `${paraphrase ? 'They mean the same' : 'They do not mean the same'} (${percent} % sure).`;
}

interface Parts {
  readonly boxes: readonly HTMLTextAreaElement[];
  readonly progress: HTMLProgressElement;
  readonly verdict: HTMLElement;
}

function createParts(root: ShadowRoot): Parts {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(elementStyles);
  root.adoptedStyleSheets = [sheet];
  const boxes = ['First sentence', 'Second sentence'].map((name) => {
    const label = document.createElement('label');
    const box = document.createElement('textarea');
    box.rows = 2;
    label.append(name, box);
    root.append(label);
    return box;
  });
  const progress = document.createElement('progress');
  progress.setAttribute('aria-label', 'Loading the model');
  const verdict = document.createElement('p');
  verdict.setAttribute('role', 'status');
  verdict.setAttribute('part', 'verdict');
  root.append(progress, verdict);
  return { boxes, progress, verdict };
}
