import { Option } from 'commander'
import { isObject } from '../../../api/contract/json.ts'
import type { OperationInput } from '../../../api/contract/operations.ts'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError, unwrap } from '../errors.ts'
import { addExamples, createFormatOption } from '../options.ts'
import { type DiffDepth, type DiffNames, formatDiffText, toDiffJson } from '../output/format-diff.ts'
import type { Session } from '../session.ts'

interface DiffOptions {
  readonly depth: DiffDepth
  readonly format?: 'text' | 'json' | 'yaml' | 'toml' | 'patch'
  readonly collection?: string
  readonly pathFilter?: string
  readonly renames: boolean
}

export const configureDiff: ConfigureCommand = (command, session) => {
  session.exitCodeOfFailure = exitCodes.couldNotRun
  command
    .argument('[moments]', 'A: from there to the head; A..B: from A to B; A...B: what B did since it left A; default: from HEAD to the files')
    .addOption(new Option('--depth <depth>', 'how much to say').choices(['summary', 'record', 'fields', 'full']).default('summary'))
    .addOption(createFormatOption('--format <format>', 'form of the answer', ['text', 'json', 'yaml', 'toml', 'patch']))
    .option('--collection <table>', 'only this table')
    .option('--path-filter <path>', 'only files whose path starts so, or matches this glob')
    .option('--no-renames', 'say of records, columns and tables under another name that they were deleted and added')
    .action(async (range: string | undefined, { depth, format, collection, pathFilter, renames }: DiffOptions) => {
      const { names, input } = parseRange(range, session.options.branch)
      const scope = {
        ...input,
        ...(collection !== undefined && { table: collection }),
        ...(pathFilter !== undefined && { pathFilter }),
        ...session.branch(),
      }
      if (format === 'patch') return printPatch(session, scope)
      const answer = await session.call('diffCommits', { ...scope, depth, ...(!renames && { renames }) })
      if (answer.differs) session.exitCode = exitCodes.no
      const form = format ?? (session.options.json === true ? 'json' : 'text')
      if (form === 'text') return session.io.out(formatDiffText(answer, names, depth))
      const json = toDiffJson(answer, names)
      if (form === 'json') return session.io.out(`${json}\n`)
      const formats = await session.formats()
      const value = unwrap(await formats.parseJson(json))
      return session.io.out(form === 'toml' && isObject(value) ? await formats.stringifyToml(value) : await formats.stringifyYaml(value))
    })
  addExamples(command, [
    'ingitdb diff main..proposal --depth record',
    'ingitdb diff HEAD~1 --depth full --format json',
    'ingitdb diff main...proposal --format patch > proposal.patch',
  ])
}

/** Nothing but the patch: whatever stood before it would be none. */
const printPatch = async (session: Session, input: OperationInput<'readPatch'>): Promise<void> => {
  const { patch, encoding } = await session.call('readPatch', input)
  if (patch !== '') session.exitCode = exitCodes.no
  await session.io.out(encoding === 'base64' ? Buffer.from(patch, 'base64') : patch)
}

interface Range {
  readonly names: DiffNames
  readonly input: Pick<OperationInput<'diffCommits'>, 'from' | 'to' | 'sinceMergeBase'>
}

/** `A`, `A..B`, `A...B` as git reads them; a side that is left out is the head, of the branch that is asked for where one is. */
const parseRange = (text: string | undefined, branch: string | undefined): Range => {
  const head = branch ?? 'HEAD'
  if (text === undefined) return { names: { from: head, to: 'worktree', dots: '..' }, input: { from: head, to: 'worktree' } }
  const [, from = '', dots, to = ''] = /^(.*?)(\.{2,3})(.*)$/.exec(text) ?? [undefined, text]
  if (dots === undefined) return { names: { from: text, to: head, dots: '..' }, input: { from: text } }
  if (to.includes('..')) throw new UsageError(`"${text}" names more than two moments: say A..B or A...B`)
  const sides = { from: from || head, to: to || head }
  return { names: { ...sides, dots: dots === '...' ? '...' : '..' }, input: { ...sides, ...(dots === '...' && { sinceMergeBase: true }) } }
}
