import type { Json, JsonObject } from '../../domain/json.ts'
import { isJsonObject, stringifyJson } from '../../domain/json.ts'

/** Record values as clients see them: a number whose digits a double would lose is an `ExactNumber`. */
export type { Json, JsonObject } from '../../domain/json.ts'

export const isObject = (value: Json | undefined): value is JsonObject => isJsonObject(value)

/** Compact JSON text with exact digits. */
export const toJsonText = (value: Json): string => stringifyJson(value)
