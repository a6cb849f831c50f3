import type { PushRejection } from '../../../domain/remote/push-rejection.ts'

/** One line of `git push --porcelain`. */
export interface PushedRef {
  /** Full names here (empty when it is deleted there) and on the other side. */
  readonly source: string
  readonly ref: string
  /** How git marks it: moved, forced, new, deleted, up to date, rejected. */
  readonly flag: string
  readonly summary: string
}

/** Reads lines of `flag TAB from:to TAB summary (reason)`; other lines are no answers about refs. */
export const parsePushedRefs = (text: string): readonly PushedRef[] =>
  text.split('\n').flatMap((line) => {
    const [, flag, source, ref, summary = ''] = /^([ +*=!-])\t([^\t:]*):([^\t:]+)\t(.*)$/.exec(line) ?? []
    return flag === undefined || source === undefined || ref === undefined ? [] : [{ source, ref, flag, summary }]
  })

/** Why a ref was not taken, and what the other side said about it. @param stderr with the lines that hooks there wrote, `remote: …` */
export const toRejection = ({ ref, summary }: PushedRef, stderr: string): PushRejection => {
  const why = /\((.*)\)\s*$/.exec(summary)?.[1] ?? summary
  const isByOther = summary.startsWith('[remote rejected]')
  return { ref, reason: reasonOf(why, isByOther), why, said: isByOther ? linesOfHooks(stderr) : [] }
}

const reasonOf = (why: string, isByOther: boolean): PushRejection['reason'] => {
  if (/fetch first|non-fast-forward|updated since checkout|needs force/.test(why)) return 'diverged'
  if (/stale info/.test(why)) return 'stale'
  if (/already exists|would clobber existing tag/.test(why)) return 'tag-exists'
  if (/currently checked out/.test(why)) return 'checked-out'
  if (/failed to update ref|cannot lock ref|failed to lock|incorrect old value/.test(why)) return 'raced'
  return isByOther ? 'declined' : 'other'
}

/** Lines that are passed on. */
const saidMax = 10

/** What is git's own is left out: counts, and advice for whoever runs the other side. */
const linesOfHooks = (stderr: string): readonly string[] =>
  stderr
    .split('\n')
    .flatMap((line) => /^remote: ?(.*)$/.exec(line)?.[1]?.trim() ?? [])
    .filter((line) => line !== '' && !/^Total \d|^error: (refusing to update|By default, updating|is denied|You can set|To squelch)/.test(line))
    .slice(0, saidMax)
