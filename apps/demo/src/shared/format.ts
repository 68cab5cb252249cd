/** Numbers as people read them. */
import { language, text } from '../strings/index.ts';
import { withUnit } from './units.ts';

const wholePercent = new Intl.NumberFormat(language, { style: 'percent' });
const finePercent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });

/** A number with as many decimals as asked for. */
export function decimal(value: number, digits: number): string {
  return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Whole percent of a probability; what is not certain never reads as 0 or 100. */
export function percent(probability: number): string {
  const rounded = Math.round(probability * 100);
  if (rounded === 100 && probability < 0.9999) return `>\u00A0${wholePercent.format(0.99)}`;
  if (rounded === 0 && probability > 0.0001) return `<\u00A0${wholePercent.format(0.01)}`;
  return wholePercent.format(rounded / 100);
}

/** A share that was counted, in percent with at most one decimal. */
export function sharePercent(share: number): string {
  return finePercent.format(share);
}

/** Megabytes with one decimal. */
export function megabytes(bytes: number): string {
  return withUnit(decimal(bytes / 1e6, 1), 'MB');
}

/** Languages by their tags, as people list them; of `und-Cyrl` only the script is known, and of `und` nothing. */
export function languageNames(tags: readonly (string | undefined)[]): string {
  const named = (type: 'language' | 'script', tag: string): string =>
    new Intl.DisplayNames(language, { type }).of(tag) ?? tag;
  const names = tags.flatMap((tag) => {
    if (tag === undefined || tag === 'und') return [];
    return tag.startsWith('und-') ? named('script', tag.slice('und-'.length)) : named('language', tag);
  });
  // A sentence that nothing is known of is most likely in the language of the others.
  if (names.length === 0 && tags.includes('und')) return text.compare.anotherLanguage;
  return new Intl.ListFormat(language).format(new Set(names));
}

/** A duration. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return withUnit(decimal(milliseconds, 1), 'ms');
  if (milliseconds < 1000) return withUnit(String(Math.round(milliseconds)), 'ms');
  return withUnit(decimal(milliseconds / 1000, 1), 's');
}

/** Time left, as people say it. */
export function aboutTime(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return text.time.fewSeconds;
  if (seconds < 90) return text.time.seconds(Math.round(seconds / 10) * 10);
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? text.time.minutes(minutes) : text.time.hours(Math.round(minutes / 60));
}

/** Milliseconds before a job is worth an estimate. */
const minTimed = 1000;

/** How long the rest of a job takes at the pace so far; undefined while that is only a guess. */
export function timeLeft(done: number, total: number, milliseconds: number): string | undefined {
  if (done === 0 || done === total || milliseconds < minTimed) return undefined;
  return aboutTime((milliseconds / done) * (total - done));
}
