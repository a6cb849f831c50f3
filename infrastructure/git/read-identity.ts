import type { Person } from '../../domain/event-sourcing/operation.ts'
import type { Git } from './run-git.ts'

const nobody: Person = { name: 'inGitDB', email: 'ingitdb@localhost' }

/**
 * Who commits when nobody is named, found as git finds it: `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL` of our own environment, then `user.name` and
 * `user.email`. Somebody unknown may still write: the commit then says `inGitDB <ingitdb@localhost>`.
 */
export const readIdentity = async (git: Git): Promise<Person> => {
  const { stdout } = await git.run(['config', '--get-regexp', '-z', '^user\\.(name|email)$'])
  // Later entries win, as in git: each is `name`, a line break, and the value.
  const configured = new Map(
    stdout
      .toString()
      .split('\0')
      .map((entry) => [entry.slice(0, entry.indexOf('\n')), entry.slice(entry.indexOf('\n') + 1)]),
  )
  return {
    name: process.env.GIT_AUTHOR_NAME || configured.get('user.name') || nobody.name,
    email: process.env.GIT_AUTHOR_EMAIL || configured.get('user.email') || nobody.email,
  }
}
