/** Characters that HFS+ ignores in names, so that `.g\u200cit` is `.git` there. */
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/**
 * Last check before a path goes into a commit. The domain refuses such keys long before; a path that gets here is a bug and is thrown.
 * Source: the `.git` disguises of CVE-2014-9390 and CVE-2019-1352.
 */
export const checkPath = (path: string): void => {
  if (!isSafePath(path)) throw new Error(`not a path for a record: ${JSON.stringify(path)}`)
}

/** Whether a relative path stays where it starts, and out of git's own folder. */
export const isSafePath = (path: string): boolean => path.split('/').every(isSafeSegment)

/** Most names have nothing that could be a disguise. */
const plainSegment = /^[A-Za-z0-9_$](?:[A-Za-z0-9_.$-]*[A-Za-z0-9_$-])?$/

const isSafeSegment = (segment: string): boolean => plainSegment.test(segment) || isSafeOther(segment)

const isSafeOther = (segment: string): boolean =>
  segment !== '' && segment !== '.' && segment !== '..' && !segment.includes('\0') && !segment.includes('\\') && !isGitName(segment)

const isGitName = (segment: string): boolean => {
  const plain = segment
    .replace(ignoredByHfs, '')
    .replace(/\u0131/g, 'i')
    .toLowerCase()
    .replace(/:.*$/s, '')
    .replace(/[. ]+$/, '')
  return plain === '.git' || /^git~\d+$/.test(plain)
}
