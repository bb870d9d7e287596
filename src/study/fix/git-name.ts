import { visibleLines } from '../../scenario/problems/visible.ts'

/** Characters for which git has an escape of one letter (quote.c, cq_lookup). */
const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
}

/**
 * Returns the name of a file for the head of a diff, as git writes it (core.quotePath) and `patch` and `git apply` read it:
 * with control characters, quotes, backslashes or bytes that are not ASCII it is a string of C. A name with blanks ends
 * with a tab, since what follows a blank can be a date. One that ends with a blank is quoted too, since `patch` drops that.
 */
export function gitName(name: string): string {
  const isPlain = /^[ !#-[\]-~]*[!#-[\]-~]$/.test(name) && visibleLines(name, false) === name
  const written = isPlain ? name : `"${[...name].map(escaped).join('')}"`
  return name.includes(' ') ? `${written}\t` : written
}

function escaped(character: string): string {
  if (Object.hasOwn(LETTERS, character)) return `\\${LETTERS[character]}`
  // Two of them can begin a command for a CI system.
  if (/[ -~]/.test(character) && character !== '#') return character
  return Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
