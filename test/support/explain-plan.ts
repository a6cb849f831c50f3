import type { ReadDatabase, SqlValue, Statement } from '../../projections/read-database.ts'

/** A reader that notes how SQLite goes about each statement that is asked of it. */
export const watchPlans = (reader: ReadDatabase): { readonly reader: ReadDatabase; readonly takePlans: () => readonly string[] } => {
  let plans: string[] = []
  const explain = (text: string, parameters: readonly SqlValue[]): void => {
    const rows = reader.sql<{ detail: string }>(`explain query plan ${text}`).all(...parameters)
    plans.push(rows.map(({ detail }) => detail).join('\n'))
  }
  const watch = <Row>(text: string): Statement<Row> => {
    const statement = reader.sql<Row>(text)
    return {
      ...statement,
      get: (...parameters) => {
        explain(text, parameters)
        return statement.get(...parameters)
      },
      all: (...parameters) => {
        explain(text, parameters)
        return statement.all(...parameters)
      },
    }
  }
  return {
    reader: { ...reader, sql: watch },
    takePlans: () => {
      const taken = plans
      plans = []
      return taken
    },
  }
}
