import type { CommitInfo, CommitRange, CommitTime } from '../../domain/event-sourcing/event-store.ts'
import { type CommitId, parseCommitId } from '../../domain/ids.ts'
import { exitCode, type Git } from './run-git.ts'

const format = ['%H', '%P', '%an', '%ae', '%ad', '%cn', '%ce', '%cd', '%B'].join('%n')

/** Without notes, colours, or names of the mailmap: what the commits themselves say. */
const logArguments = ['log', '-z', '--topo-order', '--no-color', '--no-notes', '--no-mailmap', '--date=raw', '--encoding=UTF-8', `--format=${format}`]

/** Commits that `tip` descends from, itself first, in topological order. Git reads the whole range before it names the first one. Throws when git fails. */
export async function* listCommits(git: Git, tip: CommitId, { without, isAlone = false }: CommitRange = {}): AsyncGenerator<CommitInfo> {
  const range = [...(isAlone ? ['--no-walk'] : []), tip, ...(without === undefined ? [] : [`^${without}`])]
  const child = await git.start([...logArguments, ...range, '--'])
  child.stdin.end()
  const ended = exitCode(child)
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdout.setEncoding('utf8')
  let isComplete = false
  let rest = ''
  try {
    for await (const chunk of child.stdout) {
      const entries = `${rest}${chunk}`.split('\0')
      rest = entries.pop() ?? ''
      yield* entries.map(parseEntry)
    }
    const code = await ended
    if (code !== 0) throw new Error(`git log ${tip} exited with ${code}: ${stderr.trim()}`)
    if (rest !== '') yield parseEntry(rest)
    isComplete = true
  } finally {
    if (!isComplete) child.kill()
  }
}

const parseEntry = (entry: string): CommitInfo => {
  const [oid = '', parents = '', name = '', email = '', authored = '', committerName = '', committerEmail = '', committed = '', ...message] =
    entry.split('\n')
  return {
    oid: requireCommit(oid),
    parents: parents === '' ? [] : parents.split(' ').map(requireCommit),
    author: { name, email },
    authorTime: parseTime(authored),
    committer: { name: committerName, email: committerEmail },
    committerTime: parseTime(committed),
    message: message.join('\n'),
  }
}

const requireCommit = (text: string): CommitId => {
  const oid = parseCommitId(text)
  if (oid === undefined) throw new Error(`git log named the commit "${text}"`)
  return oid
}

/** `1700000000 -0330`; a commit whose time is damaged counts as made at the beginning of time, as git has it. */
const parseTime = (text: string): CommitTime => {
  const [, seconds = '0', sign = '+', hours = '0', minutes = '0'] = /^(-?\d+) ([+-])(\d\d)(\d\d)$/.exec(text) ?? []
  return { seconds: Number(seconds), offsetMinutes: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) }
}
