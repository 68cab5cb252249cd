/** The card with the verdict, or with the state of the model while there is none. */
import { hasUnnamedClasses, labelNames, paraphraseClass } from '@albert-web/core/spec';
import {
  maxUnread,
  otherLanguage,
  verdictOf,
  type LoadProgress,
  type ModelInfo,
  type ParaphraseResult,
  type Verdict,
} from 'albert-web';
import { find } from '../shared/dom.ts';
import { decimal, duration, languageNames, megabytes, percent } from '../shared/format.ts';
import type { ModelState } from '../models/model-store.ts';
import { text } from '../strings/index.ts';
import type { Settled } from './judge-pair.ts';

/** The contents of the card. */
interface Card {
  readonly kind: 'waiting' | 'loading' | 'failed' | Verdict;
  readonly text: string;
  readonly note: Node | string;
  readonly probability?: number;
  /** Progress from 0 to 1, while loading. */
  readonly loaded?: number;
}

/** Fills the card. */
export function showVerdict({ kind, text: said, note, probability, loaded }: Card): void {
  find('verdict', HTMLElement).dataset['kind'] = kind;
  find('verdict-text', HTMLElement).textContent = said;
  find('verdict-note', HTMLElement).replaceChildren(note);
  find('verdict-number', HTMLElement).textContent = probability === undefined ? '' : percent(probability);
  const share = Math.round(100 * (probability ?? loaded ?? 0));
  const meter = find('meter', HTMLElement);
  meter.hidden = probability === undefined && loaded === undefined;
  find('meter-fill', HTMLElement).style.width = `${share}%`;
  meter.setAttribute('role', loaded === undefined ? 'meter' : 'progressbar');
  meter.setAttribute('aria-label', loaded === undefined ? text.compare.meter : text.compare.loading);
  meter.setAttribute('aria-valuenow', String(share));
}

/** Shows the state of the model, unless it is ready. */
export function showLoading(state: ModelState): void {
  if (state.kind === 'failed') {
    showVerdict({ kind: 'failed', text: text.compare.noModel, note: text.compare.noModelNote });
  }
  if (state.kind !== 'loading') return;
  showVerdict({ kind: 'loading', text: text.compare.loading, note: text.compare.loadingNote, loaded: 0 });
}

/** Shows how much of the model has loaded. */
export function showProgress({ loaded, total }: LoadProgress): void {
  const note =
    loaded < total ? text.compare.loaded(megabytes(loaded), megabytes(total)) : text.compare.starting(megabytes(total));
  showVerdict({ kind: 'loading', text: text.compare.loading, note, loaded: loaded / total });
}

/**
 * Returns the class that counts as "the same" by convention; undefined if the class names tell, and for sentence encoders, which
 * have no classes.
 */
export function classByConvention(
  { config }: Pick<ModelInfo, 'config'>,
  { method }: Pick<ParaphraseResult, 'method'>,
): string | undefined {
  const same = method === 'cross-encoder' && hasUnnamedClasses(config) ? paraphraseClass(config) : undefined;
  return same === undefined ? undefined : labelNames(config)[same];
}

/** Shows a verdict on `pair`. @param effort text that describes its cost */
export function showResult(pair: readonly string[], result: ParaphraseResult, info: ModelInfo, effort: string): void {
  const kind = verdictOf(result);
  const { probability, otherLanguages = [] } = result;
  switch (kind) {
    case 'unreadable':
      showVerdict({ kind, text: text.compare.unreadable, note: text.compare.unreadableNote(unreadSides(result)) });
      return;
    case 'other-language': {
      const note = text.compare.otherLanguageNote(languageNames(otherLanguages), percent(probability));
      showVerdict({ kind, text: text.compare.reads(languageNames(info.config.language ?? [])), note });
      return;
    }
    case 'same':
    case 'different':
    case 'unsure': {
      // The verdict only applies to the text before the cut.
      const said = result.truncated && kind !== 'unsure' ? text.compare.beginnings[kind] : text.compare[kind];
      showVerdict({ kind, text: said, note: noteOnResult(pair, result, info, effort), probability });
    }
  }
}

function unreadSides({ unknownPieces }: ParaphraseResult): ('first' | 'second')[] {
  return (['first', 'second'] as const).filter((_, side) => (unknownPieces[side]?.share ?? 0) > maxUnread);
}

/** Most models that do not declare their languages are English, so only other languages are mentioned. */
function languagesInDoubt(pair: readonly string[], { config }: ModelInfo): readonly string[] {
  return config.language ? [] : pair.flatMap((sentence) => otherLanguage(sentence, ['en']) ?? []);
}

function noteOnResult(pair: readonly string[], result: ParaphraseResult, info: ModelInfo, effort: string): string {
  const { similarity, truncated, unknownPieces } = result;
  const byConvention = classByConvention(info, result);
  const inDoubt = languagesInDoubt(pair, info);
  const notes = [
    text.compare.probability,
    ...(inDoubt.length > 0 ? [text.compare.unknownLanguages(languageNames(inDoubt))] : []),
    ...(truncated ? [text.compare.truncated(info.maxLength)] : []),
    ...(unknownPieces.some(({ share }) => share > 0) ? [text.compare.partlyUnread] : []),
    ...(similarity === undefined ? [] : [text.compare.cosine(decimal(similarity, 3))]),
    ...(byConvention === undefined ? [] : [text.compare.unnamedClasses(byConvention)]),
    effort,
  ];
  return notes.join(' · ');
}

/** Describes what early exit saved, and whether it changed the verdict, compared with the full pass. */
export function settledNote({ result, milliseconds, used, whole, wholeMilliseconds }: Settled, layers: number): string {
  const took = used < layers ? text.compare.settledAfter(used, layers) : text.compare.neverSettled;
  const compared = [layers, duration(wholeMilliseconds), percent(whole.probability)] as const;
  const agrees = verdictOf(result) === verdictOf(whole);
  const all = agrees ? text.compare.whole(...compared) : text.compare.wholeDisagrees(...compared);
  return `${took}, ${duration(milliseconds)}; ${all}`;
}
