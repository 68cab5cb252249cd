import { afterEach, expect, it, vi } from 'vitest';
import { growWithText } from './grow.ts';

/** Creates a text box whose text is `scrollHeight` pixels high. */
function fakeBox(scrollHeight: number) {
  const box = Object.assign(new EventTarget(), { scrollHeight, style: { height: '' } });
  return { box, element: box as unknown as HTMLTextAreaElement };
}

function stubBrowser({ fieldSizing }: { fieldSizing: boolean }): void {
  vi.stubGlobal('CSS', { supports: () => fieldSizing });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #callback: () => void;
      constructor(callback: () => void) {
        this.#callback = callback;
      }
      observe(): void {
        this.#callback();
      }
    },
  );
}

afterEach(() => vi.unstubAllGlobals());

it('makes a box as high as its text if the browser does not support field-sizing', () => {
  stubBrowser({ fieldSizing: false });
  const { box, element } = fakeBox(40);
  growWithText(element);
  expect(box.style.height).toBe('40px');
  box.scrollHeight = 90;
  box.dispatchEvent(new Event('input'));
  expect(box.style.height).toBe('90px');
});

it('leaves the box to the browser if it does', () => {
  stubBrowser({ fieldSizing: true });
  const { box, element } = fakeBox(40);
  growWithText(element);
  expect(box.style.height).toBe('');
});
