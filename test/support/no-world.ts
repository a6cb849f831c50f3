import type { Io } from '../../client/cli/io.ts'

/** A world in which nothing is there and nothing arrives: for looking at commands without running them. */
export const noWorld: Io = {
  cwd: '/',
  env: {},
  stdin: (async function* () {})(),
  stdinIsTerminal: false,
  outIsTerminal: false,
  errIsTerminal: false,
  out: () => Promise.resolve(),
  err: () => undefined,
  onInterrupt: () => () => undefined,
  openLines: async () => {
    throw new Error('nobody types here')
  },
  openKeys: () => ({ read: async () => undefined, release: () => undefined }),
  runInForeground: async () => undefined,
}
