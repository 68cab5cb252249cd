import type { CDPSession } from 'playwright';

/** Size of the JavaScript heap in bytes. */
export interface Heap {
  /** Objects and array buffers. The garbage of objects is not the same each time. */
  readonly all: number;
  /** Array buffers alone. */
  readonly buffers: number;
}

/** An init script for the pages to measure. Chromium needs `--js-flags=--expose-gc`. */
export declare const collectAndPause: string;

/** Returns the sizes before and after `work`, both after a garbage collection, and the largest in between. */
export declare function watchHeap(
  devtools: CDPSession,
  work: () => Promise<void>,
): Promise<Record<'before' | 'peak' | 'after', Heap>>;
