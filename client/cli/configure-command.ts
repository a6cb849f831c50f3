import type { Command } from 'commander'
import type { Session } from './session.ts'

/** Adds a command's arguments, options, examples and action. */
export type ConfigureCommand = (command: Command, session: Session) => void
