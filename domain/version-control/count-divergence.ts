/** How many commits a tip has that the base has not, and the other way round. */
export interface Divergence {
  readonly ahead: number
  readonly behind: number
}

/**
 * Counts for many tips at once how far each has diverged from one base, in one walk over their common history.
 * Which tips a commit belongs to is a set of bits; it is complete when all children of the commit have been seen.
 */
export class DivergenceCount {
  readonly #base: string
  readonly #tips: readonly string[]
  readonly #everybody: bigint
  /** Commits still to come, with the tips that they are known to belong to. */
  readonly #open = new Map<string, bigint>()
  /** Commits of `#open` that are not known to belong to everybody. */
  #undecided = 0
  readonly #counts = new Map<bigint, number>()

  constructor(base: string, tips: readonly string[]) {
    this.#base = base
    this.#tips = [...new Set(tips)].filter((tip) => tip !== base)
    this.#everybody = (1n << BigInt(this.#tips.length + 1)) - 1n
    for (const [index, tip] of [base, ...this.#tips].entries()) this.#mark(tip, 1n << BigInt(index))
  }

  /** True when everything that is still to come belongs to the base and to every tip, and so counts for nobody. */
  get isComplete(): boolean {
    return this.#undecided === 0
  }

  /** Takes the next commit; children come before their parents. */
  add(commit: string, parents: readonly string[]): void {
    const owners = this.#open.get(commit) ?? 0n
    this.#open.delete(commit)
    if (owners !== this.#everybody) {
      this.#undecided -= 1
      this.#counts.set(owners, (this.#counts.get(owners) ?? 0) + 1)
    }
    for (const parent of parents) this.#mark(parent, owners)
  }

  /** By tip. A tip that is the base itself has 0 of both. */
  read(): ReadonlyMap<string, Divergence> {
    const counts = [...this.#counts]
    const count = (isMeant: (owners: bigint) => boolean): number => counts.reduce((sum, [owners, n]) => sum + (isMeant(owners) ? n : 0), 0)
    const divergences = this.#tips.map((tip, index): readonly [string, Divergence] => {
      const bit = 1n << BigInt(index + 1)
      const ahead = count((owners) => (owners & bit) !== 0n && (owners & 1n) === 0n)
      const behind = count((owners) => (owners & bit) === 0n && (owners & 1n) !== 0n)
      return [tip, { ahead, behind }]
    })
    return new Map([[this.#base, { ahead: 0, behind: 0 }], ...divergences])
  }

  #mark(commit: string, owners: bigint): void {
    const before = this.#open.get(commit)
    const after = (before ?? 0n) | owners
    const isUndecided = after !== this.#everybody
    if (before === undefined) this.#undecided += isUndecided ? 1 : 0
    else if (before !== this.#everybody && !isUndecided) this.#undecided -= 1
    this.#open.set(commit, after)
  }
}
