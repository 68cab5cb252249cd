/** Maps handles of TF-Hub, which has been shut down, to the same weights on the Hugging Face Hub. */
import { InvalidArgumentError } from '@albert-web/errors';
import { TfHubWarning } from '../errors.ts';

const sizes = ['base', 'large', 'xlarge', 'xxlarge'];

/** Match `google/albert_base/3` of tfhub.dev, and `google/albert/…/base/…/3` of Kaggle, its successor. */
const handles = [
  /^\/google\/albert_(?<size>\w+?)(?:\/(?<version>\d+))?\/?$/u,
  /^\/(?:models\/)?google\/albert\/(?:frameworks\/)?tensorflow1\/(?:variations\/)?(?<size>\w+)(?:\/(?:versions\/)?(?<version>\d+))?\/?$/iu,
];

/**
 * Returns the Hugging Face Hub id for a TF-Hub handle, or undefined if the location is not a TF-Hub or Kaggle URL. Version
 * 1 is the first release, 2 and 3 are the second (google-research/albert, README).
 *
 * @throws InvalidArgumentError for other models on these sites
 */
export function tfHubModel(location: string): string | undefined {
  const path = pathOf(location);
  if (path === undefined) return undefined;
  for (const handle of handles) {
    const { size = '', version } = handle.exec(path)?.groups ?? {};
    if (sizes.includes(size)) return `albert/albert-${size}-v${version === '1' ? 1 : 2}`;
  }
  throw new InvalidArgumentError({
    problem: `${location} is no longer served`,
    expected: `Expected a handle such as https://tfhub.dev/google/albert_base/3, in ${sizes.join(', ')}`,
    remedy: 'Download the model as .tar.gz and pass its path, or use a model of the Hugging Face Hub by its id',
  });
}

/** Returns the path in a URL of these sites, or in a handle of kagglehub. */
function pathOf(location: string): string | undefined {
  const [, path] = /^https?:\/\/(?:www\.)?(?:tfhub\.dev|kaggle\.com)(\/[^?#]*)/iu.exec(location) ?? [];
  if (path !== undefined) return path;
  return /^google\/albert\/tensorflow1\//iu.test(location) ? `/${location}` : undefined;
}

/** The warning that names the model opened in place of a handle. */
export function tfHubWarning(handle: string, id: string): TfHubWarning {
  return new TfHubWarning({
    problem: `${handle} is no longer served; opening the same weights as ${id}`,
    remedy: `Use ${id}`,
  });
}
