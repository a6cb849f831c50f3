/** Why the other side, or git for it, did not take a ref. */
export interface PushRejection {
  /** Full name on the other side. */
  readonly ref: string
  /**
   * `diverged`: it has commits that are not here or not merged; `stale`: a forced push, but it is not where it was fetched; `tag-exists`: another tag of that
   * name; `checked-out`: it has files checked out; `raced`: somebody pushed at the same time; `declined`: a hook or rule there.
   */
  readonly reason: 'diverged' | 'stale' | 'tag-exists' | 'checked-out' | 'raced' | 'declined' | 'other'
  /** In git's words. */
  readonly why: string
  /** What a hook there said, a line each. */
  readonly said: readonly string[]
}
