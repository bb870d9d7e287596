import { describe, expect, test } from 'vitest'
import { type Attacker, type AttackVerdict, InvalidOwnCode, OwnCodeFailed } from '../../src/index.ts'
import { runWith } from './lab.ts'

const WEB = `
version: 1
name: web
seed: 3
hosts: { client: {}, server: {}, other: {} }
links:
  wan: { between: [client, server], delay: 10ms, rate: 100Mbps }
  side: { between: [server, other], delay: 1ms }
paths: { web: { from: client, to: server, scheme: http }, safe: { from: client, to: server, scheme: https } }
workloads:
  get: { path: web, connection: per-request, rate: 5/s, for: 3s, carries: [letter] }
  get-safely: { path: safe, connection: per-request, rate: 5/s, for: 3s }
`

function mallory(verdict: AttackVerdict, more: Partial<Attacker> = {}): Attacker {
  return {
    name: 'mallory',
    vantage: 'inline',
    on: 'wan',
    paths: ['web'],
    fromNs: 1_000_000_000,
    onPacket: ({ payloadBytes }) => (payloadBytes > 0 ? verdict : { action: 'pass' }),
    ...more,
  }
}

const verdictsOf = (attacker: Attacker) =>
  runWith({ attackers: [attacker] }, WEB).verdicts.map(
    ({ path, worst, technique }) => `${technique} on ${path}: ${worst}`,
  )

/** The outcomes of the same attack with the technique of onpath that does it. */
function outcomesOf(technique: string): readonly string[] {
  const step = `{ technique: ${technique}, at: 1s, path: web, match: { kind: data } }`
  return runWith({}, `${WEB}attackers: { mallory: { on: wan, vantage: inline, plan: [${step}] } }`).verdicts[0].outcomes
}

