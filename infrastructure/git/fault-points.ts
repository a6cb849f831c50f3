/**
 * Moments between the first object and the acknowledgement of a group, in order. Tests kill a process at each of them; nothing else listens.
 */
export const faultPoints = [
  'before-objects',
  'objects-sent',
  'objects-durable',
  'index-locked',
  'before-ref',
  'ref-prepared',
  'index-entered',
  'ref-moved',
  'before-work-tree',
  'files-followed',
  'work-tree-followed',
  'before-acknowledge',
] as const

export type FaultPoint = (typeof faultPoints)[number]

export type OnPoint = (point: FaultPoint) => void
