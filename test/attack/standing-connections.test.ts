import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { AgentLab, type LabStep } from '../fixtures/agent-lab.ts'
import { problemsIn } from '../fixtures/clusters.ts'
import { ms } from '../fixtures/lab.ts'

const PATH = `
hosts: { client: {}, server: {} }
links: { wan: { between: [client, server], delay: 1ms, rate: 1Gbps } }
paths: { web: { from: client, to: server, port: 80 } }
`

const attackers = (step: string, vantage = 'inline') =>
  `attackers: { eve: { on: wan, vantage: ${vantage}, plan: [{ path: web, ${step} }] } }\n`

/**
 * One connection that stands from 0 s to 8 s, and one for each of 40 requests from 4 s on, under an attack from 3 s on.
 */
function attacked(step: string) {
  const text = `version: 1
${PATH}
workloads:
  kept: { path: web, connection: keep-alive, rate: 10/s, for: 8s, request: 100B, response: 100B, carries: [old] }
  fresh: { path: web, connection: per-request, rate: 10/s, for: 4s, start: 4s, request: 100B, response: 100B, carries: [new] }
${attackers(`at: 3s, ${step}`)}`
  const { verdicts, workloads } = runScenario({ text })
  const counts = Object.fromEntries(workloads.map(({ name, completed, failed }) => [name, [completed, failed]]))
  const medians = Object.fromEntries(workloads.map(({ name, latencyMs }) => [name, Math.round(latencyMs?.p50 ?? 0)]))
  return { counts, medians, verdict: verdicts[0] }
}

describe('a step that matches standing connections', () => {
  test.each(['drop', 'reset'])(
    'a step that matches standing connections breaks an open connection, and no later one, by %s',
    (technique) => {
      const { counts, verdict } = attacked(`technique: ${technique}, match: standing`)
      expect(counts).toEqual({ kept: [79, 1], fresh: [40, 0] })
      expect(verdict.outcomes).toEqual(['disrupted'])
    },
  )

  test('a step without the match for standing connections breaks all connections', () => {
    const { counts } = attacked('technique: reset')
    expect(counts).toEqual({ kept: [30, 50], fresh: [0, 40] })
  })

  test('a step that matches standing connections delays only these, in both directions', () => {
    expect(attacked('technique: delay, delay: 20ms, match: standing').medians).toEqual({ kept: 42, fresh: 4 })
    expect(attacked('technique: delay, delay: 20ms').medians).toEqual({ kept: 42, fresh: 84 })
  })

  test('a step that matches standing connections alters only their data', () => {
    const { verdict } = attacked('technique: tamper, match: standing')
    expect(verdict.outcomes).toContain('modified')
    expect(verdict.exposure.messages).toBe(50)
    expect(attacked('technique: tamper').verdict.exposure.messages).toBe(90)
  })

  test('a step that matches standing connections can also select a kind of packet', () => {
    const none = attacked('technique: drop, match: { connections: standing, kind: rst }')
    expect(none.counts).toEqual({ kept: [80, 0], fresh: [40, 0] })
    const data = attacked('technique: drop, match: { connections: standing, kind: data, from: server }')
    expect(data.counts).toEqual({ kept: [79, 0], fresh: [40, 0] })
    const any = attacked('technique: reset, match: { connections: any }')
    expect(any.counts).toEqual({ kept: [30, 50], fresh: [0, 40] })
  })
})

describe('a connection that opens when the step begins', () => {
  /** The number of packets that a step from `startMs` on acts on. The handshake takes from 0 ms to 30 ms. */
  const actsFrom = (startMs: number) => {
    const step: LabStep = {
      technique: 'delay',
      parameters: { delay: 1 },
      startTick: ms(startMs),
      match: { isStanding: true, kind: 'data' },
    }
    const lab = new AgentLab({
      link: 'delay: 10ms, rate: 100Mbps',
      attackers: [{ name: 'm', vantage: 'inline', steps: [step] }],
    })
    lab.connect({ sends: 1000 }, {})
    lab.run()
    return lab.state.acts(0)
  }

  test('a connection counts as standing once its SYN-ACK has passed, and as new before that', () => {
    expect(actsFrom(0)).toBe(0)
    expect(actsFrom(5)).toBe(0)
    expect(actsFrom(15)).toBe(1)
  })
})

describe('a step that cannot match standing connections is refused', () => {
  const problems = (step: string, vantage?: string) =>
    problemsIn(`${PATH}workloads: { get: { path: web, requests: 1 } }\n${attackers(step, vantage)}`)

  test.each([
    ['whose attacker sees no packets', 'at: 1s, technique: reset, match: standing', 'blind', 'sees no packets'],
    ['that begins with the run', 'technique: reset, match: standing', 'inline', 'no connection stands'],
    ['that wants a SYN', 'at: 1s, technique: drop, match: { connections: standing, kind: syn }', 'inline', 'no syn'],
    [
      'that wants a SYN-ACK',
      'at: 1s, technique: drop, match: { connections: standing, kind: syn-ack }',
      'inline',
      'no syn-ack',
    ],
    [
      'whose technique acts on new connections',
      'at: 1s, technique: impersonate-server, match: standing',
      'inline',
      'the technique impersonate-server has no match',
    ],
    ['with another word', 'at: 1s, technique: drop, match: new', 'inline', 'expected standing'],
  ])('a step that cannot match standing connections is refused: %s', (_, step, vantage, message) => {
    expect(problems(step, vantage)).toContain(message)
  })

  test('a step is accepted if it can match standing connections, or matches only by kind', () => {
    expect(problems('at: 1s, technique: reset, match: standing')).toBe('nothing')
    expect(problems('technique: reset, match: { kind: syn }')).toBe('nothing')
    expect(problems('technique: reset', 'blind')).toBe('nothing')
  })
})
