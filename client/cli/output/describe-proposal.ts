import { sayText } from '../../../api/contract/describe-failure.ts'
import type { Adoption, ProposedTable } from '../local.ts'

/** Files that are named when they belong to no table; of more there is a count. */
const leftOutMax = 20

/** A proposal for people: one paragraph a table, one line a column, each with what speaks for it; then the files that belong to none. */
export const describeProposal = ({ tables, leftOut }: Adoption['proposal']): string => {
  const rest = leftOut.slice(0, leftOutMax).map(({ path, why }) => `  ${sayText(path)}: ${sayText(why)}`)
  const more = leftOut.length > leftOutMax ? [`  … and ${leftOut.length - leftOutMax} more`] : []
  return [...tables.map(describeTable), ...(leftOut.length === 0 ? [] : [['Left out:', ...rest, ...more].join('\n')])]
    .map((part) => `${part}\n`)
    .join('\n')
}

const kinds: Readonly<Record<string, string>> = {
  single: 'one file a record',
  list: 'a list in one file',
  dictionary: 'a map of records in one file',
}

const describeTable = ({ table, paths, records, keyEvidence, columns }: ProposedTable): string => {
  const { id, directory, recordFile, primaryKey, rules } = table
  const width = Math.max(...columns.map(({ column }) => column.name.length), 0)
  const place = `${directory === '' ? '' : `${directory}/`}${recordFile.name}`
  const files = paths.length === 1 ? 'one file' : `${paths.length} files`
  return [
    `Table ${id}: ${sayText(place)} (${recordFile.format}, ${kinds[recordFile.type] ?? recordFile.type}), ${records === 1 ? '1 record' : `${records} records`} in ${files}`,
    `  key: ${sayText(keyEvidence)}${primaryKey.length > 0 || rules.keyField === undefined ? '' : `; "${sayText(rules.keyField)}" repeats it`}`,
    ...columns.map(
      (each) =>
        `  ${sayText(each.column.name).padEnd(width)}  ${[each.evidence, ...(each.reference === undefined ? [] : [each.reference])].map(sayText).join('; ')}`,
    ),
    ...(recordFile.excludeRegex === undefined ? [] : [`  exclude_regex: ${sayText(recordFile.excludeRegex)}`]),
    ...(table.recordsDirectory === undefined ? [] : ['  note: the records stay outside of $records/, where the Go tools look for them']),
  ].join('\n')
}
