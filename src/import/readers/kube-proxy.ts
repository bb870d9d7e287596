import { written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { placeAt, textAt } from '../tree-values.ts'

export const kubeProxyReader: DocumentReader = {
  reads: 'KubeProxyConfiguration: the mode',
  kinds: ['KubeProxyConfiguration'],
  read({ tree }, evidence) {
    const mode = textAt(tree, ['mode']) ?? ''
    evidence.proxyModes.push(written(mode === '' ? 'iptables' : mode, placeAt(tree, ['mode'])))
  },
}
