import { fileURLToPath } from 'node:url'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { readVersion } from '../read-version.ts'

/** npm installs and updates this program; asking a server from here would be one more thing to trust. */
export const configureSelfUpdate: ConfigureCommand = (command, session) => {
  command
    .option('--check', 'taken as the Go CLI takes it: no server is asked, so nobody can tell')
    .option('-y, --yes', 'taken as the Go CLI takes it')
    .option('--allow-downgrade', 'taken as the Go CLI takes it')
    .action(async () => {
      const isInstalled = /[\\/]node_modules[\\/]/.test(fileURLToPath(import.meta.url))
      const remedy = isInstalled ? 'npm install --global ingitdb@latest' : 'git pull && npm ci'
      session.exitCode = exitCodes.no
      if (session.options.json === true) await session.io.out(`${JSON.stringify({ version: readVersion(), updated: false, remedy })}\n`)
      else await session.io.out(`ingitdb ${readVersion()} is updated by npm, not by itself\n  try: ${remedy}\n`)
    })
  addExamples(command, ['ingitdb self-update', 'ingitdb self-update --check'])
}
