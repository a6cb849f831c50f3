import type { Result } from '../domain/result.ts'
import { ok } from '../domain/result.ts'
import type { Permission } from './contract/permissions.ts'

/** Who asks. The local user works on files that are theirs anyway: git and the file system have decided already. */
export interface Principal {
  readonly type: 'local-user'
}

/** The one place where an operation is allowed or refused. The local user has every permission. */
export const authorize = (_permission: Permission, principal: Principal): Result<undefined> => {
  switch (principal.type) {
    case 'local-user':
      return ok(undefined)
  }
}
