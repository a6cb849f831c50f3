/** A commit's place: the lane it lies on and its position there. Positions count the first-parent line from 1, across lanes. */
export interface Position {
  readonly lane: number
  readonly seq: number
}
