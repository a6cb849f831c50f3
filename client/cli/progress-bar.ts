import type { Io } from './io.ts'

/** One line about long work, on the error stream, only where that is a terminal and after half a second of work. */
export interface ProgressBar {
  /** @param total 0 when it is not known */
  show(what: string, done: number, total: number): void
  /** Wipes the line. */
  end(): void
}

const delayMs = 500
const intervalMs = 100

export const createProgressBar = ({ err, errIsTerminal }: Io, isWanted: () => boolean): ProgressBar => {
  const startedAt = performance.now()
  let shownAt = startedAt + delayMs - intervalMs
  let isShown = false
  return {
    show: (what, done, total) => {
      const now = performance.now()
      if (!errIsTerminal || now - shownAt < intervalMs || !isWanted()) return
      shownAt = now
      isShown = true
      err(`\r\u001b[K${formatProgress({ what, done, total, milliseconds: now - startedAt })}`)
    },
    end: () => {
      if (isShown) err('\r\u001b[K')
      isShown = false
    },
  }
}

interface Progress {
  readonly what: string
  readonly done: number
  readonly total: number
  readonly milliseconds: number
}

/** `[######--------------] 30% 1,200 of 4,000 commits, 812/s, 4 s left` */
export const formatProgress = ({ what, done, total, milliseconds }: Progress): string => {
  const rate = `${Math.round((done * 1000) / Math.max(1, milliseconds)).toLocaleString('en')}/s`
  if (total <= 0) return `${done.toLocaleString('en')} ${what}, ${rate}`
  const share = Math.min(1, done / total)
  const bar = '#'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '-')
  const left = share > 0 && share < 1 ? `, ${formatSeconds((milliseconds / share - milliseconds) / 1000)} left` : ''
  return `[${bar}] ${Math.floor(share * 100)}% ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${what}, ${rate}${left}`
}

const formatSeconds = (seconds: number): string => {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const barWidth = 20
