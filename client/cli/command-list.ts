import type { ConfigureCommand } from './configure-command.ts'

export interface CommandEntry {
  readonly name: string
  readonly alias?: string
  readonly summary: string
  readonly load: () => Promise<ConfigureCommand>
}

/** Every command, in the order in which the help lists them. */
export const commandList: readonly CommandEntry[] = [
  { name: 'init', summary: 'make a new database in an empty folder', load: async () => (await import('./commands/init.ts')).configureInit },
  {
    name: 'setup',
    summary: 'make a folder a database, adding what is missing',
    load: async () => (await import('./commands/setup.ts')).configureSetup,
  },
  {
    name: 'import',
    summary: 'import a file of records into a table, or convert a database of an old layout',
    load: async () => (await import('./commands/import.ts')).configureImport,
  },
  { name: 'export', summary: 'write records of a table to a file', load: async () => (await import('./commands/export.ts')).configureExport },
  {
    name: 'clone',
    summary: 'copy a database from a repository somewhere else',
    load: async () => (await import('./commands/clone.ts')).configureClone,
  },
  { name: 'create', summary: 'create a table', load: async () => (await import('./commands/create.ts')).configureCreate },
  { name: 'alter', summary: 'change a table, its records included', load: async () => (await import('./commands/alter.ts')).configureAlter },
  {
    name: 'rename',
    summary: 'rename a table, its files and what refers to it',
    load: async () => (await import('./commands/rename.ts')).configureRename,
  },
  {
    name: 'reshard',
    summary: 'spread the records of a table over more or fewer directories',
    load: async () => (await import('./commands/reshard.ts')).configureReshard,
  },
  { name: 'drop', summary: 'drop a table with all its records, or a view', load: async () => (await import('./commands/drop.ts')).configureDrop },
  { name: 'list', summary: 'list the tables, or the views', load: async () => (await import('./commands/list.ts')).configureList },
  {
    name: 'describe',
    alias: 'desc',
    summary: 'show the definition of a table, or of a view',
    load: async () => (await import('./commands/describe.ts')).configureDescribe,
  },
  { name: 'insert', summary: 'insert records, in one commit', load: async () => (await import('./commands/insert.ts')).configureInsert },
  { name: 'select', summary: 'read one record, or those that match', load: async () => (await import('./commands/select.ts')).configureSelect },
  { name: 'sql', summary: 'ask in SQL, over tables at one moment or several', load: async () => (await import('./commands/sql.ts')).configureSql },
  { name: 'shell', summary: 'ask in SQL, one statement after another', load: async () => (await import('./commands/shell.ts')).configureShell },
  { name: 'count', summary: 'count records', load: async () => (await import('./commands/count.ts')).configureCount },
  {
    name: 'distinct',
    summary: 'the different values of fields',
    load: async () => (await import('./commands/distinct.ts')).configureDistinct,
  },
  {
    name: 'facets',
    summary: 'the most frequent values of fields',
    load: async () => (await import('./commands/facets.ts')).configureFacets,
  },
  {
    name: 'update',
    summary: 'change fields of one record, or of those that match',
    load: async () => (await import('./commands/update.ts')).configureUpdate,
  },
  { name: 'delete', summary: 'delete one record, or those that match', load: async () => (await import('./commands/delete.ts')).configureDelete },
  { name: 'history', summary: 'commits that changed a record', load: async () => (await import('./commands/history.ts')).configureHistory },
  {
    name: 'blame',
    summary: 'who gave each field of a record its value, or touched each record last',
    load: async () => (await import('./commands/blame.ts')).configureBlame,
  },
  { name: 'diff', summary: 'what differs between two moments', load: async () => (await import('./commands/diff.ts')).configureDiff },
  { name: 'log', summary: 'commits of the database', load: async () => (await import('./commands/log.ts')).configureLog },
  { name: 'fetch', summary: 'get branches and tags of a remote', load: async () => (await import('./commands/fetch.ts')).configureFetch },
  { name: 'pull', summary: 'fetch, and merge what came', load: async () => (await import('./commands/pull.ts')).configurePull },
  { name: 'push', summary: 'send a branch to a remote', load: async () => (await import('./commands/push.ts')).configurePush },
  {
    name: 'remote',
    summary: 'list, add and change repositories somewhere else',
    load: async () => (await import('./commands/remote.ts')).configureRemote,
  },
  {
    name: 'branch',
    summary: 'list, make, switch, rename, delete and protect branches',
    load: async () => (await import('./commands/branch.ts')).configureBranch,
  },
  { name: 'tag', summary: 'list, make and delete tags', load: async () => (await import('./commands/tag.ts')).configureTag },
  {
    name: 'merge',
    summary: 'merge a branch into another, field by field',
    load: async () => (await import('./commands/merge.ts')).configureMerge,
  },
  {
    name: 'cherry-pick',
    summary: 'make the changes of commits once more on another branch',
    load: async () => (await import('./commands/cherry-pick.ts')).configureCherryPick,
  },
  { name: 'revert', summary: 'take back what commits changed', load: async () => (await import('./commands/revert.ts')).configureRevert },
  {
    name: 'rebase',
    summary: 'make the commits of a branch once more on top of another',
    load: async () => (await import('./commands/rebase.ts')).configureRebase,
  },
  {
    name: 'restore',
    summary: 'make a record or a table what it was at another moment',
    load: async () => (await import('./commands/restore.ts')).configureRestore,
  },
  { name: 'undo', summary: 'take back the last commit', load: async () => (await import('./commands/undo.ts')).configureUndo },
  {
    name: 'conflicts',
    summary: 'what is in conflict in a merge that waits',
    load: async () => (await import('./commands/conflicts.ts')).configureConflicts,
  },
  { name: 'resolve', summary: 'settle a conflict of a merge', load: async () => (await import('./commands/resolve.ts')).configureResolve },
  {
    name: 'validate',
    summary: 'say what is wrong with definitions and records',
    load: async () => (await import('./commands/validate.ts')).configureValidate,
  },
  {
    name: 'materialize',
    summary: 'write the files of views, and the README of each table',
    load: async () => (await import('./commands/materialize.ts')).configureMaterialize,
  },
  { name: 'ci', summary: 'write the files of views, as a build does', load: async () => (await import('./commands/ci.ts')).configureCi },
  { name: 'docs', summary: 'write the README of each table', load: async () => (await import('./commands/docs.ts')).configureDocs },
  { name: 'status', summary: 'where the database stands', load: async () => (await import('./commands/status.ts')).configureStatus },
  {
    name: 'doctor',
    summary: 'check the repository, git and the read model',
    load: async () => (await import('./commands/doctor.ts')).configureDoctor,
  },
  { name: 'rebuild', summary: 'read the whole history from git again', load: async () => (await import('./commands/rebuild.ts')).configureRebuild },
  {
    name: 'completion',
    summary: 'print a script that completes commands in a shell',
    load: async () => (await import('./commands/completion.ts')).configureCompletion,
  },
  {
    name: 'self-update',
    summary: 'say how to get a newer version',
    load: async () => (await import('./commands/self-update.ts')).configureSelfUpdate,
  },
  { name: 'version', summary: 'print the version', load: async () => (await import('./commands/version.ts')).configureVersion },
]
