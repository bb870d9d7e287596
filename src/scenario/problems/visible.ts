/** Characters that a terminal obeys or hides: controls, formats such as right-to-left marks, separators, lone surrogates. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Returns a text that comes from a file or a command line as one line in which every character shows: a control
 * character as its picture (`␛`), other hidden characters as U+FFFD, and a tab as a blank. It has as many characters as
 * before, so that carets below it stay in place.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, pictureOf)
}

/** Returns a plain value with all texts in it, also keys, made visible. */
export function visibleIn<Value>(value: Value): Value
export function visibleIn(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map((item) => visibleIn(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [visible(key), visibleIn(child)]))
}

/** The escape sequences for bold text, the only ones that onpath prints. */
export const BOLD_ON = '\u001b[1m'
export const BOLD_OFF = '\u001b[22m'

/** Returns a printed text in which nothing but line ends and bold text acts on a terminal. */
export function visibleLines(text: string): string {
  const shown = (part: string) => part.replace(HIDDEN, (found) => (found === '\n' ? found : pictureOf(found)))
  const shownUpTo = (part: string) => part.split(BOLD_OFF).map(shown).join(BOLD_OFF)
  return text.split(BOLD_ON).map(shownUpTo).join(BOLD_ON)
}

/** Returns a value as JSON in which hidden characters are escaped, so that it reads back as it was. */
export function visibleJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(HIDDEN, (found) => (found === '\n' ? found : escapesOf(found)))
}

/** Returns whether a text has characters that a terminal obeys or hides. */
export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) >= 0
}

function pictureOf(character: string): string {
  const code = character.charCodeAt(0)
  if (code === 0x09) return ' '
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\uFFFD'.repeat(character.length)
}

function escapesOf(character: string): string {
  return Array.from({ length: character.length }, (_, i) => escapeOf(character.charCodeAt(i))).join('')
}

function escapeOf(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`
}
