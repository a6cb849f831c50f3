import type { CommitId } from '../../domain/ids.ts'
import { fail, ok, type Result } from '../../domain/result.ts'
import type { Protection } from '../../domain/version-control/protection.ts'
import { formatProtections, parseProtections, unreadableProtections } from '../../domain/version-control/protection-file.ts'
import type { ProtectionChange } from '../../domain/version-control/ref-store.ts'
import type { RefReader } from './read-ref.ts'
import type { Git } from './run-git.ts'
import type { RefResult, RefWriter } from './update-ref.ts'
import { formatIdent, writeObject } from './write-object.ts'

const ref = 'refs/ingitdb/protections'
const fileName = 'protections.json'

interface Known {
  readonly commit: CommitId | undefined
  readonly protections: Result<readonly Protection[]>
}

/**
 * Which branches are protected, in a commit that a ref of ours names (decision 0012). Reading it again costs a look at the ref: the file is read by
 * git only when the ref has moved.
 */
export class ProtectionRef {
  readonly #git: Git
  readonly #refs: RefReader
  readonly #refWriter: RefWriter
  #known: Known = { commit: undefined, protections: ok([]) }

  constructor(git: Git, refs: RefReader, refWriter: RefWriter) {
    this.#git = git
    this.#refs = refs
    this.#refWriter = refWriter
  }

  async read(): Promise<Result<readonly Protection[]>> {
    const commit = this.#refs.readRef(ref)
    if (commit !== this.#known.commit) this.#known = { commit, protections: commit === undefined ? ok([]) : await this.#readAt(commit) }
    return this.#known.protections
  }

  /** From exactly what was read last. */
  async write(protections: readonly Protection[], { subject, person, time }: ProtectionChange): Promise<RefResult> {
    const before = this.#known.commit
    const blob = await writeObject(this.#git, 'blob', formatProtections(protections))
    const entry = Buffer.concat([Buffer.from(`100644 ${fileName}\0`), Buffer.from(blob, 'hex')])
    const tree = await writeObject(this.#git, 'tree', entry)
    const ident = formatIdent(person, time)
    const parent = before === undefined ? '' : `parent ${before}\n`
    const after = await writeObject(this.#git, 'commit', `tree ${tree}\n${parent}author ${ident}\ncommitter ${ident}\n\n${subject}\n`)
    return this.#refWriter.move([{ ref, before, after }])
  }

  async #readAt(commit: CommitId): Promise<Result<readonly Protection[]>> {
    const { code, stdout } = await this.#git.run(['cat-file', 'blob', `${commit}:${fileName}`])
    return code === 0 ? parseProtections(stdout.toString(), ref) : fail(unreadableProtections(ref, `there is no ${fileName} in its commit`))
  }
}
