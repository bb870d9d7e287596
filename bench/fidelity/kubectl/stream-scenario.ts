import type { StreamCell } from './stream-cell.ts'

/** The host of the scenario on which kubectl runs. */
export const CLIENT = 'alice'

/**
 * The keys that are typed in two predictions of `exec-keys`. What both have is not of a key; the longer one ends before a
 * ping.
 */
export const KEYS = { shorter: 5, longer: 25 } as const
/** The pause between an echo and the next key, longer than an ACK is delayed. */
const PAUSE_MS = 57

/**
 * The workload of each command. A forwarded connection is the part of a port-forward that follows the upgrade
 * (stream-figures.ts). A command that is not listed has no counterpart in scenarios.
 */
const WORKLOADS: Readonly<Record<string, (bytes: number) => string>> = {
  'exec-tiny': (bytes) => `kind: exec, response: ${bytes}B, requests: 1`,
  'exec-tiny-i': (bytes) => `kind: exec, request: 0B, response: ${bytes}B, requests: 1`,
  'exec-tiny-cold': (bytes) => `kind: exec, discovery: fetched, response: ${bytes}B, requests: 1`,
  'attach-tiny': (bytes) => `kind: attach, response: ${bytes}B, requests: 1`,
  'exec-out': (bytes) => `kind: exec, response: ${bytes}B, requests: 1`,
  // The output is that of `wc -c`.
  'exec-in': (bytes) => `kind: exec, request: ${bytes}B, response: ${`${bytes}\n`.length}B, requests: 1`,
  'cp-down': (bytes) => `kind: cp, response: ${bytes}B, requests: 1`,
  'cp-up': (bytes) => `kind: cp, request: ${bytes}B, requests: 1`,
  'pf-setup': () => 'kind: port-forward, response: 1B, requests: 1',
  // The request is a line with the number of bytes.
  'pf-down': (bytes) => `kind: port-forward, request: ${`down ${bytes}\n`.length}B, response: ${bytes}B, requests: 1`,
  'pf-up': (bytes) => `kind: port-forward, request: ${`up ${bytes}\n`.length + bytes}B, response: 2B, requests: 1`,
  // A key at first, and the next one when the connection has been watched.
  'exec-idle': () => 'kind: exec, rate: 1/m, for: 61s',
  'pf-idle': () => 'kind: port-forward, rate: 1/m, for: 61s, connection: keep-alive, response: 1B',
  logs: (bytes) => `kind: logs, response: ${bytes}B, requests: 1`,
}

/** The scenario of a cell's test bed, or the reason why there is none. */
export type StreamScenario =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string }

/**
 * Returns the scenario of a cell: kubectl on a host of its own, and the node a microsecond from the API server. No host
 * is interrupted, since packets are counted. A second
 * workload keeps the run going when the first has ended. `keys`: how many are typed, of a command that types.
 */
export function streamScenarioOf(cell: StreamCell, keys: number): StreamScenario {
  const { what, bytes, protocol, cc, rttMs, rateMbps, queuePackets } = cell
  const isTyped = what === 'exec-keys' || what === 'exec-keys-tty'
  const workload = isTyped ? keysOf(keys, rttMs) : WORKLOADS[what]?.(bytes)
  if (workload === undefined) return { ok: false, reason: what }
  if (cc !== 'cubic') return { ok: false, reason: cc }
  // SPDY is what kubectl 1.29 uses; from 1.31 on WebSockets carry all of it.
  const version = protocol === 'spdy' ? '1.29' : '1.32'
  const delayNs = Math.round((rttMs / 2) * 1e6)
  const text = `version: 1
kubernetes: "${version}"
hosts: { idle-1: {}, idle-2: {}, ${CLIENT}: { noise: none }, master: { noise: none }, node-1: { noise: none } }
cluster:
  nodes: 1
  pods: { web: { listens: 8080 } }
  users: { ${CLIENT}: { rules: [{ verbs: ["*"], resources: ["*"] }] } }
  links:
    control-to-nodes: { delay: 1us, rate: 100Gbps }
    users-to-control: { delay: ${delayNs}ns, rate: ${rateMbps}Mbps, queue: ${queuePackets} packets }
links: { idle: { between: [idle-1, idle-2], delay: 1ms, rate: 1Mbps } }
paths: { users: { kind: user-apiserver }, idle: { from: idle-1, to: idle-2 } }
workloads:
  command: { path: users, target: pods/web, ${workload} }
  waits: { path: idle, requests: 1, start: 1h }
`
  return { ok: true, text }
}

/** Returns a workload with so many keys, each a pause after the echo of the one before. */
function keysOf(keys: number, rttMs: number): string {
  const perMinute = Math.round(60_000 / (rttMs + PAUSE_MS))
  return `kind: exec, rate: ${perMinute}/m, for: ${Math.round(((keys - 0.5) * 60_000) / perMinute)}ms`
}
