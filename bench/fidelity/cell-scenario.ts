import { bedOf } from './beds.ts'
import { hasShortQueue, type MeasuredCell, percent } from './measured-cell.ts'

const NS3_CONGESTION: Readonly<Record<string, string>> = {
  TcpCubic: 'cubic',
  TcpLinuxReno: 'reno',
  TcpNewReno: 'newreno',
}

const PATHS: Readonly<Record<string, string>> = {
  http: '',
  tls13: ', scheme: https, tls: { version: 1.3 }',
  tls12: ', scheme: https, tls: { version: 1.2 }',
  mtls: ', scheme: https, tls: { version: 1.3, client: certificate }',
  ssh: ', tunnel: ssh',
  'ssh+http': ', tunnel: ssh',
  'ssh+tls13': ', scheme: https, tls: { version: 1.3 }, tunnel: ssh',
}

/** The scenario of a cell's test bed, or the reason why there is none. */
export type CellScenario =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string }

/**
 * Returns the scenario of a cell. Both ends share one core. Only the delay of the link is fitted to the cell: it is
 * half the round-trip time of pings.
 */
export function scenarioOf(cell: MeasuredCell): CellScenario {
  if (cell.stack === 'ns-3') return { ok: true, text: ns3Scenario(cell) }
  const { stack, path, what } = cell
  const bed = bedOf(stack)
  if (bed === null) return { ok: false, reason: `stack ${stack}` }
  if (!(path in PATHS)) return { ok: false, reason: `path ${path}` }
  const workload = workloadOf(cell)
  if (workload === null) return { ok: false, reason: what }
  // Over short queues, transfers with interruptions of the relay were not counted, and a short queue overflows by one.
  const noise = hasShortQueue(cell) ? 'none' : 'linux'
  return { ok: true, text: realScenario(cell, bed.cpu, noise, workload) }
}

function realScenario(
  { cc, rateMbps, rttMs, queuePackets, loss, path }: MeasuredCell,
  cpu: string,
  noise: string,
  workload: string,
): string {
  const tcp = `tcp: { congestion: ${cc} }`
  if (rateMbps === 0)
    return `version: 1
hosts: { host: { cpu: ${cpu}, ${tcp} } }
paths: { p: { from: host, to: host${PATHS[path]} } }
workloads: { w: { path: p, ${workload} } }
`
  const delayNs = Math.round((rttMs / 2) * 1e6)
  return `version: 1
hosts: { master: { cpu: ${cpu}, noise: ${noise}, cores: 1, ${tcp} }, node: { cpu: ${cpu}, noise: ${noise}, cores-of: master, ${tcp} } }
links: { wan: { between: [master, node], delay: ${delayNs}ns, rate: ${rateMbps}Mbps, queue: ${queuePackets} packets, loss: ${percent(loss)} } }
paths: { p: { from: master, to: node${PATHS[path]} } }
workloads: { w: { path: p, ${workload} } }
`
}

/**
 * Returns the workload of a cell, with as many requests as were measured. Transfers are one for each run, since each
 * begins with a new connection or tunnel.
 */
function workloadOf({ what, values }: MeasuredCell): string | null {
  const bulk = /^bulk(\d+)$/.exec(what)
  if (bulk !== null) return `connection: per-request, requests: 1, response: ${bulk[1]}B`
  if (what === 'setup') return 'connection: per-request, requests: 1, response: 1000B'
  if (what !== 'fresh' && what !== 'keep') return null
  const connection = what === 'keep' ? 'keep-alive' : 'per-request'
  return `connection: ${connection}, requests: ${values.length}, response: 1000B`
}

/**
 * PPP adds 2 bytes to a packet, and the rate here counts IP bytes: 100 Mbps of frames carry 1500/1502 of that. The far
 * end of the line loses packets, after they have taken their time on it, as ns-3's device does. The body is more than the
 * link takes in 30 s. Where the runs are known, what they lost is lost (ns3/same-losses.ts).
 */
function ns3Scenario({ cc, onewayUs, loss, rateMbps, queuePackets, runs }: MeasuredCell): string {
  const rateKbps = Math.round((rateMbps * 1e3 * 1500) / 1502)
  const buffers = 'receive-buffer: 32MiB, send-buffer: 32MiB'
  const host = `{ cpu: instant, tcp: { profile: ns3, congestion: ${NS3_CONGESTION[cc] ?? cc}, ${buffers} } }`
  const lossText = loss > 0 && runs === undefined ? `, forward: { loss: ${percent(loss)} }` : ''
  return `version: 1
duration: 30s
hosts: { source: ${host}, far-end: { cpu: instant }, sink: ${host} }
links:
  line: { between: [source, far-end], delay: ${onewayUs}us, rate: ${rateKbps}kbps, queue: ${queuePackets} packets }
  device: { between: [far-end, sink], delay: 0ns${lossText} }
paths: { p: { from: source, to: sink } }
workloads: { w: { path: p, requests: 1, request: ${rateMbps * 4}MB, response: 1B } }
`
}
