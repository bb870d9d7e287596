import type { Sha256 } from './record.ts'

/** The kind of a sealed text, so that none of one kind is taken for one of the other. */
export type SealedKind = 'job' | 'result'

/** Seals the texts that go through a queue, so that a damaged text, or one of somebody else, is refused. */
export interface Seal {
  readonly sha256: Sha256
  /** Returns the seal of a text, in hexadecimal digits. */
  of(kind: SealedKind, text: string): string
  isOf(kind: SealedKind, text: string, seal: string): boolean
}
