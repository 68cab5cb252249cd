/** The card of the verdict, also while the model loads. */
import type { LoadProgress, ParaphraseResult } from 'albert-web';
import { find } from '../shared/dom.ts';
import { megabytes, percent } from '../shared/format.ts';
import type { ModelState } from '../models/model-store.ts';

interface Verdict {
  readonly kind: 'waiting' | 'loading' | 'same' | 'different' | 'failed';
  readonly text: string;
  readonly note: string;
  readonly probability?: number;
  /** From 0 to 1, while loading. */
  readonly loaded?: number;
}

/** Fills the card. */
export function showVerdict({ kind, text, note, probability, loaded }: Verdict): void {
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

/** How far the model is, unless it is ready. */
export function showLoading(state: ModelState): void {
  if (state.kind === 'failed') {
    showVerdict({ kind: 'failed', text: 'No model', note: 'What went wrong, and what to do, is said above.' });
  }
  if (state.kind !== 'loading') return;
  const { progress } = state;
  showVerdict({
    kind: 'loading',
    text: 'Loading the model',
    note: noteOf(progress),
    loaded: progress ? progress.loaded / progress.total : 0,
  });
}

function noteOf(progress: LoadProgress | undefined): string {
  if (!progress) return 'The page can be used while the weights arrive.';
  const { loaded, total } = progress;
  return loaded < total ? `${megabytes(loaded)} of ${megabytes(total)}` : `${megabytes(total)}, being made ready`;
}

/** A verdict. @param effort what it took, for people. */
export function showResult(result: ParaphraseResult, effort: string): void {
  const { paraphrase, probability, similarity, method, truncated } = result;
  const unsure = Math.abs(probability - 0.5) < 0.1;
  const text = paraphrase ? 'The same meaning' : 'Not the same meaning';
  const notes = [
    'Probability that they mean the same',
    method === 'sentence-encoder' ? `two embeddings, cosine ${similarity?.toFixed(3)}` : 'both sentences read together',
    effort,
    ...(truncated ? ['cut to what the model can read'] : []),
  ];
  showVerdict({
    kind: paraphrase ? 'same' : 'different',
    text: unsure ? `${text}, but barely` : text,
    note: notes.join(' · '),
    probability,
  });
}
