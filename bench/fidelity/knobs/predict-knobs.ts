import { loadScenario } from '../../../src/scenario/load.ts'
import { run } from '../../../src/simulation/run.ts'
import { percent } from '../measured-cell.ts'
import type { KnobCell, KnobQuestion } from './knob-cells.ts'

/**
 * Returns the scenario of a knob cell, on a link with half the measured round-trip time. Without losses one seed stands
 * for the median, so no host is interrupted.
 */
function scenarioOf({ link, what, times, clientTcp, serverTcp }: KnobCell, rttMs: number): string {
  const { rateMbps, queuePackets, loss } = link
  const delayNs = Math.round((rttMs / 2) * 1e6)
  return `version: 1
hosts:
  client: { cpu: nodejs, noise: none, tcp: { ${clientTcp} } }
  server: { cpu: nodejs, noise: none, tcp: { ${serverTcp} } }
links: { wan: { between: [client, server], delay: ${delayNs}ns, rate: ${rateMbps}Mbps, queue: ${queuePackets} packets, loss: ${percent(loss)} } }
paths: { p: { from: client, to: server } }
workloads: { w: { path: p, ${workloadOf(what, times)} } }
`
}

function workloadOf(what: KnobQuestion, times: number): string {
  switch (what.kind) {
    case 'get':
      return `connection: per-request, requests: 1, response: ${what.bytes}B`
    case 'paused':
      return `rate: ${60_000 / what.pauseMs}/m, for: ${(times + 1) * what.pauseMs}ms, response: ${what.bytes}B`
    case 'post':
      return `rate: 10/s, for: ${times + 1}00ms, request: 200B, head: apart`
    case 'mean':
      return `requests: ${what.requests}, response: ${what.bytes}B`
  }
}

/** Returns the predicted milliseconds, one value for each seed. */
export function predictKnob(cell: KnobCell, rttMs: number, seeds: number): number[] {
  const text = scenarioOf(cell, rttMs)
  return Array.from({ length: seeds }, (_, index) => {
    const loaded = loadScenario({ text, file: `${cell.knob}: ${cell.setting}` }, { seed: index + 1 })
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('; '))
    const [{ latencyMs, aggregateMbps }] = run(loaded.scenario).result.workloads
    const { what } = cell
    if (what.kind === 'mean') return (what.bytes * 8) / 1000 / aggregateMbps!
    return latencyMs.p50!
  })
}
