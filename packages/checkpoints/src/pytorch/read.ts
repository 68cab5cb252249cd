/** Reads PyTorch's `.bin` and `.pt` files: zip archives since version 1.6, sequences of pickles before. */
import { allocate } from '@albert-web/errors';
import type { UnzipFileInfo } from 'fflate';
import { unzip } from '../archive/unzip.ts';
import { ByteReader } from '../byte-reader.ts';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { elementBytes, elementCount } from '../dtype.ts';
import { isTensor, readPickle, type PickleValue, type Storage, type TensorView } from './pickle.ts';
import { ConvertError, UnsafePickleError } from '../errors.ts';

/**
 * Reads the tensors of a saved state dictionary without executing code. Plain values such as an epoch or a learning rate are
 * skipped. If there is a dictionary under `state_dict`, only that is read.
 *
 * @throws UnsafePickleError when the file contains anything but tensors and plain values, ConvertError when it is damaged
 */
export function readPytorch(bytes: Uint8Array<ArrayBuffer>, file = 'pytorch_model.bin'): Checkpoint {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { root, storages } = isZip ? readArchive(bytes, file) : readLegacy(bytes, file);
  const tensors = new Map<string, StoredTensor>();
  let copied = 0;
  for (const [name, value] of stateDictionary(root, file)) {
    if (typeof name !== 'string' || !isTensor(value)) continue;
    const tensor = readTensor(name, value, storages, file);
    tensors.set(name, tensor);
    if (isContiguous(value)) continue;
    copied += tensor.bytes.length;
    if (copied > bytes.length) throw cannotConvert(file, 'expands its data to more than its size');
  }
  if (tensors.size === 0) throw cannotConvert(file, 'holds no tensors');
  return { tensors, metadata: { format: 'pt' } };
}

/** The pickled object, and the bytes of each storage by key. */
interface Saved {
  readonly root: PickleValue;
  readonly storages: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Reads a zip archive of `archive/data.pkl`, `archive/data/0`, `archive/data/1`, …, none of them compressed. */
function readArchive(bytes: Uint8Array<ArrayBuffer>, file: string): Saved {
  let entries = 0;
  let total = 0;
  const filter = ({ name, size, originalSize, compression }: UnzipFileInfo): boolean => {
    if (++entries > 100_000) throw cannotConvert(file, 'has too many entries');
    if (!/\/(?:data\.pkl|byteorder|data\/\d+)$/u.test(name)) return false;
    total += size;
    // Entries may refer to the same bytes, and each is copied.
    if (total > bytes.length) throw cannotConvert(file, 'declares more bytes than it has');
    if (compression === 0 && size === originalSize) return true;
    throw cannotConvert(file, `has ${name} compressed, which PyTorch does not do`);
  };
  const files = unzip(bytes, filter, file);
  const find = (end: string): Uint8Array<ArrayBuffer> | undefined => files.find(([name]) => name.endsWith(end))?.[1];
  const pickle = find('/data.pkl');
  if (!pickle) throw cannotConvert(file, 'is a zip archive without data.pkl');
  if (new TextDecoder().decode(find('/byteorder') ?? new Uint8Array()).startsWith('big'))
    throw cannotConvert(file, 'is big-endian');
  const storages = files.flatMap(([name, content]): [string, Uint8Array<ArrayBuffer>][] => {
    const key = /\/data\/(\d+)$/u.exec(name)?.[1];
    return key === undefined ? [] : [[key, content]];
  });
  return { root: readPickle(new ByteReader(pickle, file)), storages: new Map(storages) };
}

const legacyMagic = 0x1950a86a20f9469cfc6cn;

/** Reads a file of the magic number, version, machine, object, storage keys, then the length and values of each storage. */
function readLegacy(bytes: Uint8Array<ArrayBuffer>, file: string): Saved {
  const reader = new ByteReader(bytes, file);
  if (readMagic(reader) !== legacyMagic) throw cannotConvert(file, 'is not a PyTorch file');
  readPickle(reader);
  readPickle(reader);
  const root = readPickle(reader);
  const keys = readPickle(reader);
  const widths = storageWidths(root);
  const storages = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const key of Array.isArray(keys) ? keys : []) {
    const width = typeof key === 'string' ? widths.get(key) : undefined;
    if (typeof key !== 'string' || width === undefined) throw cannotConvert(file, 'has a storage that no tensor uses');
    storages.set(key, reader.bytes(reader.uint64() * width));
  }
  return { root, storages };
}

