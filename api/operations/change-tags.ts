import type { Issue } from '../../domain/failure.ts'
import { parseBranchName } from '../../domain/ids.ts'
import { fail, ok } from '../../domain/result.ts'
import { checkNewName, parseNewName } from '../../domain/version-control/check-new-name.ts'
import { findCommit } from './create-branch.ts'
import type { Handler } from './operation-context.ts'

/** Makes a tag, annotated when there is a message. */
export const createTag: Handler<'createTag'> = async (context, { name: text, at, message, branch }) => {
  const name = parseNewName('tag', text)
  if (!name.ok) return name
  if (message !== undefined && (message.trim() === '' || message.includes('\0'))) return fail({ kind: 'invalid-input', issues: [badMessage] })
  const commit = await findCommit(context, { branch, at })
  if (!commit.ok) return commit
  const refs = await context.database.openRefs()
  const taken = checkNewName({ what: 'tag', name: name.value, among: await refs.listTagNames() })
  if (taken !== undefined) return fail(taken)
  const annotation = message === undefined ? {} : { annotation: { ...(await context.database.sign()), message } }
  const created = await refs.createTag(name.value, { commit: commit.value, ...annotation })
  return created.ok ? ok({ tag: name.value, commit: commit.value }) : created
}

/** Deletes a tag, from exactly what it was seen to stand for. */
export const deleteTag: Handler<'deleteTag'> = async ({ database }, { name: text }) => {
  const refs = await database.openRefs()
  const name = parseBranchName(text)
  const deleted = name === undefined ? ok(undefined) : await refs.deleteTag(name)
  if (!deleted.ok) return deleted
  if (deleted.value === undefined) return fail({ kind: 'not-found', what: 'tag', id: text, among: await refs.listTagNames() })
  return ok({ tag: text, object: deleted.value })
}

const badMessage: Issue = { rule: 'message', field: '/message', message: 'a message has text in it, and no zero bytes' }
