/** A value in Thrift's compact protocol: its type there, and its bytes. */
export interface ThriftBytes {
  readonly type: number
  readonly bytes: Uint8Array
}

export const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

/** Whole numbers that are not negative: the metadata that is written has no others. */
export const int32 = (value: number): ThriftBytes => ({ type: 5, bytes: varint(value * 2) })
export const int64 = (value: number): ThriftBytes => ({ type: 6, bytes: varint(value * 2) })

export const binary = (text: string): ThriftBytes => {
  const bytes = Buffer.from(text, 'utf8')
  return { type: 8, bytes: Buffer.concat([varint(bytes.length), bytes]) }
}

/** @param type  of all items, which counts where there are none */
export const list = (type: number, items: readonly ThriftBytes[]): ThriftBytes => {
  const head = items.length < 15 ? Uint8Array.of(items.length * 16 + type) : Buffer.concat([Uint8Array.of(0xf0 + type), varint(items.length)])
  return { type: 9, bytes: Buffer.concat([head, ...items.map(({ bytes }) => bytes)]) }
}

/** @param fields  by number, in rising order, none 16 or more above the one before; those that are undefined are left out */
export const struct = (fields: Readonly<Record<number, ThriftBytes | undefined>>): ThriftBytes => {
  const parts: Uint8Array[] = []
  let last = 0
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue
    const id = Number(name)
    parts.push(Uint8Array.of((id - last) * 16 + value.type), value.bytes)
    last = id
  }
  return { type: 12, bytes: Buffer.concat([...parts, Uint8Array.of(0)]) }
}
