/** Two sentences, a verdict, and what it rests on. */
import { visibleText, type ParaphraseResult } from 'albert-web';
import type { ModelStore, ReadyModel } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { debounce, find, make } from '../shared/dom.ts';
import { examples } from '../shared/examples.ts';
import { duration } from '../shared/format.ts';
import type { Link } from '../shared/link-state.ts';
import { problemLine } from '../shared/problem.ts';
import { drawingPlace } from '../shared/svg.ts';
import { text } from '../strings/index.ts';
import { comparesSentences } from '../tasks/task-forms.ts';
import { layersChart, settledAt } from './chart.ts';
import { startExplanation, maxAutoExplainedWords, wordsIn } from './explanation.ts';
import { judgePair, timed } from './judge-pair.ts';
import { settledNote, showLoading, showResult, showVerdict } from './verdict.ts';

/** Milliseconds without a keystroke before a pair is judged. */
const typingPause = 200;

/** Starts the panel. */
export function startCompare(store: ModelStore, link: Link): void {
  const first = find('sentence-a', HTMLTextAreaElement);
  const second = find('sentence-b', HTMLTextAreaElement);
  const depth = find('depth', HTMLInputElement);
  const settle = find('settle', HTMLInputElement);
  const card = find('verdict', HTMLElement);
  const how = find('how', HTMLDetailsElement);
  const inside = find('inside', HTMLDetailsElement);
  // What is folded is not computed either.
  how.open = matchMedia('(min-width: 900px)').matches;
  delete how.dataset['starting'];
  const drawChart = drawingPlace(find('chart', HTMLElement));
  const explanation = startExplanation();

  const showNoReasons = (): void => {
    drawChart((width) => layersChart(width, [], 0));
    find('layers-note', HTMLElement).textContent = text.layers.why;
    explanation.clear();
  };
  const showNothing = (): void => {
    showTokens('a');
    showTokens('b');
    showNoReasons();
  };
  const areas = ['how-answer', 'inside-answer'].map((id) => find(id, HTMLElement));
  const answer = new Answer([card, ...areas], showNothing);

  const ask = (): Promise<void> =>
    answer.ask(
      async (signal) => {
        const { state } = store;
        link.update({ a: first.value, b: second.value });
        const pair = [visibleText(first.value), visibleText(second.value)] as const;
        if (state?.kind !== 'ready') return;
        const why = whyNot(state, pair);
        if (!why) return judge(state, pair, signal);
        showVerdict({ kind: 'waiting', ...why });
        showNothing();
      },
      (error) => showVerdict({ kind: 'failed', text: text.compare.failed, note: problemLine(error) }),
    );

  const judge = async ({ model, info }: ReadyModel, pair: readonly [string, string], signal: AbortSignal) => {
    const layers = info.config.num_hidden_layers;
    const limit = Math.min(Number(depth.value), layers);
    const words = wordsIn(pair);
    const isShort = words <= maxAutoExplainedWords;
    const explain = isShort && how.open;
    const show = (result: ParaphraseResult, effort: string): void => {
      const isWhole = pair[0] === first.value && pair[1] === second.value;
      showResult(pair, result, info, isWhole ? effort : `${text.compare.invisible} · ${effort}`);
      answer.refresh(card);
    };
    const used = await judgePair(
      model,
      pair,
      { limit, settle: settle.checked, layers: inside.open, explain, signal },
      {
        verdict({ result, milliseconds, used }) {
          const time = duration(milliseconds);
          show(result, used < layers ? text.compare.usedLayers(used, layers, time) : time);
          showTokens('a', result);
          showTokens('b', result);
          if (explain) explanation.wait();
        },
        settled(settled) {
          show(settled.result, settledNote(settled, limit));
        },
        layers(verdicts, used) {
          drawChart((width) => layersChart(width, verdicts, used));
          find('layers-note', HTMLElement).textContent = layersNote(verdicts, layers);
        },
        explanation: (found, milliseconds) => explanation.show(pair, found, milliseconds),
      },
    );
    if (used === undefined) return showNoReasons();
    if (isShort) return;
    explanation.offer(words, async (canceled) => {
      const ended = AbortSignal.any([signal, canceled]);
      try {
        const onProgress = (done: number, total: number): void => explanation.progress(done / total);
        const options = { signal: ended, depth: used, onProgress, priority: 'bulk' } as const;
        explanation.show(pair, ...(await timed(model.explain(...pair, options), ended)));
      } catch (error) {
        if (ended.aborted) return;
        explanation.clear();
        find('alignment-note', HTMLElement).replaceChildren(problemLine(error));
      }
    });
  };

  const askAfterPause = debounce(() => void ask(), typingPause);
  const askSoon = (): void => {
    answer.begin();
    askAfterPause();
  };
  for (const box of [first, second]) {
    box.addEventListener('input', askSoon);
    box.addEventListener('paste', ({ clipboardData }) => {
      const room = box.maxLength - box.value.length + (box.selectionEnd - box.selectionStart);
      const pasted = clipboardData?.getData('text').length ?? 0;
      const note = find('paste-note', HTMLElement);
      note.hidden = pasted <= room;
      note.textContent = text.compare.tooLong(box.maxLength);
    });
  }
  depth.addEventListener('input', () => {
    showDepth(depth);
    link.update({ depth: depth.value === depth.max ? undefined : depth.value });
    askSoon();
  });

  for (const folded of [how, inside]) {
    folded.addEventListener('toggle', () => {
      // Also while something else is still computed for this pair: that was asked without what is opened now.
      if (folded.open && answer.freshness !== 'none') void ask();
    });
  }

  settle.checked = link.state.settle !== undefined;
  settle.addEventListener('change', () => {
    link.update({ settle: settle.checked ? 'yes' : undefined });
    void ask();
  });

  for (const { name, a, b } of examples) {
    const chip = make('button', { type: 'button', className: 'chip' }, text.compare.exampleNames[name]);
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
    if (state.kind !== 'ready') return answer.clear();
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

/** Why a pair cannot be judged; undefined when it can. */
function whyNot({ info }: ReadyModel, pair: readonly string[]): { text: string; note: string } | undefined {
  if (!comparesSentences(info)) return { text: text.compare.otherTask, note: text.compare.otherTaskNote };
  if (pair.some((sentence) => !sentence.trim())) return { text: text.compare.waiting, note: text.compare.waitingNote };
  return undefined;
}

function layersNote(verdicts: readonly number[], layers: number): string {
  const settled = settledAt(verdicts);
  const isLate = settled === undefined || settled >= layers;
  return `${text.layers.why} ${isLate ? text.layers.needsAll : text.layers.settled(settled)}`;
}

function showDepth(depth: HTMLInputElement): void {
  find('depth-value', HTMLOutputElement).value = text.layers.ofDepth(depth.value, depth.max);
}

/** The pieces of one sentence, those the model does not know struck through. */
function showTokens(which: 'a' | 'b', result?: ParaphraseResult): void {
  const side = which === 'a' ? 0 : 1;
  const unknown = new Set(result?.unknownPieces[side].places);
  const tokens = result?.tokens[side] ?? [];
  find(`tokens-${which}`, HTMLElement).replaceChildren(
    ...tokens.map((token, place) =>
      make('li', {}, unknown.has(place) ? make('del', { title: text.tokens.unknown }, token) : token),
    ),
  );
  find(`tokens-${which}-count`, HTMLElement).textContent = tokens.length ? text.tokens.count(tokens.length) : '';
}
