import type { Tree } from '../../scenario/tree/tree.ts'
import { placeOf, type Sourced, written } from '../origin.ts'
import type { DocumentReader } from '../reader.ts'
import { itemsAt, placeAt, sourcedAt, textAt, textMapAt } from '../tree-values.ts'

const ZONE_LABELS = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone']
const CONTROL_PLANE_LABELS = [
  'node-role.kubernetes.io/controlplane',
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node.kubernetes.io/microk8s-controlplane',
]

export const nodeReader: DocumentReader = {
  reads: 'Nodes: names, addresses, zones, versions of kubelets, roles',
  kinds: ['Node'],
  recognizes: ({ kind, apiVersion }) => kind === 'Node' && apiVersion !== 'crd.projectcalico.org/v1',
  read({ tree }, evidence) {
    const name = textAt(tree, ['metadata', 'name'])
    if (name === null) return
    const labels = textMapAt(tree, ['metadata', 'labels'])
    const zoneLabel = ZONE_LABELS.find((label) => labels.has(label))
    evidence.nodes.push({
      name,
      at: placeAt(tree, ['metadata', 'name']),
      labels,
      zone:
        zoneLabel === undefined
          ? null
          : written(labels.get(zoneLabel)!, placeAt(tree, ['metadata', 'labels', zoneLabel])),
      addresses: itemsAt(tree, ['status', 'addresses']).flatMap((one) => {
        const [type, address] = [textAt(one, ['type']), textAt(one, ['address'])]
        return type === null || address === null ? [] : [{ type, address, at: placeAt(one, ['address']) }]
      }),
      kubeletVersion: sourcedAt(tree, ['status', 'nodeInfo', 'kubeletVersion']),
      podRanges: podRangesOf(tree),
      isControlPlane: CONTROL_PLANE_LABELS.some((label) => labels.has(label)),
    })
  },
}

function podRangesOf(tree: Tree): readonly Sourced<string>[] {
  const several = itemsAt(tree, ['spec', 'podCIDRs']).flatMap((item) => {
    const text = textAt(item, [])
    return text === null ? [] : [written(text, placeOf(item.position))]
  })
  return several.length > 0 ? several : [sourcedAt(tree, ['spec', 'podCIDR']) ?? []].flat()
}
