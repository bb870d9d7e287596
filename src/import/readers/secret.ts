import { placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt } from '../tree-values.ts'

/** Passes over objects that hold secrets, and says so. */
export const secretReader: DocumentReader = {
  reads: 'Secrets and kubeconfigs, which are passed over: nothing in them is read or shown',
  kinds: ['Secret', 'Config'],
  recognizes: ({ tree, kind }) => kind === 'Secret' || (kind === 'Config' && itemsAt(tree, ['clusters']).length > 0),
  read({ tree, kind }, evidence) {
    const message = kind === 'Secret' ? 'a Secret, which is not read' : 'a kubeconfig, whose credentials are not read'
    evidence.note({ kind: 'unread', at: placeOf(tree.position), message })
  },
}
