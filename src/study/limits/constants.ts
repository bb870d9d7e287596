import { CHECK_PERIOD_NS } from '../../cluster/tunnels/ssh-tunneler.ts'
import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import type { LimitsConstant } from '../../measure/limits/limits-result.ts'
import type { Blueprint } from '../../simulation/blueprint.ts'
import { TCP_PROFILES } from '../../transport/profiles/tcp-profiles.ts'
import type { LatencyProfileName } from './latency-profiles.ts'
import { withProfile } from './limit-run.ts'

/** Kubelets renew a lease four times in its duration (pkg/kubelet/kubelet.go). */
const RENEWALS_A_LEASE = 4

/** Lists the timers that limits depend on, with their values in each profile. */
export function constantsOf(blueprint: Blueprint, profiles: readonly LatencyProfileName[]): readonly LimitsConstant[] {
  const columns = profiles.map((profile) => valuesOf(withProfile(blueprint, profile)))
  const names = [...new Set(columns.flatMap((values) => [...values.keys()]))]
  return names.map((name) => ({ name, values: columns.map((values) => values.get(name) ?? null) }))
}

type Values = ReadonlyMap<string, number | boolean | null>

function valuesOf({ cluster, hosts, middleboxes, paths }: Blueprint): Values {
  if (cluster === null) return new Map()
  const { controllerManager, apiserver, konnectivity } = cluster
  const [{ kubelet, version }] = cluster.nodes
  const node = abilitiesOf(version)
  const { evictsBy } = abilitiesOf(cluster.version).controllerManager
  const isLease = node.kubelet.heartbeat === 'lease'
  const { nodeStatusUpdateFrequencyNs: statusNs, nodeLeaseDurationNs: leaseNs } = kubelet
  const apiserverHost = hosts.find(({ name }) => name === apiserver.host)
  const { giveUpNs } = { ...TCP_PROFILES[apiserverHost?.tcp.profile ?? 'linux'], ...apiserverHost?.tcp.overrides }
  return new Map<string, number | boolean | null>([
    ['status every', statusNs],
    ...(isLease ? [['lease every', leaseNs / RENEWALS_A_LEASE] as const] : []),
    ['heartbeat gives up after', node.kubelet.heartbeatTimesOut ? Math.min(statusNs, leaseNs) : null],
    ['closes all at 2nd failure', node.kubelet.closesConnectionsOnHeartbeatFailure],
    ['PING after silence of', node.client.http2ReadIdleTimeoutNs],
    ['PING answered within', node.client.http2PingTimeoutNs],
    ['TCP gives up after', giveUpNs],
    ['NotReady after', controllerManager.nodeMonitorGracePeriodNs],
    ['nodes checked every', controllerManager.nodeMonitorPeriodNs],
    evictsBy === 'taint'
      ? ['evicted after taint', apiserver.configuration.unreachableTolerationNs]
      : ['evicted after heartbeat', controllerManager.podEvictionTimeoutNs],
    ...(paths.some(({ tunnel }) => tunnel?.kind === 'ssh') ? [['tunnel checked every', CHECK_PERIOD_NS] as const] : []),
    ...(konnectivity === null ? [] : [['agent keepalive after', konnectivity.keepaliveNs] as const]),
    ...middleboxes.flatMap((box) =>
      box.kind === 'proxy' ? [] : [[`${box.kind} ${box.name} forgets after`, box.idleNs] as const],
    ),
  ])
}
