import { isJsonObject, type Json, type JsonObject } from '../json.ts'

/**
 * The record after a merge-patch: null removes a member, objects merge, anything else replaces. Members keep their order, new ones follow.
 * Neither argument may be nested deeper than `findStructureFault` allows. Source: RFC 7396.
 */
export const mergePatch = (target: JsonObject, patch: JsonObject): JsonObject => {
  const members = new Map<string, Json>(Object.entries(target))
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) members.delete(name)
    else members.set(name, isJsonObject(change) ? mergePatch(objectOrEmpty(members.get(name)), change) : change)
  }
  return Object.fromEntries(members)
}

const objectOrEmpty = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
