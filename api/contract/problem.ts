import type { FailureKind } from '../../domain/failure.ts'

/** How one kind of failure looks at each edge: HTTP status, tRPC code, exit code (sysexits.h) and a short title. */
interface Row {
  readonly status: number
  readonly trpc: string
  readonly exit: number
  readonly title: string
}

/** The one table from failure kinds to edges; a kind without a row does not compile. Clients branch on the kind, never on a number. */
export const problems = {
  'invalid-input': { status: 422, trpc: 'UNPROCESSABLE_CONTENT', exit: 65, title: 'Input is not valid' },
  'invalid-database': { status: 422, trpc: 'UNPROCESSABLE_CONTENT', exit: 65, title: 'The database cannot be read' },
  'not-found': { status: 404, trpc: 'NOT_FOUND', exit: 66, title: 'Nothing has that name' },
  'already-exists': { status: 409, trpc: 'CONFLICT', exit: 73, title: 'That name is taken' },
  'constraint-violation': { status: 409, trpc: 'CONFLICT', exit: 65, title: 'A reference or a unique rule forbids this' },
  'version-conflict': { status: 412, trpc: 'PRECONDITION_FAILED', exit: 75, title: 'It changed since you read it' },
  'request-reused': { status: 409, trpc: 'CONFLICT', exit: 65, title: 'That request id was used for something else' },
  'push-rejected': { status: 409, trpc: 'CONFLICT', exit: 75, title: 'The other side did not take the push' },
  'uncommitted-changes': { status: 409, trpc: 'CONFLICT', exit: 75, title: 'Files hold edits that are not committed' },
  protected: { status: 403, trpc: 'FORBIDDEN', exit: 77, title: 'The branch is protected' },
  'not-merged': { status: 409, trpc: 'CONFLICT', exit: 65, title: 'Commits of the branch would be lost' },
  'checked-out': { status: 409, trpc: 'CONFLICT', exit: 65, title: 'The branch is checked out' },
  'limit-exceeded': { status: 413, trpc: 'PAYLOAD_TOO_LARGE', exit: 65, title: 'Over a limit' },
  unsupported: { status: 422, trpc: 'UNPROCESSABLE_CONTENT', exit: 65, title: 'This is not supported' },
  unavailable: { status: 503, trpc: 'SERVICE_UNAVAILABLE', exit: 75, title: 'Try again shortly' },
} as const satisfies Record<FailureKind, Row>

/** Exit codes of the command line that belong to no failure. */
export const exitCodes = {
  done: 0,
  /** Ran, and the answer is no: `doctor` found something. */
  no: 1,
  /** Of `validate` and `diff`, as in the Go tools: they could not look. */
  couldNotRun: 2,
  usage: 64,
  /** The user called it off, as shells say it. */
  interrupted: 130,
  /** A bug; the message carries an id. */
  internal: 70,
} as const
