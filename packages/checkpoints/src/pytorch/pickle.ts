/**
 * Reads the part of Python's pickle format needed for saved tensors. Nothing is ever executed. Of the functions that a pickle can
 * name, only those that rebuild tensors and ordered dictionaries are known here; any other name is rejected.
 *
 * Source: CPython `Lib/pickletools.py` (opcodes); pytorch `torch/_utils.py`, `torch/serialization.py`.
 */
import type { ByteReader } from '../byte-reader.ts';
import { cannotConvert } from '../convert-error.ts';
import type { DType } from '../checkpoint.ts';
import { UnsafePickleError, type ConvertError } from '../errors.ts';

/** The storage of a tensor's values. */
export interface Storage {
  readonly kind: 'storage';
  readonly key: string;
  readonly dtype: DType;
  /** Number of elements. */
  readonly length: number;
}

/** A tensor as a view of a storage. Offset and strides are in elements. */
export interface TensorView {
  readonly kind: 'tensor';
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** A known function or class, by name. */
interface Named {
  readonly kind: 'named';
  readonly name: string;
}

const mark = Symbol('mark');

/** Values of a pickle. Dictionaries are Maps; lists and tuples are arrays. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Storage
  | TensorView
  | Named;

const storageTypes: Readonly<Record<string, DType>> = {
  'torch DoubleStorage': 'F64',
  'torch FloatStorage': 'F32',
  'torch HalfStorage': 'F16',
  'torch BFloat16Storage': 'BF16',
  'torch LongStorage': 'I64',
  'torch IntStorage': 'I32',
  'torch CharStorage': 'I8',
  'torch ByteStorage': 'U8',
  'torch BoolStorage': 'BOOL',
};
const rebuildTensor = 'torch._utils _rebuild_tensor_v2';
const rebuildParameter = 'torch._utils _rebuild_parameter';
const orderedDict = 'collections OrderedDict';

/** The state dictionary of the largest ALBERT takes a few thousand operations. */
const maxOperations = 1_000_000;

/**
 * Reads one pickle and advances the reader past it.
 *
 * @throws UnsafePickleError, ConvertError
 */
export function readPickle(reader: ByteReader): PickleValue {
  return new Unpickler(reader).run();
}

class Unpickler {
  readonly #stack: (PickleValue | typeof mark)[] = [];
  readonly #memo = new Map<number, PickleValue>();

  constructor(readonly reader: ByteReader) {}

  run(): PickleValue {
    for (let operation = 0; operation < maxOperations; operation++) {
      const opcode = String.fromCharCode(this.reader.uint8());
      if (opcode === '.') return this.#pop();
      this.#execute(opcode);
    }
    throw this.#broken('does not end');
  }

  #execute(opcode: string): void {
    const { reader } = this;
    switch (opcode) {
      case '\x80': // PROTO
        reader.uint8();
        return;
      case '\x95': // FRAME
        reader.uint64();
        return;
      case '(':
        this.#stack.push(mark);
        return;
      case '0':
        this.#pop();
        return;
      case 'N':
        return this.#push(null);
      case '\x88':
        return this.#push(true);
      case '\x89':
        return this.#push(false);
      case 'K':
        return this.#push(reader.uint8());
      case 'M':
        return this.#push(reader.uint16());
      case 'J':
        return this.#push(reader.int32());
      case '\x8a': // LONG1
        return this.#push(littleEndian(reader.bytes(reader.uint8())));
      case 'G':
        return this.#push(reader.float64BigEndian());
      case 'X':
        return this.#push(this.#text(reader.uint32()));
      case '\x8c':
        return this.#push(this.#text(reader.uint8()));
      case '\x8d':
        return this.#push(this.#text(reader.uint64()));
      case '}':
        return this.#push(new Map());
      case ']':
      case ')':
        return this.#push([]);
      case 't':
        return this.#push(this.#popToMark());
      case '\x85':
        return this.#push(this.#popMany(1));
      case '\x86':
        return this.#push(this.#popMany(2));
      case '\x87':
        return this.#push(this.#popMany(3));
      case 'a':
        return this.#append([this.#pop()]);
      case 'e':
        return this.#append(this.#popToMark());
      case 's':
        return this.#setItems(this.#popMany(2));
      case 'u':
        return this.#setItems(this.#popToMark());
      case 'q':
        return this.#remember(reader.uint8());
      case 'r':
        return this.#remember(reader.uint32());
      case '\x94': // MEMOIZE
        return this.#remember(this.#memo.size);
      case 'h':
        return this.#recall(reader.uint8());
      case 'j':
        return this.#recall(reader.uint32());
      case 'c':
        return this.#push(this.#named(this.#line(), this.#line()));
      case '\x93': {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        return this.#push(this.#named(textOf(module), textOf(name)));
      }
      case 'Q': // BINPERSID
        return this.#push(this.#storage(this.#pop()));
      case 'R': // REDUCE
        return this.#call(this.#popMany(2));
      case 'b': // BUILD: attributes of a dictionary, such as `_metadata` of a state_dict, without tensors.
        this.#pop();
        return;
      default:
        throw this.#unsafe(`opcode 0x${opcode.charCodeAt(0).toString(16)}`);
    }
  }

