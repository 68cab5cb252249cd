import { InvalidArgumentError } from '@albert-web/errors';
import { describe, expect, it, vi } from 'vitest';
import { openModel } from './open.ts';
import { tfHubModel } from './tf-hub.ts';
import { TfHubWarning } from '../errors.ts';

describe('tfHubModel', () => {
  // google-research/albert, README: version 1 is the first release, 2 and 3 are the second.
  it.each([
    ['https://tfhub.dev/google/albert_base/1', 'albert/albert-base-v1'],
    ['https://tfhub.dev/google/albert_large/2', 'albert/albert-large-v2'],
    ['https://tfhub.dev/google/albert_xlarge/3', 'albert/albert-xlarge-v2'],
    ['http://tfhub.dev/google/albert_xxlarge/1/', 'albert/albert-xxlarge-v1'],
    ['https://tfhub.dev/google/albert_base/3?tf-hub-format=compressed', 'albert/albert-base-v2'],
    ['https://tfhub.dev/google/albert_base', 'albert/albert-base-v2'],
    [
      'https://www.kaggle.com/models/google/albert/frameworks/tensorFlow1/variations/large/versions/1',
      'albert/albert-large-v1',
    ],
    ['https://www.kaggle.com/models/google/albert/TensorFlow1/base/3', 'albert/albert-base-v2'],
    ['google/albert/tensorFlow1/xxlarge', 'albert/albert-xxlarge-v2'],
  ])('%s means %s', (handle, id) => expect(tfHubModel(handle)).toBe(id));

  it.each(['https://tfhub.dev/google/bert_uncased/1', 'https://tfhub.dev/tensorflow/albert_en_base/3'])(
    'rejects %s',
    (handle) => expect(() => tfHubModel(handle)).toThrow(InvalidArgumentError),
  );

  it.each(['albert/albert-base-v2', 'https://example.org/google/albert_base/1', './google/albert_base/1'])(
    'leaves %s alone',
    (location) => expect(tfHubModel(location)).toBeUndefined(),
  );
});

it('opens the same weights on the Hub, with one warning', async () => {
  const onWarning = vi.fn<(warning: Error) => void>();
  const files = await openModel('https://tfhub.dev/google/albert_base/1', { onWarning, cache: false });
  expect(files.location).toContain('/albert/albert-base-v1/');
  expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.any(TfHubWarning));
  expect(onWarning.mock.calls[0]?.[0].message).toMatch(/^https:\/\/tfhub\.dev\S+ .*albert-base-v1/u);
});
