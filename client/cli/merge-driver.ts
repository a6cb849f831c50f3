import { exitCodes } from '../../api/contract/problem.ts'
import { formatConflicts } from './output/format-conflicts.ts'
import type { Session } from './session.ts'

/**
 * Merges one file for git: `merge-driver [--ancestor] [--marker-size N] [--] BASE OURS THEIRS PATH`. Not read by the library that reads other command lines, since
 * git starts this once for every file. What is in conflict is said on the error stream.
 * @returns 0 merged; 1 in conflict, with markers in OURS; more: nothing was done, and OURS is as it was
 */
export const runMergeDriver = async (session: Session, args: readonly string[]): Promise<number> => {
  const { io } = session
  const parsed = parseArguments(args)
  if (parsed === undefined) {
    io.err('error: merge-driver is started by git, as merge-driver [--marker-size N] -- BASE OURS THEIRS PATH\n  try: ingitdb setup\n')
    return exitCodes.usage
  }
  try {
    const { mergeFiles } = await session.local()
    const conflicts = await mergeFiles(parsed)
    io.err(formatConflicts(conflicts, { color: false }))
    return conflicts.length === 0 ? exitCodes.done : exitCodes.no
  } catch (error) {
    io.err(`ingitdb merge-driver: ${parsed.path}: ${error instanceof Error ? error.message : String(error)}; git merges this file by lines\n`)
    return exitCodes.internal
  }
}

/** Characters of a marker that git asks for when it does not say. */
const markerSizeDefault = 7

const parseArguments = (args: readonly string[]) => {
  const isAncestor = args[0] === '--ancestor'
  const options = isAncestor ? args.slice(1) : args
  const hasSize = options[0] === '--marker-size'
  const [first, ...rest] = hasSize ? options.slice(2) : options
  const files = first === '--' || first === undefined ? rest : [first, ...rest]
  const [base, ours, theirs, path, ...more] = files
  const markerSize = hasSize ? Number(options[1]) : markerSizeDefault
  const isComplete = base !== undefined && ours !== undefined && theirs !== undefined && path !== undefined && more.length === 0
  const isMarker = Number.isInteger(markerSize) && markerSize > 0 && markerSize < 1000
  return isComplete && isMarker ? { base, ours, theirs, path, markerSize, isAncestor } : undefined
}
