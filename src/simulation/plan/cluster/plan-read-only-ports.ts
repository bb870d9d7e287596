import { ANY_ADDRESS, type Listener } from '../../../cluster/paths/path.ts'
import type { Blueprint } from '../../blueprint.ts'
import { lookUp } from '../network/plan-network.ts'
import type { PlannedNetwork } from '../network/planned-network.ts'

/** Where the kubelets answer health checks, unless a path leads there already. */
export function planReadOnlyPorts(
  { cluster }: Blueprint,
  { hostIndex }: PlannedNetwork,
  others: readonly Listener[],
  http2: number,
): readonly Listener[] {
  if (cluster === null || cluster.sshTunneler === null) return []
  return cluster.nodes
    .filter(({ kubelet }) => kubelet.readOnlyPort !== 0)
    .map(({ name, kubelet }) => ({ host: lookUp(hostIndex, name), port: kubelet.readOnlyPort }))
    .filter(({ host, port }) => !others.some((other) => other.host === host && other.port === port))
    .map(({ host, port }) => ({ kind: 'http', host, port, bindAddress: ANY_ADDRESS, http2, service: 'answers' }))
}
