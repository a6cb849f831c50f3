import { recordAddress } from '../record/record-address.ts'
import type { MergeRequest } from './merge-request.ts'
import type { Resolution } from './resolution.ts'

const lengthMax = 10_000

/** The message of the commit, with a trailer for each conflict that was settled: what, and which side or that it was edited. */
export const mergeMessage = ({ message, choices, trailers = [] }: Pick<MergeRequest, 'message' | 'choices' | 'trailers'>): string => {
  const strategy = choices.strategy === undefined || choices.strategy === 'manual' ? [] : [`Ingitdb-Merge-Strategy: ${choices.strategy}`]
  const lines = [...trailers.map(({ name, value }) => `${name}: ${value}`), ...strategy, ...choices.resolutions.map(describeResolution)]
  const body = message.trimEnd().slice(0, lengthMax)
  return `${body}\n${lines.length === 0 ? '' : `\n${lines.map((line) => `${line.replaceAll(controls, ' ')}\n`).join('')}`}`
}

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

const describeResolution = (resolution: Resolution): string => `Ingitdb-Resolved: ${describeTarget(resolution)} ${describeChoice(resolution)}`

const describeTarget = (resolution: Resolution): string => {
  switch (resolution.type) {
    case 'field':
      return `${recordAddress(resolution.table, resolution.key)}${resolution.pointer === '' ? '' : ` ${resolution.pointer}`}`
    case 'record':
      return recordAddress(resolution.table, resolution.key)
    case 'definition':
      return `${resolution.file} ${resolution.pointer}`
    case 'file':
      return resolution.file
  }
}

const describeChoice = (resolution: Resolution): string => {
  if (resolution.type === 'file') return resolution.take
  if (resolution.type === 'record') return resolution.fields === undefined ? 'deleted' : 'edited'
  return 'take' in resolution.choice ? resolution.choice.take : 'edited'
}
