/**
 * `<albert-paraphrase model="…">`: two text areas and a verdict, for pages without their own JavaScript.
 *
 * `model` is a location as for `load`: a URL or a Hub id. Default: as for `load`. `first` and `second` are the initial
 * sentences. To translate its texts, set `first-label`, `second-label`, `loading-text`, `empty-text`, and one attribute
 * for each verdict of `verdictOf`: `same-text` and `different-text`, where `{percent}` is replaced by the confidence,
 * `unsure-text`, `unreadable-text` (characters that the model does not know) and `other-language-text`. `truncated-text` is
 * appended to the verdict if a text was too long for the model.
 *
 * The element fires `verdict` (detail: ParaphraseResult), `error` (detail: the error) and `backendchange` (detail: the
 * ModelInfo). They do not bubble. The element's content is a fallback for browsers without JavaScript.
 */
import { messageOf } from '@albert-web/errors';
import { verdictOf, visibleText, type ParaphraseResult } from '@albert-web/tasks';
import { elementStyles } from './element-styles.ts';
import type { loadInHost } from './load.ts';
import type { Model } from './model.ts';

type Load = (location?: string, options?: Parameters<typeof loadInHost>[2]) => Promise<Model>;

/** Debounce in milliseconds after a keystroke. */
const typingPause = 250;

/** Default texts, by attribute. */
const texts = {
  'first-label': 'First sentence',
  'second-label': 'Second sentence',
  'loading-text': 'Loading the model…',
  'empty-text': 'Write two sentences.',
  'same-text': 'They mean the same ({percent}% sure).',
  'different-text': 'They do not mean the same ({percent}% sure).',
  'unsure-text': 'Not sure whether they mean the same.',
  'unreadable-text': 'The model cannot read this: it does not know these characters.',
  'other-language-text': 'This seems to be in a language that the model does not read.',
  'truncated-text': 'Only the beginning was read: the text is too long for the model.',
} as const;
type TextName = keyof typeof texts;

/** The attributes of `<albert-paraphrase>`. */
export interface ParaphraseElementAttributes extends Readonly<Partial<Record<TextName, string>>> {
  readonly model?: string;
  readonly first?: string;
  readonly second?: string;
}

