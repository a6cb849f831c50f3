import type { Failure } from './failure.ts'

/** What an operation that may fail in an expected way returns. Bugs are thrown, never returned. */
export type Result<T, E = Failure> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: E }

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })

export const fail = <E>(failure: E): { readonly ok: false; readonly failure: E } => ({ ok: false, failure })
