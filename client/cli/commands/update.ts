import type { Command } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readJsonPatch, readPatch } from '../input/read-patch.ts'
import { addExamples, addWriteOptions, collect, collectList } from '../options.ts'
import { printWrite } from '../output/print-write.ts'
import type { Session } from '../session.ts'
import { addTargetOptions, parseTarget, type Target, type TargetOptions, toManyInput, toOneInput } from '../target-options.ts'

interface UpdateOptions extends TargetOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly data?: string
  readonly jsonPatch?: string
  readonly edit?: boolean
}

export const configureUpdate: ConfigureCommand = (command, session) => {
  addUpdateOptions(command).action(async (options: UpdateOptions) => {
    const target = parseTarget(options)
    if (options.edit === true) return updateEdited(session, target, options)
    const patch = await readRecordPatch(session, options)
    const answer =
      target.type === 'one'
        ? await session.call('patchRecord', { ...toOneInput(session, target, options), ...patch })
        : await session.call('updateWhere', { ...(await toManyInput(session, target, options)), ...patch })
    await printWrite(session, answer, { isAsked: options.format === 'json' })
  })
}

const readRecordPatch = async (session: Session, options: UpdateOptions) => {
  const { set, unset, data, jsonPatch } = options
  if (jsonPatch !== undefined) {
    if ((set ?? unset ?? data) !== undefined)
      throw new UsageError('--json-patch says everything that changes: --set, --unset and --data go without it')
    return { jsonPatch: await readJsonPatch(session, jsonPatch) }
  }
  const patch = await readPatch(session, options)
  if (Object.keys(patch).length === 0)
    throw new UsageError('say what changes: --set FIELD=VALUE, --unset FIELD, --data PATCH, --json-patch PATCH or --edit')
  return { patch }
}

const updateEdited = async (session: Session, target: Target, options: UpdateOptions): Promise<void> => {
  const { set, unset, data, jsonPatch, format } = options
  if (target.type !== 'one') throw new UsageError('--edit changes one record: name it with --id')
  if ((set ?? unset ?? data ?? jsonPatch) !== undefined)
    throw new UsageError('--edit says what changes: --set, --unset, --data and --json-patch do not go with it')
  const { editOldRecord } = await import('../input/edit-record.ts')
  const isWritten = await editOldRecord(session, {
    ...target,
    write: async ({ patch, revision }) => {
      const input = { expectedRevision: revision, ...toOneInput(session, target, options), patch }
      await printWrite(session, await session.call('patchRecord', input), { isAsked: format === 'json' })
    },
  })
  if (!isWritten) session.say('nothing is changed: the text was left as it was, or empty')
}

const addUpdateOptions = (command: Command): Command => {
  addTargetOptions(command)
    .option('--set <field=value>', 'numbers, true, false, null, [lists], {objects} and "texts" as in YAML, anything else is text; repeat it', collect)
    .option('--unset <fields>', 'remove fields: a,b; repeat it', collectList)
    .option('--data <patch>', 'merge patch in JSON or YAML: null removes a field')
    .option('--json-patch <patch>', 'JSON Patch (RFC 6902) in JSON or YAML: operations in order, all or none; "-" for standard input')
    .option('--edit', 'change the record in an editor: $VISUAL, $EDITOR or vi')
  addWriteOptions(command)
  return addExamples(command, [
    'ingitdb update --id users/u1 --set age=31',
    "ingitdb update --from users --where 'age>30' --set senior=true --unset nickname",
    `ingitdb update --id users/u1 --json-patch '[{"op":"test","path":"/age","value":31},{"op":"add","path":"/tags/-","value":"vip"}]'`,
  ])
}
