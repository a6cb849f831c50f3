/** Columns a text takes on a terminal, near enough: wide East Asian characters and emoji take two, marks none. */
export const countColumns = (text: string): number => {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let columns = 0
  for (const character of text) columns += /\p{Mark}|[\u200b-\u200d]/u.test(character) ? 0 : isWide(character) ? 2 : 1
  return columns
}

const isWide = (character: string): boolean =>
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(character)

/** A text in at most `width` columns, with `…` in its middle for what is left out: beginning and end of a value both tell it from others. */
export const cutMiddle = (text: string, width: number): string => {
  if (countColumns(text) <= width) return text
  const characters = [...text]
  const room = Math.max(0, width - 1)
  const head = takeColumns(characters, Math.ceil(room / 2))
  const tail = takeColumns(characters.reverse(), Math.floor(room / 2)).reverse()
  return `${head.join('')}…${tail.join('')}`
}

const takeColumns = (characters: readonly string[], room: number): string[] => {
  let columns = 0
  const taken: string[] = []
  for (const character of characters) {
    columns += countColumns(character)
    if (columns > room) break
    taken.push(character)
  }
  return taken
}
