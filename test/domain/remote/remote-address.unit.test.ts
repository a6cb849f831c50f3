import { describe, expect, test } from 'vitest'
import { isRemoteName, redactAddresses, refuseAddress } from '../../../domain/remote/remote-address.ts'

describe('the address of a remote', () => {
  test.each([
    'https://github.com/o/r.git',
    'https://ada@bitbucket.org/o/r',
    'http://127.0.0.1:8080/o/r',
    'ssh://git@example.org:2222/o/r',
    'git@example.org:o/r.git',
    'example.org:o/r',
    'file:///srv/db.git',
    '/srv/with blanks/db.git',
    '../db.git',
    './a:b',
    'C:\\data\\db',
  ])('may be %s', (address) => {
    expect(refuseAddress(address)).toBeUndefined()
  })

  test.each([
    '',
    '-x',
    '--upload-pack=evil',
    'ext::sh -c evil',
    'fd::17',
    'git://example.org/o/r',
    'ftp://example.org/o/r',
    'https://example.org',
    'https:///o/r',
    'https://ada:secret@example.org/o/r',
    'ssh://ada:secret@example.org/o/r',
    'https://ghp_0123456789abcdef0123@example.org/o/r',
    'ssh://-oProxyCommand=evil/o/r',
    'ssh://-oProxyCommand=evil@example.org/o/r',
    'a@-oProxyCommand=evil:o/r',
    'https://example.org/o/r\n[core]',
    `/${'x'.repeat(2_000)}`,
  ])('is not %j', (address) => {
    expect(refuseAddress(address)).toMatch(/\S/)
    expect(refuseAddress(address)).not.toContain('secret')
  })

  test('is shown without what may be a secret, wherever it stands in a text', () => {
    expect(redactAddresses('https://ada:secret@a.org/x')).toBe('https://…@a.org/x')
    expect(redactAddresses('https://token@a.org/x')).toBe('https://…@a.org/x')
    expect(redactAddresses('ssh://git:secret@a.org/x, ssh://git@b.org/y')).toBe('ssh://git:…@a.org/x, ssh://git@b.org/y')
    expect(redactAddresses("fatal: unable to access 'HTTPS://u:p@a.org/x/': no")).toBe("fatal: unable to access 'HTTPS://…@a.org/x/': no")
    for (const plain of ['https://a.org/x@y', 'git@a.org:x', '/srv/a@b', '../db.git']) expect(redactAddresses(plain)).toBe(plain)
  })

  test('has a name that can stand in a ref', () => {
    for (const name of ['origin', 'team/backup', 'ünïcode', 'a.b']) expect(isRemoteName(name)).toBe(true)
    for (const name of ['', '-x', 'a..b', 'a b', 'HEAD', 'a.lock', '/a', 'a\nb', 'a:b']) expect(isRemoteName(name)).toBe(false)
  })
})
