import { ParquetProblem } from './parquet-problem.ts'

/** Reads forward in bytes that may be damaged: whoever reads past their end is told so. Lengths are never trusted. */
export class ByteCursor {
  readonly bytes: Uint8Array
  readonly #view: DataView
  offset = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.offset
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.bytes.subarray(start, start + length)
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true)
  }

  float(): number {
    return this.#view.getFloat32(this.#advance(4), true)
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true)
  }

  /** An unsigned LEB128 number that a double holds exactly. */
  varint(): number {
    let result = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      result += (byte & 0x7f) * factor
      if (result > Number.MAX_SAFE_INTEGER) throw new ParquetProblem('a number in it is too large')
      if (byte < 0x80) return result
      if (factor > 2 ** 49) throw new ParquetProblem('a number in it does not end')
    }
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** A signed number of up to 64 bits. */
  zigzag64(): bigint {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte()
      result |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, (BigInt.asUintN(64, result) >> 1n) ^ -(result & 1n))
      if (shift > 63n) throw new ParquetProblem('a number in it does not end')
    }
  }

  #advance(length: number): number {
    if (!(length >= 0 && length <= this.left)) throw new ParquetProblem('it ends too early, or a length in it is wrong')
    const start = this.offset
    this.offset += length
    return start
  }
}
