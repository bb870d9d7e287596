import { largeZoneNodes } from './controller-manager/large-cluster-size-threshold.ts'
import { nodeMonitorGracePeriodNs } from './controller-manager/node-monitor-grace-period.ts'
import { nodeMonitorPeriodNs } from './controller-manager/node-monitor-period.ts'
import { podEvictionTimeoutNs } from './controller-manager/pod-eviction-timeout.ts'
import type { Flags } from './flag.ts'

/**
 * The registry of kube-controller-manager's modelled flags, one line each. The key is the flag's property of
 * ControllerManagerConfiguration.
 */
export const CONTROLLER_MANAGER_FLAGS = {
  largeZoneNodes,
  nodeMonitorGracePeriodNs,
  nodeMonitorPeriodNs,
  podEvictionTimeoutNs,
} satisfies Flags
