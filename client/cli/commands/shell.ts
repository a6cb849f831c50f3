import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples, addFormatOption, addReadOptions } from '../options.ts'
import type { ShellOptions } from '../shell/run-shell.ts'

export const configureShell: ConfigureCommand = (command, session) => {
  command.action(async (options: ShellOptions) => (await import('../shell/run-shell.ts')).runShell(session, options))
  addFormatOption(addReadOptions(command))
  addExamples(command, ['ingitdb shell', 'ingitdb shell --at HEAD~1', 'ingitdb shell --format csv < questions.sql'])
}
