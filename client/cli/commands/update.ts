import type { Command } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { UsageError } from '../errors.ts'
import { readJsonPatch, readPatch } from '../input/read-patch.ts'
import { addExamples, addWriteOptions, collect, splitList } from '../options.ts'
import { printWrite } from '../output/print-write.ts'
import type { Session } from '../session.ts'
import { addTargetOptions, parseTarget, type TargetOptions, toManyInput, toOneInput } from '../target-options.ts'

interface UpdateOptions extends TargetOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly data?: string
  readonly jsonPatch?: string
}

export const configureUpdate: ConfigureCommand = (command, session) => {
  addUpdateOptions(command).action(async (options: UpdateOptions) => {
    const target = parseTarget(options)
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
  if (Object.keys(patch).length === 0) throw new UsageError('say what changes: --set FIELD=VALUE, --unset FIELD, --data PATCH or --json-patch PATCH')
  return { patch }
}

const addUpdateOptions = (command: Command): Command => {
  addTargetOptions(command)
    .option('--set <field=value>', 'numbers, true, false, null, [lists], {objects} and "texts" as in YAML, anything else is text; repeat it', collect)
    .option('--unset <fields>', 'remove fields: a,b', splitList)
    .option('--data <patch>', 'merge patch in JSON or YAML: null removes a field')
    .option('--json-patch <patch>', 'JSON Patch (RFC 6902) in JSON or YAML: operations in order, all or none; "-" for standard input')
  addWriteOptions(command)
  return addExamples(command, [
    'ingitdb update --id users/u1 --set age=31',
    "ingitdb update --from users --where 'age>30' --set senior=true --unset nickname",
    `ingitdb update --id users/u1 --json-patch '[{"op":"test","path":"/age","value":31},{"op":"add","path":"/tags/-","value":"vip"}]'`,
  ])
}
