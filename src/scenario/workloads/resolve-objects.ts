import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { PathBlueprint, WorkloadBlueprint, WorkloadKind } from '../../simulation/blueprint.ts'
import type { ClusterSurroundings } from '../cluster/cluster-surroundings.ts'
import type { WorkloadSection } from '../schema/workloads.ts'

type Objects = NonNullable<WorkloadBlueprint['objects']>

/** What a heartbeat, list or watch is about. Components and kubelets speak protobuf, users JSON. */
export function objectsOf(
  kind: WorkloadKind,
  section: WorkloadSection,
  pathKind: PathBlueprint['kind'] | null,
  cluster: ClusterSurroundings | null,
): Objects | null {
  const encoding = section.encoding ?? (pathKind === 'user-apiserver' ? 'json' : 'protobuf')
  if (kind === 'heartbeat') {
    const means = cluster === null ? 'lease' : abilitiesOf(cluster.version).kubelet.heartbeat
    return { resource: means === 'lease' ? 'leases' : 'nodes', count: 1, encoding }
  }
  const resource = section.resource ?? 'pods'
  if (kind === 'watch') return { resource, count: 1, encoding }
  if (kind !== 'list') return null
  return { resource, count: section.count ?? countOf(resource, cluster), encoding }
}

function countOf(resource: Objects['resource'], cluster: ClusterSurroundings | null): number {
  if (cluster === null) return 1
  const { nodes, pods, otherPodsPerNode, services } = cluster.members
  if (resource === 'nodes') return nodes.length
  if (resource === 'pods') return pods.length + otherPodsPerNode * nodes.length
  if (resource === 'leases') return abilitiesOf(cluster.version).kubelet.heartbeat === 'lease' ? nodes.length : 0
  // `kubernetes` is a service too.
  return resource === 'services' ? services.size + 1 : 1
}
