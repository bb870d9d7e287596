import { describe, expect, test } from 'vitest'
import type { Result } from '../../src/measure/result.ts'
import {
  CHANNEL_CONFIRMATION,
  CHANNEL_DATA,
  CHANNEL_OPEN,
  LOGIN_ROUND,
  WINDOW_ADJUST,
} from '../../src/security/ssh-session.ts'
import { expandBlueprint } from '../../src/simulation/expand.ts'
import { makePlan } from '../../src/simulation/make-plan.ts'
import { Simulation } from '../../src/simulation/simulation.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'
import { alter, first, forge, holding, type WhichSegment } from '../fixtures/tamper.ts'

function scenarioWith(hostKey: string): string {
  return `version: 1
duration: 5s
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wire: { between: [client, server], delay: 10ms, mtu: 1500 } }
paths: { web: { from: client, to: server, tunnel: { kind: ssh, host-key: ${hostKey} } } }
workloads: { asks: { path: web, requests: 3, response: 300KB } }
`
}

const OUT = 'client>server'
const BACK = 'server>client'

interface Outcome {
  readonly result: Result
  readonly refusals: readonly string[]
}

function outcome(
  tamper: (simulation: Simulation) => { readonly count: number },
  text = scenarioWith('ignore'),
): Outcome {
  const scenario = scenarioOf(text)
  const simulation = beginning(scenario)
  const refusals: string[] = []
  simulation.parts.ssh.sessionObserver = {
    onSessionBegins() {},
    onPeerData() {},
    onPeerKnown() {},
    onSessionReady() {},
    onSessionEnds() {},
    onRefused: (host, _session, isClient, reason) => {
      const { name } = simulation.plan.hosts[host]
      expect(isClient).toBe(name === 'client')
      refusals.push(`${name}: ${reason}`)
    },
  }
  const tampered = tamper(simulation)
  const result = finish(simulation, scenario)
  expect(tampered.count).toBeGreaterThan(0)
  return { result, refusals }
}

/** Matches segments that carry a part of a round of the log-in. */
function inRound(simulation: Simulation, round: number): WhichSegment {
  const { contents } = simulation.parts.streams
  const isLogin = holding(simulation, LOGIN_ROUND)
  return (segment) =>
    isLogin(segment) && contents.marks.value[contents.markAt(segment.content, segment.contentOffset)] === round
}

describe('an altered byte ends an SSH connection', () => {
  test.each([
    ['data to the client', BACK, CHANNEL_DATA, 'client', 'record broken'],
    ['data to the server', OUT, CHANNEL_DATA, 'server', 'connection reset'],
    ['a channel request', OUT, CHANNEL_OPEN, 'server', 'connection reset'],
    ['a channel confirmation', BACK, CHANNEL_CONFIRMATION, 'client', 'record broken'],
    ['a window adjustment', OUT, WINDOW_ADJUST, 'server', 'connection reset'],
  ])(
    'an altered byte in %s ends an SSH connection, because the receiver refuses it',
    (_, direction, kind, who, reason) => {
      const { result, refusals } = outcome((simulation) =>
        alter(simulation, direction, first(holding(simulation, kind))),
      )
      expect(refusals).toEqual([`${who}: record broken`])
      expect(result.workloads[0].failures).toEqual([{ reason, count: 1 }])
      expect(result.workloads[0].completed).toBe(2)
    },
  )

  test.each(['ignore', 'check'])(
    'an altered byte in the plaintext before the SSH keys ends the connection, because the host key signs it (host-key: %s)',
    (hostKey) => {
      for (const [direction, round] of [
        [OUT, 0],
        [BACK, 0],
        [OUT, 1],
        [BACK, 1],
        [OUT, 2],
        [BACK, 2],
      ] as const) {
        const { refusals } = outcome(
          (simulation) => alter(simulation, direction, first(inRound(simulation, round))),
          scenarioWith(hostKey),
        )
        expect(refusals, `round ${round} ${direction}`).toEqual(['client: record broken'])
      }
    },
  )

  test.each([
    [OUT, 3, 'server'],
    [BACK, 3, 'client'],
    [OUT, 6, 'server'],
  ])(
    'an altered byte in an encrypted message of the SSH log-in ends the connection (%s %i)',
    (direction, round, who) => {
      const { refusals } = outcome((simulation) => alter(simulation, direction, first(inRound(simulation, round))))
      expect(refusals).toEqual([`${who}: record broken`])
    },
  )
})

test('bytes inserted between two SSH packets end the connection', () => {
  const { refusals } = outcome((simulation) => forge(simulation, BACK, first(holding(simulation, CHANNEL_DATA))))
  expect(refusals).toEqual(['client: record broken'])
})

describe('a session observer of SSH', () => {
  test('an SSH session observer gets contents and parameters of both ends before the first encrypted bytes are read', () => {
    const scenario = scenarioOf(scenarioWith('check'))
    const simulation = new Simulation(makePlan(expandBlueprint(scenario.blueprint)))
    const { ssh, streams } = simulation.parts
    const seen: string[] = []
    const named = new Map<string, Set<string>>([
      ['client', new Set()],
      ['server', new Set()],
    ])
    const nameOf = (host: number) => simulation.plan.hosts[host].name
    const roleOf = (isClient: boolean) => (isClient ? 'client' : 'server')
    ssh.sessionObserver = {
      onSessionBegins: (host, _session, isClient, nameHigh, nameLow) => {
        seen.push(`${nameOf(host)} begins`)
        named.get(isClient ? 'client' : 'server')!.add(`${nameHigh} ${nameLow}`)
      },
      onPeerData: (host, _session, isClient, nameHigh, nameLow) => {
        seen.push(`${nameOf(host)} hears`)
        named.get(isClient ? 'server' : 'client')!.add(`${nameHigh} ${nameLow}`)
      },
      onPeerKnown: (host, _session, isClient, client, server) => {
        const hasKey = simulation.plan.ssh.servers[server].hostKey.length > 0
        seen.push(`${nameOf(host)} knows ${client} ${hasKey} as ${roleOf(isClient)}`)
      },
      onSessionReady: (host, _session, isClient) => seen.push(`${nameOf(host)} ready as ${roleOf(isClient)}`),
      onRefused: () => seen.push('refused'),
      onSessionEnds: (host) => seen.push(`${nameOf(host)} ends`),
    }
    simulation.begin()
    finish(simulation, scenario)
    expect(seen).toEqual([
      'client begins',
      'server begins',
      'server hears',
      'client hears',
      'server knows 0 true as server',
      'client knows 0 true as client',
      'server ready as server',
      'client ready as client',
    ])
    expect([...named.values()].map(({ size }) => size)).toEqual([1, 1])
    expect(streams.table.count).toBeGreaterThan(0)
  })
})
