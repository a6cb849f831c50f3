/**
 * Where a closed interval of commits is filed, so that a question about one commit looks at few places however long the history is.
 *
 * Sequence numbers form a tree of fan-out 64. A closed interval [from, to) is filed at the highest level k for which it contains a multiple of
 * 64^k, in the block of 64^(k+1) numbers around that multiple. An interval that contains `seq` can then only be filed in the block around `seq`, one
 * block per level; and inside one block a key has at most 63 intervals, since they are disjoint and each holds another multiple.
 * Open intervals are in bucket 0. The idea is that of the relational interval tree (Kriegel, Pötke, Seidl, VLDB 2000); see decisions/0003.
 */
const fanOut = 64
const levelsMax = 8
export const openBucket = 0

/** @param from first sequence number of the interval, at least 1; `to` the first one after it, greater than `from`. */
export const closedBucket = (from: number, to: number): number => {
  let level = 0
  let size = 1
  while (level + 1 < levelsMax && Math.floor((to - 1) / (size * fanOut)) * size * fanOut >= from) {
    level += 1
    size *= fanOut
  }
  return bucketOf(level, Math.floor((Math.ceil(from / size) * size) / (size * fanOut)))
}

/** Buckets that may hold an interval containing `seq`, on a lane whose newest commit is `tip`; the open bucket first. */
export const bucketsAround = (seq: number, tip: number): readonly number[] => {
  if (seq >= tip) return [openBucket]
  const buckets = [openBucket]
  for (let level = 0, size = 1; level < levelsMax && size < tip; level += 1, size *= fanOut) {
    buckets.push(bucketOf(level, Math.floor(seq / (size * fanOut))))
  }
  return buckets
}

/**
 * A lane and a bucket in one number, which is what versions are filed and indexed by. With the lane as a condition of its own SQLite, which knows
 * nothing of how many versions a lane has, would rather walk through all of them by the primary key.
 */
export const placeOf = (lane: number, bucket: number): number => lane * bucketsMax + bucket

/** More than `bucketOf` gives for 2^30 commits; places stay exact up to 2^21 lanes. */
const bucketsMax = 2 ** 32

const bucketOf = (level: number, block: number): number => 1 + level + levelsMax * block
