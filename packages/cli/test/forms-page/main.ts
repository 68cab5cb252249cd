/** The page of `forms.page.test.ts`: loads a model from its server as a site would, and compares its outputs. */
import { load } from '@albert-web/tasks';
import { largestDifference, type FormRow } from '../../src/testing/forms/rows.ts';

/** Returns the largest difference, or the name of the error with which loading failed. */
async function differenceOf(row: FormRow): Promise<number | string> {
  const at = (folder: string): string => new URL(`/forms/${folder}`, location.href).href;
  const baseModel = row.base === undefined ? undefined : at(row.base);
  const options = { backend: 'wasm', precision: 'f32', threads: 1, cache: false, baseModel, ...row.options } as const;
  const loading = load(at(row.folder), options);
  const model = await loading.catch((error: unknown) => error as Error);
  if (model instanceof Error) return model.name;
  try {
    return await largestDifference(model, row);
  } finally {
    await model.dispose();
  }
}

const page = { differenceOf };
export type FormsPage = typeof page;
Object.assign(globalThis, { page });
