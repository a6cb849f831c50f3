import type { Failure } from '../../domain/failure.ts'
import type { PushRejection } from '../../domain/remote/push-rejection.ts'

type PushRejected = Extract<Failure, { readonly kind: 'push-rejected' }>

/** `refs/heads/main` → `main`, `refs/tags/v1` → `tag v1`, `refs/remotes/origin/main` → `origin/main`. */
export const shortRef = (ref: string): string => ref.replace(/^refs\/(heads|remotes)\//, '').replace(/^refs\/tags\//, 'tag ')

export const summarizePush = ({ remote, refs }: PushRejected): string => {
  const [only] = refs
  return only !== undefined && refs.length === 1
    ? `${remote} did not take ${shortRef(only.ref)}: ${explain(only)}`
    : `${remote} did not take ${refs.length} refs`
}

export const linesOfPush = ({ refs, pushed }: PushRejected): readonly string[] => [
  ...(refs.length === 1 ? [] : refs.map((rejected) => `${shortRef(rejected.ref)}: ${explain(rejected)}`)),
  ...[...new Set(refs.flatMap(({ said }) => said))].map((line) => `it says: ${line}`),
  ...new Set(refs.map(({ reason }) => next[reason])),
  ...(pushed.length === 0 ? [] : [`it did take ${pushed.map(shortRef).join(', ')}`]),
]

export const remedyForPush = ({ remote, refs }: PushRejected): string | undefined => {
  if (refs.some(({ reason }) => reason === 'diverged')) return `ingitdb pull ${remote}`
  return refs.some(({ reason }) => reason === 'stale') ? `ingitdb fetch ${remote}` : undefined
}

const explain = ({ reason, why }: PushRejection): string => {
  switch (reason) {
    case 'diverged':
      return 'it has commits that are not merged here'
    case 'stale':
      return 'it is not where it was when it was fetched last'
    case 'tag-exists':
      return 'a tag of that name is there, and names something else'
    case 'checked-out':
      return 'the branch is checked out there'
    case 'raced':
      return 'somebody else pushed at the same moment'
    case 'declined':
    case 'other':
      return why
  }
}

/** What to do, by reason. */
const next: Readonly<Record<PushRejection['reason'], string>> = {
  diverged: 'merge what is there, and push again',
  stale: 'fetch, and look at what would be overwritten, before you push again with --force-with-lease',
  'tag-exists': 'tags are not moved: give yours another name',
  'checked-out': 'push to a bare repository, or to a branch that is not checked out there',
  raced: 'push again',
  declined: 'a rule or hook there forbids it; for a protected branch, push another branch and ask for a review',
  other: 'git push says more',
}
