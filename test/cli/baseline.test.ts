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
  - verdict(mallory, logs) is failed
`

const UNCHECKED = SEALED.replace('verify: ca', 'verify: none')

async function baselineOf(stdin: string): Promise<string> {
  const out = join(aFolder(), 'run')
  await invoke(['run', '-', '--out', out], { stdin, simulate })
  return out
}

test('what was not met before either is known, and does not fail', async () => {
  const baseline = await baselineOf(SEALED)
  expect((await invoke(['run', '-'], { stdin: SEALED, simulate })).code).toBe(4)
  const { code, err } = await invoke(['run', '-', '--baseline', baseline], { stdin: SEALED, simulate })
  expect([code, err]).toEqual([0, 'not met, as in the baseline: verdict(mallory, logs) is failed\n'])
})

test('a worse verdict is a regression: exit 5, with the evidence and the command', async () => {
  const baseline = await baselineOf(SEALED)
  const { code, err } = await invoke(['run', '-', '--baseline', baseline], { stdin: UNCHECKED, simulate })
  expect(code).toBe(5)
  expect(err).toMatch(
    /^worse: impersonate-server on logs by mallory against server: impersonated, was denied; 3 of 3 messages \(.*at \d+ ns\)\n/,
  )
  expect(err).toContain('not met, and met in the baseline: never impersonated by mallory on logs\n')
  expect(err).toMatch(/again: npx onpath run - --seed 1\n$/)
})

test('what got better is no regression', async () => {
  const baseline = await baselineOf(UNCHECKED)
  expect((await invoke(['run', '-', '--baseline', baseline], { stdin: SEALED, simulate })).code).toBe(0)
})

test('a baseline is a run folder, and of one scenario', async () => {
  expect((await invoke(['run', '-', '--baseline', aFolder()], { stdin: SEALED, simulate })).code).toBe(2)
})
