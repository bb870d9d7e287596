import { visibleLine } from '../../scenario/problems/visible.ts'
import { doesFit, type Screen } from './screen.ts'

/** The number of blanks before the first line of a text, and before the others. */
export interface Indent {
  readonly first: string
  readonly others: string
}

const NO_INDENT: Indent = { first: '', others: '' }

/**
 * Breaks a text between words into lines that fit the screen. Line ends in the text are made visible and do not break
 * it.
 */
export function textLines(given: string, screen: Screen, { first, others }: Indent = NO_INDENT): string[] {
  const { columns, wrap, hasColor } = screen
  const text = visibleLine(given, hasColor)
  if (columns === null) return [first + text]
  const room = Math.max(columns - Math.max(first.length, others.length), 10)
  return wrap(text, room)
    .split('\n')
    .map((line, i) => (i === 0 ? first : others) + line)
}

/** Breaks a text as `textLines` does. All lines after the first are indented further. */
export function hangingLines(text: string, screen: Screen, indent = ''): string[] {
  return textLines(text, screen, { first: indent, others: `${indent}  ` })
}

/**
 * Breaks the text of a numbered item as `textLines` does. All lines begin at the column of the text after the number.
 */
export function numberedLines(number: number, text: string, screen: Screen): string[] {
  const head = `${number}. `
  return textLines(`${head}${text}`, screen, { first: '', others: ' '.repeat(head.length) })
}

/** Breaks the lines of a text that do not fit, keeping the indent of each. */
export function fittedText(text: string, screen: Screen): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? ''
      return doesFit(line, screen)
        ? [line]
        : textLines(line.slice(indent.length), screen, { first: indent, others: indent })
    })
    .join('\n')
}

/** A word of a shell command. Blanks in quotes do not separate words. */
const WORD = /(?:'[^']*'|[^\s'])+/g

/** Returns the words of a shell command; an option and its value count as one. */
function wordsOf(command: string): string[] {
  const words: string[] = []
  for (const [word] of command.matchAll(WORD)) {
    const last = words[words.length - 1]
    if (last?.startsWith('--') && !last.includes(' ') && !word.startsWith('-'))
      words[words.length - 1] = `${last} ${word}`
    else words.push(word)
  }
  return words
}

/**
 * Breaks a shell command between words into lines that fit the screen. All lines but the last end with a backslash, so
 * that a shell takes them as one command.
 */
export function commandLines(label: string, command: string, screen: Screen, indent = ''): string[] {
  const { columns, widthOf, keepsCommands } = screen
  const whole = `${indent}${label}${command}`
  if (columns === null || keepsCommands === true || widthOf(whole) <= columns) return [whole]
  const lines: string[] = []
  let line = `${indent}${label}`.trimEnd()
  for (const word of wordsOf(command)) {
    const isFirst = lines.length === 0 && line === `${indent}${label}`.trimEnd()
    if (isFirst && label === '') line = indent + word
    else if (widthOf(line) + 1 + widthOf(word) + 2 <= columns) line += ` ${word}`
    else {
      lines.push(isFirst ? line : `${line} \\`)
      line = `${indent}  ${word}`
    }
  }
  return [...lines, line]
}
