import pc from 'picocolors'

/** Where the tour is told. */
export interface Terminal {
  heading(text: string): void
  /** A sentence or two between the commands. */
  say(text: string): void
  /** A command line as a user would type it. */
  command(line: string): void
  /** What a command answered; nothing for an empty text. */
  output(text: string): void
  /** The exit code of a command that was refused. */
  exitCode(status: number): void
  /** A promise that was checked and held. */
  held(claim: string): void
}

/** Colours appear on a terminal only, and not where `NO_COLOR` is set. A reader who goes away (`| head`) ends the tour. */
export const openTerminal = (stream: NodeJS.WriteStream): Terminal => {
  const { bold, cyan, dim, green, yellow } = pc.createColors(stream.isTTY === true && pc.isColorSupported)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  const print = (line: string): void => {
    stream.write(`${line}\n`)
  }
  return {
    heading: (text) => print(`\n${bold(text)}`),
    say: (text) => print(dim(text)),
    command: (line) => print(`  ${cyan(`$ ${line}`)}`),
    output: (text) => {
      for (const line of text.split('\n').filter((line) => line !== '')) print(`  ${line}`)
    },
    exitCode: (status) => print(yellow(`  exit code ${status}`)),
    held: (claim) => print(green(`  ✓ ${claim}`)),
  }
}
