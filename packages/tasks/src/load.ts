/** Loads a model: opens it for inference, and reads its tokenizer and calibration. */
import type { LoadProgress, ModelLocation } from '@albert-web/checkpoints';
import { findEncoder, installedModel, openModel, optionalFiles, tokenTypesOf } from '@albert-web/checkpoints';
import { logWarning } from '@albert-web/errors';
import { checkVocabulary, readTokenizer } from '@albert-web/tokenizer';
import { Albert } from './albert.ts';
import type { Inference } from './engine/open.ts';
import { readPlacement } from './engine/device.ts';
import { openInference } from './engine/open.ts';
import { CpuFallbackWarning } from './errors.ts';
import { hasOtherHead } from './engine/sentence-head.ts';
import { Session, type Renew } from './engine/session.ts';
import { checkLoadOptions, type LoadOptions } from './load-options.ts';
import { readCalibration } from './tasks/calibration.ts';

/**
 * Loads a model from a folder (Node), a base URL, a Hub id or dropped files.
 *
 * @param location default: the model of `@albert-web/model-default`, if that package is installed.
 * @throws NoModelError, InvalidArgumentError for an option that is unknown or has a wrong value, NoBackendError, ConfigError,
 * MissingFileError, IntegrityError, MissingTensorError, TensorShapeError, and the other named errors of reading a
 * checkpoint; or the signal's reason. If it throws, nothing stays allocated.
 */
export async function load(location?: ModelLocation, asked: LoadOptions = {}): Promise<Albert> {
  checkLoadOptions(asked);
  const { signal, recover = true, onWarning = logWarning } = asked;
  const progress = progressUntilReady(asked.onProgress);
  const options = { ...asked, ...readPlacement(asked), onProgress: progress.report };
  const files = await openModel(location ?? (await installedModel()), {
    ...options,
    onProgress: progress.reportArchive,
  });
  const finding = findEncoder(files, { ...options, onWarning });
  const opening = openInference(files, { ...options, encoder: finding, onWarning });
  try {
    const encoder = await finding;
    const tokenTypeIds = asked.tokenTypeIds ?? tokenTypesOf(encoder.config);
    const warnOfCpu = ({ backend: { chosen, rejected } }: Inference): void => {
      if (chosen === 'cpu' && rejected.length > 0) onWarning(new CpuFallbackWarning(rejected));
    };
    const [inference, tokenizer, calibration] = await Promise.all([
      opening,
      readTokenizer(optionalFiles(encoder.files, signal), { onWarning, tokenTypeIds }),
      hasOtherHead(encoder) ? undefined : readCalibration(optionalFiles(files, signal)),
    ]);
    checkVocabulary(tokenizer, inference.config.vocab_size);
    warnOfCpu(inference);
    // If the device is lost, the weights are read again, usually from the cache.
    const again = { ...options, encoder: finding, signal: undefined, onProgress: undefined, onWarning: undefined };
    let { moved } = inference;
    const renew: Renew = async (warning = moved) => {
      moved = warning;
      const renewed = await openInference(files, { ...again, moved });
      warnOfCpu(renewed);
      return renewed;
    };
    const model = new Albert(
      new Session(tokenizer, inference, { renew: recover ? renew : undefined, onWarning }),
      calibration,
    );
    progress.ready();
    return model;
  } catch (error) {
    // If opening the model failed too, that error is thrown instead: it says more than one about the tokenizer or calibration.
    const { executor } = await opening;
    executor.dispose();
    throw error;
  }
}

/**
 * Forwards progress reports, and repeats the last one as `ready`. If the model is an archive, only its download is
 * reported, because its files need no download of their own.
 */
function progressUntilReady(onProgress: LoadOptions['onProgress']): {
  readonly report: (progress: LoadProgress) => void;
  readonly reportArchive: (progress: LoadProgress) => void;
  readonly ready: () => void;
} {
  let last: LoadProgress = { status: 'progress', loaded: 0, total: 0, file: '', fileLoaded: 0, fileTotal: undefined };
  let isArchive = false;
  const pass = (progress: LoadProgress): void => {
    last = progress;
    onProgress?.(progress);
  };
  return {
    report: (progress) => {
      if (!isArchive) pass(progress);
    },
    reportArchive: (progress) => {
      isArchive = true;
      pass(progress);
    },
    ready: () => onProgress?.({ ...last, status: 'ready' }),
  };
}
