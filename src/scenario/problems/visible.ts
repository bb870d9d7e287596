/**
 * Characters that a terminal obeys or hides: controls, formats such as right-to-left marks, separators, lone
 * surrogates.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Returns a text that comes from a file or a command line as one line in which every character shows: a control
 * character as its picture (`␛`), other hidden characters as U+FFFD, and a tab as a blank. It has as many characters as
 * before, so that carets below it stay in place.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, pictureOf)
}

/**
 * Returns the name of a file for the start of a line. A name such as `::error::x` begins with its folder there: GitHub
 * Actions takes a line that begins with two colons for a command, or with `##[error]`, an older form.
 */
export function visibleFile(file: string): string {
  const name = visible(file)
  return /^\s*(?:::|##\[)/.test(name) ? `./${name}` : name
}

/** Returns a plain value with all texts in it, also keys, made visible. */
export function visibleIn<Value>(value: Value): Value
export function visibleIn(value: unknown): unknown {
  if (typeof value === 'string') return visible(value)
  if (Array.isArray(value)) return value.map((item) => visibleIn(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [visible(key), visibleIn(child)]))
}

/** An escape sequence for the weight or the colour of text, the only ones that onpath prints. */
const STYLE = new RegExp(`(${'\u001b'}\\[(?:0|1|2|22|3[1-9]|9[0-7])m)`)

/**
 * The texts that CI systems take for a command in a line of output. GitHub Actions: `::error::` after blanks at its start, and
 * `##[error]`, an older form, anywhere (actions/runner src/Runner.Common/ActionCommand.cs). Azure Pipelines and TeamCity:
 * `##vso[` and `##teamcity[`.
 */
const COMMAND = /^[^\S\n]*::(?=[a-z-]+[: ])|##(?=(?:vso|teamcity)?\[)/gim

/**
 * Returns a printed text in which nothing but line ends and tabs acts on a terminal or a CI system, and, with `hasStyles`,
 * what makes text bold, dim or coloured. A patch of a file with tabs applies only with them.
 */
export function visibleLines(text: string, hasStyles: boolean): string {
  return withoutCommands(visibleCommands(text, hasStyles))
}

/** Returns what `visibleLines` does, with the commands for CI systems that are in it. */
export function visibleCommands(text: string, hasStyles: boolean): string {
  return betweenStyles(text, hasStyles, (part) =>
    part.replace(HIDDEN, (found, at: number) => {
      const isEnd = found === '\n' || found === '\t' || (found === '\r' && part[at + 1] === '\n')
      return isEnd ? found : pictureOf(found)
    }),
  )
}

/** Returns a text as one line in which every character shows, except for what makes text bold, dim or coloured. */
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

/** Breaks what CI systems would take for a command. */
function withoutCommands(text: string): string {
  return text.replace(COMMAND, (found) => `${found.slice(0, -1)}\uFFFD${found.slice(-1)}`)
}

/** Returns a printed text without what makes it bold, dim or coloured. */
export function withoutStyles(text: string): string {
  return text
    .split(STYLE)
    .filter((_, i) => i % 2 === 0)
    .join('')
}

/** Returns a value as JSON in which what a terminal or a CI system acts on is escaped, so that it reads back as it was. */
export function visibleJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent)
    .replace(HIDDEN, (found) => (found === '\n' ? found : escapesOf(found)))
    .replace(COMMAND, (found) => `${found.slice(0, -1)}${escapesOf(found.slice(-1))}`)
}

/** Returns whether a text has characters that a terminal obeys or hides, or what a CI system takes for a command. */
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
