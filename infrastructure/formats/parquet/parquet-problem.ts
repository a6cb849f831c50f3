/** Why a Parquet file, or what follows a place in it, cannot be read; `rule` as in `Issue`. */
export class ParquetProblem extends Error {
  readonly rule: string
  constructor(message: string, rule = 'parse') {
    super(message)
    this.rule = rule
  }
}

/** Why one value cannot be held, where everything around it can be read. */
export class ValueProblem extends Error {}
