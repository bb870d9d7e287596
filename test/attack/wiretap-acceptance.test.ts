import { describe, expect, test } from 'vitest'
import { attacked, mallory, plainScenario, step } from './attack-lab.ts'
import { firstOf, knownOf, recordOf, sightsOf } from './wiretap-lab.ts'

/** Five requests of 200 B, five answers of 1000 B. */
const FIVE = 5

describe('an impersonating server', () => {
  test('takes requests and has its answers accepted, each once, and reads no answer of the real server', () => {
    const { simulation } = attacked(plainScenario('none'), mallory([step('impersonate-server')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({
      'request-taken': FIVE,
      'request-read': FIVE,
      'body-read': FIVE * 200,
      'forged-answer-accepted': FIVE,
    })
    expect(firstOf(simulation, 'request-taken', { path: 'logs' })).toMatchObject({ link: 'link/wan/forward' })
  })

  test('achieves nothing with a client that verifies', () => {
    const { simulation } = attacked(plainScenario('ca'), mallory([step('impersonate-server')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({})
  })

  test('is not what an eavesdropper beside it sees: that reads nothing in the sessions of its own servers', () => {
    const { simulation } = attacked(plainScenario('none'), mallory([step('impersonate-server'), step('eavesdrop')]))
    expect(sightsOf(simulation, { path: 'logs', technique: 'eavesdrop' })).toEqual({ 'handshake-name': 1 })
  })
})

describe('a relay', () => {
  test('reads both ways, and is the peer of both', () => {
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
    expect(decisions.all()).toEqual([])
  })
})

describe('a change on the way', () => {
  const PLAIN = `
hosts: { master: { cpu: instant }, node: { cpu: instant } }
links: { wan: { between: [master, node], delay: 10ms } }
paths: { logs: { from: master, to: node } }
workloads: { keep: { path: logs, requests: 5, request: 200B, response: 1000B } }
`

  test('is accepted by plain HTTP, once a message', () => {
    const { simulation } = attacked(
      PLAIN,
      mallory([step('tamper', { match: { from: 'node', to: null, kind: 'data' } })]),
    )
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({ 'altered-accepted': FIVE })
  })

  test('is accepted by nobody inside TLS', () => {
    const { simulation } = attacked(PLAIN.replace('to: node }', 'to: node, tls: {} }'), mallory([step('tamper')]))
    expect(sightsOf(simulation, { path: 'logs' })).toEqual({})
  })
})

describe('what an attacker asks itself', () => {
  test('is nothing read, and nothing forged', () => {
    const plan = [step('direct-request', { ask: 'exec' }), step('eavesdrop')]
    const { simulation } = attacked(plainScenario('none'), mallory(plan))
    expect(sightsOf(simulation, { path: 'logs', technique: 'direct-request' })).toEqual({})
    expect(sightsOf(simulation, { path: 'logs', technique: 'eavesdrop' })).toEqual({ 'handshake-name': 1 })
    expect(knownOf(simulation, 'session-key')).toEqual([])
  })
})
