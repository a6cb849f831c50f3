import { type Command, Option } from 'commander'
import type { OperationInput } from '../../api/contract/operations.ts'
import { UsageError } from './errors.ts'
import { parseWhole } from './options.ts'
import { printMerge } from './output/print-merge.ts'
import { printReplay, type ReplayVerb } from './output/print-replay.ts'
import type { Session } from './session.ts'

export interface SafetyOptions {
  readonly dryRun?: boolean
  readonly force?: boolean
}

interface ReplayOptions extends SafetyOptions {
  readonly mainline?: number
  readonly strategy?: Strategy
  readonly continue?: boolean
  readonly abort?: boolean
}

type Strategy = NonNullable<OperationInput<'cherryPick'>['strategy']>

export const strategies: readonly Strategy[] = ['manual', 'ours', 'theirs', 'union', 'max', 'min', 'strict']

export const addSafetyOptions = (command: Command): Command =>
  command
    .option('--dry-run', 'say what would happen, write nothing')
    .option('--force', 'commit although the files hold edits that are not committed; only this change is committed')

/** What `cherry-pick` and `revert` have in common: all but what is done to the commits. */
export const configureReplay = (
  command: Command,
  session: Session,
  { operation, ...verb }: ReplayVerb & { readonly operation: 'cherryPick' | 'revertCommits' },
): Command =>
  addSafetyOptions(command)
    .argument('[revisions...]', 'commits, or ranges A..B; with --continue and --abort the id of one that waits')
    .option('-m, --mainline <n>', 'of a merge: the parent that its change is compared with; 1 is the branch that was merged into', (text) =>
      parseWhole(text, 1),
    )
    .addOption(new Option('--strategy <strategy>', 'what counts where the branch changed the same value').choices(strategies))
    .option('--continue', 'finish one whose conflicts are settled; the same as "merge --continue"')
    .option('--abort', 'give up one that waits; the same as "merge --abort"')
    .action(async (revisions: readonly string[], options: ReplayOptions) => {
      const { mainline, strategy, dryRun, force } = options
      if (options.continue === true || options.abort === true) {
        const [merge] = revisions
        const which = merge !== undefined && { merge }
        if (options.continue === true) return printMerge(session, await session.call('continueMerge', { ...which, ...(force === true && { force }) }))
        const { merge: id, branch, source } = await session.call('abortMerge', { ...which })
        return session.say(`gave up merge ${id}: ${source} into ${branch}`)
      }
      if (revisions.length === 0) throw new UsageError('say which commits: revisions, or ranges like main~3..main')
      const { branch } = session.options
      const answer = await session.call(operation, {
        revisions,
        ...(branch !== undefined && { branch }),
        ...(mainline !== undefined && { mainline }),
        ...(strategy !== undefined && { strategy }),
        ...(dryRun === true && { dryRun }),
        ...(force === true && { force }),
      })
      await printReplay(session, answer, verb)
    })
