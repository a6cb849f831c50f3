import { formatAddress, type RecordAddress } from '../../../api/contract/address.ts'
import { isObject, type Json, type JsonObject, toJsonText } from '../../../api/contract/json.ts'
import { OperationFailed } from '../errors.ts'
import type { Session } from '../session.ts'
import { editText } from './edit-text.ts'
import { parseData } from './parse-data.ts'
import { blankFields, describeColumns } from './record-template.ts'

interface NewRecord {
  readonly table: string
  readonly key: string | undefined
  write(record: JsonObject): Promise<void>
}

/** Lets a person fill in a new record; fields left blank are left out. @returns whether it was written */
export const editNewRecord = async (session: Session, { table, key, write }: NewRecord): Promise<boolean> => {
  const { definition } = await session.call('describeTable', { table, ...session.branch() })
  const text = [
    `# A new record of ${table}. Save and close to insert it; leave the file as it is, or empty, to insert nothing.`,
    ...describeColumns(definition),
    ...(key === undefined ? ['$id:'] : []),
    ...blankFields(definition),
    '',
  ].join('\n')
  return editText(session, {
    text,
    fileName: 'record.yaml',
    accept: async (written) => write(withoutBlanks(await parseRecord(session, written))),
  })
}

interface Patch {
  readonly patch: JsonObject
  /** What the patch was made from. */
  readonly revision: string
}

interface OldRecord extends RecordAddress {
  write(patch: Patch): Promise<void>
}

/** Lets a person change a record; only what they changed is written. @returns whether anything was */
export const editOldRecord = async (session: Session, { table, id, write }: OldRecord): Promise<boolean> => {
  const formats = await session.formats()
  const [{ definition }, { json, revision }] = await Promise.all([
    session.call('describeTable', { table, ...session.branch() }),
    session.call('getRecord', { table, id, ...session.branch() }),
  ])
  const stored = await formats.parseJson(json)
  const { $id: _key, $parent: _parent, ...before } = stored.ok && isObject(stored.value) ? stored.value : {}
  const head = `# ${formatAddress({ table, id })}. Save and close to update it; leave the file as it is, or empty, to change nothing.`
  return editText(session, {
    text: [head, ...describeColumns(definition), Object.keys(before).length === 0 ? '' : await formats.stringifyYaml(before)].join('\n'),
    fileName: 'record.yaml',
    accept: async (written) => {
      const patch = diffObjects(before, await parseRecord(session, written))
      if (patch === undefined) session.say('nothing changed')
      else await write({ patch, revision })
    },
  })
}

const parseRecord = async (session: Session, text: string): Promise<JsonObject> => {
  const value = await parseData(await session.formats(), text, 'record.yaml')
  if (isObject(value)) return value
  throw new OperationFailed({ kind: 'invalid-input', issues: [{ rule: 'type', message: 'a record must be an object', file: 'record.yaml' }] })
}

const withoutBlanks = (record: JsonObject): JsonObject => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))

/** The merge patch that leads from one object to another; `undefined` when they are the same. Numbers with other digits are other numbers. */
const diffObjects = (before: JsonObject, after: JsonObject): JsonObject | undefined => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const members = [...names].flatMap((name): [string, Json][] => {
    const [old, wanted] = [memberOf(before, name), memberOf(after, name)]
    if (wanted === undefined) return old === undefined ? [] : [[name, null]]
    if (old !== undefined && toJsonText(old) === toJsonText(wanted)) return []
    if (!isObject(old) || !isObject(wanted)) return [[name, wanted]]
    const inner = diffObjects(old, wanted)
    return inner === undefined ? [] : [[name, inner]]
  })
  return members.length === 0 ? undefined : Object.fromEntries(members)
}

const memberOf = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined)
