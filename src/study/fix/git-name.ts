import { visibleLines } from '../../scenario/problems/visible.ts'

/** Characters for which git has a one-letter escape (quote.c, cq_lookup). */
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
 * Returns a file name for the header of a diff, as git writes it (core.quotePath) and `patch` and `git apply` read it.
 * A name with control characters, quotes, backslashes or non-ASCII bytes becomes a C string. A name with blanks gets a
 * tab at the end, because the text after a blank could be a date. A name that ends with a blank is quoted too, because
 * `patch` would drop the blank.
 */
export function gitName(name: string): string {
  const isPlain = /^[ !#-[\]-~]*[!#-[\]-~]$/.test(name) && visibleLines(name, false) === name
  const written = isPlain ? name : `"${[...name].map(escaped).join('')}"`
  return name.includes(' ') ? `${written}\t` : written
}

function escaped(character: string): string {
  if (Object.hasOwn(LETTERS, character)) return `\\${LETTERS[character]}`
  // Two number signs can begin a command for a CI system.
  if (/[ -~]/.test(character) && character !== '#') return character
  return Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
