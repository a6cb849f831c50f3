import type { Thread } from './thread.ts'
import type { CallArguments, Value } from './value.ts'

/** A method of a built-in type. */
export type Method<Receiver> = (receiver: Receiver, args: CallArguments, thread: Thread) => Value
