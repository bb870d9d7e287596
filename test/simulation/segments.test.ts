import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'

const SCENARIO = `version: 1
name: lan
hosts: { master: { cpu: instant }, node-1: { cpu: instant }, node-2: { cpu: instant } }
segments:
  lan: { hosts: [master, node-1, node-2], profile: gce-private, rate: 1Gbps, jitter: none }
paths:
  one: { from: master, to: node-1, port: 8080 }
  two: { from: node-2, to: node-1, port: 8080 }
workloads:
  fresh: { path: one, requests: 5, response: 1000B }
  other: { path: two, requests: 5, response: 1000B }
`

function result(text: string) {
  const loaded = loadScenario({ text, file: 'lan.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'))
  return run(loaded.scenario).result
}

describe('a scenario with a segment', () => {
  test('a scenario with a segment reports the medium of its path, and each port among its links', () => {
    const { workloads, links } = result(SCENARIO)
    expect(workloads.map(({ medium, completed }) => [medium, completed])).toEqual([
      ['gce-private', 5],
      ['gce-private', 5],
    ])
    expect(links.map(({ name }) => name).filter((name) => name.startsWith('segment/'))).toEqual([
      'segment/lan/master/in',
      'segment/lan/master/out',
      'segment/lan/node-1/in',
      'segment/lan/node-1/out',
      'segment/lan/node-2/in',
      'segment/lan/node-2/out',
    ])
    // Each packet counts once, where it comes in; the last two ACKs are still on their way when the run ends.
    const into = links.filter(({ name }) => name.endsWith('/in')).reduce((sum, { bytes }) => sum + bytes, 0)
    expect(workloads.reduce((sum, { wireBytes }) => sum + wireBytes, 0)).toBe(into + 2 * 52)
  })

  test('one event takes all ports of a segment down', () => {
    const { links, workloads } = result(
      `${SCENARIO}events: [{ at: 1ns, link: lan, state: down, for: 10s }]\nduration: 5s\n`,
    )
    expect(workloads.map(({ completed }) => completed)).toEqual([0, 0])
    expect(links.every(({ name, packets }) => !name.startsWith('segment/') || packets === 0)).toBe(true)
  })

  test('a segment can be attacked by its name', () => {
    const { workloads } = result(
      `${SCENARIO}firewall: { rules: [{ from: master, to: lan, ports: [8080], action: reject }] }\n`,
    )
    expect(workloads.map(({ completed, failures }) => [completed, failures])).toEqual([
      [0, [{ reason: 'connection refused', count: 5 }]],
      [5, []],
    ])
  })
})

describe('a scenario without a duration', () => {
  test('a run without a duration ends after 100 days', () => {
    const { ended, simulatedNs } = result(SCENARIO.replace('requests: 5', 'requests: 2, start: 100d'))
    expect([ended, simulatedNs]).toEqual(['duration', 8_640_000_000_000_000])
  })
})
