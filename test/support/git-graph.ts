import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** Files of a commit by path. */
export type Tree = ReadonlyMap<string, string>

export interface GraphCommit {
  readonly parents: readonly string[]
  readonly tree: Tree
}

/** Commits and branches made as fast as git can: commits of any shape by one `git fast-import`, refs as files, as git itself keeps them. */
export class GitGraph implements AsyncDisposable {
  readonly #gitDirectory: string
  readonly #importer: ChildProcess
  readonly #answers: AsyncIterator<string>
  #mark = 0

  /** @param gitDirectory  an empty repository; its reflogs and hooks see nothing of what happens here */
  constructor(gitDirectory: string) {
    this.#gitDirectory = gitDirectory
    const settings = ['-c', 'gc.auto=0', '-c', 'fastimport.unpackLimit=0']
    this.#importer = spawn('git', [...settings, '--git-dir', gitDirectory, 'fast-import', '--quiet', '--force'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (this.#importer.stdout === null) throw new Error('fast-import has no output')
    this.#answers = createInterface({ input: this.#importer.stdout })[Symbol.asyncIterator]()
  }

  /** Writes a commit that no branch has. @returns its id, once other processes can read it */
  async commit({ parents, tree }: GraphCommit): Promise<string> {
    const mark = ++this.#mark
    const [first, ...others] = parents
    const files = [...tree].map(([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
    const message = `graph ${mark}`
    this.#importer.stdin?.write(
      [
        'reset refs/graph/tip\n\n',
        `commit refs/graph/tip\nmark :${mark}\ncommitter Graph <graph@example.org> ${1_700_000_000 + mark} +0000\ndata ${message.length}\n${message}\n`,
        first === undefined ? '' : `from ${first}\n`,
        ...others.map((parent) => `merge ${parent}\n`),
        'deleteall\n',
        ...files,
        `\ncheckpoint\n\nget-mark :${mark}\n`,
      ].join(''),
    )
    const answer = await this.#answers.next()
    if (answer.done === true) throw new Error('fast-import has ended')
    return answer.value
  }

  /** @param oid  `undefined` deletes the ref */
  setRef(name: string, oid: string | undefined): void {
    const file = join(this.#gitDirectory, name)
    if (oid === undefined) {
      rmSync(file, { force: true })
      return
    }
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, `${oid}\n`)
    renameSync(`${file}.new`, file)
  }

  readBranches(): ReadonlyMap<string, string> {
    const lines = this.#git('for-each-ref', '--format=%(refname:lstrip=2) %(objectname)', 'refs/heads').split('\n')
    return new Map(lines.filter((line) => line !== '').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]))
  }

  /** What git has: parents and every file of a commit. */
  readCommit(oid: string): GraphCommit {
    const parents = this.#git('log', '-1', '--format=%P', oid).split(' ')
    const listed = this.#git('ls-tree', '-r', oid).split('\n')
    const files = listed.filter((line) => line !== '').map((line) => ({ blob: line.slice(12, 52), path: line.slice(53) }))
    const input = files.map(({ blob }) => `${blob}\n`).join('')
    let output = execFileSync('git', ['--git-dir', this.#gitDirectory, 'cat-file', '--batch'], { input })
    const tree = new Map<string, string>()
    for (const { path } of files) {
      const end = output.indexOf(10)
      const size = Number(output.subarray(0, end).toString().split(' ')[2])
      tree.set(path, output.subarray(end + 1, end + 1 + size).toString())
      output = output.subarray(end + 1 + size + 1)
    }
    return { parents: parents.filter((parent) => parent !== ''), tree }
  }

  #git(...args: readonly string[]): string {
    return execFileSync('git', ['--git-dir', this.#gitDirectory, ...args], { encoding: 'utf8' }).trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#importer.exitCode !== null) return
    const ended = new Promise((resolve) => this.#importer.once('exit', resolve))
    this.#importer.stdin?.end()
    await ended
  }
}
