import type { UnknownCause } from '../../measure/unknown.ts'
import type { Place } from '../origin.ts'

/**
 * The kinds of notes about an import. `used`: a file, and what was read from it. `irrelevant`: it does not concern the
 * paths. `unknown`: it concerns the paths, but is not in the files, so a default applies. `contradiction`: two files
 * disagree. `unmodelled`: it concerns the paths, but is not modelled. `unread`: it is broken, or secret.
 */
export type NoteKind = 'used' | 'irrelevant' | 'unknown' | 'contradiction' | 'unmodelled' | 'unread'

export interface Note {
  readonly kind: NoteKind
  /** The place; null for a note about the whole cluster. */
  readonly at: Place | null
  readonly message: string
  /** The consequence, or how to find out. */
  readonly consequence?: string
  /** The question that stays open because of it, where a check could answer otherwise. */
  readonly cause?: UnknownCause
}
