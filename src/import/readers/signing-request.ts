import { written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt } from '../tree-values.ts'

/** The prefix of a kubelet's user name, before the name of its node. */
const NODE = 'system:node:'

/**
 * Reads kubelets' serving-certificate requests. Their absence proves nothing, because they are deleted after an hour. A
 * request by another user is not a kubelet's, even if it was approved.
 */
export const signingRequestReader: DocumentReader = {
  reads: 'CertificateSigningRequests of kubelets for serving certificates',
  kinds: ['CertificateSigningRequest'],
  read({ tree }, evidence) {
    if (textAt(tree, ['spec', 'signerName']) !== 'kubernetes.io/kubelet-serving') return
    const at = placeAt(tree, ['spec', 'signerName'])
    const user = textAt(tree, ['spec', 'username']) ?? ''
    const usages = itemsAt(tree, ['spec', 'usages']).map((one) => textAt(one, []))
    if (!user.startsWith(NODE) || (usages.length > 0 && !usages.includes('server auth'))) {
      const message = "a request for the signer of serving certificates that is no kubelet's, by its user or its usages"
      evidence.note({ kind: 'irrelevant', at, message })
      return
    }
    const conditions = new Set(itemsAt(tree, ['status', 'conditions']).map((one) => textAt(one, ['type'])))
    const isIssued = conditions.has('Approved') && !conditions.has('Denied') && !conditions.has('Failed')
    if (isIssued && textAt(tree, ['status', 'certificate']) === null)
      evidence.note({
        kind: 'contradiction',
        at,
        message: `the request of ${user} is approved and has no certificate (status.certificate)`,
        consequence:
          'it is taken as signed; while nothing signs it, its kubelet has no serving certificate and logs fail',
      })
    evidence.servingRequests.push({ ...written(isIssued ? 'issued' : 'pending', at), node: user.slice(NODE.length) })
  },
}
