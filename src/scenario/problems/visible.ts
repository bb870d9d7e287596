/**
 * Characters that a terminal interprets or hides: control characters, format characters such as right-to-left marks,
 * separators, lone surrogates.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Makes every character of an untrusted text visible, on one line. A control character becomes its picture (`␛`), other
 * hidden characters become U+FFFD, a tab becomes a blank. The number of characters stays the same, so carets below it
 * stay in place.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, pictureOf)
}

/**
 * Makes a file name safe at the start of a line. A name such as `::error::x` gets its folder in front. GitHub Actions
 * takes a line that begins with two colons for a command, and also `##[error]`, an older form.
 */
export function visibleFile(file: string): string {
  const name = visible(file)
  return /^\s*(?:::|##\[)/.test(name) ? `./${name}` : name
}

/** Returns a plain value in which all texts, including keys, are made visible. */
export function visibleIn<Value>(value: Value): Value
export function visibleIn(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map((item) => visibleIn(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [visible(key), visibleIn(child)]))
}

/** An escape sequence for the weight or colour of text. onpath prints no others. */
const STYLE = new RegExp(`(${'\u001b'}\\[(?:0|1|2|22|3[1-9]|9[0-7])m)`)

/**
 * The texts that CI systems take for commands in a line of output. GitHub Actions: `::error::` after blanks at the
 * start, and `##[error]`, an older form, anywhere (actions/runner src/Runner.Common/ActionCommand.cs). Azure Pipelines
 * and TeamCity: `##vso[` and `##teamcity[`.
 */
const COMMAND = /^[^\S\n]*::(?=[a-z-]+[: ])|##(?=(?:vso|teamcity)?\[)/gim

/**
 * Returns a text to print in which only line ends and tabs can act on a terminal, and nothing on a CI system. With
 * `hasStyles`, it keeps bold, dim and colours. Tabs are kept because a patch of a file with tabs applies only with
 * them.
 */
export function visibleLines(text: string, hasStyles: boolean): string {
  return withoutCommands(visibleCommands(text, hasStyles))
}

/** Does the same as `visibleLines`, but keeps commands for CI systems. */
export function visibleCommands(text: string, hasStyles: boolean): string {
  return betweenStyles(text, hasStyles, (part) =>
    part.replace(HIDDEN, (found, at: number) => {
      const isEnd = found === '\n' || found === '\t' || (found === '\r' && part[at + 1] === '\n')
      return isEnd ? found : pictureOf(found)
    }),
  )
}

/** Returns a text as one line in which every character is visible; bold, dim and colours are kept. */
export function visibleLine(text: string, hasStyles: boolean): string {
  return betweenStyles(text, hasStyles, visible)
}

function betweenStyles(text: string, hasStyles: boolean, shown: (part: string) => string): string {
  if (!hasStyles) return shown(text)
  return text
    .split(STYLE)
    .map((part, i) => (i % 2 === 1 ? part : shown(part)))
    .join('')
}

/** Breaks up texts that CI systems would take for commands. */
function withoutCommands(text: string): string {
  return text.replace(COMMAND, (found) => `${found.slice(0, -1)}\uFFFD${found.slice(-1)}`)
}

/** Returns a printed text without bold, dim and colours. */
export function withoutStyles(text: string): string {
  return text
    .split(STYLE)
    .filter((_, i) => i % 2 === 0)
    .join('')
}

/**
 * Returns a value as JSON in which everything that a terminal or a CI system would interpret is escaped. It parses to
 * the same value.
 */
export function visibleJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent)
    .replace(HIDDEN, (found) => (found === '\n' ? found : escapesOf(found)))
    .replace(COMMAND, (found) => `${found.slice(0, -1)}${escapesOf(found.slice(-1))}`)
}

/** Returns whether a text has characters that a terminal interprets or hides, or a command for a CI system. */
export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) >= 0 || text.search(COMMAND) >= 0
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
