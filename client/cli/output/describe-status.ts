import { sayText } from '../../../api/contract/describe-failure.ts'
import type { OperationAnswer } from '../../../api/contract/operations.ts'

type Status = OperationAnswer<'readStatus'>

/** Names shown of a list that may have thousands. */
const namesMax = 20

/** Where the database stands, for people: one fact a line, then what is not committed and what cannot be read, each counted and listed. */
export const describeStatus = (status: Status): string => {
  const { directory, bare, branch, commit, readModel, uncommitted, workTreeBehind, mirrors = [], unreadable, merges } = status
  const lines = [
    `database     ${sayText(directory)}${bare ? ' (bare)' : ''}`,
    `branch       ${branch === undefined ? 'none is checked out' : sayText(branch)}${commit === undefined ? ', without a commit' : ` at ${commit.slice(0, 12)}`}`,
    `read model   ${readModel.commits.toLocaleString('en')} commits, ${Math.ceil(readModel.sizeBytes / 1024).toLocaleString('en')} KiB`,
    ...(workTreeBehind ? ['files        behind the branch: finish the git command that is running'] : []),
    ...mirrors.map(describeMirror),
    ...list('uncommitted', uncommitted.map(sayText)),
    ...(merges.length === 0 ? [] : list('merges', merges.map(describeMerge), merges.length === 1 ? ' waits' : ' wait')),
    ...list('unreadable', unreadable.map(describeUnreadable)),
  ]
  return `${lines.join('\n')}\n`
}

const list = (title: string, names: readonly string[], unit = ''): readonly string[] => {
  const more = names.length - namesMax
  return [
    `${title.padEnd(12)} ${names.length === 0 ? 'nothing' : `${names.length.toLocaleString('en')}${unit}`}`,
    ...names.slice(0, namesMax).map((name) => `  ${name}`),
    ...(more > 0 ? [`  and ${more.toLocaleString('en')} more: --format json lists all`] : []),
  ]
}

/** `mirror       backup has everything, pushed 2026-11-25T12:00:00.000Z` */
const describeMirror = ({ remote, unpushed, pushedAt, failedAt, error }: NonNullable<Status['mirrors']>[number]): string => {
  const lag = unpushed === 0 ? 'has everything' : `lacks ${unpushed.toLocaleString('en')} ${unpushed === 1 ? 'commit' : 'commits'}`
  const pushed = pushedAt === undefined ? '' : `, pushed ${pushedAt}`
  const failed = error === undefined ? '' : `; ${failedAt === undefined ? '' : `failed ${failedAt}: `}${sayText(error)}`
  return `mirror       ${sayText(remote)} ${lag}${pushed}${failed}`
}

const describeMerge = ({ merge, branch, source, open }: Status['merges'][number]): string =>
  `${merge}  ${sayText(source)} into ${sayText(branch)}, ${open} open at its start: ingitdb resolve --merge ${merge}`

const describeUnreadable = ({ table, file, line, key, message }: Status['unreadable'][number]): string => {
  const subject = table === undefined ? '' : `${sayText(key === undefined ? table : `${table}/${key}`)}: `
  return `${sayText(file)}${line === undefined ? '' : `:${line}`}: ${subject}${sayText(message)}`
}
