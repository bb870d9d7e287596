import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })

const SEALED = `
version: 1
name: gate
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 10ms, rate: 100Mbps } }
paths: { logs: { from: client, to: server, tls: { version: 1.3, verify: ca } } }
workloads: { get: { path: logs, requests: 3, response: 1000B } }
attackers:
  mallory: { on: wan, vantage: inline, plan: [{ technique: impersonate-server, path: logs }] }
expect:
  - never impersonated by mallory on logs
  - verdict(mallory, logs) is no-effect
`

const UNCHECKED = SEALED.replace('verify: ca', 'verify: none')

async function baselineOf(stdin: string): Promise<string> {
  const out = join(aFolder(), 'run')
  await invoke(['run', '-', '--out', out], { stdin, simulate })
  return out
}

test('with --baseline, an expectation that the baseline did not meet either does not fail the run', async () => {
  const baseline = await baselineOf(SEALED)
  expect((await invoke(['run', '-'], { stdin: SEALED, simulate })).code).toBe(4)
  const { code, err } = await invoke(['run', '-', '--baseline', baseline], { stdin: SEALED, simulate })
  expect(code).toBe(0)
  expect(err).toContain('configuration: the same\n')
  expect(err).toMatch(/\nnot met, as in the baseline: verdict\(mallory, logs\) is no-effect\n$/)
})

test('with --baseline, a worse verdict exits with 5 and prints the evidence and the command', async () => {
  const baseline = await baselineOf(SEALED)
  const { code, err } = await invoke(['run', '-', '--baseline', baseline], { stdin: UNCHECKED, simulate })
  expect(code).toBe(5)
  expect(err).toMatch(
    /^A {2}.*\nB {2}this run .*\n\nconfiguration\n {2}paths\.logs\.tls\.verify: "ca" -> "none"\n\nverdicts\n {2}worse: .*\n\n/,
  )
  expect(err.indexOf('verdicts\n')).toBeLessThan(err.indexOf('latency p50'))
  expect(err).toMatch(
    /\nworse: impersonate-server on logs by mallory against server: impersonated, was outage; 3 of 3 messages \(.*at \d+ ns\)\n/,
  )
  expect(err).toContain('not met, but met in the baseline: never impersonated by mallory on logs\n')
  expect(err).toMatch(/reproduce: npx onpath run - --seed 1 --baseline \S+\n$/)
})

test('with --baseline, a better verdict does not fail the run', async () => {
  const baseline = await baselineOf(UNCHECKED)
  expect((await invoke(['run', '-', '--baseline', baseline], { stdin: SEALED, simulate })).code).toBe(0)
})

test('a baseline of another scenario exits with 2, since nothing was compared', async () => {
  const baseline = await baselineOf(
    SEALED.replace('get:', 'post:').replace('mallory:', 'trudy:').replaceAll('mallory', 'trudy'),
  )
  const { code, err } = await invoke(['run', '-', '--baseline', baseline], { stdin: SEALED, simulate })
  expect(code).toBe(2)
  expect(err).toContain('onpath: the baseline has nothing in common with this run\n')
})

test('--baseline needs a run folder and exactly one scenario', async () => {
  expect((await invoke(['run', '-', '--baseline', aFolder()], { stdin: SEALED, simulate })).code).toBe(2)
})
