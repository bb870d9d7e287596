import type { DocumentReader } from '../reader.ts'
import { placeAt, textAt, textsAt } from '../tree-values.ts'

/**
 * Reads services with external addresses (CVE-2020-8554). Other services do not concern paths between nodes and
 * apiserver.
 */
export const serviceReader: DocumentReader = {
  reads: 'Services with externalIPs',
  kinds: ['Service'],
  read({ tree }, evidence) {
    const addresses = textsAt(tree, ['spec', 'externalIPs'])
    if (addresses.length === 0) return
    evidence.note({
      kind: 'used',
      at: placeAt(tree, ['spec', 'externalIPs']),
      message: `the service ${textAt(tree, ['metadata', 'name']) ?? ''} takes ${addresses.length} external addresses`,
      consequence: 'whoever may create services can take addresses of others; the check tries it',
    })
  },
}
