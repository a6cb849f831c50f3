import type { Json } from '../../domain/json.ts'

/** Reads JSON text of our own with exact digits; injected, since parsing is infrastructure. */
export type ReadJson = (text: string) => Json
