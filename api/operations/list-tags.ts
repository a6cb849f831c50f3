import { ok } from '../../domain/result.ts'
import { formatCommitTime } from './format-commit-time.ts'
import type { Handler } from './operation-context.ts'

/** Tags, annotated or not. */
export const listTags: Handler<'listTags'> = async ({ database }) => {
  const refs = await database.openRefs()
  const [tags, mailmap] = await Promise.all([refs.listTags(), database.readMailmap()])
  return ok({
    tags: tags.map(({ name, commit, subject, annotation }) => ({
      name,
      ...(commit !== undefined && { commit }),
      subject,
      ...(annotation !== undefined && { annotation: { ...annotation, tagger: mailmap(annotation.tagger), time: formatCommitTime(annotation.time) } }),
    })),
  })
}
