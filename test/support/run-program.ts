import { execFile } from 'node:child_process'

export interface ProgramRun {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, with nothing on its standard input. A status other than 0 is an answer, not an error. */
export const runProgram = (
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<ProgramRun> =>
  new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd, env: env ?? process.env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve({ status: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr })
      else reject(error)
    })
    child.stdin?.end()
  })
