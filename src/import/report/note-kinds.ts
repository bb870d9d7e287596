import type { NoteKind } from './note.ts'

/** The headings in the report of an import, in order, and the number of notes shown for each kind. */
export const NOTE_KINDS: Readonly<Record<NoteKind, { readonly heading: string; readonly shown: number }>> = {
  contradiction: { heading: 'contradictions', shown: 50 },
  unknown: { heading: 'unknown: a default was taken', shown: 50 },
  unmodelled: { heading: 'concerns the paths and is not modelled', shown: 50 },
  unread: { heading: 'not read', shown: 20 },
  used: { heading: 'read', shown: 50 },
  irrelevant: { heading: 'not relevant', shown: 20 },
}
