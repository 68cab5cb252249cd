/** The hooks in React's StrictMode, with a model whose answers are controlled by the test. */
import { parseHTML } from 'linkedom';
import { act, createElement, StrictMode, type JSX, type ReactElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, expectTypeOf, it, vi } from 'vitest';
import { load, type Model } from 'albert-web';
import { ParaphraseVerdict, useModel } from './react.ts';

vi.mock('albert-web', () => ({ load: vi.fn<() => Promise<unknown>>() }));

interface Asked {
  readonly texts: readonly [string, string];
  readonly signal: AbortSignal;
  readonly answer: (probability: number) => void;
}

let asked: Asked[];
let container: HTMLElement;
let root: Root;
const dispose = vi.fn<() => Promise<void>>(() => Promise.resolve());

const model = {
  paraphrase: (a: string, b: string, { signal }: { signal: AbortSignal }) =>
    new Promise((resolve) => {
      const answer = (probability: number): void => resolve({ paraphrase: probability >= 0.5, probability });
      asked.push({ texts: [a, b], signal, answer });
    }),
  dispose,
} as unknown as Model;

beforeEach(() => {
  const { window, document } = parseHTML('<!doctype html><div id="root"></div>');
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', document);
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  asked = [];
  dispose.mockClear();
  vi.mocked(load).mockReset();
  container = document.getElementById('root') as HTMLElement;
  root = createRoot(container);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function Page({ location, first, second }: { location: string; first: string; second: string }): ReactElement {
  const state = useModel(location);
  const text = state.status === 'loading' ? `loading ${state.progress?.loaded ?? 0}` : state.status;
  return createElement(
    'div',
    {},
    createElement('p', {}, state.error?.message ?? text),
    createElement(ParaphraseVerdict, { model: state.model, first, second }),
  );
}

const render = (first: string, second: string, location = '/model/'): Promise<void> =>
  act(async () => root.render(createElement(StrictMode, {}, createElement(Page, { location, first, second }))));
const line = (): string => container.querySelector('p')?.textContent ?? '';
const verdict = (): string => container.querySelector('output')?.textContent ?? '';

it('loads once in StrictMode, reports progress, and returns the latest answer', async () => {
  let arrive: (model: Model) => void = () => undefined;
  vi.mocked(load).mockImplementation(() => new Promise((resolve) => (arrive = resolve)));
  await render('a', 'b');
  expect(load).toHaveBeenCalledOnce();
  const [, options] = vi.mocked(load).mock.calls[0] ?? [];
  const report = { status: 'progress', loaded: 5, total: 9, file: 'x', fileLoaded: 5, fileTotal: 9 } as const;
  await act(async () => options?.onProgress?.(report));
  expect(line()).toBe('loading 5');
  await act(async () => arrive(model));
  expect(line()).toBe('ready');
  await act(async () => asked.at(-1)?.answer(0.9));
  expect(verdict()).toBe('The same (90 %)');

  await render('a', 'c');
  expect(verdict()).toBe('The same (90 %) …');
  const stale = asked.at(-1);
  await render('a', 'd');
  expect(stale?.signal.aborted).toBe(true);
  await act(async () => asked.at(-1)?.answer(0.2));
  await act(async () => stale?.answer(0.9));
  expect(verdict()).toBe('Different (20 %)');
  await render('a', ' ');
  expect(verdict()).toBe('');

  await render('a', 'd', '/other/');
  expect(verdict()).toBe('…');

  await act(async () => root.unmount());
  expect(options?.signal?.aborted).toBe(true);
  expect(dispose).toHaveBeenCalledOnce();
});

it('disposes a model that finishes loading after unmounting, and loads another location', async () => {
  const arrivals: ((model: Model) => void)[] = [];
  vi.mocked(load).mockImplementation(() => new Promise((resolve) => arrivals.push(resolve)));
  await render('a', 'b');
  await render('a', 'b', '/other/');
  expect(vi.mocked(load).mock.calls.map(([location]) => location)).toEqual(['/model/', '/other/']);
  expect(vi.mocked(load).mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
  await act(async () => arrivals[0]?.(model));
  expect(line()).toBe('loading 0');
  expect(dispose).toHaveBeenCalledOnce();
  await act(async () => root.unmount());
  await act(async () => arrivals[1]?.(model));
  expect(dispose).toHaveBeenCalledTimes(2);
});

it('reports why a model did not load', async () => {
  vi.mocked(load).mockRejectedValue(new Error('Not there.'));
  await render('a', 'b');
  expect(line()).toBe('Not there.');
  await act(async () => root.unmount());
});

it('types the element in JSX', () => {
  type Props = JSX.IntrinsicElements['albert-paraphrase'];
  expectTypeOf<{
    model: string;
    'unsure-text': string;
    className: string;
    onverdict: (event: CustomEvent<{ probability: number }>) => void;
  }>().toExtend<Props>();
  expectTypeOf<{ 'same-text': number }>().not.toExtend<Props>();
  expectTypeOf<{ onverdict: (event: CustomEvent<string>) => void }>().not.toExtend<Props>();
});
