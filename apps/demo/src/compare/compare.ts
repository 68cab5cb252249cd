/** The panel with two sentences, a verdict, and its explanation. */
import { visibleText, type ParaphraseResult } from 'albert-web';
import type { ModelStore, ReadyModel } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { debounce, find, make } from '../shared/dom.ts';
import { duration } from '../shared/format.ts';
import type { Link } from '../shared/link-state.ts';
import { problemLine } from '../shared/problem.ts';
import { text } from '../strings/index.ts';
import { comparesSentences } from '../tasks/task-forms.ts';
import { startLayers } from './chart.ts';
import { startExplanation, maxAutoExplainedWords, wordsIn, type ExplanationCard } from './explanation.ts';
import { judgePair, timed, type PairModel } from './judge-pair.ts';
import { startDepthControls, startSentences, type ChangeHandlers } from './pair-inputs.ts';
import { settledNote, showLoading, showProgress, showResult, showVerdict } from './verdict.ts';

/** Milliseconds after the last keystroke before a pair is compared. */
const typingPause = 200;

/** Starts the panel. */
export function startCompare(store: ModelStore, link: Link): void {
  const card = find('verdict', HTMLElement);
  const how = find('how', HTMLDetailsElement);
  const inside = find('inside', HTMLDetailsElement);
  // Collapsed parts are not computed.
  how.open = matchMedia('(min-width: 900px)').matches;
  delete how.dataset['starting'];
  const layersCard = startLayers();
  const explanation = startExplanation();

  const showNoReasons = (): void => {
    layersCard.clear();
    explanation.clear();
  };
  const showNothing = (): void => {
    showTokens();
    showNoReasons();
  };
  const areas = ['how-answer', 'inside-answer'].map((id) => find(id, HTMLElement));
  const answer = new Answer([card, ...areas], showNothing);
  const compareAfterPause = debounce(() => void compare(), typingPause);
  const handlers: ChangeHandlers = {
    now: () => void compare(),
    soon() {
      answer.begin();
      compareAfterPause();
    },
  };
  const sentences = startSentences(link, handlers);
  const depthControls = startDepthControls(link, handlers);

  function compare(): Promise<void> {
    return answer.run(
      async (signal) => {
        const { state } = store;
        const [a, b] = sentences.read();
        link.update({ a, b });
        const pair = [visibleText(a), visibleText(b)] as const;
        if (state?.kind !== 'ready') return;
        const why = whyNot(state, pair);
        if (!why) return judge(state, pair, signal);
        showVerdict({ kind: 'waiting', ...why });
        showNothing();
      },
      (error) => showVerdict({ kind: 'failed', text: text.compare.failed, note: problemLine(error) }),
    );
  }

  async function judge({ model, info }: ReadyModel, pair: readonly [string, string], signal: AbortSignal) {
    const layers = info.config.num_hidden_layers;
    const limit = Math.min(depthControls.depth(), layers);
    const words = wordsIn(pair);
    const isShort = words <= maxAutoExplainedWords;
    const explain = isShort && how.open;
    const show = (result: ParaphraseResult, cost: string): void => {
      const [a, b] = sentences.read();
      const isWhole = pair[0] === a && pair[1] === b;
      showResult(pair, result, info, isWhole ? cost : `${text.compare.invisible} · ${cost}`);
      answer.refresh(card);
    };
    const used = await judgePair(
      model,
      pair,
      { limit, settle: depthControls.settles(), layers: inside.open, explain, signal },
      {
        verdict({ result, milliseconds, used }) {
          const time = duration(milliseconds);
          show(result, used < layers ? text.compare.usedLayers(used, layers, time) : time);
          showTokens(result);
          if (explain) explanation.wait();
        },
        settled: (settled) => show(settled.result, settledNote(settled, limit)),
        layers: (verdicts, used) => layersCard.show(verdicts, used, layers),
        explanation: (found, milliseconds) => explanation.show(pair, found, milliseconds),
      },
    );
    if (used === undefined) showNoReasons();
    else if (!isShort) offerExplanation(explanation, model, pair, { words, depth: used, signal });
  }

  for (const folded of [how, inside]) {
    folded.addEventListener('toggle', () => {
      // Also while this pair is still being computed, because that call does not include the part that was opened now.
      if (folded.open && answer.freshness !== 'none') void compare();
    });
  }
  showNothing();
  store.subscribe((state) => {
    showLoading(state);
    if (state.kind !== 'ready') return answer.clear();
    depthControls.fit(state.info.config.num_hidden_layers);
    void compare();
  });
  store.onProgress(showProgress);
  // Must follow the link after the inputs do, so that they already have its contents.
  link.follow(handlers.now);
}

/** Offers to explain a long pair, which is not explained automatically. */
function offerExplanation(
  card: ExplanationCard,
  model: PairModel,
  pair: readonly [string, string],
  { words, depth, signal }: { readonly words: number; readonly depth: number; readonly signal: AbortSignal },
): void {
  card.offer(words, async (canceled) => {
    const ended = AbortSignal.any([signal, canceled]);
    const onProgress = (done: number, total: number): void => card.progress(done / total);
    try {
      const options = { signal: ended, depth, onProgress, priority: 'bulk' } as const;
      card.show(pair, ...(await timed(model.explain(...pair, options), ended)));
    } catch (error) {
      if (ended.aborted) return;
      card.clear();
      find('alignment-note', HTMLElement).replaceChildren(problemLine(error));
    }
  });
}

/** Returns the reason why a pair cannot be compared; undefined if it can. */
function whyNot({ info }: ReadyModel, pair: readonly string[]): { text: string; note: string } | undefined {
  if (!comparesSentences(info)) return { text: text.compare.otherTask, note: text.compare.otherTaskNote };
  if (pair.some((sentence) => !sentence.trim())) return { text: text.compare.waiting, note: text.compare.waitingNote };
  return undefined;
}

/** Shows the tokens of both sentences, with unknown ones struck through. */
function showTokens(result?: ParaphraseResult): void {
  for (const [side, name] of (['a', 'b'] as const).entries()) {
    const unknown = new Set(result?.unknownPieces[side]?.places);
    const tokens = result?.tokens[side] ?? [];
    find(`tokens-${name}`, HTMLElement).replaceChildren(
      ...tokens.map((token, place) =>
        make('li', {}, unknown.has(place) ? make('del', { title: text.tokens.unknown }, token) : token),
      ),
    );
    find(`tokens-${name}-count`, HTMLElement).textContent = tokens.length ? text.tokens.count(tokens.length) : '';
  }
}