describe('an attacker of a user', () => {
  test.each(['drop', 'tamper', 'reset'] as const)(
    'a user’s attacker that returns %s gets the outcome of this technique, and reads plaintext',
    (action) => {
      const [{ outcomes }] = runWith({ attackers: [mallory({ action })] }, WEB).verdicts
      const others = outcomes.filter((outcome) => outcome !== 'read')
      expect(others).toEqual(outcomesOf(action).filter((outcome) => outcome !== 'read'))
      expect(others).not.toEqual([])
    },
  )

  test('a user’s attacker that passes everything reads plaintext, and does not change traffic', () => {
    const attacked = runWith({ attackers: [mallory({ action: 'pass' }, { paths: ['web', 'safe'] })] }, WEB)
    expect(attacked.trafficDigest).toBe(runWith({}, WEB).trafficDigest)
    expect(attacked.verdicts.map(({ path, worst }) => [path, worst])).toEqual([
      ['safe', 'metadata'],
      ['web', 'read'],
    ])
    expect(attacked.knowledge.map(({ learned }) => learned)).toContain('secret letter')
  })

  test('a user’s attacker attacks all paths by default, and has no effect from a link that no path crosses', () => {
    const { paths: _, ...everywhere } = mallory({ action: 'drop' })
    expect(verdictsOf(everywhere)).toEqual(['own-code on safe: outage', 'own-code on web: read'])
    expect(verdictsOf({ ...everywhere, on: 'side' })).toEqual([
      'own-code on safe: unreachable',
      'own-code on web: unreachable',
    ])
  })

  test('a user’s attacker on a path is on the slowest link of its route, up to the end of a tunnel', () => {
    const far = `version: 1
hosts: { client: {}, gate: {}, node: {} }
links: { near: { between: [client, gate], delay: 1ms }, far: { between: [gate, node], delay: 10ms } }
paths: { straight: { from: client, to: node }, tunnelled: { from: client, to: node, tunnel: { kind: ssh, via: gate } } }
workloads: { a: { path: straight, requests: 3 }, b: { path: tunnelled, requests: 3 } }
`
    for (const [path, link] of [
      ['straight', 'far'],
      ['tunnelled', 'near'],
    ]) {
      const [onPath, onLink] = [{ path }, link].map((on) =>
        runWith({ attackers: [mallory({ action: 'drop' }, { on, paths: [path], fromNs: 0 })] }, far),
      )
      expect(onPath.verdicts[0].outcomes).toContain('outage')
      expect(onPath).toEqual(onLink)
    }
  })

  test('a user’s attacker on an unknown path, a path without links, or a path with its own host is refused', () => {
    const within = WEB.replace('paths: {', 'paths: { within: { from: server, to: server },')
    const refusals: readonly (readonly [Partial<Attacker>, string])[] = [
      [{ on: { path: 'weg' } }, 'the scenario has no path weg; it has within, web, safe'],
      [{ on: { path: 'within' } }, 'the path within crosses no link and no segment'],
      [{ on: { path: 'web' }, vantage: 'node' }, 'a node is on a host, and not on a path: name the host'],
    ]
    for (const [more, problem] of refusals)
      expect(() => runWith({ attackers: [mallory({ action: 'pass' }, more)] }, within)).toThrow(
        expect.objectContaining({ problems: [`attacker mallory: ${problem}`] }),
      )
  })

  test('a user’s attacker ends when it says, and later connections succeed', () => {
    const { verdicts } = runWith({ attackers: [mallory({ action: 'drop' }, { untilNs: 1_500_000_000 })] }, WEB)
    expect(verdicts[0].recoveredNs).toBeLessThan(3_000_000_000)
  })

  test('a user’s attacker remembers numbers, and gives the same result each time', () => {
    const counting: Attacker<{ seen: number }> = {
      ...mallory({ action: 'pass' }),
      state: { seen: 0 },
      onPacket: (_, state) => {
        state.seen++
        return state.seen % 7 === 0 ? { action: 'drop' } : { action: 'pass' }
      },
    }
    const first = runWith({ attackers: [counting] }, WEB)
    expect(runWith({ attackers: [counting] }, WEB)).toEqual(first)
    expect(first.trafficDigest).not.toBe(runWith({}, WEB).trafficDigest)
  })

  test('a user’s attacker knows which packets go to the server', () => {
    const ports = new Set<number>()
    const onPacket: Attacker['onPacket'] = ({ destinationPort }, _, isTowardServer) => {
      if (isTowardServer) ports.add(destinationPort)
      return { action: 'pass' }
    }
    runWith({ attackers: [mallory({ action: 'pass' }, { onPacket })] }, WEB)
    expect([...ports]).toEqual([80])
  })

  test.each([
    ['passive', 'drop', /^attacker mallory: onPacket\(\) returned drop, which passive cannot do, at \d+ ns$/],
    ['side', 'tamper', /returned tamper, which side cannot do/],
  ] as const)('a user’s attacker that is %s cannot %s packets', (vantage, action, message) => {
    expect(() => verdictsOf(mallory({ action }, { vantage }))).toThrow(OwnCodeFailed)
    expect(() => verdictsOf(mallory({ action }, { vantage }))).toThrow(message)
  })

  test('a user’s attacker that throws ends the run with an error that names it', () => {
    const onPacket = () => {
      throw new Error('no')
    }
    expect(() => verdictsOf(mallory({ action: 'pass' }, { onPacket }))).toThrow(
      /^attacker mallory: onPacket\(\) threw Error: no, at \d+ ns$/,
    )
  })

  test('a user’s attacker in no place of the scenario, or with another’s name, is refused with all reasons', () => {
    const text = `${WEB}attackers: { mallory: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, path: web }] } }`
    const refused = () => runWith({ attackers: [mallory({ action: 'pass' }, { on: 'wam', paths: ['weg'] })] }, text)
    expect(refused).toThrow(InvalidOwnCode)
    expect(refused).toThrow(
      expect.objectContaining({
        problems: [
          'attacker mallory: the scenario has an attacker of this name; choose another',
          'attacker mallory: the scenario has no link or segment wam; it has wan, side',
          'attacker mallory: the scenario has no path weg; it has web, safe',
        ],
      }),
    )
  })

  test('a user’s attacker with a vantage that sees no packets, or an end before its beginning, is refused', () => {
    const odd: Attacker = Object.assign(
      mallory({ action: 'pass' }, { untilNs: 5 }),
      JSON.parse('{ "vantage": "blind" }'),
    )
    expect(() => verdictsOf(odd)).toThrow(
      expect.objectContaining({
        problems: [
          'attacker mallory: vantage must be passive, side, inline, node, and is blind',
          'attacker mallory: fromNs and untilNs must be whole numbers from 0, the first less than the second',
        ],
      }),
    )
  })
})

test('no scenario can name the technique of a user’s attacker', () => {
  const text = `${WEB}attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: own-code, path: web }] } }`
  expect(() => runWith({}, text)).toThrow(/expected .*, found "own-code"/)
})
