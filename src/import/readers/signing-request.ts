import { written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt } from '../tree-values.ts'

/** Reads requests of kubelets for serving certificates. Their absence proves nothing: they are deleted after an hour. */
export const signingRequestReader: DocumentReader = {
  reads: 'CertificateSigningRequests of kubelets for serving certificates',
  kinds: ['CertificateSigningRequest'],
  read({ tree }, evidence) {
    if (textAt(tree, ['spec', 'signerName']) !== 'kubernetes.io/kubelet-serving') return
    const isApproved = itemsAt(tree, ['status', 'conditions']).some((one) => textAt(one, ['type']) === 'Approved')
    evidence.servingRequests.push(written(isApproved ? 'issued' : 'pending', placeAt(tree, ['spec', 'signerName'])))
  },
}
