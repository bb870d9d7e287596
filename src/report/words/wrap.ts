/** The columns of a list where nothing narrower shows it. */
export const LIST_COLUMNS = 80

/** Breaks a text into lines of at most `columns` characters, each indented by `indent` blanks and ended by a line feed. */
export function wrap(text: string, indent: number, columns = LIST_COLUMNS): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]
    if (last !== '' && indent + last.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('')
}
