import { Command } from 'commander'
import { commandList } from '../command-list.ts'
import { openProcessIo } from '../io.ts'
import { addGlobalOptions } from '../options.ts'
import { Session } from '../session.ts'
import { formatManPage, type ManSection } from './format-man-page.ts'

/** The manual page of the program, from what its commands say about themselves; none of them is run. */
export const buildManPage = async (): Promise<string> => {
  const session = new Session(openProcessIo(), () => Promise.reject(new Error('no command is run for the man page')))
  const sections: ManSection[] = []
  for (const { name, alias, summary, load } of commandList) {
    const command = new Command(name)
    const configure = await load()
    configure(command, session)
    sections.push({
      name,
      alias,
      summary,
      usage: command.usage(),
      options: command.options.filter(({ hidden }) => !hidden),
      examples: readExamples(command),
    })
  }
  return formatManPage(addGlobalOptions(new Command()).options, sections)
}

const readExamples = (command: Command): readonly string[] => {
  let help = ''
  command
    .configureOutput({
      writeOut: (text) => {
        help += text
      },
    })
    .outputHelp()
  return [...help.matchAll(/^ {2}\$ (.+)$/gm)].map(([, example = '']) => example)
}
