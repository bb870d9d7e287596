/**
 * The flags of kube-controller-manager that this model obeys, a line each. The name of a line is the property of
 * ControllerManagerConfiguration that the flag sets.
 */
export { nodeMonitorGracePeriodNs } from './controller-manager/node-monitor-grace-period.ts'
export { nodeMonitorPeriodNs } from './controller-manager/node-monitor-period.ts'
