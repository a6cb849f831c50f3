/**
 * How a record is named in one text: `users/u1`, and in a subcollection the tables and keys in turn, `spaces/family/contacts/c1`. Made for
 * messages and command lines; ids and keys stay apart everywhere else.
 */
export const recordAddress = (table: string, key: string): string => {
  const keys = key.split('/')
  return table
    .split('/')
    .flatMap((name, index) => [name, ...keys.slice(index, index + 1)])
    .join('/')
}
