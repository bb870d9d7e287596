import type { Tree } from '../../scenario/tree/tree.ts'
import { treeAt } from '../../scenario/tree/tree.ts'
import type { Selector } from '../evidence.ts'
import { placeOf } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, textAt, textMapAt, textsAt } from '../tree-values.ts'

/** Reads NetworkPolicies: which pods each selects, and which ports everybody may reach in spite of it. */
export const networkPolicyReader: DocumentReader = {
  reads: 'NetworkPolicies that close ports of pods',
  kinds: ['NetworkPolicy'],
  recognizes: ({ kind, apiVersion }) => kind !== '' && /^(?:networking\.k8s\.io|extensions)\//.test(`${apiVersion}/`),
  read({ tree }, evidence) {
    const types = textsAt(tree, ['spec', 'policyTypes'])
    if (types.length > 0 && !types.includes('Ingress')) return
    evidence.networkPolicies.push({
      name: textAt(tree, ['metadata', 'name']) ?? '',
      namespace: textAt(tree, ['metadata', 'namespace']) ?? 'default',
      at: placeOf(tree.position),
      selector: selectorAt(tree),
      open: itemsAt(tree, ['spec', 'ingress'])
        .filter(isFromEverybody)
        .map((rule) => itemsAt(rule, ['ports']).map(portOf)),
    })
  },
}

function selectorAt(tree: Tree): Selector {
  return {
    labels: textMapAt(tree, ['spec', 'podSelector', 'matchLabels']),
    expressions: itemsAt(tree, ['spec', 'podSelector', 'matchExpressions']).map((one) => ({
      key: textAt(one, ['key']) ?? '',
      operator: textAt(one, ['operator']) ?? '',
      values: textsAt(one, ['values']),
    })),
  }
}

/**
 * Returns whether a rule admits pods of every namespace: it has no `from`, or a peer that is all namespaces or all
 * addresses. The clients that other rules select are those that the server is for.
 */
function isFromEverybody(rule: Tree): boolean {
  const peers = itemsAt(rule, ['from'])
  if (peers.length === 0) return true
  return peers.some((peer) => {
    const cidr = textAt(peer, ['ipBlock', 'cidr'])
    if (cidr !== null) return /\/0$/.test(cidr)
    return isEmptySelector(treeAt(peer, ['namespaceSelector'])) && isEmptySelector(treeAt(peer, ['podSelector']), true)
  })
}

function isEmptySelector(selector: Tree | undefined, mayBeAbsent = false): boolean {
  if (selector === undefined) return mayBeAbsent
  return textMapAt(selector, ['matchLabels']).size === 0 && itemsAt(selector, ['matchExpressions']).length === 0
}

function portOf(entry: Tree) {
  const port = textAt(entry, ['port'])
  const end = textAt(entry, ['endPort'])
  return { port, end: end === null ? null : Number(end) }
}
