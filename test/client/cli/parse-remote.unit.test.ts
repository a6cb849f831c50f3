import { describe, expect, test } from 'vitest'
import { findCredentials, findHostToken } from '../../../api/contract/remote-credentials.ts'
import { parseRemote } from '../../../client/cli/input/parse-remote.ts'

describe('the address of a remote', () => {
  test.each([
    ['github.com/o/r', 'https://github.com/o/r', undefined],
    ['github/o/r@v1', 'https://github.com/o/r', 'v1'],
    ['gitlab/group/sub/project', 'https://gitlab.com/group/sub/project', undefined],
    ['bitbucket.org/o/r@feature/x', 'https://bitbucket.org/o/r', 'feature/x'],
    ['https://github.com/o/r.git@main', 'https://github.com/o/r.git', 'main'],
    ['http://localhost:8080/r', 'http://localhost:8080/r', undefined],
    ['git@github.com:o/r.git@main', 'ssh://git@github.com/o/r.git', 'main'],
    ['ssh://git@host.example:2222/o/r', 'ssh://git@host.example:2222/o/r', undefined],
    ['file:///srv/db.git', 'file:///srv/db.git', undefined],
    ['file:///srv/a%40b/db.git@v1', 'file:///srv/a%40b/db.git', 'v1'],
    [`github.com/o/r@${'a'.repeat(40)}`, 'https://github.com/o/r', 'a'.repeat(40)],
  ])('%s', (text, url, ref) => {
    expect(parseRemote(text)).toMatchObject({ url, ...(ref !== undefined && { ref }) })
  })

  test.each([
    [''],
    ['--upload-pack=touch /tmp/x'],
    ['--upload-pack=touch'],
    ['-c/o/r'],
    ['ext::sh -c touch% /tmp/x'],
    ['ext::sh/o/r'],
    ['EXT::sh/o/r'],
    ['fd::17/foo/bar'],
    ['git://github.com/o/r'],
    ['ftp://host.example/o/r'],
    ['javascript://host/o/r'],
    ['/etc'],
    ['../somewhere/else'],
    ['C:/db/repo'],
    ['github.com/o'],
    ['github.com/o/r\nhttps://evil.example/x'],
    ['github.com/o/r\0'],
    ['github.com/o/ r'],
    ['github.com/o/r@'],
    ['github.com/o/r@--upload-pack=x'],
    ['github.com/o/r@a..b'],
    ['github.com/o/r@refs/heads/x.lock'],
    ['github.com/o/r@a:b'],
    ['github.com/o/r@+a'],
    ['ssh://-oProxyCommand=touch/x'],
    ['ssh://-oProxyCommand=touch@host/x'],
    ['-oProxyCommand=x@host:o/r'],
    ['git@-host:o/r'],
    ['git@host.example:-o/r'],
    ['https://user:secret@github.com/o/r'],
    ['https://secret@github.com/o/r'],
    ['file://other.example/srv/db'],
    ['https://github.com'],
    ['https:///o/r'],
  ])('is not %j, which git is never given', (text) => {
    expect(() => parseRemote(text)).toThrow(/is no address of a repository/)
    expect(() => parseRemote(text)).not.toThrow(/secret/)
  })
})

describe('the token for a remote', () => {
  test('is the one of its host', () => {
    expect(findHostToken('github.com', { GITHUB_TOKEN: 'short' })).toBe('short')
    expect(findHostToken('github.com', { GITHUB_TOKEN: 'short', GITHUB_COM_TOKEN: 'long' })).toBe('short')
    expect(findHostToken('github.com', { GITHUB_TOKEN: '', GITHUB_COM_TOKEN: 'long' })).toBe('long')
    expect(findHostToken('git.example.org', { GIT_EXAMPLE_TOKEN: 'a' })).toBe('a')
  })

  test('is never that of another host', () => {
    expect(findHostToken('gitlab.com', { GITHUB_TOKEN: 'short' })).toBeUndefined()
    expect(findHostToken('', { _TOKEN: 'x' })).toBeUndefined()
  })

  test('is INGITDB_TOKEN where the host has none, and goes over https alone', () => {
    const env = { INGITDB_TOKEN: 'all', GITHUB_TOKEN: 'hub' }
    expect(findCredentials('https://github.com/o/r', env)).toBe('x-access-token:hub')
    expect(findCredentials('https://GitLab.com:8443/o/r', env)).toBe('oauth2:all')
    expect(findCredentials('https://ada@git.example.org/o/r', env)).toBe('x-access-token:all')
    expect(findCredentials('http://127.0.0.1:8080/o/r', env)).toBe('x-access-token:all')
    for (const url of [
      'http://example.org/o/r',
      'http://localhost.example.org/o',
      'https://ada:pw@example.org/o/r',
      'ssh://git@github.com/o/r',
      '/srv/db',
    ])
      expect(findCredentials(url, env)).toBeUndefined()
    expect(findCredentials('https://github.com/o/r', { INGITDB_TOKEN: 'a\nX-Other: b' })).toBeUndefined()
  })
})
