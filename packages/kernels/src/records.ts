/** Writes the records of `layouts.ts` into the kernels' memory. */
import type { Heap } from './heap.ts';
import { codes, layouts, type RecordName } from './layouts.ts';

/** The fields of a record that the host writes: numbers, codes and addresses, 0 for none. */
export type RecordOf<Name extends RecordName> = Readonly<Record<keyof (typeof layouts)[Name]['host'], number>>;

/** Returns the bytes of a record, including the fields that belong to the kernels. */
export function bytesOf(name: RecordName): number {
  const { host, own } = parts(name);
  return 4 * (Object.keys(host).length + Object.keys(own).length);
}

/** Returns the offset of a field within its record, in bytes. */
export function offsetOf(name: RecordName, field: string): number {
  const { host, own } = parts(name);
  return 4 * [...Object.keys(own), ...Object.keys(host)].indexOf(field);
}

/** Overwrites the host's fields of a record. */
export function writeRecord<Name extends RecordName>(
  heap: Heap,
  name: Name,
  address: number,
  record: RecordOf<Name>,
): void {
  const { own, host } = parts(name);
  const fields = Object.entries(host);
  const start = address + 4 * Object.keys(own).length;
  const integers = heap.int32(start, fields.length);
  const floats = heap.float32(start, fields.length);
  fields.forEach(([field, type], index) => {
    (type === 'f32' ? floats : integers)[index] = record[field as keyof RecordOf<Name>];
  });
}

/** Allocates and writes a record. @returns its address */
export function addRecord<Name extends RecordName>(heap: Heap, name: Name, record: RecordOf<Name>): number {
  const address = heap.allocate(bytesOf(name));
  writeRecord(heap, name, address, record);
  return address;
}

/** Returns the names in a table of codes, in order. */
export function codeNames<Kind extends keyof typeof codes>(kind: Kind): (keyof (typeof codes)[Kind])[] {
  return Object.keys(codes[kind]) as (keyof (typeof codes)[Kind])[];
}

/** Returns a record's field types by name. */
function parts(name: RecordName): Readonly<Record<'host' | 'own', Readonly<Record<string, string>>>> {
  return { own: {}, ...layouts[name] };
}
