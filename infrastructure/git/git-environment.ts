/** Variables a git process of ours gets from its parent; everything else, all of `GIT_*` above all, is left out. */
const inherited = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'SUDO_UID']

const fixed = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  // No transport may start: a promisor remote in a hostile configuration would otherwise run a program to fetch a missing object.
  GIT_ALLOW_PROTOCOL: 'none',
  // Reflog identity; without it git may ask the name service for this machine's name.
  GIT_COMMITTER_NAME: 'inGitDB',
  GIT_COMMITTER_EMAIL: 'ingitdb@localhost',
  GIT_AUTHOR_NAME: 'inGitDB',
  GIT_AUTHOR_EMAIL: 'ingitdb@localhost',
}

/** The whole environment of every git process that we start. */
export const gitEnvironment = (): Record<string, string> => {
  const environment: Record<string, string> = { ...fixed }
  for (const name of inherited) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}

/**
 * Settings given on every command line, where they win over the repository's own configuration: durability, no hooks, no monitor, no
 * background maintenance behind our back, and nothing that starts a program. `core.logAllRefUpdates=true` gives bare repositories a reflog
 * for branches, and none for our scratch refs.
 */
const plainSettings: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.fsyncMethod=fsync',
  'core.logAllRefUpdates=true',
  'core.filesRefLockTimeout=300',
  'core.alternateRefsCommand=',
  'core.sshCommand=false',
  'core.gitProxy=',
  'core.askPass=',
  'core.editor=false',
  'core.pager=cat',
  'core.quotePath=true',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.splitIndex=false',
  'core.untrackedCache=false',
  'core.multiPackIndex=true',
  'credential.helper=',
  'diff.external=',
  'gpg.program=false',
  'log.showSignature=false',
  'gc.auto=0',
  'gc.autoDetach=false',
  'maintenance.auto=false',
  'fastimport.unpackLimit=0',
  'protocol.allow=never',
  'index.sparse=false',
]

const asArguments = (settings: readonly string[]): readonly string[] => settings.flatMap((setting) => ['-c', setting])

export const fixedSettings = asArguments(plainSettings)

/** How to sign in at an address. */
export interface SignIn {
  readonly url: string
  /** `user:token` */
  readonly credentials: string
}

export interface TransportOptions {
  readonly signIns?: readonly SignIn[]
  /** Whether somebody is at the terminal who may be asked for a password. */
  readonly isInteractive?: boolean
  /** How long the other side may say nothing, in milliseconds. */
  readonly stallMs?: number | undefined
  /** Told what git is at: `Receiving objects`, 4, 12. */
  readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** More settings for the command line, `name=value`. */
  readonly settings?: readonly string[]
}

/** As `fixedSettings`, but the user's own ways to sign in are left to them; what comes in is checked object by object. */
export const transportSettings = asArguments([
  ...plainSettings.filter((setting) => !/^(core\.(sshCommand|gitProxy|askPass)|credential\.helper|protocol\.allow)=/.test(setting)),
  'core.fsync=all',
  'fetch.fsckObjects=true',
])

/** What reaching another repository needs of the user's environment besides: ssh, certificates, proxies, and what credential helpers ask. */
const inheritedByTransports = [
  'SSH_AUTH_SOCK',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSL_CAINFO',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'GNUPGHOME',
  'APPDATA',
  'LOCALAPPDATA',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
]

/**
 * Environment of a git process that speaks to another repository. Only protocols that start no program of the address's choosing are allowed. Tokens
 * travel in here, each as a header for its address alone, so that they are on no command line and in no file; redirects are not followed with them.
 */
export const transportEnvironment = ({ signIns = [], isInteractive = false }: TransportOptions): Record<string, string> => {
  const environment: Record<string, string> = {
    ...gitEnvironment(),
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
    GIT_TERMINAL_PROMPT: isInteractive ? '1' : '0',
  }
  for (const name of inheritedByTransports) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  const settings = signIns.flatMap(({ url, credentials }): (readonly [string, string])[] => [
    [`http.${url}.extraHeader`, `Authorization: Basic ${Buffer.from(credentials).toString('base64')}`],
    ['http.followRedirects', 'false'],
    ['credential.helper', ''],
  ])
  environment.GIT_CONFIG_COUNT = String(settings.length)
  for (const [index, [name, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = name
    environment[`GIT_CONFIG_VALUE_${index}`] = value
  }
  return environment
}

/** Keys of a repository's configuration that name a program, with the value that takes the program away. */
const programKeys: readonly (readonly [RegExp, string])[] = [
  [/^filter\..*\.(clean|smudge|process)$/is, ''],
  [/^filter\..*\.required$/is, 'false'],
  [/^diff\..*\.(command|textconv)$/is, ''],
  [/^merge\..*\.driver$/is, 'false'],
  [/^credential\..*\.?helper$/is, ''],
  [/^(gpg\..*\.program|pager\..*|alias\..*|remote\..*\.(uploadpack|receivepack|vcs)|trailer\..*\.(command|cmd))$/is, 'false'],
]

/**
 * Environment entries that override what could start a program.
 * @param listing  output of `git config --list --show-scope --includes -z`; only the scopes that live in the repository are overridden, because
 *                 the user's own and the system's configuration are trusted as git trusts them
 */
export const neutralise = (listing: string): Record<string, string> => {
  const overrides = new Map<string, string>()
  const parts = listing.split('\0')
  for (let index = 0; index + 1 < parts.length; index += 2) {
    const scope = parts[index] ?? ''
    if (scope !== 'local' && scope !== 'worktree') continue
    const name = (parts[index + 1] ?? '').split('\n', 1)[0] ?? ''
    const rule = programKeys.find(([pattern]) => pattern.test(name))
    if (rule !== undefined) overrides.set(name, rule[1])
  }
  const environment: Record<string, string> = { GIT_CONFIG_COUNT: String(overrides.size) }
  let index = 0
  for (const [name, value] of overrides) {
    environment[`GIT_CONFIG_KEY_${index}`] = name
    environment[`GIT_CONFIG_VALUE_${index}`] = value
    index++
  }
  return environment
}
