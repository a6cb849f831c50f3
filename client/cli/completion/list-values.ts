import { isObject } from '../../../api/contract/json.ts'
import type { Session } from '../session.ts'

/** A word that may come next. */
export interface Candidate {
  readonly value: string
  readonly description?: string
}

/** What the database knows that a word may be. */
export type ValueKind = 'table' | 'record' | 'column' | 'columns' | 'assignment' | 'branch' | 'tag' | 'moment'

interface Question {
  readonly kind: ValueKind
  /** The table that the command line names, for columns. */
  readonly table: string | undefined
  /** What has been typed of the word. */
  readonly typed: string
}

/** Tables, records, columns, branches and tags of the current database. Candidates start with what was typed. */
export const listValues = async (session: Session, { kind, table, typed }: Question): Promise<readonly Candidate[]> => {
  switch (kind) {
    case 'table':
      return (await listTables(session)).map((value) => ({ value }))
    case 'record':
      return typed.includes('/') ? listRecords(session, typed) : (await listTables(session)).map((id) => ({ value: `${id}/` }))
    case 'branch':
      return listBranches(session)
    case 'tag':
      return listTags(session)
    case 'moment':
      return [...(await listBranches(session)), ...(await listTags(session))]
    case 'column':
      return listColumns(session, table)
    case 'assignment':
      return (await listColumns(session, table)).map(({ value, ...rest }) => ({ value: `${value}=`, ...rest }))
    case 'columns': {
      const before = typed.slice(0, typed.lastIndexOf(',') + 1)
      return (await listColumns(session, table)).map(({ value, ...rest }) => ({ value: `${before}${value}`, ...rest }))
    }
  }
}

const recordsMax = 100

const listBranches = async (session: Session): Promise<readonly Candidate[]> => {
  const { branches } = await session.call('listBranches', {})
  return branches.map(({ name, subject }) => ({ value: name, description: subject }))
}

const listTags = async (session: Session): Promise<readonly Candidate[]> => {
  const { tags } = await session.call('listTags', {})
  return tags.map(({ name, subject }) => ({ value: name, description: subject }))
}

const listTables = async (session: Session): Promise<readonly string[]> => {
  const { tables } = await session.call('listTables', { ...session.branch() })
  return tables.map(({ id }) => id)
}

const listRecords = async (session: Session, typed: string): Promise<readonly Candidate[]> => {
  const slash = typed.lastIndexOf('/')
  const [table, key] = [typed.slice(0, slash), typed.slice(slash + 1)]
  const where = key === '' ? [] : [`$id ^= "${key.replaceAll('"', '""')}"`]
  const { records } = await session.call('selectRecords', { table, where, fields: ['$id'], limit: recordsMax, ...session.branch() })
  return records.map((record) => ({ value: `${table}/${record.key}` }))
}

const listColumns = async (session: Session, table: string | undefined): Promise<readonly Candidate[]> => {
  if (table === undefined) return []
  const { definition } = await session.call('describeTable', { table, ...session.branch() })
  const columns = isObject(definition.columns) ? Object.entries(definition.columns) : []
  return columns.map(([value, column]) => ({ value, ...(isObject(column) && { description: String(column.type) }) }))
}