/** Reads the magic number. Returns null if the file does not start with a pickle. */
function readMagic(reader: ByteReader): PickleValue {
  try {
    return readPickle(reader);
  } catch (error) {
    if (error instanceof ConvertError || error instanceof UnsafePickleError) return null;
    throw error;
  }
}

/** Finds the bytes per element of each storage: the file states only the number of elements. */
function storageWidths(root: PickleValue): Map<string, number> {
  const widths = new Map<string, number>();
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue): void => {
    if (isTensor(value)) widths.set(value.storage.key, elementBytes[value.storage.dtype]);
    if (!(value instanceof Map || Array.isArray(value)) || seen.has(value)) return;
    seen.add(value);
    for (const inner of value.values()) pending.push(inner);
  };
  const pending = [root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) visit(next);
  return widths;
}

type Dictionary = Map<PickleValue, PickleValue>;

/**
 * Finds the dictionary of the model's tensors: the one under a trainer's usual name, or the only one that has matrices by name,
 * whatever else the file contains (the state of an optimizer, a loss), or the root.
 */
function stateDictionary(root: PickleValue, file: string): Dictionary {
  if (!(root instanceof Map)) throw cannotConvert(file, 'does not hold a dictionary of tensors');
  const named = root.get('state_dict') ?? root.get('model_state_dict');
  if (named instanceof Map) return named;
  const found = listDictionaries(root).filter(([, dictionary]) => holdsMatrices(dictionary));
  const [first, second] = found;
  if (second) {
    throw new ConvertError({
      problem: `${file} holds ${found.length} state dictionaries, under ${found.map(([name]) => JSON.stringify(name)).join(', ')}`,
      expected: 'Expected the weights of one model',
      remedy: `Save one of them alone: torch.save(torch.load(${JSON.stringify(file)})[…], 'pytorch_model.bin')`,
    });
  }
  return first?.[1] ?? root;
}

/** Lists a dictionary and those inside it, each once, with its name there. */
function listDictionaries(root: Dictionary): (readonly [name: string, dictionary: Dictionary])[] {
  const found = new Map<Dictionary, string>([[root, '']]);
  // A Map can grow while it is iterated over.
  for (const [dictionary] of found) {
    for (const [name, value] of dictionary) {
      if (value instanceof Map && typeof name === 'string' && !found.has(value)) found.set(value, name);
    }
  }
  return [...found].map(([dictionary, name]) => [name, dictionary]);
}

const holdsMatrices = (dictionary: Dictionary): boolean =>
  [...dictionary].some(([name, value]) => typeof name === 'string' && isTensor(value) && value.shape.length > 0);

function readTensor(name: string, view: TensorView, storages: Saved['storages'], file: string): StoredTensor {
  const { storage, shape } = view;
  const width = elementBytes[storage.dtype];
  const bytes = storages.get(storage.key);
  if (!bytes || bytes.length < storage.length * width)
    throw cannotConvert(file, `lacks the values of tensor "${name.slice(0, 200)}"`);
  const start = view.offset * width;
  const length = elementCount(shape) * width;
  const contents = isContiguous(view) ? bytes.subarray(start, start + length) : gather(view, bytes, storage, file);
  return { name, dtype: storage.dtype, shape, bytes: contents };
}

function isContiguous({ shape, strides }: TensorView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const side = shape[axis] ?? 1;
    if (side !== 1 && strides[axis] !== expected) return false;
    expected *= side;
  }
  return true;
}

/** Copies a transposed or sliced view, element by element. */
function gather(
  { shape, strides, offset }: TensorView,
  bytes: Uint8Array,
  { dtype, length }: Storage,
  file: string,
): Uint8Array<ArrayBuffer> {
  const width = elementBytes[dtype];
  const count = elementCount(shape);
  // A view whose strides are zero could be far larger than the file.
  if (count > length) throw cannotConvert(file, 'repeats values to fill a tensor');
  const result = allocate(Uint8Array, count * width);
  for (let index = 0; index < count; index++) {
    let rest = index;
    let position = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] ?? 1;
      position += (rest % side) * (strides[axis] ?? 0);
      rest = Math.floor(rest / side);
    }
    result.set(bytes.subarray(position * width, (position + 1) * width), index * width);
  }
  return result;
}
