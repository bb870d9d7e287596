import { abilitiesOf } from '../../cluster/versions/abilities.ts'
import { namesOf } from '../../engine/registry.ts'
import { NS_PER_S } from '../../engine/ticks.ts'
import type { CheckedScenario } from '../../scenario/checked-scenario.ts'
import type { Blueprint, WorkloadBlueprint } from '../../simulation/blueprint.ts'
import { LIMIT_AXES, type LimitAxisName } from './axes.ts'
import { LIMIT_CRITERIA } from './criteria.ts'
import type { Probe } from './criterion.ts'
import { LATENCY_PROFILES, type LatencyProfileName } from './latency-profiles.ts'
import type { LimitsSubject } from './read-limits.ts'

/** The time before the end of a run without new requests, so that slow responses can still arrive. */
const TAIL_NS = 100 * NS_PER_S

/** One run for limits: a value of an axis, with one seed. */
export interface LimitRun {
  readonly axis: LimitAxisName
  readonly profile: LatencyProfileName
  readonly value: number
  readonly seed: number
}

/** Returns the scenario of a run. */
export function scenarioOf(subject: LimitsSubject, run: LimitRun): CheckedScenario {
  const axis = LIMIT_AXES[run.axis]
  const media = axis.appliesTo(subject.links)
  if ('absent' in media) throw new Error(`${run.axis} does not apply to ${subject.scenario}`)
  const durationNs = axis.durationNs(run.value)
  const seeded = { ...subject.blueprint, seed: run.seed, durationNs }
  const timed = withProfile(seeded, run.profile)
  const probed = { ...timed, workloads: timed.workloads.flatMap((workload) => spread(workload, durationNs)) }
  return { blueprint: axis.apply(probed, { links: subject.links, media }, run.value), expectations: [] }
}

/** Returns the scenario with the timers of a latency profile. */
export function withProfile(blueprint: Blueprint, name: LatencyProfileName): Blueprint {
  const { sets } = LATENCY_PROFILES[name]
  const { cluster } = blueprint
  if (sets === null || cluster === null) return blueprint
  const { nodeStatusUpdateFrequencyNs, nodeMonitorGracePeriodNs, unreachableTolerationNs } = sets
  const { apiserver, controllerManager } = cluster
  const configuration = { ...apiserver.configuration, unreachableTolerationNs }
  const isLease = abilitiesOf(cluster.version).kubelet.heartbeat === 'lease'
  return {
    ...blueprint,
    cluster: {
      ...cluster,
      apiserver: { ...apiserver, configuration },
      controllerManager: { ...controllerManager, nodeMonitorGracePeriodNs },
      nodes: cluster.nodes.map((node) => ({ ...node, kubelet: { ...node.kubelet, nodeStatusUpdateFrequencyNs } })),
    },
    workloads: isLease
      ? blueprint.workloads
      : blueprint.workloads.map((one) => atPace(one, nodeStatusUpdateFrequencyNs)),
  }
}

/** Returns heartbeats at the pace of node status updates, which serve as heartbeats in releases without leases. */
function atPace(workload: WorkloadBlueprint, periodNs: number): WorkloadBlueprint {
  const { kind, arrivals } = workload
  if (kind !== 'heartbeat' || arrivals.kind !== 'open') return workload
  return { ...workload, arrivals: { ...arrivals, ratePerS: NS_PER_S / periodNs } }
}

const PROBES = namesOf(LIMIT_CRITERIA).flatMap((name): readonly Probe[] => LIMIT_CRITERIA[name].probes)

/**
 * Returns the workloads of a probe in a run: one that lasts until shortly before the end, or a sequence of short ones.
 */
function spread(workload: WorkloadBlueprint, durationNs: number): readonly WorkloadBlueprint[] {
  const probe = PROBES.find(({ name }) => workload.name.startsWith(name))
  const { arrivals, kind } = workload
  if (kind === 'heartbeat' || arrivals.kind === 'closed')
    return [{ ...workload, arrivals: arrivals.kind === 'closed' ? arrivals : { ...arrivals, forNs: null } }]
  const untilNs = durationNs - TAIL_NS
  if (probe?.everyNs === undefined) return [{ ...workload, arrivals: { ...arrivals, forNs: untilNs } }]
  const { everyNs } = probe
  const count = Math.max(1, Math.floor((untilNs - (arrivals.forNs ?? 0)) / everyNs))
  return Array.from({ length: count }, (_, nth) => ({
    ...workload,
    name: `${workload.name}~${nth + 1}`,
    startNs: (nth + 0.5) * everyNs,
  }))
}
