/**
 * Scores the baseline that fills masks by word frequency alone: node weights/train/word_frequency.mjs TRAIN.tfrecord HELDOUT.tfrecord.
 *
 * For every mask of the held-out instances it predicts the frequencies of the masked pieces in the training instances. A pretrained
 * model has to beat it. The measures are those of `albert pretrain --do_eval`.
 */
import { createReadStream } from 'node:fs';
import { withSources } from '@albert-web/build-tools';

const [train, heldOut] = process.argv.slice(2);
if (heldOut === undefined) {
  console.error('Pass two files of create-pretraining-data: node weights/train/word_frequency.mjs TRAIN HELDOUT');
  process.exit(2);
}

await withSources(async (source) => {
  const { readExample, readRecords } = await source('packages/training/src/index.ts');

  /** Counts how often each piece is masked. */
  const maskedPieces = async (file) => {
    const counts = new Map();
    for await (const record of readRecords(createReadStream(file), file))
      for (const piece of readExample(record, file).labels) counts.set(piece, (counts.get(piece) ?? 0) + 1);
    return counts;
  };
  const [known, asked] = await Promise.all([maskedPieces(train), maskedPieces(heldOut)]);
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  const total = sum([...known.values()]);
  const masks = sum([...asked.values()]);
  const [commonest] = [...known].toSorted(([, a], [, b]) => b - a)[0];
  // A piece that was never masked counts as masked once.
  const loss = sum([...asked].map(([piece, count]) => -count * Math.log((known.get(piece) ?? 1) / total)));
  console.log(`masked_lm_accuracy = ${((asked.get(commonest) ?? 0) / masks).toFixed(4)}`);
  console.log(`masked_lm_loss = ${(loss / masks).toFixed(4)}`);
  console.log(`masks = ${masks}`);
});
