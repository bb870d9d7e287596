import { placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'

/** Skips objects that contain secrets, and reports that. */
export const secretReader: DocumentReader = {
  reads: 'Secrets, which are passed over: nothing in them is read or shown',
  kinds: ['Secret'],
  read({ tree }, evidence) {
    evidence.note({ kind: 'unread', at: placeOf(tree.position), message: 'a Secret, which is not read' })
  },
}
