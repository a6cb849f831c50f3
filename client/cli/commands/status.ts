import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, type Format } from '../options.ts'
import { printObject, toRows } from '../output/print-answer.ts'

export const configureStatus: ConfigureCommand = (command, session) => {
  command.action(async ({ format }: { readonly format?: Format }) => {
    const status = await session.call('readStatus', {})
    await printObject(session, toRows([], [status]), format)
  })
  addFormatOption(command)
  addExamples(command, ['ingitdb status', 'ingitdb status --format json --path mydb'])
}
