import { Option } from 'commander'
import { exitCodes } from '../../../api/contract/problem.ts'
import type { ConfigureCommand } from '../configure-command.ts'
import { addExamples } from '../options.ts'
import { printConflicts } from '../output/print-merge.ts'

export const configureConflicts: ConfigureCommand = (command, session) => {
  command
    .argument('[merge]', 'id of a merge that waits (default: the one into the current branch)')
    .option('--list', 'list the merges that wait')
    .addOption(new Option('--format <format>', 'form of the answer').choices(['text', 'json']))
    .action(async (merge: string | undefined, { list, format }: { readonly list?: boolean; readonly format?: 'text' | 'json' }) => {
      const isJson = format === 'json' || (format === undefined && session.options.json === true)
      if (list === true) {
        const { merges } = await session.call('listMerges', {})
        if (isJson) return session.io.out(`${JSON.stringify(merges)}\n`)
        return session.io.out(merges.map((each) => `${each.merge}  ${each.source} into ${each.branch}, ${each.settled} settled\n`).join(''))
      }
      const answer = await session.call('readConflicts', { ...(merge !== undefined && { merge }) })
      if (answer.status === 'conflicts') session.exitCode = exitCodes.no
      else session.say(`nothing is open: finish with "ingitdb merge --continue ${answer.merge}"`)
      if (isJson) return session.io.out(`${JSON.stringify(answer)}\n`)
      if (answer.sourceMoved === true)
        session.say(
          `note: ${answer.source} has moved since; this merge keeps ${answer.theirs.slice(0, 12)}: give it up and merge again to have the rest`,
        )
      await printConflicts(session, answer)
    })
  addExamples(command, ['ingitdb conflicts', 'ingitdb conflicts --format json', 'ingitdb conflicts --list'])
}
