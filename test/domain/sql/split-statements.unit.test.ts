import { describe, expect, test } from 'vitest'
import { splitSqlStatements } from '../../../domain/sql/split-statements.ts'

describe('statements', () => {
  test('end at semicolons', () => {
    expect(splitSqlStatements('select 1; select 2;\n')).toEqual({ statements: ['select 1', 'select 2'], rest: '' })
  })

  test('keep semicolons in quotes and comments', () => {
    const text = `select ';', ";", [;], \`;\`, 'it''s;' -- ; \n, 5 - 3 /* ; */ / 2`
    expect(splitSqlStatements(`${text};`)).toEqual({ statements: [text], rest: '' })
  })

  test.each(["select 'a;", 'select "a;', 'select `a;', 'select [a;', 'select /* a;', 'select 1'])('wait for the end of %j', (text) => {
    expect(splitSqlStatements(text)).toEqual({ statements: [], rest: text })
  })

  test('are not made of blanks and comments', () => {
    expect(splitSqlStatements(' ;; -- nothing;\n /* nothing; */ ;\n')).toEqual({ statements: [], rest: '' })
    expect(splitSqlStatements('/* open')).toEqual({ statements: [], rest: '/* open' })
    expect(splitSqlStatements('select 1; /*/')).toEqual({ statements: ['select 1'], rest: ' /*/' })
  })
})
