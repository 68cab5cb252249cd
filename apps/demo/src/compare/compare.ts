/** Two sentences, a verdict, and what it rests on. */
import { messageOf } from '@albert-web/errors';
import { layersChart, settledAt } from './chart.ts';
import { debounce, find, make } from '../shared/dom.ts';
import { examples } from '../shared/examples.ts';
import { startExplanation } from './explanation.ts';
import { count, duration, percent } from '../shared/format.ts';
import { judgePair, type Settled } from './judge-pair.ts';
import type { Link } from '../shared/link-state.ts';
import type { ModelStore, ReadyModel } from '../models/model-store.ts';
import { drawingPlace } from '../shared/svg.ts';
import { comparesSentences } from '../tasks/task-forms.ts';
import { showLoading, showResult, showVerdict } from './verdict.ts';

/** Milliseconds without a keystroke before a pair is judged. */
const typingPause = 200;

/** Starts the panel. */
export function startCompare(store: ModelStore, link: Link): void {
  const first = find('sentence-a', HTMLTextAreaElement);
  const second = find('sentence-b', HTMLTextAreaElement);
  const depth = find('depth', HTMLInputElement);
  const settle = find('settle', HTMLInputElement);
  const drawChart = drawingPlace(find('chart', HTMLElement));
  const showExplanation = startExplanation();
  const explained = find('alignment', HTMLElement);
  let asking = new AbortController();

  /** Takes back what is being asked: it is not what is to be answered any more. */
  const renew = (): AbortSignal => {
    asking.abort();
    asking = new AbortController();
    explained.ariaBusy = 'true';
    return asking.signal;
  };

  const ask = async (): Promise<void> => {
    const signal = renew();
    await answer(signal);
    if (!signal.aborted) explained.ariaBusy = 'false';
  };

  const answer = async (signal: AbortSignal): Promise<void> => {
    const { state } = store;
    const [a, b] = [first.value, second.value];
    link.update({ a, b });
    if (state?.kind !== 'ready') return;
    if (!comparesSentences(state.info)) {
      const note = 'It answers under “Other tasks”; for verdicts, choose another model.';
      showVerdict({ kind: 'waiting', text: 'This model does not compare sentences', note });
      showNothing();
      return;
    }
    if (!a.trim() || !b.trim()) {
      showVerdict({ kind: 'waiting', text: 'Write two sentences', note: 'The verdict follows as you type.' });
      showNothing();
      return;
    }
    try {
      await judge(state, a, b, signal);
    } catch (error) {
      if (signal.aborted) return;
      showVerdict({ kind: 'failed', text: 'No verdict', note: messageOf(error) });
      showNothing();
    }
  };

  const judge = ({ model, info }: ReadyModel, a: string, b: string, signal: AbortSignal): Promise<void> => {
    const layers = info.config.num_hidden_layers;
    const limit = Math.min(Number(depth.value), layers);
    return judgePair(
      model,
      [a, b],
      { limit, settle: settle.checked, signal },
      {
        verdict({ result, milliseconds, used }) {
          const time = duration(milliseconds);
          showResult(result, used < layers ? `${used} of ${count(layers, 'layer')} in ${time}` : time);
          showTokens('a', result.tokens[0]);
          showTokens('b', result.tokens[1]);
        },
        settled: (settled) => showResult(settled.result, settledNote(settled, limit)),
        layers(verdicts, used) {
          drawChart((width) => layersChart(width, verdicts, used));
          find('layers-note', HTMLElement).textContent = layersNote(verdicts, layers);
        },
        explanation: showExplanation,
      },
    );
  };

  const showNothing = (): void => {
    showTokens('a', []);
    showTokens('b', []);
    drawChart((width) => layersChart(width, [], 0));
    showExplanation(undefined);
  };

  /** The model that was asked is on its way out: nothing of its answer is waited for or left standing. */
  const stopAsking = (): void => {
    if (asking.signal.aborted) return;
    asking.abort();
    explained.ariaBusy = 'false';
    showNothing();
  };

  const askAfterPause = debounce(() => void ask(), typingPause);
  const askSoon = (): void => {
    renew();
    askAfterPause();
  };
  for (const box of [first, second]) box.addEventListener('input', askSoon);
  depth.addEventListener('input', () => {
    showDepth(depth);
    link.update({ depth: depth.value === depth.max ? undefined : depth.value });
    askSoon();
  });

  settle.checked = link.state.settle !== undefined;
  settle.addEventListener('change', () => {
    link.update({ settle: settle.checked ? 'yes' : undefined });
    void ask();
  });

  for (const { name, a, b } of examples) {
    const chip = make('button', { type: 'button', className: 'chip' }, name);
    chip.addEventListener('click', () => {
      [first.value, second.value] = [a, b];
      void ask();
    });
    find('examples', HTMLElement).append(chip);
  }

  const [example] = examples;
  const { a = example?.a ?? '', b = example?.b ?? '' } = link.state;
  // Browsers keep what was typed across a reload; that is worth more than the example.
  first.value ||= a;
  second.value ||= b;
  showNothing();

  /** As the link has it; all of them where it has none, or none that makes sense. */
  const setDepth = (layers: number): void => {
    depth.max = String(layers);
    depth.value = String(Math.min(Number(link.state.depth ?? layers) || layers, layers));
    showDepth(depth);
  };

  store.subscribe((state) => {
    showLoading(state);
    if (state.kind !== 'ready') return stopAsking();
    setDepth(state.info.config.num_hidden_layers);
    depth.disabled = false;
    settle.disabled = false;
    void ask();
  });

  link.follow(({ a = first.value, b = second.value }) => {
    [first.value, second.value] = [a, b];
    settle.checked = link.state.settle !== undefined;
    if (store.state?.kind === 'ready') setDepth(store.state.info.config.num_hidden_layers);
    void ask();
  });
}

/** What stopping early saved, and what it may have cost: the whole pass was made too, to compare. */
function settledNote({ result, milliseconds, used, whole, wholeMilliseconds }: Settled, layers: number): string {
  const took = used < layers ? `settled after ${used} of ${count(layers, 'layer')}` : 'never settled before the end';
  const said = percent(whole.probability);
  const agreement = result.paraphrase === whole.paraphrase ? `say ${said}` : `disagree: ${said}`;
  return `${took}, ${duration(milliseconds)}; all ${layers} take ${duration(wholeMilliseconds)} and ${agreement}`;
}

function layersNote(verdicts: readonly number[], layers: number): string {
  const settled = settledAt(verdicts);
  const why = 'All layers share their weights, so the verdict can be read at any depth.';
  if (settled === undefined || settled >= layers) return `${why} Here it needs every layer.`;
  return `${why} Here it has settled ${settled === 0 ? 'before the first layer' : `after layer ${settled}`}.`;
}

function showDepth(depth: HTMLInputElement): void {
  find('depth-value', HTMLOutputElement).value = `${depth.value} of ${depth.max}`;
}

function showTokens(which: 'a' | 'b', tokens: readonly string[]): void {
  find(`tokens-${which}`, HTMLElement).replaceChildren(...tokens.map((token) => make('li', {}, token)));
  find(`tokens-${which}-count`, HTMLElement).textContent = tokens.length ? count(tokens.length, 'token') : '';
}
