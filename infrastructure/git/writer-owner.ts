import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hasCode } from './read-ref.ts'

const strangerAgeMsMax = 24 * 60 * 60 * 1000

/** A fast-import process of ours: names its scratch ref and the file that says it is alive. */
export interface WriterOwner {
  readonly id: string
  readonly ref: string
}

/** Which running process an owner is: machine and boot, process id, and when the process started, because ids are used again. */
export const ownerOf = (pid: number): WriterOwner => toOwner(`${machineId()}-${pid}-${startOf(pid) ?? '0'}`)

/** Whether a lock that names its owner was left by a process that is gone. `sinceMs`: when the lock was taken. */
export const isGone = (id: string, sinceMs: number): boolean => !isAlive(id, sinceMs)

/** Writes the file that says this writer is alive. */
export const register = async (commonDirectory: string, owner: WriterOwner): Promise<void> => {
  await mkdir(ownersDirectory(commonDirectory), { recursive: true })
  await writeFile(ownerFile(commonDirectory, owner), '')
}

export const unregister = (commonDirectory: string, owner: WriterOwner): void => rmSync(ownerFile(commonDirectory, owner), { force: true })

/**
 * Clears away what killed writers left: packs that nobody may repack (`.keep`), temporary packs, crash reports. Files younger than the oldest
 * dead writer only, and nothing at all while another writer lives, because git does not say whose pack it is.
 * The caller holds the write lock of the database.
 * @returns scratch refs of dead writers, for the caller to delete
 */
export const sweepDeadWriters = (commonDirectory: string, gitDirectory: string): readonly string[] => {
  const owners = readOwners(commonDirectory)
  const dead = owners.filter(({ isAlive }) => !isAlive)
  for (const { owner } of dead) rmSync(join(gitDirectory, `fast_import_crash_${owner.id.split('-')[1]}`), { force: true })
  if (dead.length > 0 && dead.length === owners.length) {
    sweepPacks(join(commonDirectory, 'objects', 'pack'), Math.min(...dead.map(({ sinceMs }) => sinceMs)))
    for (const { owner } of dead) unregister(commonDirectory, owner)
  }
  return dead.map(({ owner }) => owner.ref)
}

const ownersDirectory = (commonDirectory: string): string => join(commonDirectory, 'ingitdb', 'writers')
const ownerFile = (commonDirectory: string, owner: WriterOwner): string => join(ownersDirectory(commonDirectory), owner.id)
const toOwner = (id: string): WriterOwner => ({ id, ref: `refs/ingitdb/writer/${id}` })

const readOwners = (commonDirectory: string) =>
  listNames(ownersDirectory(commonDirectory)).map((id) => {
    const owner = toOwner(id)
    const sinceMs = statSync(ownerFile(commonDirectory, owner), { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    return { owner, sinceMs, isAlive: isAlive(id, sinceMs) }
  })

/** Of a writer on another machine (or before a restart of this one) only the age can be told. */
const isAlive = (id: string, sinceMs: number): boolean => {
  const [machine, pid, start] = id.split('-')
  if (machine !== machineId()) return Date.now() - sinceMs < strangerAgeMsMax
  return startOf(Number(pid)) === start
}

const sweepPacks = (packs: string, sinceMs: number): void => {
  for (const name of listNames(packs)) {
    const file = join(packs, name)
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined || stat.mtimeMs < sinceMs - clockGrainMs) continue
    const isLeft = name.startsWith('tmp_')
      ? stat.uid === process.getuid?.() && !isOpenSomewhere(file, stat.mtimeMs)
      : name.endsWith('.keep') && readFileSync(file, 'utf8').startsWith('fast-import')
    if (isLeft) rmSync(file, { force: true })
  }
}

/** A temporary pack may be that of a fetch or a push which is going on: git does not say whose it is. Where the system does not either, its age has to tell. */
const isOpenSomewhere = (file: string, changedMs: number): boolean => {
  const processes = listNames('/proc').filter((name) => /^\d+$/.test(name))
  if (processes.length === 0) return Date.now() - changedMs < strangerAgeMsMax
  return processes.some((id) => listNames(`/proc/${id}/fd`).some((handle) => readLink(`/proc/${id}/fd/${handle}`) === file))
}

/** File times may be this much coarser than the clock. */
const clockGrainMs = 2000

const listNames = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'EACCES', 'ESRCH'])) return []
    throw error
  }
}

let machine: string | undefined
const machineId = (): string => {
  machine ??= createHash('sha256')
    .update([hostname(), readText('/proc/sys/kernel/random/boot_id'), readLink('/proc/self/ns/pid')].join())
    .digest('hex')
    .slice(0, 12)
  return machine
}

/** When a process started, in ticks since boot; `0` where the system does not say but the process lives; `undefined` when it does not live. */
const startOf = (pid: number): string | undefined => {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat !== '') return isZombie(stat) ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  if (readText('/proc/self/stat') !== '') return undefined
  try {
    process.kill(pid, 0)
    return '0'
  } catch (error) {
    return hasCode(error, ['EPERM']) ? '0' : undefined
  }
}

const isZombie = (stat: string): boolean => stat.charAt(stat.lastIndexOf(')') + 2) === 'Z'

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'EACCES', 'ESRCH', 'ENOTDIR'])) return ''
    throw error
  }
}

const readLink = (file: string): string => {
  try {
    return readlinkSync(file)
  } catch (error) {
    if (hasCode(error, ['ENOENT', 'EACCES', 'EINVAL', 'ENOTDIR'])) return ''
    throw error
  }
}
