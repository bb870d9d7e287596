import type { Probe } from './criterion.ts'

/** The heartbeats of kubelets, in the way of their version. */
export const HEARTBEATS: Probe = { name: 'limits-heartbeats', over: 'to-apiserver', workload: { kind: 'heartbeat' } }
