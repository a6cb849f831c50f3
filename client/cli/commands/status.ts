import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, addReadOptions, type Format, type ReadOptions } from '../options.ts'
import { describeStatus } from '../output/describe-status.ts'
import { printObject, toRows } from '../output/print-answer.ts'

export const configureStatus: ConfigureCommand = (command, session) => {
  command.action(async ({ at, format }: ReadOptions & { readonly format?: Format }) => {
    const status = await session.call('readStatus', { ...(at !== undefined && { at }), ...session.branch() })
    if (format === undefined && session.options.json !== true && session.io.outIsTerminal) await session.io.out(describeStatus(status))
    else await printObject(session, toRows([], [status]), format)
  })
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb status', 'ingitdb status --format json --path mydb'])
}
