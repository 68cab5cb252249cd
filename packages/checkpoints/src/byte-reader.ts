import { cannotConvert } from './convert-error.ts';

/** Reads little-endian numbers and slices of an array in sequence. Every read is bounds-checked. */
export class ByteReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  /** @param file the file's name, for error messages */
  constructor(
    bytes: Uint8Array<ArrayBuffer>,
    readonly file: string,
    public position = 0,
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get remaining(): number {
    return this.#bytes.length - this.position;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** @throws ConvertError beyond 2^53. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw cannotConvert(this.file, `holds a size of ${value}`);
    return Number(value);
  }

  float32(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** Reads a big-endian number, as in pickle. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** Reads a varint, as in protobuf and LevelDB. @throws ConvertError beyond 2^53. */
  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 56; scale *= 128) {
      const byte = this.uint8();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (Number.isSafeInteger(value)) return value;
        break;
      }
    }
    throw cannotConvert(this.file, 'holds a number beyond 2^53');
  }

  /** Returns a view, not a copy. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  #advance(length: number): number {
    if (!(length >= 0 && length <= this.remaining)) {
      throw cannotConvert(this.file, `ends at ${this.#bytes.length}, in the middle of a value`);
    }
    this.position += length;
    return this.position - length;
  }
}
