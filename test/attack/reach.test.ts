import { expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { verdictOf } from './truth-lab.ts'

/** The verdict of an attack on a path without requests over the links `near` and `far`, beside another link. */
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

test('an attacker on a path’s route reaches the path, though nothing uses it', () => {
  for (const on of ['near', 'far'])
    for (const technique of ['eavesdrop', 'drop', 'impersonate-server'])
      expect(idle(on, 'inline', technique)).toBe('not-tried')
  for (const on of ['client', 'router', 'server']) expect(idle(on, 'node', 'eavesdrop')).toBe('not-tried')
})

test('an attacker on another link does not reach the path', () => {
  for (const technique of ['eavesdrop', 'drop', 'impersonate-server'])
    expect(idle('aside', 'inline', technique)).toBe('unreachable')
  expect(idle('other', 'node', 'eavesdrop')).toBe('unreachable')
  expect(idle('near', 'blind', 'eavesdrop')).toBe('unreachable')
})

test('an attacker at a position that does not exist does not reach the path', () => {
  expect(verdict('a node behind the tunnel', 'node', 'eavesdrop')).toMatchObject({
    path: 'idle',
    outcomes: ['not-applicable'],
  })
})
