/** The page of `loading.page.test.ts`: loads a model and reports the result. */
import { isCached, loadCheckpoint, openModel, type LoadProgress } from '@albert-web/checkpoints';

/** The result of a load, small enough to send to the test. */
export interface Loaded {
  readonly tensors: number;
  readonly bytes: number;
  readonly progress: readonly LoadProgress[];
  /** Milliseconds from the call to the last tensor. */
  readonly time: number;
}

const page = {
  async load(url: string, localOnly = false): Promise<Loaded> {
    const start = performance.now();
    const progress: LoadProgress[] = [];
    const files = await openModel(url, { localOnly });
    await files.readJson('config.json');
    const { tensors } = await loadCheckpoint(files, { onProgress: (report) => progress.push(report) });
    const bytes = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    return { tensors: tensors.size, bytes, progress, time: performance.now() - start };
  },
  isCached: (url: string): Promise<boolean> => isCached(url),
};
export type LoadingPage = typeof page;
Object.assign(globalThis, { page });
