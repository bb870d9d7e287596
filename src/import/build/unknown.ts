import type { UnknownCause } from '../../measure/unknown.ts'
import { visible } from '../../scenario/problems/visible.ts'
import { assumed, placeText, written } from '../origin.ts'
import type { Note } from '../report/note.ts'
import type { BuildContext } from './context.ts'

/** The longest text of an unknown, as a scenario takes it. */
const LONGEST = 900

/** Writes what is not known of the cluster: an entry for each cause, with the first note about it. */
export function writeUnknown({ evidence, stanza }: BuildContext): void {
  const byCause = new Map<UnknownCause, Note[]>()
  for (const note of evidence.notes)
    if (note.cause !== undefined) byCause.set(note.cause, [...(byCause.get(note.cause) ?? []), note])
  for (const [cause, notes] of byCause) {
    const [{ at, message }] = notes
    const more = new Set(notes.map((note) => `${note.at === null ? '' : placeText(note.at)} ${note.message}`)).size - 1
    const text = `${visible(message).slice(0, LONGEST)}${more === 0 ? '' : `; and ${more} more`}`
    stanza.set(['unknown', cause], at === null ? assumed(text, '') : written(text, at))
  }
}
