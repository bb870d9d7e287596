import { describe, expect, test } from 'vitest'
import { attacked, mallory, plainScenario, step } from './attack-lab.ts'
import { firstOf, knownOf, recordOf, sightsOf } from './wiretap-lab.ts'

/** The traffic of five requests of 200 B and five responses of 1000 B. */
const FIVE = 5

describe('an impersonating server', () => {
  test('an impersonating server receives requests and has its responses accepted, each once, and reads no response of the real server', () => {
    const { simulation } = attacked(plainScenario('none'), mallory([step('impersonate-server')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({
      'request-taken': FIVE,
      'request-read': FIVE,
      'body-read': FIVE * 200,
      'forged-answer-accepted': FIVE,
    })
    expect(firstOf(simulation, 'request-taken', { path: 'logs' })).toMatchObject({ link: 'link/wan/forward' })
  })

  test('an impersonating server achieves nothing with a client that verifies', () => {
    const { simulation } = attacked(plainScenario('ca'), mallory([step('impersonate-server')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({})
  })

  test('an impersonating server gives no events to the same attacker’s eavesdropping step', () => {
    const { simulation } = attacked(plainScenario('none'), mallory([step('impersonate-server'), step('eavesdrop')]))
    expect(sightsOf(simulation, { path: 'logs', technique: 'eavesdrop' })).toEqual({ 'handshake-name': 1 })
  })
})

describe('a relay', () => {
  test('a relay reads both directions, and both ends accept what it forwards', () => {
    const { simulation } = attacked(plainScenario('none, client: none'), mallory([step('relay')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({
      'request-taken': FIVE,
      'request-read': FIVE,
      'answer-read': FIVE,
      'body-read': FIVE * 1_200,
      'forged-answer-accepted': FIVE,
      relayed: FIVE,
    })
    const { decisions } = recordOf(simulation)
    expect(decisions.all().filter(({ isByAccess }) => isByAccess)).toEqual([])
  })
})

describe('an altered message', () => {
  const PLAIN = `
hosts: { master: { cpu: instant }, node: { cpu: instant } }
links: { wan: { between: [master, node], delay: 10ms } }
paths: { logs: { from: master, to: node } }
workloads: { keep: { path: logs, requests: 5, request: 200B, response: 1000B } }
`

  test('an altered message is accepted over plain HTTP, once for each message', () => {
    const { simulation } = attacked(PLAIN, mallory([step('tamper', { match: { from: 'node', kind: 'data' } })]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({ 'altered-accepted': FIVE })
  })

  test('an altered message is accepted by no end inside TLS', () => {
    const { simulation } = attacked(PLAIN.replace('to: node }', 'to: node, tls: {} }'), mallory([step('tamper')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({})
  })
})

describe('an attacker’s own request', () => {
  test('an attacker’s own request counts as neither read nor forged', () => {
    const plan = [step('direct-request', { ask: 'exec' }), step('eavesdrop')]
    const { simulation } = attacked(plainScenario('none'), mallory(plan))
    expect(sightsOf(simulation, { path: 'logs', technique: 'direct-request' })).toEqual({})
    expect(sightsOf(simulation, { path: 'logs', technique: 'eavesdrop' })).toEqual({ 'handshake-name': 1 })
    expect(knownOf(simulation, 'session-key')).toEqual([])
  })
})
