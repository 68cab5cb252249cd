/** A browser that measures: one page for each plan. */
import type { BenchRemote } from '../page/remote.ts';
import type { BenchEvent } from '../report/collect.ts';

/** Calls a measurement in the page. */
export type CallRemote = <K extends keyof BenchRemote>(
  method: K,
  ...plan: Parameters<BenchRemote[K]>
) => ReturnType<BenchRemote[K]>;

export interface BenchBrowser {
  readonly version: string;
  /**
   * Opens the page, calls `use` with its remote, and closes it.
   *
   * @param timeoutMs timeout in milliseconds
   * @throws BenchSetupError if the page crashes or times out
   */
  withPage<T>(
    url: string,
    timeoutMs: number,
    onEvent: (event: BenchEvent) => void,
    use: (call: CallRemote) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}
