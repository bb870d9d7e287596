import { written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt } from '../tree-values.ts'

/** Reads how the apiserver reaches nodes (KEP-1281). A proxy with HTTPConnect or GRPC is a Konnectivity server. */
export const egressSelectorReader: DocumentReader = {
  reads: 'EgressSelectorConfiguration',
  kinds: ['EgressSelectorConfiguration'],
  read({ tree }, evidence) {
    for (const selection of itemsAt(tree, ['egressSelections'])) {
      if (textAt(selection, ['name'])?.toLowerCase() !== 'cluster') continue
      const protocol = textAt(selection, ['connection', 'proxyProtocol']) ?? 'Direct'
      const at = placeAt(selection, ['connection', 'proxyProtocol'])
      const url = textAt(selection, ['connection', 'transport', 'tcp', 'url']) ?? ''
      // The supervisors of k3s and RKE2 answer HTTP CONNECT themselves, on a port of the apiserver's machine.
      if (protocol === 'HTTPConnect' && /127\.0\.0\.1:(6443|9345|6444)/.test(url))
        evidence.agentModes.push(written('agent', at))
      else evidence.egresses.push(written(protocol === 'Direct' ? 'none' : 'konnectivity', at))
    }
  },
}
