import { ExportFailed } from '../../domain/export/export-failed.ts'
import { readMembers, readText } from '../../domain/json-text.ts'

/** Fields of all records together: data with its keys as names has no columns. */
const membersMax = 10_000

/** Names that records have besides those that are known, by name. */
export const listOtherMembers = async (pages: AsyncIterable<readonly string[]>, known: readonly string[]): Promise<readonly string[]> => {
  const names = new Set(known)
  for await (const page of pages) {
    for (const record of page) for (const name of Object.keys(JSON.parse(record))) names.add(name)
    if (names.size <= membersMax) continue
    const what = 'the header that these records need'
    throw new ExportFailed({ kind: 'limit-exceeded', what, limit: membersMax, actual: names.size, unit: 'columns' })
  }
  return [...names].slice(known.length).sort()
}

/** How the members of records differ from those that queries answer with. */
export interface MemberRules {
  /** Where the key goes instead of `$id`; the field may be there and say it already. */
  readonly keyColumn: string | undefined
  readonly leftOut: ReadonlySet<string>
}

export const changeColumns = (columns: readonly string[], { keyColumn = '$id', leftOut }: MemberRules): readonly string[] => [
  keyColumn,
  ...columns.filter((name) => name !== '$id' && name !== keyColumn && !leftOut.has(name)),
]

/** @returns the same text where nothing is to be changed. Throws `ExportFailed` where the field for the key says something else. */
export const changeMembers = (record: string, { keyColumn = '$id', leftOut }: MemberRules): string => {
  if (keyColumn === '$id' && leftOut.size === 0) return record
  const members = readMembers(record)
  const key = members.get('$id') ?? '""'
  const said = members.get(keyColumn) ?? key
  if (said !== key && said !== readText(key)) {
    const message = `the field "${keyColumn}" says ${said}, not the key: without another --key-column the key is in "$id"`
    throw new ExportFailed({ kind: 'invalid-input', issues: [{ rule: 'key-column', message, key: readText(key) ?? '' }] })
  }
  const others = [...members].filter(([name]) => name !== '$id' && name !== keyColumn && !leftOut.has(name))
  return `{${[[keyColumn, said] as const, ...others].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`
}