/** Creates the class on demand, not on import: outside a page there is no HTMLElement to extend. */
export function defineElementsWith(load: Load): void {
  if (customElements.get('albert-paraphrase')) return;

  class AlbertParaphrase extends HTMLElement {
    static readonly observedAttributes = ['model', ...Object.keys(texts)];
    readonly #parts = createParts(this.attachShadow({ mode: 'open' }));
    /** The current status, to render it again when its text changes. */
    #saying = (): void => undefined;
    #model: Promise<Model> | undefined;
    /** Aborts the calls made before the latest change. */
    #controller = new AbortController();
    #loading = new AbortController();

    constructor() {
      super();
      for (const box of this.#parts.boxes)
        box.addEventListener('input', () => {
          const { verdict } = this.#parts;
          // The verdict shown does not apply to the new text.
          verdict.ariaBusy = String(verdict.dataset['kind'] !== 'plain');
          if (this.#model || !this.isConnected) this.#judgeAfter(typingPause);
          else this.#start();
        });
    }

    connectedCallback(): void {
      const [first, second] = this.#parts.boxes;
      if (first) first.value ||= this.getAttribute('first') ?? '';
      if (second) second.value ||= this.getAttribute('second') ?? '';
      this.#label();
      // For an element that existed before its definition, attributeChangedCallback has already started it.
      if (!this.#model) this.#start();
    }

    disconnectedCallback(): void {
      this.#stop();
    }

    attributeChangedCallback(name: string, before: string | null, after: string | null): void {
      if (!this.isConnected || before === after) return;
      if (name !== 'model') {
        this.#label();
        this.#saying();
        return;
      }
      this.#stop();
      this.#start();
    }

    #start(): void {
      this.#loading = new AbortController();
      this.#model = load(this.getAttribute('model') ?? undefined, {
        signal: this.#loading.signal,
        onLost: (error) => {
          // The next input loads the model again.
          this.#stop();
          this.#fail(error);
        },
        onBackendChange: (detail) => this.dispatchEvent(new CustomEvent('backendchange', { detail })),
        onProgress: ({ loaded, total }) => {
          this.#parts.progress.value = loaded / total;
        },
      });
      // Loading may fail before the first call uses the model.
      this.#model.catch(() => undefined);
      this.#parts.progress.hidden = false;
      this.#say(() => this.#text('loading-text'));
      this.#judgeAfter(0);
    }

    #stop(): void {
      this.#controller.abort();
      this.#loading.abort();
      void this.#model?.then(
        (model) => model.dispose(),
        () => undefined,
      );
      this.#model = undefined;
    }

    #judgeAfter(pause: number): void {
      this.#controller.abort();
      this.#controller = new AbortController();
      const { signal } = this.#controller;
      setTimeout(() => void this.#answer(signal), pause);
    }

    async #answer(signal: AbortSignal): Promise<void> {
      try {
        const model = await this.#model;
        if (!model || signal.aborted) return;
        this.#parts.progress.hidden = true;
        const [a, b] = this.#parts.boxes.map((box) => visibleText(box.value));
        if (!a?.trim() || !b?.trim()) {
          this.#say(() => this.#text('empty-text'));
          return;
        }
        const result = await model.paraphrase(a, b, { signal });
        if (signal.aborted) return;
        this.#say(() => this.#verdict(result), verdictOf(result));
        this.dispatchEvent(new CustomEvent('verdict', { detail: result }));
      } catch (error) {
        if (!signal.aborted) this.#fail(error);
      }
    }

    #fail(error: unknown): void {
      this.#parts.progress.hidden = true;
      this.#say(() => messageOf(error), 'error');
      this.dispatchEvent(new CustomEvent('error', { detail: error }));
    }

    #say(text: () => string, kind = 'plain'): void {
      this.#saying = () => (this.#parts.verdict.textContent = text());
      this.#saying();
      this.#parts.verdict.dataset['kind'] = kind;
      this.#parts.verdict.ariaBusy = 'false';
    }

    #text(name: TextName): string {
      return this.getAttribute(name) ?? texts[name];
    }

    #verdict(result: ParaphraseResult): string {
      const { paraphrase, probability, truncated } = result;
      // Nothing is 100 % sure.
      const percent = Math.min(Math.round(100 * (paraphrase ? probability : 1 - probability)), 99);
      const said = this.#text(`${verdictOf(result)}-text`).replace('{percent}', String(percent));
      return truncated ? `${said} ${this.#text('truncated-text')}` : said;
    }

    #label(): void {
      const { labels, progress } = this.#parts;
      labels[0].data = this.#text('first-label');
      labels[1].data = this.#text('second-label');
      progress.ariaLabel = this.#text('loading-text');
    }
  }

  customElements.define('albert-paraphrase', AlbertParaphrase);
}

interface Parts {
  readonly boxes: readonly HTMLTextAreaElement[];
  readonly labels: readonly [first: Text, second: Text];
  readonly progress: HTMLProgressElement;
  readonly verdict: HTMLElement;
}

function createParts(root: ShadowRoot): Parts {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(elementStyles);
  root.adoptedStyleSheets = [sheet];
  const labels = [new Text(), new Text()] as const;
  const boxes = labels.map((text) => {
    const label = document.createElement('label');
    const box = document.createElement('textarea');
    box.rows = 2;
    label.append(text, box);
    root.append(label);
    return box;
  });
  const progress = document.createElement('progress');
  const verdict = document.createElement('p');
  verdict.setAttribute('role', 'status');
  verdict.setAttribute('part', 'verdict');
  root.append(progress, verdict);
  return { boxes, labels, progress, verdict };
}
