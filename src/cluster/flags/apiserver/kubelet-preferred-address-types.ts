import { over, stepAt } from '../../versions/version-steps.ts'
import { type Flag, goQuoted } from '../flag.ts'
import { listOf } from '../list-kind.ts'

/** The types of addresses in Node.status (pkg/apis/core/types.go, NodeAddressType; LegacyHostIP until 1.6). */
const NODE_ADDRESS_TYPES = [
  'Hostname',
  'InternalDNS',
  'InternalIP',
  'ExternalDNS',
  'ExternalIP',
  'LegacyHostIP',
] as const

export type NodeAddressType = (typeof NODE_ADDRESS_TYPES)[number]

const OF_1_6 = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP', 'LegacyHostIP'] as const
const FROM_1_7 = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'] as const
const SOURCE = 'k/k cmd/kube-apiserver/app/options/options.go, NewServerRunOptions'

const KNOWN = over<readonly NodeAddressType[]>([6, OF_1_6, SOURCE], [7, FROM_1_7, SOURCE])

/** Kubernetes accepts any word, and an unknown one matches no address. Here it is refused, as a typing error. */
export const kubeletPreferredAddressTypes: Flag<readonly NodeAddressType[]> = {
  name: 'kubelet-preferred-address-types',
  kind: listOf(NODE_ADDRESS_TYPES, KNOWN),
  meaning:
    'The types of node addresses in the order in which the API server prefers them. It dials kubelets at the first that the node has, and verifies that name. SSH tunnels are listed by ExternalIP: with another type first, each connection to a kubelet leaves at a random node.',
  default: KNOWN,
  refusals: (types, { version }) =>
    types.flatMap((type, item) => {
      const known = stepAt(KNOWN, version.minor).value
      if (known.includes(type)) return []
      const message = `${goQuoted(type)} is no type of node address in ${version.text}`
      return [{ code: 'unknown-value' as const, message, item, near: { written: type, known } }]
    }),
}
