/** Two sentences, a verdict, and what it rests on. */
import type { ParaphraseResult } from 'albert-web';
import { drawLayers, settledAt } from './chart.ts';
import { debounce, find, make } from './dom.ts';
import { examples } from './examples.ts';
import { count, duration, megabytes, percent } from './format.ts';
import type { Link } from './link-state.ts';
import type { ModelState, ModelStore, ReadyModel } from './model-store.ts';

/** Milliseconds without a keystroke before a pair is judged. */
const typingPause = 200;

/** Starts the panel. */
export function startCompare(store: ModelStore, link: Link): void {
  const first = find('sentence-a', HTMLTextAreaElement);
  const second = find('sentence-b', HTMLTextAreaElement);
  const depth = find('depth', HTMLInputElement);
  const chart = find('chart', HTMLElement);
  let asking = new AbortController();

  const ask = async (): Promise<void> => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const { state } = store;
    const [a, b] = [first.value, second.value];
    link.update({ a, b });
    if (state?.kind !== 'ready') return;
    if (!a.trim() || !b.trim()) {
      showIdle();
      return;
    }
    try {
      await judge(state, a, b, signal);
    } catch (error) {
      if (!signal.aborted) showVerdict({ kind: 'failed', text: 'No verdict', note: messageOf(error) });
    }
  };

  const judge = async ({ model, info }: ReadyModel, a: string, b: string, signal: AbortSignal): Promise<void> => {
    const layers = info.config.num_hidden_layers;
    const chosen = Math.min(Number(depth.value), layers);
    const started = performance.now();
    const result = await model.paraphrase(a, b, { signal, depth: chosen });
    const elapsed = performance.now() - started;
    showResult(result, chosen < layers ? `${count(chosen, 'layer')} in ${duration(elapsed)}` : duration(elapsed));
    showTokens('a', result.tokens[0]);
    showTokens('b', result.tokens[1]);
    const { layers: verdicts = [] } = await model.paraphrase(a, b, { signal, everyLayer: true });
    drawLayers(chart, verdicts, chosen);
    const settled = settledAt(verdicts);
    find('layers-note', HTMLElement).textContent =
      settled === undefined || settled >= layers
        ? 'All layers share their weights, so the verdict can be read at any depth. Here it needs every layer.'
        : `All layers share their weights, so the verdict can be read at any depth. Here it has settled ${
            settled === 0 ? 'before the first layer' : `after layer ${settled}`
          }.`;
  };

  const askSoon = debounce(() => void ask(), typingPause);
  for (const box of [first, second]) box.addEventListener('input', askSoon);
  depth.addEventListener('input', () => {
    showDepth(depth);
    link.update({ depth: depth.value === depth.max ? undefined : depth.value });
    askSoon();
  });

  for (const { name, a, b } of examples) {
    const chip = make('button', { type: 'button', className: 'chip' }, name);
    chip.addEventListener('click', () => {
      [first.value, second.value] = [a, b];
      void ask();
    });
    find('examples', HTMLElement).append(chip);
  }
  startSharing();

  const [example] = examples;
  const { a = example?.a ?? '', b = example?.b ?? '' } = link.state;
  // Browsers keep what was typed across a reload; that is worth more than the example.
  first.value ||= a;
  second.value ||= b;
  drawLayers(chart, [], 0);

  store.subscribe((state) => {
    showLoading(state);
    if (state.kind !== 'ready') return;
    const layers = state.info.config.num_hidden_layers;
    depth.max = String(layers);
    depth.value = String(Math.min(Number(link.state.depth ?? layers) || layers, layers));
    depth.disabled = false;
    showDepth(depth);
    void ask();
  });
}

function showDepth(depth: HTMLInputElement): void {
  find('depth-value', HTMLOutputElement).value = `${depth.value} of ${depth.max}`;
}

interface Verdict {
  readonly kind: 'waiting' | 'loading' | 'same' | 'different' | 'failed';
  readonly text: string;
  readonly note: string;
  readonly probability?: number;
  /** From 0 to 1, while loading. */
  readonly loaded?: number;
}

function showVerdict({ kind, text, note, probability, loaded }: Verdict): void {
  find('verdict', HTMLElement).dataset['kind'] = kind;
  find('verdict-text', HTMLElement).textContent = text;
  find('verdict-note', HTMLElement).textContent = note;
  find('verdict-number', HTMLElement).textContent = probability === undefined ? '' : percent(probability);
  const share = Math.round(100 * (probability ?? loaded ?? 0));
  const meter = find('meter', HTMLElement);
  find('meter-fill', HTMLElement).style.width = `${share}%`;
  meter.setAttribute('role', loaded === undefined ? 'meter' : 'progressbar');
  meter.setAttribute('aria-label', loaded === undefined ? 'Probability of the same meaning' : 'Loading the model');
  meter.setAttribute('aria-valuenow', String(share));
}

function showIdle(): void {
  showVerdict({ kind: 'waiting', text: 'Write two sentences', note: 'The verdict follows as you type.' });
  showTokens('a', []);
  showTokens('b', []);
  drawLayers(find('chart', HTMLElement), [], 0);
}

function showLoading(state: ModelState): void {
  if (state.kind === 'failed') {
    showVerdict({ kind: 'failed', text: 'No model', note: 'What went wrong, and what to do, is said above.' });
  }
  if (state.kind !== 'loading') return;
  const { progress } = state;
  showVerdict({
    kind: 'loading',
    text: 'Loading the model',
    note: progress
      ? `${megabytes(progress.loaded)} of ${megabytes(progress.total)}`
      : 'The page can be used while the weights arrive.',
    loaded: progress ? progress.loaded / progress.total : 0,
  });
}

function showResult(result: ParaphraseResult, time: string): void {
  const { paraphrase, probability, similarity, method, truncated } = result;
  const unsure = Math.abs(probability - 0.5) < 0.1;
  const text = paraphrase ? 'The same meaning' : 'Not the same meaning';
  const notes = [
    'probability that they mean the same',
    method === 'sentence-encoder' ? `two embeddings, cosine ${similarity?.toFixed(3)}` : 'both read together',
    time,
    ...(truncated ? ['cut to what the model can read'] : []),
  ];
  showVerdict({
    kind: paraphrase ? 'same' : 'different',
    text: unsure ? `${text}, but barely` : text,
    note: notes.join(' · '),
    probability,
  });
}

function showTokens(which: 'a' | 'b', tokens: readonly string[]): void {
  find(`tokens-${which}`, HTMLElement).replaceChildren(...tokens.map((token) => make('li', {}, token)));
  find(`tokens-${which}-count`, HTMLElement).textContent = tokens.length ? count(tokens.length, 'token') : '';
}

function startSharing(): void {
  const button = find('share', HTMLButtonElement);
  const label = button.textContent;
  button.addEventListener('click', () => {
    void copyAddress().then((done) => {
      button.textContent = done ? 'Copied' : 'Copy the address bar';
      return setTimeout(() => (button.textContent = label), 2000);
    });
  });
}

/** Whether the browser let the page write to the clipboard. */
async function copyAddress(): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(location.href);
    return true;
  } catch {
    return false;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
