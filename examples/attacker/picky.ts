// An attacker who drops little and does much: of each connection only the first data that the server sends, and
// twice what replaces them. No technique of onpath does that, so its decisions are code.
//
//     node examples/attacker/picky.ts     (Node 22.18 or later; before: npx tsx examples/attacker/picky.ts)
import { type Attacker, loadScenario, simulate } from 'onpath'

const SCENARIO = `
version: 1
hosts: { control: {}, node: {} }
links: { wan: { between: [control, node], delay: 10ms, rate: 100Mbps } }
paths: { logs: { from: control, to: node, scheme: https, tls: { verify: none } } }
workloads: { tail: { path: logs, connection: per-request, rate: 2/s, for: 10s, response: 4KB } }
`

const picky: Attacker<{ port: number; dropped: number }> = {
  name: 'picky',
  vantage: 'inline',
  // The slowest link or segment that the path crosses. A link can also be named: on: 'wan'.
  on: { path: 'logs' },
  paths: ['logs'],
  fromNs: 3_000_000_000,
  // Numbers in the simulation itself: verdicts compare the run with forks in which the attacker does nothing.
  state: { port: 0, dropped: 0 },

  onPacket(packet, state, isTowardServer) {
    if (isTowardServer) {
      if (packet.isSyn && packet.sourcePort !== state.port) {
        state.port = packet.sourcePort
        state.dropped = 0
      }
      return { action: 'pass' }
    }
    if (packet.payloadBytes === 0 || state.dropped >= 3) return { action: 'pass' }
    state.dropped++
    return { action: 'drop' }
  },
}

const loaded = loadScenario({ text: SCENARIO, file: 'logs.yaml' })
if (!loaded.ok) throw new Error(loaded.problems[0].message)

const alone = simulate(loaded.scenario)
const attacked = simulate(loaded.scenario, { attackers: [picky] })
const [{ outcomes, noticed, path, technique }] = attacked.verdicts

console.log(
  `alone:    ${alone.packets} packets, the slowest answer after ${alone.workloads[0].latencyMs.max?.toFixed(0)} ms`,
)
console.log(
  `attacked: ${attacked.packets} packets, the slowest after ${attacked.workloads[0].latencyMs.max?.toFixed(0)} ms`,
)
console.log(`verdict on ${technique} on ${path}: ${outcomes.join(', ')}; noticed: ${noticed}`)
