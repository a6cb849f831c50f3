import type { Handler } from './operation-context.ts'

/** Throws the read model away and reads it from git again; answers are the same before and after. */
export const rebuild: Handler<'rebuild'> = ({ database, onProgress }) => database.rebuild(onProgress)
