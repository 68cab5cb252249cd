/** Formats numbers for display. */
import { language, text } from '../strings/index.ts';
import { withUnit } from './units.ts';

const wholePercent = new Intl.NumberFormat(language, { style: 'percent' });
const finePercent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });

/** Formats a number with a fixed number of decimals. */
export function decimal(value: number, digits: number): string {
  return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Formats a probability in whole percent. Never shows 0 or 100 unless it is certain. */
export function percent(probability: number): string {
  const rounded = Math.round(probability * 100);
  if (rounded === 100 && probability < 0.9999) return `>\u00A0${wholePercent.format(0.99)}`;
  if (rounded === 0 && probability > 0.0001) return `<\u00A0${wholePercent.format(0.01)}`;
  return wholePercent.format(rounded / 100);
}

/** Formats a counted fraction in percent, with at most one decimal. */
export function sharePercent(share: number): string {
  return finePercent.format(share);
}

/** Formats megabytes with one decimal. */
export function megabytes(bytes: number): string {
  return withUnit(decimal(bytes / 1e6, 1), 'MB');
}

/** Lists the names of languages, given their tags. For `und-Cyrl`, only the script is known; for `und`, nothing. */
export function languageNames(tags: readonly (string | undefined)[]): string {
  const named = (type: 'language' | 'script', tag: string): string =>
    new Intl.DisplayNames(language, { type }).of(tag) ?? tag;
  const names = tags.flatMap((tag) => {
    if (tag === undefined || tag === 'und') return [];
    return tag.startsWith('und-') ? named('script', tag.slice('und-'.length)) : named('language', tag);
  });
  // A sentence in an unknown language is most likely in the same language as the others.
  if (names.length === 0 && tags.includes('und')) return text.compare.anotherLanguage;
  return new Intl.ListFormat(language).format(new Set(names));
}

/** Formats a duration. */
export function duration(milliseconds: number): string {
  if (milliseconds < 10) return withUnit(decimal(milliseconds, 1), 'ms');
  if (milliseconds < 1000) return withUnit(String(Math.round(milliseconds)), 'ms');
  return withUnit(decimal(milliseconds / 1000, 1), 's');
}

/** Formats a remaining time in approximate words. */
export function aboutTime(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return text.time.fewSeconds;
  if (seconds < 90) return text.time.seconds(Math.round(seconds / 10) * 10);
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? text.time.minutes(minutes) : text.time.hours(Math.round(minutes / 60));
}

/** Milliseconds after which the remaining time of a job is estimated. */
const minTimed = 1000;

/** Estimates the remaining time of a job at its pace so far; undefined while that would only be a guess. */
export function timeLeft(done: number, total: number, milliseconds: number): string | undefined {
  if (done === 0 || done === total || milliseconds < minTimed) return undefined;
  return aboutTime((milliseconds / done) * (total - done));
}
