/** The records that the kernels read, field by field as `assembly/inference/records.ts` declares them: 4 bytes each. */
import type { Heap } from './heap.ts';

export interface LinearRecord {
  readonly weights: number;
  readonly bias: number;
  /** Both 0 for f32 weights. */
  readonly scales: number;
  readonly sums: number;
  readonly inputPanels: number;
  readonly outputPanels: number;
}

const linearFields = ['weights', 'bias', 'scales', 'sums', 'inputPanels', 'outputPanels'] as const;

/** Every field is an address. */
export interface LayerRecord {
  readonly queryKeyValue: number;
  readonly query: number;
  readonly keyValue: number;
  readonly attentionOutput: number;
  readonly attentionNormWeight: number;
  readonly attentionNormBias: number;
  /** 0 for none. */
  readonly halving: number;
  readonly ffn: number;
  readonly ffnOutput: number;
  readonly outputNormWeight: number;
  readonly outputNormBias: number;
}

const layerFields = [
  'queryKeyValue',
  'query',
  'keyValue',
  'attentionOutput',
  'attentionNormWeight',
  'attentionNormBias',
  'halving',
  'ffn',
  'ffnOutput',
  'outputNormWeight',
  'outputNormBias',
] as const;

export interface HalvingRecord {
  readonly factors: number;
  readonly columns: number;
}

const halvingFields = ['factors', 'columns'] as const;

export interface AttentionBlockRecord {
  readonly firstQuery: number;
  readonly queries: number;
  readonly firstKey: number;
  readonly keys: number;
  readonly scale: number;
}

const attentionBlockFields = ['firstQuery', 'queries', 'firstKey', 'keys', 'scale'] as const;

export interface PassRecord {
  readonly rows: number;
  readonly source: number;
  readonly sourceRows: number;
  readonly tileHeight: number;
  readonly tallTiles: number;
  readonly tiles: number;
  readonly heads: number;
  readonly headPanels: number;
  readonly hiddenSize: number;
  readonly hiddenPanels: number;
  readonly innerPanels: number;
  readonly activation: number;
  readonly dot: number;
  readonly leastActivation: number;
  readonly epsilon: number;
  readonly attentionBlocks: number;
  readonly attentionBlockCount: number;
  readonly embedded: number;
  readonly hidden: number;
  readonly queries: number;
  readonly keyValues: number;
  readonly keyRows: number;
  readonly context: number;
  readonly inner: number;
  readonly quantizedInput: number;
  readonly rowScales: number;
  readonly rowZeros: number;
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly threads: number;
  readonly callerSleeps: number;
}

const passFields = [
  'rows',
  'source',
  'sourceRows',
  'tileHeight',
  'tallTiles',
  'tiles',
  'heads',
  'headPanels',
  'hiddenSize',
  'hiddenPanels',
  'innerPanels',
  'activation',
  'dot',
  'leastActivation',
  'epsilon',
  'attentionBlocks',
  'attentionBlockCount',
  'embedded',
  'hidden',
  'queries',
  'keyValues',
  'keyRows',
  'context',
  'inner',
  'quantizedInput',
  'rowScales',
  'rowZeros',
  'scratch',
  'scratchBytes',
  'threads',
  'callerSleeps',
] as const;

/** Behind these, the kernels keep four fields of their own, zero at first. */
export const passBytes = (passFields.length + 4) * 4;

export const attentionBlockBytes = attentionBlockFields.length * 4;

/** The fields that hold an f32; all others are integers. */
const floatFields: ReadonlySet<string> = new Set(['scale', 'epsilon']);

export const jobKinds = { mapEmbeddings: 0, quantizeHidden: 1, runLayer: 2, stop: 3 } as const;

/** `number` belongs to the kernels. */
const jobFields = ['number', 'kind', 'pass', 'weights'] as const;

export const jobBytes = jobFields.length * 4;

export interface JobRecord {
  readonly kind: number;
  readonly pass: number;
  readonly weights: number;
}

export function writeLinear(heap: Heap, record: LinearRecord): number {
  return writeNew(heap, linearFields, record);
}

export function writeLayer(heap: Heap, record: LayerRecord): number {
  return writeNew(heap, layerFields, record);
}

export function writeHalving(heap: Heap, record: HalvingRecord): number {
  return writeNew(heap, halvingFields, record);
}

export function writePass(heap: Heap, address: number, record: PassRecord): void {
  write(heap, address, passFields, record);
}

export function writeAttentionBlock(heap: Heap, address: number, record: AttentionBlockRecord): void {
  write(heap, address, attentionBlockFields, record);
}

export function writeJob(heap: Heap, address: number, record: JobRecord): void {
  write(heap, address + 4, ['kind', 'pass', 'weights'], record);
}

function writeNew<Field extends string>(heap: Heap, fields: readonly Field[], record: Record<Field, number>): number {
  const address = heap.allocate(fields.length * 4);
  write(heap, address, fields, record);
  return address;
}

function write<Field extends string>(
  heap: Heap,
  address: number,
  fields: readonly Field[],
  record: Readonly<Record<Field, number>>,
): void {
  const integers = heap.int32(address, fields.length);
  const floats = heap.float32(address, fields.length);
  fields.forEach((field, index) => ((floatFields.has(field) ? floats : integers)[index] = record[field]));
}
