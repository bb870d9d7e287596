import { NS_PER_S } from '../../engine/ticks.ts'

/** A set of timers with which a cluster tolerates long delays better or worse. */
export interface LatencyProfile {
  /** The name of the column. */
  readonly title: string
  readonly meaning: string
  /** The timers that it sets; null if the cluster stays unchanged. */
  readonly sets: {
    readonly nodeStatusUpdateFrequencyNs: number
    readonly nodeMonitorGracePeriodNs: number
    readonly unreachableTolerationNs: number
  } | null
}

/** OpenShift's worker latency profiles (openshift/api, config/v1/types_node.go), and the unchanged cluster. */
export const LATENCY_PROFILES = {
  'as-it-is': { title: 'as it is', meaning: 'the timers of the cluster', sets: null },
  default: {
    title: 'Default',
    meaning: "OpenShift's worker latency profile Default",
    sets: timers(10, 40, 300),
  },
  medium: {
    title: 'Medium',
    meaning: "OpenShift's worker latency profile MediumUpdateAverageReaction",
    sets: timers(20, 120, 60),
  },
  low: {
    title: 'Low',
    meaning: "OpenShift's worker latency profile LowUpdateSlowReaction",
    sets: timers(60, 300, 60),
  },
} satisfies Readonly<Record<string, LatencyProfile>>

export type LatencyProfileName = keyof typeof LATENCY_PROFILES

function timers(statusS: number, graceS: number, tolerationS: number): LatencyProfile['sets'] {
  return {
    nodeStatusUpdateFrequencyNs: statusS * NS_PER_S,
    nodeMonitorGracePeriodNs: graceS * NS_PER_S,
    unreachableTolerationNs: tolerationS * NS_PER_S,
  }
}
