import type { OperationAnswer } from '../../../api/contract/operations.ts'
import { type chooseCommitForm, describeCommit, flattenAuthor } from './describe-commit.ts'
import type { Rows } from './format-rows.ts'
import { toRows } from './print-answer.ts'

type Form = ReturnType<typeof chooseCommitForm>
type Branch = OperationAnswer<'listBranches'>['branches'][number]
type Tag = OperationAnswer<'listTags'>['tags'][number]

/** Branches as rows; for people the current one has a star, and what says nothing is left out. */
export const toBranchRows = (branches: readonly Branch[], form: Form): Rows => {
  switch (form) {
    case 'people':
      return toRows(
        [
          '',
          'branch',
          'ahead',
          'behind',
          'commit',
          'time',
          'author',
          'subject',
          ...(branches.some(({ protection }) => protection) ? ['protected'] : []),
        ],
        branches.map((branch) => ({
          '': branch.current ? '*' : '',
          branch: branch.name,
          ...describeCommit(branch),
          ahead: branch.ahead,
          behind: branch.behind,
          subject: branch.subject,
          protected: branch.protection && describeProtection(branch.protection),
        })),
      )
    case 'sheet':
      return toRows(
        [
          'name',
          'current',
          'commit',
          'author',
          'email',
          'time',
          'subject',
          'ahead',
          'behind',
          'merged',
          'upstream',
          'worktrees',
          'protected',
          'frozen',
          'until',
        ],
        branches.map(({ protection, worktrees = [], ...branch }) => ({
          ...branch,
          ...flattenAuthor(branch),
          worktrees: worktrees.join(' '),
          ...(protection && { protected: protection.reason, frozen: protection.frozen, until: protection.until }),
        })),
      )
    case 'program':
      return toRows(['name', 'current', 'commit', 'author', 'time', 'subject', 'ahead', 'behind', 'merged'], branches)
  }
}

const describeProtection = ({ reason, frozen, until }: NonNullable<Branch['protection']>): string =>
  `${frozen ? 'frozen' : 'yes'}${until === undefined ? '' : ` until ${until}`}: ${reason}`

export const toTagRows = (tags: readonly Tag[], form: Form): Rows => {
  switch (form) {
    case 'people':
      return toRows(
        ['tag', 'commit', 'time', 'tagger', 'message'],
        tags.map(({ name, commit = '', subject, annotation }) => ({
          tag: name,
          commit: commit.slice(0, 12),
          time: annotation?.time,
          tagger: annotation?.tagger.name,
          message: annotation?.message.split('\n', 1)[0] ?? subject,
        })),
      )
    case 'sheet':
      return toRows(
        ['name', 'commit', 'subject', 'tagger', 'email', 'time', 'message'],
        tags.map(({ annotation, ...tag }) => ({
          ...tag,
          ...(annotation && { tagger: annotation.tagger.name, email: annotation.tagger.email, time: annotation.time, message: annotation.message }),
        })),
      )
    case 'program':
      return toRows(['name', 'commit', 'subject', 'annotation'], tags)
  }
}
