import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, type Format } from '../options.ts'
import { printObject, toRows } from '../output/print-answer.ts'

export const configureRebuild: ConfigureCommand = (command, session) => {
  command.action(async ({ format }: { readonly format?: Format }) => {
    const report = await session.call('rebuild', {})
    session.progress.end()
    const { commits, records, milliseconds } = report
    if (format !== undefined || session.options.json === true) await printObject(session, toRows([], [{ commits, records, milliseconds }]), format)
    else await session.io.out(`${commits} commits, ${records} records\n`)
  })
  addFormatOption(command)
  addExamples(command, ['ingitdb rebuild', 'ingitdb rebuild --format json --path mydb'])
}
