import { type CheckedScenario, loadScenario } from '../src/scenario/load.ts'
import { run } from '../src/simulation/run.ts'
import type { Case, Suite } from './suite.ts'

/** Measures one download over 100 Mbps. Each packet counts once for each link direction that it crosses. */
export const bulkTcp: Suite = { name: 'bulk-tcp', cases: () => [bulk('bulk-tcp/20MB', 'http')] }
export const bulkTls: Suite = { name: 'bulk-tls', cases: () => [bulk('bulk-tls/20MB', 'https')] }

function bulk(name: string, scheme: 'http' | 'https'): Case {
  const scenario = scenarioOf(`
    version: 1
    hosts: { client: {}, server: {} }
    links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps, queue: 200 packets } }
    paths: { download: { from: client, to: server, scheme: ${scheme} } }
    workloads: { bulk: { path: download, requests: 1, response: 20MB } }
  `)
  return {
    name,
    unit: 'ns/packet',
    work: run(scenario).result.packets,
    run: () => {
      run(scenario)
    },
  }
}

export function scenarioOf(text: string): CheckedScenario {
  const loaded = loadScenario({ text, file: 'bench' })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  return loaded.scenario
}
