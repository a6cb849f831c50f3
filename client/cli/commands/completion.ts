import { Argument } from 'commander'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'

export const configureCompletion: ConfigureCommand = (command, session) => {
  command
    .addArgument(new Argument('<shell>', 'the shell that the script is for').choices(['bash', 'zsh', 'fish', 'powershell']))
    .action(async (shell) => {
      const { completionScripts } = await import('../completion/scripts.ts')
      await session.io.out(completionScripts[shell as keyof typeof completionScripts])
    })
  addExamples(command, ['ingitdb completion bash > ~/.ingitdb-completion.bash', 'ingitdb completion fish'])
}
