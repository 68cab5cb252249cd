/** Handles of TF-Hub, which is gone: what stands in old notes and scripts, and the same weights on the Hugging Face Hub. */
import { InvalidArgumentError } from '@albert-web/errors';
import { TfHubWarning } from '../errors.ts';

const sizes = ['base', 'large', 'xlarge', 'xxlarge'];

/** `google/albert_base/3` of tfhub.dev; `google/albert/…/base/…/3` of Kaggle, which took its models over. */
const handles = [
  /^\/google\/albert_(?<size>\w+?)(?:\/(?<version>\d+))?\/?$/u,
  /^\/(?:models\/)?google\/albert\/(?:frameworks\/)?tensorflow1\/(?:variations\/)?(?<size>\w+)(?:\/(?:versions\/)?(?<version>\d+))?\/?$/iu,
];

/**
 * The id on the Hugging Face Hub of a TF-Hub handle: version 1 holds the first release, 2 and 3 the second (google-research/albert,
 * README). Undefined for a location that is no address of TF-Hub or of Kaggle.
 *
 * @throws InvalidArgumentError for another model of these sites
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
    remedy: 'Download the model as .tar.gz and give its path, or take a model of the Hugging Face Hub by its id',
  });
}

/** The path of an address of these sites, or of a handle as kagglehub takes it. */
function pathOf(location: string): string | undefined {
  const [, path] = /^https?:\/\/(?:www\.)?(?:tfhub\.dev|kaggle\.com)(\/[^?#]*)/iu.exec(location) ?? [];
  if (path !== undefined) return path;
  return /^google\/albert\/tensorflow1\//iu.test(location) ? `/${location}` : undefined;
}

/** For display: what was opened in place of a handle. */
export function tfHubWarning(handle: string, id: string): TfHubWarning {
  return new TfHubWarning({
    problem: `${handle} is no longer served: the same weights are opened as ${id}`,
    remedy: `Write ${id}`,
  });
}
