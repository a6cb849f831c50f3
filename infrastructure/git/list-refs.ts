import { parseCommitId } from '../../domain/ids.ts'
import type { BranchEntry, TagEntry } from '../../domain/version-control/ref-store.ts'
import { parseIdent } from './fast-export-parser.ts'
import type { Git } from './run-git.ts'

const branchPrefix = 'refs/heads/'
const tagPrefix = 'refs/tags/'

/** Every branch with its newest commit, sorted by name, by one process. */
export const listBranches = async (git: Git): Promise<readonly BranchEntry[]> => {
  const rows = await readRefs(git, branchPrefix, ['refname', 'objectname', 'author', 'contents:subject', 'upstream:short'])
  return rows.flatMap(([ref = '', oid = '', author = '', subject = '', upstream = '']) => {
    const head = parseCommitId(oid)
    if (head === undefined) return []
    const { person, time } = parseIdent(author)
    return [{ name: ref.slice(branchPrefix.length), head, author: person, time, subject, upstream: upstream === '' ? undefined : upstream }]
  })
}

/** Every tag with the commit it stands for, sorted by name; tags on tags are followed to their end, by a process more for each. */
export const listTags = async (git: Git): Promise<readonly TagEntry[]> => {
  const fields = ['refname', 'objecttype', 'objectname', '*objecttype', '*objectname', 'tagger', 'contents', 'contents:subject', '*contents:subject']
  const rows = await readRefs(git, tagPrefix, fields)
  return Promise.all(
    rows.map(async ([ref = '', type, oid = '', innerType, inner = '', tagger = '', contents = '', subject = '', innerSubject = '']) => {
      const name = ref.slice(tagPrefix.length)
      if (type !== 'tag')
        return { name, commit: type === 'commit' ? parseCommitId(oid) : undefined, subject: type === 'commit' ? subject : '', annotation: undefined }
      const commit = innerType === 'commit' ? parseCommitId(inner) : innerType === 'tag' ? await peel(git, ref) : undefined
      const { person, time } = parseIdent(tagger)
      return { name, commit, subject: innerType === 'commit' ? innerSubject : '', annotation: { tagger: person, time, message: contents.trimEnd() } }
    }),
  )
}

/** Names alone, without their prefix. */
export const listNames = async (git: Git, kind: 'heads' | 'tags'): Promise<readonly string[]> => {
  const prefix = `refs/${kind}/`
  return (await readRefs(git, prefix, ['refname'])).map(([ref = '']) => ref.slice(prefix.length))
}

/** Full name of the ref that a branch follows; `undefined` for none. */
export const readUpstreamRef = async (git: Git, branch: string): Promise<string | undefined> => {
  const rows = await readRefs(git, branchPrefix + branch, ['refname', 'upstream'])
  const upstream = rows.find(([ref]) => ref === branchPrefix + branch)?.[1]
  return upstream === '' ? undefined : upstream
}

const peel = async (git: Git, ref: string) => {
  const { code, stdout } = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
  return code === 0 ? parseCommitId(stdout.toString().trim()) : undefined
}

/** Values of fields as `git for-each-ref` names them. Each ends with a zero byte: nothing that git keeps in them has one. */
const readRefs = async (git: Git, prefix: string, fields: readonly string[]): Promise<readonly (readonly string[])[]> => {
  const format = fields.map((field) => `%(${field})%00`).join('')
  const { code, stdout, stderr } = await git.run(['for-each-ref', `--format=${format}`, '--', prefix])
  if (code !== 0) throw new Error(`git for-each-ref exited with ${code}: ${stderr.trim()}`)
  const values = stdout.toString().split('\0')
  const rows: (readonly string[])[] = []
  for (let start = 0; start + fields.length < values.length; start += fields.length) {
    const [first = '', ...rest] = values.slice(start, start + fields.length)
    rows.push([start === 0 ? first : first.slice(1), ...rest])
  }
  return rows
}
