import type { FieldValue } from '../event-sourcing/decision.ts'
import type { Issue } from '../failure.ts'
import type { RecordKey, TableId } from '../ids.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import { escapePointer } from './column-check.ts'
import { recordAddress } from './record-address.ts'
import { type Reference, referenceText } from './references.ts'

/** Which record an issue is about. */
interface About {
  readonly table: TableId
  readonly key: RecordKey
}

/** A value of a foreign key column that leads to no record. @param found  the value, and where it is in the field, as a JSON pointer */
export const danglingIssue = (
  about: About,
  { column: { name }, target, foreignKey }: Reference,
  { at, value }: { readonly at: string; readonly value: Json | undefined },
): Issue => {
  const nothing = target === undefined ? `the table ${foreignKey}, which does not exist` : `no record of ${target.id}`
  const message = `the field ${JSON.stringify(name + at)} refers to ${nothing}: ${show(value)}`
  return issueOf(about, { rule: 'foreign-key', message, field: `/${escapePointer(name)}${at}`, value })
}

/** A record of a subcollection below a record that is not there. @param value  the key of that record */
export const missingParentIssue = (about: About, { foreignKey }: Reference, value: Json | undefined): Issue => {
  const message = `there is no record ${show(value)} of ${foreignKey} that it could lie below`
  return issueOf(about, { rule: 'parent', message, field: '/$parent', value })
}

/** A record that has the values of another one in columns that are unique together. */
export const duplicateIssue = (about: About, values: readonly FieldValue[], other: RecordKey): Issue => {
  const what = values.map(({ column, value }) => `${JSON.stringify(column)} ${show(value)}`).join(' and ')
  const message = `${recordAddress(about.table, other)} already has ${what}, which must be unique`
  return issueOf(about, { rule: 'unique', message, field: `/${escapePointer(values[0]?.column ?? '')}`, value: values[0]?.value })
}

const issueOf = (
  { table, key }: About,
  { value, ...violation }: Pick<Issue, 'rule' | 'message' | 'field'> & { readonly value: Json | undefined },
): Issue => ({ ...violation, table, key, ...(value === undefined ? {} : { value }) })

/** The values of a field that must each lead to a record, with where they are in it. */
export const listReferring = ({ isList }: Reference, value: Json | undefined): readonly (readonly [at: string, value: Json | undefined])[] =>
  isList && Array.isArray(value) ? value.map((element: Json, index) => [`/${index}`, element]) : [['', value]]

export const fieldOf = (fields: JsonObject, name: string): Json | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined)

/** Whether a foreign key names nothing, and so needs no record. */
export const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === ''

/** A record that lacks a column is exempt; so is one with a list or map in it, for unique columns are scalar. */
export const isScalar = (value: Json): boolean => value !== null && !Array.isArray(value) && !isJsonObject(value)

const show = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : typeof value === 'string' ? JSON.stringify(value) : `${referenceText(value) ?? 'a list or an object'}`
