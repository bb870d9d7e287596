import { NS_PER_S } from '../../engine/ticks.ts'
import type { LimitCriterion, Probe } from './criterion.ts'
import { shareFailed } from './probe-counts.ts'

/** The heartbeats of kubelets, of the kind that their version sends. */
const HEARTBEATS: Probe = { name: 'limits-heartbeats', over: 'to-apiserver', workload: { kind: 'heartbeat' } }

const CHANGES = 'limits-changes'
/**
 * The time within which a pod should have started, 5 s (kubernetes/community, sig-scalability/slos, pod startup
 * latency).
 */
const LATE_MS = 5_000

const LOGS = 'limits-logs'

const EXEC = 'limits-exec'

/** The failure reasons of requests that found no tunnel. */
const MISSING = ['no tunnel', 'no agent']
/** Requests for logs. Two criteria judge them. */
const LOG_PROBES: readonly Probe[] = [
  { name: LOGS, over: 'to-kubelets', workload: { kind: 'logs', rate: '6/m', response: '10KB' } },
]

/** The criteria of `onpath limits`, in the order of its tables. */
export const LIMIT_CRITERIA = {
  ready: {
    title: 'node NotReady',
    meaning: 'a node is NotReady at some time',
    unit: 'nodes',
    probes: [HEARTBEATS],
    measure({ nodes }) {
      const lost = nodes.filter(({ transitions }) => transitions.some((change) => !change.ready)).length
      return { isBroken: lost > 0, figure: lost }
    },
  },
  flapping: {
    title: 'node flaps',
    meaning: 'a node is NotReady twice or more',
    unit: 'times a node',
    probes: [HEARTBEATS],
    measure({ nodes }) {
      const times = nodes.map(({ transitions }) => transitions.filter((change) => !change.ready).length)
      const most = Math.max(0, ...times)
      return { isBroken: most > 1, figure: most }
    },
  },
  evicted: {
    title: 'pods evicted',
    meaning: 'the pods of a node are evicted',
    unit: 'nodes',
    probes: [HEARTBEATS],
    measure({ nodes }) {
      const emptied = nodes.filter(({ evictedNs }) => evictedNs !== null).length
      return { isBroken: emptied > 0, figure: emptied }
    },
  },
  watch: {
    title: 'watch late',
    meaning: 'a kubelet learns a change of its pods more than 5 s after it happened, or never',
    unit: 's',
    probes: [
      { name: CHANGES, over: 'to-apiserver', workload: { kind: 'pod-changes', rate: '6/m' }, isRatePerNode: true },
    ],
    measure({ workloads }) {
      const own = workloads.filter(({ name }) => name.startsWith(CHANGES))
      const latest = Math.max(0, ...own.map(({ latencyMs }) => latencyMs.max ?? 0))
      const isMissing = own.some(({ completed, unfinished }) => unfinished > 0 || completed === 0)
      return { isBroken: latest > LATE_MS || isMissing, figure: isMissing ? null : latest / 1000 }
    },
  },
  logs: {
    title: 'logs fail',
    meaning: 'more than 1 % of requests for logs fail or get no response, or one takes more than a minute',
    unit: 'share of requests',
    probes: LOG_PROBES,
    measure: (result) => shareFailed(result, LOGS),
  },
  exec: {
    title: 'exec fails',
    meaning:
      'more than 1 % of the keys that are typed in sessions of exec have no echo, or one comes more than a minute later',
    unit: 'share of keys',
    probes: [
      {
        name: EXEC,
        over: 'to-kubelets',
        workload: { kind: 'exec', rate: '0.5/s', for: '20s' },
        everyNs: 15 * NS_PER_S,
      },
    ],
    measure: (result) => shareFailed(result, EXEC),
  },
  tunnels: {
    title: 'tunnel flaps',
    meaning:
      'an SSH tunnel or the connection of a Konnectivity agent breaks: it is dialled again, never comes up, or requests find none',
    unit: 'dials too many',
    probes: LOG_PROBES,
    isAboutTunnels: true,
    measure({ tunnels: all, workloads }) {
      const again = all.reduce((sum, { dials }) => sum + Math.max(0, dials - 1), 0)
      const isMissing = workloads.some(
        ({ name, failures }) => name.startsWith(LOGS) && failures.some(({ reason }) => MISSING.includes(reason)),
      )
      return { isBroken: again > 0 || isMissing || all.some(({ setups }) => setups === 0), figure: again }
    },
  },
} satisfies Readonly<Record<string, LimitCriterion>>

export type LimitCriterionName = keyof typeof LIMIT_CRITERIA
