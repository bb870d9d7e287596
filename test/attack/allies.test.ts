import { describe, expect, test } from 'vitest'
import { collectKnowledge } from '../../src/simulation/attack/collect-verdicts.ts'
import { runScenario, type ScenarioRun } from '../../src/testing/index.ts'
import { beginning, scenarioOf } from '../fixtures/simulations.ts'

const THEFT_NS = 300_000_000

/** A step that records the four exchanges that begin in the first 250 ms, and nothing after that. */
const REC = 'rec: { on: wan, vantage: passive, plan: [{ technique: eavesdrop, for: 250ms, path: web }] }'
const THIEF = 'thief: { on: server, vantage: node, plan: [{ technique: steal-key, at: 300ms, path: web }] }'

function allied(attacker: string, ...allies: readonly string[]): string {
  return `${attacker.slice(0, -1)}, allies: [${allies.join(', ')}] }`
}

function scenario(attackers: readonly string[], keyExchange: string): { readonly text: string } {
  return {
    text: `
version: 1
hosts: { client: { cpu: instant }, server: { cpu: instant } }
links: { wan: { between: [client, server], delay: 10ms } }
identities: { it: { kind: certificate, key: rsa-2048, sans: [server] } }
paths: { web: { from: client, to: server, tls: { version: "1.2", verify: none, identity: it, key-exchange: ${keyExchange} } } }
workloads: { asks: { path: web, connection: keep-alive, rate: 20/s, for: 500ms, request: 700B, response: 2KB, carries: [password] } }
attackers:
${attackers.map((attacker) => `  ${attacker}`).join('\n')}
`,
  }
}

function run(attackers: readonly string[], keyExchange = 'rsa'): ScenarioRun {
  return runScenario(scenario(attackers, keyExchange))
}

function verdictOf({ verdicts }: ScenarioRun, name: string) {
  return verdicts.find(({ attacker }) => attacker === name)
}

function knownBy({ knowledge }: Pick<ScenarioRun, 'knowledge'>, name: string) {
  return knowledge.filter(({ attacker }) => attacker === name)
}

describe('an attacker that records, with an ally that steals the key later', () => {
  test('an attacker whose ally steals the key later decrypts its whole recording at the tick of the theft', () => {
    const result = run([allied(REC, 'thief'), THIEF])
    expect(verdictOf(result, 'rec')).toMatchObject({
      outcomes: ['read'],
      scope: 'other',
      exposure: { messages: 4, of: 4 },
      secrets: ['password'],
      firstEffectNs: THEFT_NS,
      evidence: [{ shows: 'read', atNs: THEFT_NS }],
    })
    expect(knownBy(result, 'rec').filter(({ atNs }) => atNs === THEFT_NS)).toMatchObject([
      { learned: 'key of it', toldBy: 'thief', link: null },
      { learned: 'session key on web' },
      { learned: 'secret password', link: 'link/wan/forward' },
    ])
  })

  test('an attacker whose ally steals the key later decrypts nothing of a session with forward secrecy', () => {
    const result = run([allied(REC, 'thief'), THIEF], 'x25519')
    expect(verdictOf(result, 'rec')).toMatchObject({ outcomes: ['metadata'], exposure: { messages: 0, of: 4 } })
    expect(knownBy(result, 'rec')).toMatchObject([
      { learned: 'certificate it' },
      { learned: 'key of it', toldBy: 'thief', atNs: THEFT_NS },
    ])
  })

  test('the theft of a key by an ally gives no verdict to the attacker that recorded', () => {
    const result = run([allied(REC, 'thief'), THIEF])
    expect(verdictOf(result, 'thief')).toEqual(verdictOf(run([THIEF]), 'thief'))
    expect(verdictOf(result, 'thief')).toMatchObject({ outcomes: ['credential'], credentials: [{ name: 'it' }] })
    expect(verdictOf(result, 'rec')).toMatchObject({ credentials: [] })
  })

  test('an attacker starts with the credentials with which its allies start', () => {
    const holder = 'holder: { on: wan, vantage: blind, holds: [it], plan: [{ technique: reset, at: 400ms, count: 1 }] }'
    const rec = verdictOf(run([allied(REC, 'holder'), holder]), 'rec')
    expect(rec).toEqual(verdictOf(run([`${REC.slice(0, -1)}, holds: [it] }`, holder]), 'rec'))
    expect(rec).toMatchObject({ outcomes: ['read'], exposure: { messages: 4, of: 4 } })
  })
})

test('attackers that are not allies share no knowledge', () => {
  const both = run([REC, THIEF])
  expect(verdictOf(both, 'rec')).toMatchObject({ outcomes: ['metadata'], exposure: { messages: 0, of: 4 } })
  for (const [name, attacker] of Object.entries({ rec: REC, thief: THIEF })) {
    const alone = run([attacker])
    expect(verdictOf(both, name)).toEqual(verdictOf(alone, name))
    expect(knownBy(both, name)).toEqual(alone.knowledge)
  }
  expect(JSON.stringify(both)).not.toContain('toldBy')
})

test('of many attackers that hold the key, only those that saw the key exchange decrypt the session', () => {
  const late = Array.from(
    { length: 40 },
    (_, n) =>
      `late-${String(n).padStart(2, '0')}: { on: wan, vantage: passive, holds: [it], plan: [{ technique: eavesdrop, at: 200ms, path: web }] }`,
  )
  const early = `early: { on: wan, vantage: passive, holds: [it], plan: [{ technique: eavesdrop, path: web }] }`
  const { verdicts } = run([early, ...late])
  const readers = verdicts.filter(({ outcomes }) => outcomes.includes('read')).map(({ attacker }) => attacker)
  expect([verdicts.length, readers]).toEqual([41, ['early']])
})

describe('a group of allies', () => {
  test('a group of allies is the same in any order and whichever attacker names the others', () => {
    const expected = run([allied(REC, 'thief'), THIEF])
    for (const attackers of [
      [THIEF, allied(REC, 'thief')],
      [REC, allied(THIEF, 'rec')],
      [allied(THIEF, 'rec'), allied(REC, 'thief')],
    ]) {
      const { digest, verdicts, knowledge } = run(attackers)
      expect({ digest, verdicts, knowledge }).toEqual({
        digest: expected.digest,
        verdicts: expected.verdicts,
        knowledge: expected.knowledge,
      })
    }
  })

  test('a group of allies includes the allies of allies', () => {
    const between =
      'between: { on: client, vantage: pod, plan: [{ technique: eavesdrop, path: web }], allies: [thief] }'
    const result = run([allied(REC, 'between'), between, THIEF])
    expect(verdictOf(result, 'rec')).toMatchObject({ outcomes: ['read'], firstEffectNs: THEFT_NS })
  })

  test('a group of allies learns the same in a fork', () => {
    const { text } = scenario([allied(REC, 'thief'), THIEF], 'rsa')
    const original = beginning(scenarioOf(text))
    original.runUntil(200_000_000, 1_000_000)
    const fork = original.fork()
    const ends = [original, fork].map((simulation) => {
      simulation.runUntil(Number.POSITIVE_INFINITY, 1_000_000)
      return collectKnowledge(simulation)
    })
    expect(ends[0]).toHaveLength(5)
    expect(ends[1]).toEqual(ends[0])
  })
})
