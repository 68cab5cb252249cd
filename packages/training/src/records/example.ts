/** Reads and writes `tf.train.Example` (tensorflow/core/example/feature.proto) with the original's pretraining features. */
import { PbfReader, PbfWriter } from 'pbf';
import { TrainingDataError } from '../errors.ts';
import type { PretrainingInstance } from '../pretraining/instances.ts';

/** Lengths to which rows are padded. */
export interface RowSizes {
  readonly maxSeqLength: number;
  readonly maxPredictions: number;
}

/** Serializes an instance, padded with zeros. @param startsWord determines `token_boundary` */
export function writeExample(
  instance: PretrainingInstance,
  { maxSeqLength, maxPredictions }: RowSizes,
  startsWord: (id: number) => boolean,
): Uint8Array {
  const ids = Array.from(instance.ids);
  const row = (values: readonly number[], length = maxSeqLength): number[] => [
    ...values,
    ...Array.from<number>({ length: length - values.length }).fill(0),
  ];
  const ones = Array.from<number>({ length: ids.length }).fill(1);
  const integers: Readonly<Record<string, readonly number[]>> = {
    input_ids: row(ids),
    input_mask: row(ones),
    segment_ids: row(Array.from(instance.typeIds)),
    token_boundary: row(ids.map((id) => Number(startsWord(id)))),
    masked_lm_positions: row(instance.positions, maxPredictions),
    masked_lm_ids: row(instance.labels, maxPredictions),
    next_sentence_labels: [instance.swapped],
  };
  const weights = row(
    instance.positions.map(() => 1),
    maxPredictions,
  );
  const writer = new PbfWriter();
  writer.writeMessage(
    1,
    (_, features) => {
      for (const [name, values] of Object.entries(integers)) writeFeature(features, name, values, false);
      writeFeature(features, 'masked_lm_weights', weights, true);
    },
    undefined,
  );
  return writer.finish();
}

/** Writes an entry of the map `Features.feature`: name 1, Feature 2 with float_list 2 or int64_list 3, each a packed field 1. */
function writeFeature(features: PbfWriter, name: string, values: readonly number[], real: boolean): void {
  features.writeMessage(
    1,
    (_, entry: PbfWriter) => {
      entry.writeStringField(1, name);
      entry.writeMessage(
        2,
        (_, feature: PbfWriter) => {
          feature.writeMessage(
            real ? 2 : 3,
            (_, list: PbfWriter) => {
              if (real) list.writePackedFloat(1, [...values]);
              else list.writePackedVarint(1, [...values]);
            },
            undefined,
          );
        },
        undefined,
      );
    },
    undefined,
  );
}

/**
 * Reads an instance and removes its padding.
 *
 * @param file file name for error messages
 * @throws TrainingDataError for other records, such as those of a TensorBoard file, and for inconsistent rows
 */
export function readExample(data: Uint8Array, file: string): PretrainingInstance {
  const features = parseFeatures(data, file);
  const values = (name: string, least = 1): readonly number[] => {
    const found = features.get(name);
    if (!found) throw notExample(file, `has no "${name}"`);
    if (found.length < least)
      throw notExample(file, `has ${found.length} values of "${name}" instead of at least ${least}`);
    return found;
  };
  const length = values('input_mask').filter(Boolean).length;
  const count = values('masked_lm_weights', 0).filter(Boolean).length;
  return {
    ids: values('input_ids', length).slice(0, length),
    typeIds: values('segment_ids', length).slice(0, length),
    positions: values('masked_lm_positions', count).slice(0, count),
    labels: values('masked_lm_ids', count).slice(0, count),
    swapped: values('next_sentence_labels')[0] === 1 ? 1 : 0,
  };
}

function notExample(file: string, what: string, options?: ErrorOptions): TrainingDataError {
  return new TrainingDataError(
    {
      problem: `A record of ${file} ${what}`,
      expected: 'Expected the features that create-pretraining-data writes',
      remedy: 'Create the file again',
    },
    options,
  );
}

function parseFeatures(data: Uint8Array, file: string): Map<string, number[]> {
  try {
    return readFeatures(data);
  } catch (cause) {
    throw notExample(file, 'is not a tf.train.Example', { cause });
  }
}

function readFeatures(data: Uint8Array): Map<string, number[]> {
  const features = new Map<string, number[]>();
  const outer = new PbfReader(data);
  outer.readFields((tag) => {
    if (tag !== 1) return;
    outer.readMessage((mapTag) => {
      if (mapTag !== 1) return;
      let name = '';
      const values: number[] = [];
      outer.readMessage((entryTag) => {
        if (entryTag === 1) name = outer.readString();
        else if (entryTag === 2) readFeature(outer, values);
      }, undefined);
      features.set(name, values);
    }, undefined);
  }, undefined);
  return features;
}

function readFeature(reader: PbfReader, values: number[]): void {
  reader.readMessage((kind) => {
    reader.readMessage((tag) => {
      if (tag !== 1) return;
      if (kind === 2) reader.readPackedFloat(values);
      else if (kind === 3) reader.readPackedVarint(values, true);
    }, undefined);
  }, undefined);
}
