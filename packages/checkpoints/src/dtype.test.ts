import { describe, expect, it } from 'vitest';
import { bytesOf, toFloat32 } from './dtype.ts';

describe('toFloat32', () => {
  const tensor = (dtype: Parameters<typeof toFloat32>[0]['dtype'], bytes: Uint8Array<ArrayBuffer>) =>
    Array.from(toFloat32({ name: 'x', dtype, shape: [2], bytes }));

  it.each([
    ['F64', new Float64Array([1.5, -2]), [1.5, -2]],
    ['F32', new Float32Array([1.5, -2]), [1.5, -2]],
    ['BF16', new Uint16Array([0x3fc0, 0xc000]), [1.5, -2]],
    ['F16', new Uint16Array([0x3e00, 0xc000]), [1.5, -2]],
    ['I64', new BigInt64Array([3n, -4n]), [3, -4]],
    ['I32', new Int32Array([3, -4]), [3, -4]],
    ['I8', new Int8Array([3, -4]), [3, -4]],
    ['U8', new Uint8Array([3, 255]), [3, 255]],
    ['BOOL', new Uint8Array([1, 0]), [1, 0]],
  ] as const)('reads %s, aligned or not', (dtype, values, expected) => {
    const bytes = new Uint8Array(values.buffer);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(tensor(dtype, bytes)).toEqual(expected);
    expect(tensor(dtype, shifted.subarray(1))).toEqual(expected);
    expect(tensor(dtype, Buffer.from(shifted.buffer, 1))).toEqual(expected);
  });

  it('does not copy f32', () => {
    const values = new Float32Array([1, 2]);
    expect(toFloat32({ name: 'x', dtype: 'F32', shape: [2], bytes: bytesOf(values) }).buffer).toBe(values.buffer);
  });
});
