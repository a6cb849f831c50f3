import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../json.ts'

/** Levels of lists and objects in a record, the record itself being the first. */
export const nestingMax = 100

export interface StructureFault {
  readonly rule: 'nesting' | 'forbidden-name'
  readonly message: string
}

/**
 * What makes a record unsafe to work on, whatever its table says: too deep for recursive code, or a member `__proto__`, which JavaScript
 * programs that read the record would take for its prototype. Never looks deeper than 100 levels, so it is safe on any input.
 */
export const findStructureFault = (fields: JsonObject): StructureFault | undefined => findFault(fields, 1)

const findFault = (value: Json, level: number): StructureFault | undefined => {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return undefined
  if (level > nestingMax) return { rule: 'nesting', message: `the record is nested deeper than ${nestingMax} levels` }
  if (!isJsonObject(value)) return findFirst(value, level)
  if (Object.hasOwn(value, '__proto__')) return { rule: 'forbidden-name', message: 'the name "__proto__" is not allowed in a record' }
  return findFirst(Object.values(value), level)
}

const findFirst = (members: readonly Json[], level: number): StructureFault | undefined => {
  for (const member of members) {
    const fault = findFault(member, level + 1)
    if (fault !== undefined) return fault
  }
  return undefined
}
