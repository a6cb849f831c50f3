import { Option } from 'commander'
import type { OperationInput } from '../../../api/contract/operations.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { addExamples, addWriteOptions, collect, type WriteOptions } from '../options.ts'
import { type MergeAnswer, printMerge } from '../output/print-merge.ts'
import { strategies } from '../replay-options.ts'

type Input = OperationInput<'mergeBranch'>
type Strategy = NonNullable<Input['strategy']>

interface MergeOptions extends WriteOptions {
  readonly into?: string
  readonly strategy?: Strategy
  readonly strategyFor?: readonly string[]
  readonly ff?: boolean
  readonly ffOnly?: boolean
  readonly squash?: boolean
  readonly continue?: boolean
  readonly abort?: boolean
}

export const configureMerge: ConfigureCommand = (command, session) => {
  addWriteOptions(command)
    .argument('[source]', 'branch, tag or commit to merge; with --continue and --abort the id of a merge that waits')
    .option('--into <branch>', 'branch that is merged into (default: the one checked out)')
    .addOption(new Option('--strategy <strategy>', 'what counts where both sides changed the same value').choices(strategies))
    .option('--strategy-for <table=strategy>', 'the same for one table; repeat it', collect)
    .option('--no-ff', 'make a commit even where the branch could just move')
    .option('--ff-only', 'move the branch, or fail')
    .option('--squash', 'one commit with the changes, and no second parent')
    .option('--continue', 'finish a merge whose conflicts are settled')
    .option('--abort', 'give up a merge that waits')
    .action(async (source: string | undefined, options: MergeOptions) => {
      if (options.abort === true) {
        const { merge, branch, source: name } = await session.call('abortMerge', { ...(source !== undefined && { merge: source }) })
        return session.say(`gave up merge ${merge}: ${name} into ${branch}`)
      }
      await printMerge(session, await callMerge(source, options))
    })
  addExamples(command, ['ingitdb merge proposal', 'ingitdb merge proposal --into main --dry-run', 'ingitdb merge proposal --strategy theirs'])

  const callMerge = async (source: string | undefined, options: MergeOptions): Promise<MergeAnswer> => {
    const force = options.force === true && { force: true }
    if (options.continue === true) return session.call('continueMerge', { ...(source !== undefined && { merge: source }), ...force })
    if (source === undefined) throw new UsageError('say what to merge: a branch, a tag or a commit')
    const into = options.into ?? session.options.branch
    return session.call('mergeBranch', {
      source,
      ...(into !== undefined && { into }),
      ...(options.strategy !== undefined && { strategy: options.strategy }),
      ...(options.strategyFor !== undefined && { strategies: parseStrategies(options.strategyFor) }),
      ...(options.ffOnly === true ? { fastForward: 'only' } : options.ff === false && { fastForward: 'never' }),
      ...(options.squash === true && { squash: true }),
      ...(options.message !== undefined && { message: options.message }),
      ...(options.dryRun === true && { dryRun: true }),
      ...force,
    })
  }
}

const parseStrategies = (pairs: readonly string[]): Record<string, Strategy> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const [table = '', name] = pair.split('=')
      const strategy = strategies.find((each) => each === name)
      if (table === '' || strategy === undefined) throw new UsageError(`"${pair}" is no table=strategy; strategies are ${strategies.join(', ')}`)
      return [table, strategy]
    }),
  )
