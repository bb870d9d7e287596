import { namesOf } from '../../engine/registry.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { placeText } from '../origin.ts'
import type { Note } from './note.ts'
import { NOTE_KINDS } from './note-kinds.ts'

/** Prints the notes about an import, by kind. */
export function printNotes(notes: readonly Note[]): string {
  return namesOf(NOTE_KINDS)
    .flatMap((kind) => {
      const { heading, shown } = NOTE_KINDS[kind]
      const own = unique(notes.filter((note) => note.kind === kind).map(lineOf))
      if (own.length === 0) return []
      const rest = own.length > shown ? [`  and ${own.length - shown} more`] : []
      return [[`${heading}:`, ...own.slice(0, shown), ...rest].join('\n')]
    })
    .join('\n\n')
}

function lineOf({ at, message, consequence }: Note): string {
  const where = at === null ? '' : `${placeText(at)}: `
  return [`  ${where}${visible(message)}`, ...(consequence === undefined ? [] : [`    ${visible(consequence)}`])].join(
    '\n',
  )
}

function unique(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)]
}
