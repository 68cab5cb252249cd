import { InvalidArgumentError } from '@albert-web/errors';
import { openModel, type OpenOptions } from '../files/open.ts';
import type { ModelFiles } from '../files/types.ts';
import { adapterFile, readAdapterConfig, type AdapterConfig } from './config.ts';

/** Options for finding the base model of an adapter. */
export interface BaseModelOptions extends OpenOptions {
  /** The base model of a LoRA adapter: a path, a URL or a Hub id. Default: what `adapter_config.json` names. */
  readonly baseModel?: string | URL | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An adapter and the files of its base model. */
export interface FoundAdapter {
  readonly config: AdapterConfig;
  readonly files: ModelFiles;
  readonly base: ModelFiles;
}

/**
 * Finds the base model of an adapter. Returns undefined if the files are not an adapter.
 *
 * @throws ConvertError for an adapter that cannot be merged here, and what opening a model throws
 */
export async function findAdapter(files: ModelFiles, options: BaseModelOptions): Promise<FoundAdapter | undefined> {
  const config = await readAdapterConfig(files, options);
  if (!config) return undefined;
  const location = options.baseModel ?? config.base_model_name_or_path ?? '';
  try {
    return { config, files, base: await openModel(location, options) };
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(
      {
        problem: `${adapterFile} of ${files.location} is an adapter for ${JSON.stringify(String(location).slice(0, 200))}, which was not found`,
        expected: 'Expected the base model that it was trained on',
        remedy: 'Pass the base model: { baseModel: "albert/albert-base-v2" }, or albert convert --base-model MODEL',
      },
      { cause: error },
    );
  }
}
