import { Help } from 'commander'
import { commandLines } from '../report/screen/lines.ts'
import { PLAIN_SCREEN } from '../report/screen/screen.ts'

/** The width of help in a file or a pipe, and the greatest on a terminal, since longer lines are hard to read. */
const PIPE_COLUMNS = 80
const MOST_COLUMNS = 100

export function helpColumns(columns: number | null): number {
  return Math.min(columns ?? PIPE_COLUMNS, MOST_COLUMNS)
}

/**
 * Breaks the notes of a command into lines that fit. Indented lines stay lines of their own: commands are broken so that
 * a shell takes them as one. Other lines that follow each other are one paragraph.
 */
export function fittedNotes(notes: string, columns: number): string {
  const blocks: string[] = []
  let isOpen = false
  for (const line of notes.split('\n')) {
    const isText = line !== '' && !line.startsWith(' ') && !line.endsWith(':')
    if (isText && isOpen) blocks[blocks.length - 1] += ` ${line}`
    else blocks.push(line)
    isOpen = isText
  }
  return blocks.flatMap((block) => fittedLines(block, columns)).join('\n')
}

function fittedLines(block: string, columns: number): string[] {
  if (block.length <= columns) return [block]
  const text = block.trimStart()
  const indent = ' '.repeat(block.length - text.length)
  if (/^(onpath|kubectl|kube-bench|cat|source) /.test(text))
    return commandLines('', text, { ...PLAIN_SCREEN, columns }, indent)
  return new Help()
    .boxWrap(text, columns - indent.length)
    .split('\n')
    .map((line) => indent + line)
}
