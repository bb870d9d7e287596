// A congestion control of your own, against those of onpath, on a link that loses packets without being full.
//
//     node examples/congestion-control/westwood.ts     (Node 22.18 or later; before: npx tsx ...)
import {
  type CongestionControlDescriptor,
  congestionStateAt,
  formatProblem,
  loadScenario,
  simulate,
  slowStart,
  WINDOW_ONLY,
} from 'onpath'

// What it remembers of a connection: numbers in the table of connections, so that a fork of the simulation has them too.
const SEGMENTS_PER_NS = 0
const SINCE_TICK = 1
const ARRIVED_BEFORE = 2

/** TCP Westwood+ (Grieco and Mascolo 2004): after a loss the window is what the measured rate fills, not a half. */
const westwood: CongestionControlDescriptor = {
  description: 'after a loss, the window that the measured rate fills (TCP Westwood+)',
  standard: {
    ...WINDOW_ONLY,

    onRoundTrip(connections, connection, _rttNs, tick) {
      const state = connections.congestionState
      const at = congestionStateAt(connection)
      const lengthNs = tick - state[at + SINCE_TICK]
      if (lengthNs < connections.smoothedRttNs[connection]) return
      const arrived = connections.deliveredSegments[connection]
      const sample = (arrived - state[at + ARRIVED_BEFORE]) / lengthNs
      state[at + SEGMENTS_PER_NS] = (7 * state[at + SEGMENTS_PER_NS] + sample) / 8
      state[at + SINCE_TICK] = tick
      state[at + ARRIVED_BEFORE] = arrived
    },

    onAcknowledged(connections, connection, segments) {
      const left = slowStart(connections, connection, segments)
      connections.congestionWindow[connection] += left / connections.congestionWindow[connection]
    },

    thresholdAfterLoss(connections, connection) {
      const rate = connections.congestionState[congestionStateAt(connection) + SEGMENTS_PER_NS]
      return Math.max(rate * connections.minimumRttNs[connection], 2)
    },
  },
}

const congestionControls = { westwood }

for (const congestion of ['reno', 'cubic', 'bbr', 'westwood']) {
  const text = `
version: 1
hosts: { client: {}, server: { tcp: { congestion: ${congestion} } } }
links: { radio: { between: [client, server], delay: 20ms, rate: 50Mbps, loss: 0.2%, queue: 200 packets } }
paths: { web: { from: client, to: server } }
workloads: { download: { path: web, requests: 1, response: 40MB } }
`
  const loaded = loadScenario({ text, file: 'radio.yaml' }, { congestionControls })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  const { workloads } = simulate(loaded.scenario, { congestionControls })
  console.log(`${congestion.padEnd(8)} ${workloads[0].throughputMbps?.toFixed(1).padStart(5)} Mbps`)
}
