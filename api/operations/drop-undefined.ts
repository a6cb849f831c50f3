/** The object without members whose value is `undefined`: schemas allow them, the domain says "absent" by leaving out. */
export const dropUndefined = <T extends object>(object: T): Defined<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>

type Defined<T> = { [Name in keyof T]: undefined extends T[Name] ? Exclude<T[Name], undefined> : T[Name] }
