import { fail, type Result } from '../domain/result.ts'
import { SnapshotLost } from '../projections/open-snapshot.ts'
import { ReadModelDamaged, ReadModelReplaced, ReadModelUnavailable } from '../projections/read-database.ts'
import type { ReadModel } from '../projections/read-model.ts'

/** How often a question is asked when the read model is damaged every time. */
const damagesMax = 5
/** How often when somebody else replaces it, or rewrites its branch, every time: each time others have got on. */
const lossesMax = 50

/** The read model of an open database, whichever file that is at the time. */
export interface ReadModelHolder {
  /** Opened by the first question that needs it, since checks of the files need none. What fails is tried again. */
  use(): Promise<ReadModel>
  /** Runs work that touches the read model; again on a new one when the file turns out to be damaged, or somebody has replaced it. */
  ask<T>(work: (readModel: ReadModel) => Promise<Result<T>>): Promise<Result<T>>
  /** See `Database.recover`. */
  recover(error: unknown): Promise<boolean>
  /** @param open  how to come by the new one: the same file, which somebody else has replaced, or one that is built again */
  replace(open: () => Promise<ReadModel>): Promise<void>
  close(): Promise<void>
}

interface Ways {
  open(): Promise<ReadModel>
  rebuild(): Promise<ReadModel>
}

export const holdReadModel = ({ open, rebuild }: Ways): ReadModelHolder => {
  let opened: Promise<ReadModel> | undefined
  const use = (): Promise<ReadModel> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  let replacing: Promise<void> | undefined
  /** Many questions may find the same damage: the first replaces, the others wait for it. What is going on meanwhile ends on the old read model. */
  const replace: ReadModelHolder['replace'] = (openNext) => {
    const work = async (): Promise<void> => {
      const old = opened
      const next = await openNext()
      opened = Promise.resolve(next)
      await (await old)?.retire()
    }
    replacing ??= work().finally(() => {
      replacing = undefined
    })
    return replacing
  }
  const recover = async (error: unknown): Promise<boolean> => {
    const isLost = error instanceof SnapshotLost || error instanceof ReadModelReplaced
    if (!isLost && !(error instanceof ReadModelDamaged)) return false
    await replace(isLost ? open : rebuild)
    return true
  }
  const ask: ReadModelHolder['ask'] = (work) =>
    orUnavailable(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(await use())
        } catch (error) {
          if (attempt >= (error instanceof ReadModelDamaged ? damagesMax : lossesMax) || !(await recover(error))) throw error
        }
      }
    })
  const close = async (): Promise<void> => {
    await replacing
    await (await opened)?.close()
  }
  return { use, ask, recover, replace, close }
}

/** Says as a failure that the read model cannot be used; everything else that is thrown is a bug and goes on. */
export const orUnavailable = async <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ReadModelUnavailable) return fail({ kind: 'unavailable', what: 'the read model', why: error.message })
    throw error
  }
}
