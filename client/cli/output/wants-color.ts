import type { Io } from '../io.ts'

/** Whether a stream is coloured: never with `--no-color`, always with `FORCE_COLOR`, never with `NO_COLOR`, else on a terminal that can. @param color false for `--no-color` */
export const wantsColor = (isTerminal: boolean, { env }: Io, color: boolean | undefined): boolean => {
  if (color === false) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb'
}
