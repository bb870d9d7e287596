import { type PathKindName, pathKind } from '../../cluster/paths/path-kinds.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { WorkloadBlueprint } from '../../simulation/blueprint.ts'
import { isWatch, type WorkloadKind } from '../../workload/workload-kind.ts'
import type { ClusterEnvironment } from '../cluster/cluster-environment.ts'
import type { WorkloadSection } from '../schema/workloads.ts'

type Objects = NonNullable<WorkloadBlueprint['objects']>

/** Returns the objects of a heartbeat, list, watch or pod changes; null for other workloads. */
export function objectsOf(
  kind: WorkloadKind,
  section: WorkloadSection,
  kindOfPath: PathKindName | null,
  cluster: ClusterEnvironment | null,
): Objects | null {
  const encoding = section.encoding ?? (kindOfPath === null ? 'protobuf' : pathKind(kindOfPath).requests.encoding)
  if (kind === 'heartbeat') {
    const means = cluster === null ? 'lease' : abilitiesOf(cluster.version).kubelet.heartbeat
    return { resource: means === 'lease' ? 'leases' : 'nodes', count: 1, encoding }
  }
  const resource = section.resource ?? 'pods'
  if (isWatch(kind)) return { resource, count: 1, encoding }
  if (kind !== 'list') return null
  return { resource, count: section.count ?? countOf(resource, cluster), encoding }
}

function countOf(resource: Objects['resource'], cluster: ClusterEnvironment | null): number {
  if (cluster === null) return 1
  const { nodes, pods, otherPodsPerNode, services } = cluster.members
  if (resource === 'nodes') return nodes.length
  if (resource === 'pods') return pods.length + otherPodsPerNode * nodes.length
  if (resource === 'leases') return abilitiesOf(cluster.version).kubelet.heartbeat === 'lease' ? nodes.length : 0
  // The apiserver also has a service, `kubernetes`.
  return resource === 'services' ? services.size + 1 : 1
}
