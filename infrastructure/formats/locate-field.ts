import type { LocateField } from '../../domain/table/codecs.ts'
import type { Table } from '../../domain/table/table.ts'
import type { FindOffset, RecordFormatCodec } from './record-format.ts'
import { createLineIndex } from './text-position.ts'

/** Lines of fields in a text, by JSON pointer; see `FileContents.locate`. Nothing is parsed before the first question. */
export const createFieldLocator = (format: RecordFormatCodec, table: Table, text: string): LocateField | undefined => {
  const { createLocator } = format
  if (createLocator === undefined) return undefined
  let found: { readonly findOffset: FindOffset; readonly lineOf: (offset: number) => number } | undefined
  return (key, pointer) => {
    found ??= { findOffset: createLocator(table, text), lineOf: createLineIndex(text) }
    const offset = found.findOffset(key, parsePointer(pointer))
    return offset === undefined ? undefined : found.lineOf(offset)
  }
}

/** Steps of a JSON pointer. Source: RFC 6901. */
const parsePointer = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
