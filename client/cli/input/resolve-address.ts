import { resolve } from 'node:path'

/** An address of a repository as it is stored: a path that starts with a dot is made absolute, since git would look for it from the top of the work tree. */
export const resolveAddress = (cwd: string, text: string): string => (/^\.{1,2}([/\\]|$)/.test(text) ? resolve(cwd, text) : text)
