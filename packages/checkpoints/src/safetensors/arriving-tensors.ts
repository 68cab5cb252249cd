import { concatenate } from '@albert-web/errors';
import { keepTensors, type Checkpoint, type StoredTensor } from '../checkpoint.ts';
import { brokenFile, parseSafetensors } from './parse.ts';
import { indexFile, partName, type ShardIndex } from './shard-index.ts';

/**
 * Collects the tensors of shards that arrive in any order. A tensor that is split by rows is joined when its last part
 * arrives, and the memory of its parts is freed. So there is never more in memory than the shards and the largest tensor. A
 * joined tensor has its own buffer, so it can be freed as soon as it is packed.
 */
export class ArrivingTensors {
  readonly #index: ShardIndex;
  /** The name of the split tensor that a part belongs to, by the part's name. */
  readonly #wholes: ReadonlyMap<string, string>;
  #arrived: Checkpoint;

  /** @throws SafetensorsError when the index splits a tensor into parts that it does not list */
  constructor(index: ShardIndex) {
    this.#index = index;
    this.#arrived = { tensors: new Map(), metadata: index.metadata };
    this.#wholes = new Map(
      [...index.rowSplit].flatMap(([name, count]) => partsOf(name, count, index).map((part) => [part, name])),
    );
  }

  /** Adds a shard. @throws SafetensorsError for a damaged shard, or one that contains other tensors than the index says */
  add(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    const { tensors } = parseSafetensors(bytes, path);
    for (const name of tensors.keys()) {
      if (this.#index.weightMap.get(name) !== path)
        throw brokenFile(path, `holds tensor "${name}", which the index does not place there`);
    }
    this.#arrived = { ...this.#arrived, tensors: new Map([...this.#arrived.tensors, ...tensors]) };
    const touched = new Set([...tensors.keys()].flatMap((name) => this.#wholes.get(name) ?? []));
    for (const name of touched) this.#joinIfComplete(name);
  }

  /** Returns the checkpoint, in the order of the index. @throws SafetensorsError when a tensor of the index is missing */
  finish(): Checkpoint {
    const { tensors, metadata } = this.#arrived;
    const ordered = new Map<string, StoredTensor>();
    for (const [name, path] of this.#index.weightMap) {
      const tensor = tensors.get(name) ?? tensors.get(this.#wholes.get(name) ?? name);
      if (!tensor) throw brokenFile(path, `lacks tensor "${name}", which the index places there`);
      ordered.set(tensor.name, tensor);
    }
    return { tensors: ordered, metadata };
  }

  #joinIfComplete(name: string): void {
    const names = partsOf(name, this.#index.rowSplit.get(name) ?? 0, this.#index);
    const parts = names.flatMap((part) => this.#arrived.tensors.get(part) ?? []);
    if (parts.length < names.length) return;
    const whole = join(name, parts);
    const { tensors, metadata } = keepTensors(this.#arrived, (other) => !names.includes(other));
    this.#arrived = { tensors: new Map([...tensors, [name, whole]]), metadata };
  }
}

function partsOf(name: string, count: number, { weightMap }: ShardIndex): string[] {
  return Array.from({ length: count }, (_, part) => {
    const partOfName = partName(name, part);
    if (!weightMap.has(partOfName)) throw brokenFile(indexFile, `lacks part ${part} of tensor "${name}"`);
    return partOfName;
  });
}

function join(name: string, parts: readonly StoredTensor[]): StoredTensor {
  const [first] = parts;
  if (!first) throw brokenFile(indexFile, `splits tensor "${name}" into no parts`);
  const rowShape = first.shape.slice(1);
  for (const { dtype, shape } of parts) {
    const same = dtype === first.dtype && shape.length > 0 && shape.slice(1).join() === rowShape.join();
    if (!same) throw brokenFile(indexFile, `splits tensor "${name}" into parts that do not match`);
  }
  const bytes = concatenate(
    Uint8Array,
    parts.map((part) => part.bytes),
  );
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { name, dtype: first.dtype, shape: [rows, ...rowShape], bytes };
}
