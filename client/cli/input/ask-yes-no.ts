import { UsageError } from '../errors.ts'
import type { Session } from '../session.ts'

/** Asks on the terminal; anything but `y` or `yes` means no. Where nobody can answer, the caller has to be told with `--yes`. */
export const askYesNo = async ({ io }: Session, question: string): Promise<boolean> => {
  if (!io.stdinIsTerminal || !io.errIsTerminal) throw new UsageError('nobody is there to be asked: say --yes, or --dry-run to look only')
  io.err(`${question} [y/N] `)
  let answer = ''
  for await (const chunk of io.stdin) {
    answer += Buffer.from(chunk).toString('utf8')
    if (answer.includes('\n')) break
  }
  return /^\s*y(es)?\s*$/i.test(answer.split('\n', 1)[0] ?? '')
}