  #push(value: PickleValue): void {
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === mark) throw this.#broken('pops from an empty stack');
    return value;
  }

  #popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #popToMark(): PickleValue[] {
    const start = this.#stack.lastIndexOf(mark);
    if (start < 0) throw this.#broken('closes a list that it did not open');
    const values = this.#stack.splice(start).slice(1);
    return values.filter((value) => value !== mark);
  }

  #top(): PickleValue {
    const value = this.#pop();
    this.#push(value);
    return value;
  }

  #append(values: readonly PickleValue[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw this.#broken('appends to something that is not a list');
    for (const value of values) list.push(value);
  }

  #setItems(items: readonly PickleValue[]): void {
    const dictionary = this.#top();
    if (!(dictionary instanceof Map)) throw this.#broken('sets items of something that is not a dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) dictionary.set(items[i] ?? null, items[i + 1] ?? null);
  }

  #remember(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#broken('recalls something that it did not store');
    this.#push(value);
  }

  #named(module: string, name: string): Named {
    const full = `${module} ${name}`;
    const known = Object.hasOwn(storageTypes, full) || [rebuildTensor, rebuildParameter, orderedDict].includes(full);
    if (!known) throw this.#unsafe(`${module}.${name}`);
    return { kind: 'named', name: full };
  }

  #call([callee, values]: PickleValue[]): void {
    if (!isNamed(callee) || !Array.isArray(values)) throw this.#unsafe('a call of something that is not a function');
    if (callee.name === orderedDict) return this.#push(new Map());
    if (callee.name === rebuildParameter) return this.#push(values[0] ?? null);
    if (callee.name === rebuildTensor) return this.#push(this.#tensor(values));
    throw this.#unsafe(`a call of ${callee.name.replace(' ', '.')}`);
  }

  /** `('storage', torch.FloatStorage, key, location, length)`. */
  #storage(id: PickleValue): Storage {
    const [tag, type, key, , length] = Array.isArray(id) ? id : [];
    const dtype = isNamed(type) ? storageTypes[type.name] : undefined;
    if (tag !== 'storage' || !dtype || typeof key !== 'string' || !isSize(length))
      throw this.#broken('names an unknown storage');
    return { kind: 'storage', key, dtype, length };
  }

  /** `(storage, offset, size, stride, …)`. */
  #tensor([storage, offset, shape, strides]: readonly PickleValue[]): TensorView {
    if (
      !isStorage(storage) ||
      !isSize(offset) ||
      !isSizes(shape) ||
      !isSizes(strides) ||
      shape.length !== strides.length
    ) {
      throw this.#broken('builds a tensor from invalid parts');
    }
    const empty = shape.includes(0);
    const last = shape.reduce((position, side, axis) => position + (side - 1) * (strides[axis] ?? 0), offset);
    if (!empty && !(last < storage.length)) throw this.#broken('builds a tensor that reaches beyond its storage');
    return { kind: 'tensor', storage, offset, shape, strides };
  }

  #text(length: number): string {
    return new TextDecoder().decode(this.reader.bytes(length));
  }

  #line(): string {
    let text = '';
    for (let byte = this.reader.uint8(); byte !== 10; byte = this.reader.uint8()) {
      if (text.length > 200) throw this.#broken('contains a name that is too long');
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #broken(problem: string): ConvertError {
    return cannotConvert(this.reader.file, `holds a pickle that ${problem}`);
  }

  #unsafe(what: string): UnsafePickleError {
    return new UnsafePickleError({
      problem: `${this.reader.file} asks for ${what.slice(0, 200)}`,
      expected: 'Expected only tensors',
      remedy: quantizedParts.test(what)
        ? 'Save the model before it is quantized, and quantize it here: npx albert convert MODEL OUT --to q8'
        : 'Save the state dictionary alone (torch.save(model.state_dict(), …)), or better, safetensors',
    });
  }
}

/** Matches the classes and functions of PyTorch's quantized tensors: `quantize_dynamic`, `torch.ao` and torchao. */
const quantizedParts = /^torch\.qu?int|^torch\._utils\._rebuild_qtensor|^torch\.?ao\./u;

function isNamed(value: PickleValue | undefined): value is Named {
  return isObject(value) && value.kind === 'named';
}

function isStorage(value: PickleValue | undefined): value is Storage {
  return isObject(value) && value.kind === 'storage';
}

const textOf = (value: PickleValue | undefined): string => (typeof value === 'string' ? value : 'something unnamed');

/** Whether a value of a pickle is a tensor. */
export function isTensor(value: PickleValue | undefined): value is TensorView {
  return isObject(value) && value.kind === 'tensor';
}

function isObject(value: PickleValue | undefined): value is Named | Storage | TensorView {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

const isSize = (value: PickleValue | undefined): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isSizes = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.length <= 32 && value.every(isSize);

/** Decodes LONG1, little-endian two's complement, to a number if it fits. */
function littleEndian(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  const signed = BigInt.asIntN(Math.max(bytes.length, 1) * 8, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}
