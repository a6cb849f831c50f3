import type { ConfigureCommand } from '../configure-command.ts'
import { addViewOptions, parsePatterns, type Selection, toDelimiter, toPatterns } from '../input/view-options.ts'
import { addExamples, addReadOptions, type ReadOptions } from '../options.ts'
import { type GeneratedAnswer, joinAnswers, printGenerated } from '../output/print-generated.ts'
import type { Session } from '../session.ts'

interface MaterializeOptions extends ReadOptions {
  readonly collections?: Selection
  readonly views?: Selection
  readonly recordsDelimiter?: boolean
}

export const configureMaterialize: ConfigureCommand = (command, session) => {
  command.option('--collections [patterns]', 'only README.md of tables whose id matches', parsePatterns)
  addReadOptions(addViewOptions(command)).action(async (options: MaterializeOptions) => {
    const isBare = options.collections === undefined && options.views === undefined
    const answers: GeneratedAnswer[] = []
    if (isBare || options.collections !== undefined) answers.push(await updateReadmes(session, options, isBare))
    if (isBare || options.views !== undefined) answers.push(await materializeViews(session, options))
    await printGenerated(session, answers.reduce(joinAnswers))
  })
  addExamples(command, ['ingitdb materialize', "ingitdb materialize --views='users/*'", 'ingitdb materialize --collections=users'])
}

export const materializeViews = (session: Session, { at, views, recordsDelimiter }: MaterializeOptions): Promise<GeneratedAnswer> => {
  const patterns = toPatterns(views)
  return session.call('materializeViews', {
    ...(patterns !== undefined && { views: patterns }),
    ...toDelimiter(recordsDelimiter),
    ...(at !== undefined && { at }),
    ...session.branch(),
  })
}

/** Where nobody asked for a README by name, one that was written by hand is worth a note and no more. */
const updateReadmes = async (session: Session, { at, collections }: MaterializeOptions, isBare: boolean): Promise<GeneratedAnswer> => {
  const tables = toPatterns(collections)
  const answer = await session.call('updateReadmes', {
    ...(tables !== undefined && { tables }),
    ...(at !== undefined && { at }),
    ...session.branch(),
  })
  return isBare ? { ...answer, problems: [], warnings: answer.problems } : answer
}
