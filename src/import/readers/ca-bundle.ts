import type { Tree } from '../../scenario/tree/tree.ts'
import type { Evidence } from '../evidence.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, textAt } from '../tree-values.ts'
import { bundleOf } from './kubeconfig.ts'

/** Reads the CAs with which the apiserver verifies webhooks and aggregated apiservers. */
export const caBundleReader: DocumentReader = {
  reads: 'webhook configurations and APIServices: the CAs of their services (caBundle)',
  kinds: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService'],
  mayConcern: (text) => text.includes('caBundle'),
  read({ tree, kind }, evidence) {
    if (kind === 'APIService') return readBundle(tree, ['spec'], ['spec', 'service'], 'APIService', tree, evidence)
    for (const webhook of itemsAt(tree, ['webhooks']))
      readBundle(webhook, ['clientConfig'], ['clientConfig', 'service'], 'webhook', webhook, evidence)
  },
}

function readBundle(
  tree: Tree,
  path: readonly string[],
  service: readonly string[],
  what: string,
  named: Tree,
  evidence: Evidence,
): void {
  const data = textAt(tree, [...path, 'caBundle'])
  if (data === null || data === '') return
  const at = placeAt(tree, [...path, 'caBundle'])
  const name = textAt(tree, [...service, 'name'])
  const namespace = textAt(tree, [...service, 'namespace'])
  evidence.caBundles.push({
    at,
    owner: `${what} ${textAt(named, what === 'APIService' ? ['metadata', 'name'] : ['name']) ?? ''}`,
    serverName: name === null || namespace === null ? null : `${name}.${namespace}.svc`,
    certificates: bundleOf(data, at, evidence),
  })
}
