/**
 * The registry of kube-controller-manager's modelled flags, one line each. The exported name is the flag's property of
 * ControllerManagerConfiguration.
 */
export { nodeMonitorGracePeriodNs } from './controller-manager/node-monitor-grace-period.ts'
export { nodeMonitorPeriodNs } from './controller-manager/node-monitor-period.ts'
export { podEvictionTimeoutNs } from './controller-manager/pod-eviction-timeout.ts'
