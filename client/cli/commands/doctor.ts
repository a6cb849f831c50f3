import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, type Format } from '../options.ts'
import { printList, toRows } from '../output/print-answer.ts'

export const configureDoctor: ConfigureCommand = (command, session) => {
  command.action(async ({ format }: { readonly format?: Format }) => {
    const { healthy, findings } = await session.call('checkHealth', {})
    if (!healthy) session.exitCode = exitCodes.no
    if (format !== undefined || session.options.json === true) {
      await printList(session, toRows(['check', 'ok', 'detail', 'remedy'], findings), format)
      return
    }
    for (const { check, ok, detail, remedy } of findings) {
      await session.io.out(
        `${ok ? 'ok    ' : 'not ok'} ${check}: ${detail.replaceAll('\n', '\n       ')}\n${remedy === undefined ? '' : `       try: ${remedy}\n`}`,
      )
    }
  })
  addFormatOption(command)
  addExamples(command, ['ingitdb doctor', 'ingitdb doctor --format json'])
}
