import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { verdictOf } from './truth-lab.ts'

/** A path over the links `near` and `far`, at which nobody asks anything, and a link beside it. */
function verdict(on: string, vantage: string, technique: string) {
  return verdictOf(
    runScenario({
      text: `
version: 1
seed: 1
duration: 2s
hosts: { client: {}, router: {}, server: {}, other: {} }
links:
  near: { between: [client, router], delay: 1ms }
  far: { between: [router, server], delay: 1ms }
  aside: { between: [router, other], delay: 1ms }
paths: { idle: { from: client, to: server }, busy: { from: client, to: other } }
workloads: { ask: { path: busy, connection: per-request, requests: 3, response: 1000B } }
attackers: { mallory: { on: ${on}, vantage: ${vantage}, plan: [{ technique: ${technique}, path: idle }] } }
`,
    }),
  )
}

const idle = (...how: Parameters<typeof verdict>) => verdict(...how).worst

test('who is on the way of a path reaches it, whether anybody speaks there or not', () => {
  for (const on of ['near', 'far'])
    for (const technique of ['eavesdrop', 'drop', 'impersonate-server'])
      expect(idle(on, 'inline', technique)).toBe('failed')
  for (const on of ['client', 'router', 'server']) expect(idle(on, 'node', 'eavesdrop')).toBe('failed')
})

test('who is beside it does not', () => {
  for (const technique of ['eavesdrop', 'drop', 'impersonate-server'])
    expect(idle('aside', 'inline', technique)).toBe('out-of-reach')
  expect(idle('other', 'node', 'eavesdrop')).toBe('out-of-reach')
  expect(idle('near', 'blind', 'eavesdrop')).toBe('out-of-reach')
})

test('whose place does not exist here has nothing of the path, which has its name', () => {
  expect(verdict('a node behind the tunnel', 'node', 'eavesdrop')).toMatchObject({ path: 'idle', outcomes: ['absent'] })
})
