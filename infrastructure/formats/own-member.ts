import type { Json, JsonObject } from '../../domain/json.ts'

/** A member that the object has itself: `toString` and the like are names as good as any other. */
export const ownMember = (object: JsonObject, name: string): Json | undefined => (Object.hasOwn(object, name) ? object[name] : undefined)
