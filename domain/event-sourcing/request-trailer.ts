import type { Trailer } from './event-store.ts'

const name = 'Ingitdb-Request'

/** A request id and the digest of what was asked under it: written into the commit, so that it outlives the read model. */
export interface RequestMark {
  readonly id: string
  readonly payload: string
}

/** Request ids are printable ASCII without blanks, 200 characters at most, so that they fit a trailer as they are. */
export const isRequestId = (text: string): boolean => /^[!-~]{1,200}$/.test(text)

export const requestTrailer = ({ id, payload }: RequestMark): Trailer => ({ name, value: `${id} ${payload}` })

/** Finds the mark in the last paragraph of a commit message. */
export const readRequest = (message: string): RequestMark | undefined => {
  const lastParagraph =
    message
      .trimEnd()
      .split(/\n\s*\n/)
      .at(-1) ?? ''
  const line = lastParagraph.split('\n').find((candidate) => candidate.startsWith(`${name}: `))
  const [id, payload] = line?.slice(name.length + 2).split(' ') ?? []
  return id !== undefined && payload !== undefined && isRequestId(id) ? { id, payload } : undefined
}
