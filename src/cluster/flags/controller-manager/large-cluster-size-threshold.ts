import { always } from '../../versions/version-steps.ts'
import { type Flag, refuseNegative } from '../flag.ts'
import { integer } from '../flag-kind.ts'

export const largeZoneNodes: Flag<number> = {
  name: 'large-cluster-size-threshold',
  kind: integer({ minimum: 0 }),
  meaning: 'A partially disrupted zone with more nodes than this evicts pods slowly, others evict none.',
  default: always(50, 'ARK pkg/controller/nodelifecycle/config/v1alpha1/defaults.go'),
  // Kubernetes does not check it.
  refusals: (nodes) => refuseNegative(largeZoneNodes, nodes),
}
