import type { Option } from 'commander'

export interface ManSection {
  readonly name: string
  readonly alias: string | undefined
  readonly summary: string
  /** `[options] <what> <name>` */
  readonly usage: string
  readonly options: readonly Option[]
  readonly examples: readonly string[]
}

/** The manual page in troff, made of what the commands themselves say. */
export const formatManPage = (globalOptions: readonly Option[], sections: readonly ManSection[]): string =>
  [
    '.\\" Made from the command table by npm run build',
    '.TH INGITDB 1',
    '.SH NAME',
    'ingitdb \\- a database whose storage engine is a git repository',
    '.SH SYNOPSIS',
    '.B ingitdb',
    '.I command',
    '.RI [ options ]',
    '.SH DESCRIPTION',
    'Records are text files in a git repository, every change is a commit, and answers come from a read model that is kept in step with git.',
    'Data is printed on the standard output, everything else on the error stream.',
    '.SH OPTIONS',
    'Every command takes these:',
    ...globalOptions.flatMap(formatOption),
    '.SH COMMANDS',
    ...sections.flatMap(formatSection),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, toRoff(meaning)]),
    '.SH ENVIRONMENT',
    ...variables.flatMap(([name, meaning]) => ['.TP', `.B ${name}`, toRoff(meaning)]),
    '.SH SEE ALSO',
    '.BR git (1)',
    '',
  ].join('\n')

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'ran, and the answer is no'],
  ['64', 'the command line cannot be understood'],
  ['65', 'the data is not valid, or a rule forbids the change'],
  ['66', 'there is no such database, table, record, commit or file'],
  ['70', 'a bug'],
  ['73', 'the name is taken'],
  ['75', 'try again, or look first'],
]

const variables: readonly (readonly [string, string])[] = [
  ['INGITDB_CACHE', 'folder for read models and for clones of remote databases'],
  ['INGITDB_DEBUG', 'when set, bugs are shown with where they happened'],
  ['NO_COLOR', 'when set, nothing is coloured'],
  ['VISUAL, EDITOR', 'the editor that --edit opens'],
]

const formatSection = ({ name, alias, summary, usage, options, examples }: ManSection): readonly string[] => [
  `.SS ingitdb ${toRoff(name)} ${toRoff(usage)}`,
  `${toRoff(summary[0]?.toUpperCase() ?? '')}${toRoff(summary.slice(1))}.${alias === undefined ? '' : ` Also ${toRoff(alias)}.`}`,
  ...options.flatMap(formatOption),
  '.PP',
  '.nf',
  ...examples.map((example) => `    ${toRoff(example)}`),
  '.fi',
]

const formatOption = ({ flags, description, argChoices }: Option): readonly string[] => [
  '.TP',
  `.B ${toRoff(flags)}`,
  toRoff(argChoices === undefined ? description : `${description}: ${argChoices.join(', ')}`),
]

/** A line that starts with a dot or an apostrophe would be a request; a plain `-` is printed as a hyphen. */
const toRoff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./, '\\&.')
