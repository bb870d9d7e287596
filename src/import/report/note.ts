import type { Place } from '../origin.ts'

/**
 * The kinds of statements about an import. `used`: a file and what was read from it; `irrelevant`: it does not concern
 * the paths; `unknown`: it concerns them and nobody knows it, so that a default holds; `contradiction`: two files
 * disagree; `unmodelled`: it concerns them, and the model does not have it; `unread`: it is broken, or secret.
 */
export type NoteKind = 'used' | 'irrelevant' | 'unknown' | 'contradiction' | 'unmodelled' | 'unread'

export interface Note {
  readonly kind: NoteKind
  /** The place; null for a statement about the whole cluster. */
  readonly at: Place | null
  readonly message: string
  /** The consequence, or how to find out. */
  readonly consequence?: string
}
