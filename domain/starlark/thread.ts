import { StarlarkFault } from './starlark-fault.ts'

/** Steps of one evaluation. A step is one node of the expression, one element a built-in visits, or 64 bytes of text made. */
export const stepsMax = 1_000_000
/** Calls inside calls, and levels of brackets. */
export const depthMax = 100
/** Bytes of one text. */
const textBytesMax = 16 * 1024 * 1024
/** Elements of one list, tuple, dict or set. */
const elementsMax = 500_000
/** Bits of one integer. */
const intBitsMax = 65_536
const bytesPerStep = 64

/** One evaluation: what it has used up, and where it is. Counts work, never time, so the same expression on the same record always ends the same way. */
export class Thread {
  /** Where the operation stands that is being done. */
  offset = 0
  /** Places of the lambdas that are running, the outermost first; built-ins have none. */
  readonly calls: (object | undefined)[] = []
  private steps = 0

  step(count = 1): void {
    this.steps += count
    if (this.steps > stepsMax) throw new StarlarkFault('limit', `too many steps: an expression may take ${stepsMax} on one record`)
  }

  /** Asked before a text of this many bytes is made. */
  makeText(bytes: number): void {
    if (bytes > textBytesMax) throw new StarlarkFault('limit', `a text may have at most ${textBytesMax} bytes`)
    if (bytes > bytesPerStep) this.step(Math.floor(bytes / bytesPerStep))
  }

  /** Asked before a list, tuple, dict or set of this many elements is made. */
  makeElements(count: number): void {
    if (count > elementsMax) throw new StarlarkFault('limit', `a list may have at most ${elementsMax} elements`)
    if (count > 8) this.step(Math.floor(count / 8))
  }

  /** Asked before an integer of this many bits is made; multiplying and dividing long ones counts as the work it is. */
  makeInt(bits: number, work = 0): void {
    if (bits > intBitsMax) throw new StarlarkFault('limit', `an integer may have at most ${intBitsMax} bits`)
    if (work > 4096) this.step(Math.floor(work / 4096))
  }

  enter(code: object | undefined): void {
    if (this.calls.length >= depthMax) throw new StarlarkFault('limit', `calls may be at most ${depthMax} deep`)
    this.calls.push(code)
  }

  leave(): void {
    this.calls.pop()
  }
}
