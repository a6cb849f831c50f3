import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { type CommandEntry, commandList } from '../../client/cli/command-list.ts'
import { Session } from '../../client/cli/session.ts'
import { noWorld } from '../support/no-world.ts'
import { readSource } from '../support/source-tree.ts'

/** `## \`insert\`` starts the section of a command; other headings of that level are about the command line as a whole. */
const sections = new Map(
  readSource('docs/reference/cli.md')
    .split(/^(?=## )/m)
    .flatMap((section) => {
      const name = /^## `(\S+)`$/m.exec(section)?.[1]
      return name === undefined ? [] : [[name, section] as const]
    }),
)
const globalFlags = ['--path', '--branch', '--remote', '--token', '--provider', '--refresh', '--json', '--quiet', '--no-color', '--help', '--version']

describe('the reference of the command line', () => {
  test('has a section for every command, in the order of the help, and none for anything else', () => {
    expect([...sections.keys()]).toEqual(commandList.map(({ name }) => name))
  })

  test.each(commandList)('names every option and subcommand of $name, and no option that it does not have', async (entry) => {
    const section = sections.get(entry.name) ?? ''
    const { flags, words } = describeCommand(await buildCommand(entry))
    const named = new Set(section.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [])
    expect([...flags].filter((flag) => !named.has(flag))).toEqual([])
    expect([...named].filter((flag) => !flags.has(flag) && !globalFlags.includes(flag))).toEqual([])
    expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(section))).toEqual([])
  })
})

const buildCommand = async ({ name, alias, load }: CommandEntry): Promise<Command> => {
  const command = new Command(name)
  if (alias !== undefined) command.alias(alias)
  const configure = await load()
  configure(command, new Session(noWorld, () => Promise.reject(new Error('no command is run here'))))
  return command
}

interface CommandDescription {
  readonly flags: ReadonlySet<string>
  /** Words that are written without dashes: subcommands, other names of the command, the choices for an argument. */
  readonly words: readonly string[]
}

const describeCommand = (command: Command): CommandDescription => {
  const inner = command.commands.map(describeCommand)
  const flags = command.options.filter((option) => !option.hidden).flatMap(({ long }) => (long == null ? [] : [long]))
  return {
    flags: new Set([...flags, ...inner.flatMap((description) => [...description.flags])]),
    words: [
      ...command.aliases(),
      ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      ...command.commands.map((child) => child.name()),
      ...inner.flatMap(({ words }) => words),
    ],
  }
}
