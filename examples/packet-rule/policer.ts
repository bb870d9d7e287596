// What does a policer cost? A rule decides about each packet before the link does. This one is a token bucket, as providers
// have them: it drops what exceeds a rate, where a queue would only delay it.
//
//     node examples/packet-rule/policer.ts     (Node 22.18 or later; before: npx tsx examples/packet-rule/policer.ts)
import { DROP, type LinkRule, loadScenario, PASS, simulate } from 'onpath'

const BITS_PER_BYTE = 8
const NS_PER_S = 1_000_000_000

/** Lets `rateBps` through, and bursts of `burstBytes`. */
function policer(on: string, rateBps: number, burstBytes: number): LinkRule<{ tokens: number; filledNs: number }> {
  return {
    name: 'policer',
    on,
    // What it remembers is part of the simulation: a fork has it too.
    state: { tokens: burstBytes, filledNs: 0 },
    judge(packet, state) {
      const earned = ((packet.tickNs - state.filledNs) * rateBps) / BITS_PER_BYTE / NS_PER_S
      state.tokens = Math.min(state.tokens + earned, burstBytes)
      state.filledNs = packet.tickNs
      if (packet.wireBytes > state.tokens) return DROP
      state.tokens -= packet.wireBytes
      return PASS
    },
  }
}

function megabits(rate: string, rules: readonly LinkRule[]): string {
  const text = `
version: 1
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 15ms, rate: ${rate}, queue: 200 packets } }
paths: { web: { from: client, to: server } }
workloads: { download: { path: web, requests: 1, response: 10MB } }
`
  const loaded = loadScenario({ text, file: 'wan.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems[0].message)
  return `${simulate(loaded.scenario, { rules }).workloads[0].throughputMbps?.toFixed(1)} Mbps`
}

console.log(`a link of 20 Mbps with a queue:         ${megabits('20Mbps', [])}`)
console.log(
  `a link of 100 Mbps, policed to 20 Mbps: ${megabits('100Mbps', [policer('link/wan/backward', 20e6, 30_000)])}`,
)
