import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { readVersion } from '../read-version.ts'

export const configureVersion: ConfigureCommand = (command, session) => {
  command.action(async () => {
    const version = readVersion()
    const answer = session.options.json === true ? JSON.stringify({ version, node: process.version }) : version
    await session.io.out(`${answer}\n`)
  })
  addExamples(command, ['ingitdb version', 'ingitdb version --json'])
}
