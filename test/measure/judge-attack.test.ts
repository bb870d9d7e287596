import { describe, expect, test } from 'vitest'
import type { AttackExpectation, VerdictExpectation } from '../../src/measure/expectation.ts'
import { judgeAttack, verdictsAbout, violating } from '../../src/measure/judge-attack.ts'
import { isLearned } from '../../src/measure/learned.ts'
import type { KnowledgeResult, Outcome, SecretResult, VerdictResult } from '../../src/measure/verdict.ts'
import { aVerdict } from '../fixtures/results.ts'

interface Measured {
  readonly verdicts?: readonly VerdictResult[]
  readonly knowledge?: readonly KnowledgeResult[]
  readonly secrets?: readonly SecretResult[]
  readonly undeliveredPaths?: readonly string[]
}

function judge(expectation: AttackExpectation, { verdicts = [], knowledge = [], secrets = [], ...more }: Measured) {
  return judgeAttack(expectation, { verdicts, knowledge, secrets, ...more })
}

function having(outcomes: readonly Outcome[], overrides: Partial<VerdictResult> = {}): VerdictResult {
  return aVerdict({ outcomes, worst: outcomes[0], ...overrides })
}

const UNTRIED = having(['not-tried'], {
  technique: 'drop',
  evidence: [
    { atNs: 0, link: null, packet: null, shows: 'not-tried', what: 'the run ended' },
    { atNs: 1, link: null, packet: null, shows: 'not-tried', what: 'the run ended' },
    { atNs: 1, link: null, packet: null, shows: 'read', what: 'something else' },
  ],
})
const WAS_UNTRIED = { met: false, measured: 'drop on logs was not tried: the run ended' }

const on = { text: '', attacker: 'mallory', path: 'logs', technique: null }

function verdictIs(mode: 'includes' | 'excludes' | 'is', outcome: Outcome): VerdictExpectation {
  return { ...on, kind: 'verdict', mode, outcome }
}

describe('an expectation of a verdict', () => {
  const verdicts = [having(['read', 'metadata']), having(['outage', 'metadata'], { technique: 'drop' })]

  test.each<['includes' | 'excludes' | 'is', Outcome, boolean]>([
    ['includes', 'read', true],
    ['includes', 'outage', true],
    ['includes', 'metadata', true],
    ['includes', 'modified', false],
    ['excludes', 'read', false],
    ['excludes', 'metadata', false],
    ['excludes', 'modified', true],
    ['is', 'read', true],
    ['is', 'outage', false],
    ['is', 'metadata', false],
    ['is', 'modified', false],
  ])('an expectation that a verdict %s %s is met: %s', (mode, outcome, met) => {
    expect(judge(verdictIs(mode, outcome), { verdicts })).toEqual({ met, measured: 'read, outage, metadata' })
  })

  test('an expectation of a verdict is about its technique, path and attacker only', () => {
    const others = [
      having(['privilege'], { attacker: 'eve' }),
      having(['privilege'], { path: 'exec' }),
      having(['privilege'], { technique: 'drop' }),
      having(['read']),
    ]
    const about = { ...verdictIs('is', 'read'), technique: 'relay' }
    expect(judge(about, { verdicts: others })).toEqual({ met: true, measured: 'read' })
  })

  test.each(['includes', 'excludes', 'is'] as const)(
    'an expectation that a verdict %s an outcome is not met without a verdict',
    (mode) => {
      expect(judge(verdictIs(mode, 'read'), {})).toEqual({ met: false, measured: 'there is no such verdict' })
    },
  )

  test('an expectation that excludes an outcome is not met if nothing was tested', () => {
    expect(judge(verdictIs('excludes', 'read'), { verdicts: [having(['unreachable'])] })).toMatchObject({
      met: false,
      measured: expect.stringMatching(/^nothing was tested: relay on logs is unreachable/),
    })
    expect(judge(verdictIs('excludes', 'unreachable'), { verdicts: [having(['not-applicable'])] }).met).toBe(false)
  })

  test('an expectation that excludes, or is, an outcome is not met if a step was not tried', () => {
    const verdicts = [having(['read']), UNTRIED]
    expect(judge(verdictIs('excludes', 'modified'), { verdicts })).toEqual(WAS_UNTRIED)
    expect(judge(verdictIs('is', 'read'), { verdicts })).toEqual(WAS_UNTRIED)
  })

  test('an expectation that includes an outcome of one step is met, even if another was not tried', () => {
    expect(judge(verdictIs('includes', 'read'), { verdicts: [having(['read']), UNTRIED] }).met).toBe(true)
    expect(judge(verdictIs('includes', 'modified'), { verdicts: [having(['read']), UNTRIED] })).toEqual({
      met: false,
      measured: 'read, not-tried',
    })
  })

  test.each(['includes', 'is'] as const)(
    'an expectation that a verdict %s unreachable or not-applicable can be met',
    (mode) => {
      for (const outcome of ['unreachable', 'not-applicable'] as const) {
        expect(judge(verdictIs(mode, outcome), { verdicts: [having([outcome])] })).toEqual({
          met: true,
          measured: outcome,
        })
      }
    },
  )

  test.each(['includes', 'is'] as const)('an expectation that a verdict %s not-tried is never met', (mode) => {
    expect(judge(verdictIs(mode, 'not-tried'), { verdicts: [UNTRIED] })).toEqual(WAS_UNTRIED)
    expect(judge(verdictIs(mode, 'unreachable'), { verdicts: [having(['unreachable']), UNTRIED] }).met).toBe(false)
  })
})

describe('an expectation of exposure', () => {
  const exposed = (messages: number, of: number, overrides: Partial<VerdictResult> = {}) =>
    having(['read'], { exposure: { messages, of, bytes: 0 }, ...overrides })
  const below = (boundRatio: number): VerdictExpectation => ({ ...on, kind: 'exposure', comparison: '<', boundRatio })

  test('an expectation of exposure adds up messages of all its verdicts', () => {
    const verdicts = [exposed(1, 4), exposed(2, 5), exposed(9, 9, { path: 'exec' })]
    expect(judge(below(0.34), { verdicts })).toEqual({ met: true, measured: '3 of 9 messages (33.3%)' })
    expect(judge(below(0.33), { verdicts })).toEqual({ met: false, measured: '3 of 9 messages (33.3%)' })
  })

  test('an expectation of exposure is not met if there was no message', () => {
    expect(judge(below(1), { verdicts: [exposed(0, 0)] })).toEqual({ met: false, measured: 'there was no message' })
  })

  test('an expectation of zero exposure is met by no message out of some', () => {
    expect(judge(below(0.1), { verdicts: [exposed(0, 7)] })).toEqual({ met: true, measured: '0 of 7 messages (0%)' })
  })

  test('an expectation of exposure is not met if a step was not tried, or nothing was tested', () => {
    expect(judge(below(1), { verdicts: [exposed(0, 7), UNTRIED] })).toEqual(WAS_UNTRIED)
    // What holds for several victims is said once.
    const other = { ...UNTRIED, victim: 'node-2' }
    expect(judge(below(1), { verdicts: [UNTRIED, other] })).toEqual(WAS_UNTRIED)
    expect(judge(below(1), { verdicts: [having(['unreachable'])] })).toMatchObject({
      met: false,
      measured: expect.stringMatching(/^nothing was tested/),
    })
  })
})

describe('an expectation of what is noticed', () => {
  const noticedAs = (noticed: VerdictResult['noticed']): VerdictExpectation => ({ ...on, kind: 'noticed', noticed })
  const by = (host: string, reason: string) => ({ host, log: 'kubelet', reason })

  test('an expectation of notice uses the most severe notice, and names each end that noticed once', () => {
    const verdicts = [
      having(['read'], { noticed: 'none' }),
      having(['read'], { noticed: 'security', noticedBy: [by('node-1', 'record broken')] }),
      having(['read'], { noticed: 'fault', noticedBy: [by('node-1', 'record broken'), by('node-2', 'timed out')] }),
    ]
    const measured = 'security, node-1: record broken, node-2: timed out'
    expect(judge(noticedAs('security'), { verdicts })).toEqual({ met: true, measured })
    expect(judge(noticedAs('fault'), { verdicts })).toEqual({ met: false, measured })
    expect(judge(noticedAs('none'), { verdicts })).toEqual({ met: false, measured })
  })

  test.each(['none', 'fault'] as const)('an expectation of notice %s is met if it is the most severe', (noticed) => {
    expect(judge(noticedAs(noticed), { verdicts: [having(['read'], { noticed })] })).toEqual({
      met: true,
      measured: noticed,
    })
  })
})

describe('an expectation that something never happens', () => {
  const never = (...outcomes: readonly Outcome[]) => ({ ...on, kind: 'never' as const, outcomes })

  test('a never expectation is met if the outcome happened to no others', () => {
    const verdicts = [having(['outage']), having(['read'], { scope: 'own' }), having(['read'], { attacker: 'eve' })]
    expect(judge(never('read', 'modified'), { verdicts })).toEqual({ met: true, measured: 'never' })
  })

  test('a never expectation is about one path, or about all', () => {
    const verdicts = [having(['outage']), having(['read'], { path: 'exec' })]
    expect(judge(never('read'), { verdicts }).met).toBe(true)
    expect(judge({ ...never('read'), path: null }, { verdicts })).toEqual({
      met: false,
      measured: 'read by relay on exec, node-1',
    })
  })

  test('a never expectation names each verdict that violates it, with the first evidence of the forbidden outcome', () => {
    const verdicts = [
      having(['modified', 'read', 'outage'], {
        evidence: [
          { atNs: 1, link: 'link/wan/forward', packet: 2, shows: 'outage', what: 'a' },
          { atNs: 3, link: 'link/wan/forward', packet: 4, shows: 'read', what: 'b' },
          { atNs: 5, link: 'link/wan/forward', packet: 6, shows: 'modified', what: 'c' },
        ],
      }),
      having(['read'], {
        victim: 'node-2',
        evidence: [{ atNs: 7, link: null, packet: null, shows: 'read', what: 'it held the key' }],
      }),
    ]
    expect(judge(never('read', 'modified'), { verdicts })).toEqual({
      met: false,
      measured:
        'modified, read by relay on logs, node-1 (packet 4 on link/wan/forward at 3 ns); ' +
        'read by relay on logs, node-2 (it held the key, at 7 ns)',
    })
  })

  test('a never expectation is not met if a step was not tried, or nothing was tested', () => {
    expect(judge(never('read'), { verdicts: [having(['outage']), UNTRIED] })).toEqual(WAS_UNTRIED)
    expect(judge(never('read'), { verdicts: [having(['unreachable'])] })).toMatchObject({
      met: false,
      measured: expect.stringMatching(/^nothing was tested/),
    })
    expect(judge(never('read'), {})).toEqual({ met: false, measured: 'there is no such verdict' })
  })

  test('a never expectation reports what happened rather than what was not tried', () => {
    expect(judge(never('read'), { verdicts: [having(['read']), UNTRIED] }).measured).toBe(
      'read by relay on logs, node-1',
    )
  })

  test('a never expectation is violated by verdicts with scope other that have one of its outcomes', () => {
    const all = [
      having(['read']),
      having(['read'], { scope: 'own' }),
      having(['outage']),
      having(['metadata', 'modified']),
    ]
    expect(violating(all, never('read', 'modified'))).toEqual([all[0], all[3]])
  })
})

describe('an expectation that a secret stays secret', () => {
  const secret = (attacker: string | null) => ({ text: '', kind: 'secret' as const, secret: 'pin', attacker })
  const secrets = [{ name: 'pin', carriedOn: ['logs'], sent: 1 }]
  const verdicts = [having(['no-effect']), having(['no-effect'], { attacker: 'eve' })]
  const learned = (attacker: string, overrides: Partial<KnowledgeResult> = {}): KnowledgeResult => ({
    attacker,
    atNs: 9,
    link: null,
    packet: null,
    learned: 'secret pin',
    ...overrides,
  })

  test('an expectation that a secret stays secret is met if nobody learned it', () => {
    expect(judge(secret(null), { verdicts, secrets })).toEqual({ met: true, measured: 'secret' })
    expect(
      judge(secret(null), { verdicts, secrets, knowledge: [learned('eve', { learned: 'secret pins' })] }).met,
    ).toBe(true)
  })

  test('an expectation that a secret stays secret is not met if an attacker learned it, and names the packet', () => {
    expect(judge(secret(null), { verdicts, secrets, knowledge: [learned('eve')] })).toEqual({
      met: false,
      measured: 'eve learned it at 9 ns',
    })
    const seen = [learned('eve', { link: 'link/wan/forward', packet: 3 })]
    expect(judge(secret('eve'), { verdicts, secrets, knowledge: seen }).measured).toBe(
      'eve learned it at 9 ns from packet 3 on link/wan/forward',
    )
  })

  test('an expectation that a secret stays secret is about one attacker, or about all', () => {
    const knowledge = [learned('eve')]
    expect(judge(secret('mallory'), { verdicts, secrets, knowledge }).met).toBe(true)
    expect(judge(secret('eve'), { verdicts, secrets, knowledge }).met).toBe(false)
  })

  test('an expectation that a secret stays secret is not met if no request carries it', () => {
    expect(judge(secret(null), { verdicts })).toEqual({
      met: false,
      measured: 'no workload carries pin, and no token or key has that name',
    })
  })

  test('an expectation that a secret stays secret is not met if a step of its attacker was not tried', () => {
    const all = [...verdicts, { ...UNTRIED, attacker: 'eve' }]
    expect(judge(secret(null), { verdicts: all, secrets })).toEqual(WAS_UNTRIED)
    expect(judge(secret('eve'), { verdicts: all, secrets })).toEqual(WAS_UNTRIED)
    expect(judge(secret('mallory'), { verdicts: all, secrets }).met).toBe(true)
  })
})

describe('where no request got through on the path, also without the attackers', () => {
  const undeliveredPaths = ['logs']
  const [nothing, metadata] = [[having(['no-effect'])], [having(['metadata'])]]
  const never = { ...on, kind: 'never' as const, outcomes: ['read' as const] }
  const noticed = (level: VerdictResult['noticed']): VerdictExpectation => ({ ...on, kind: 'noticed', noticed: level })
  const exposure: VerdictExpectation = { ...on, kind: 'exposure', comparison: '<', boundRatio: 0.4 }

  test.each([
    ['something never happens', never, nothing],
    ['an outcome is excluded', verdictIs('excludes', 'read'), nothing],
    ['the technique has no effect', verdictIs('is', 'no-effect'), nothing],
    ['the attacker learns no more than metadata', verdictIs('is', 'metadata'), metadata],
    ['metadata are included', verdictIs('includes', 'metadata'), metadata],
    ['nobody notices', noticed('none'), nothing],
    ['exposure is small', exposure, [having(['no-effect'], { exposure: { messages: 0, of: 3, bytes: 0 } })]],
  ])(
    'an expectation that %s is not met if no request succeeded on the path even without attackers',
    (_, expectation, verdicts) => {
      expect(judge(expectation, { verdicts }).met).toBe(true)
      expect(judge(expectation, { verdicts, undeliveredPaths: ['exec'] }).met).toBe(true)
      expect(judge(expectation, { verdicts, undeliveredPaths })).toEqual({
        met: false,
        measured:
          'nothing was tested: relay on logs found no request that got through, and without the attackers none does',
      })
    },
  )

  test('an expectation of an outcome that happened is met even if no request succeeded without attackers', () => {
    const verdicts = [having(['impersonated', 'read'], { noticed: 'security' })]
    for (const expectation of [verdictIs('is', 'impersonated'), verdictIs('includes', 'read'), noticed('security')])
      expect(judge(expectation, { verdicts, undeliveredPaths }).met).toBe(true)
    expect(judge(never, { verdicts, undeliveredPaths }).measured).toMatch(/^impersonated|^read by relay/)
  })
})

test('a never expectation is not met if all verdicts have scope own', () => {
  const never = { ...on, kind: 'never' as const, outcomes: ['read' as const] }
  expect(judge(never, { verdicts: [having(['read'], { scope: 'own' })] })).toEqual({
    met: false,
    measured: 'nothing of others was tested: relay on logs was only about what the attacker owns (scope own)',
  })
  expect(judge(never, { verdicts: [having(['read'], { scope: 'own' }), having(['no-effect'])] }).met).toBe(true)
})

test.each([
  ['secret pin', true],
  ['token pin', true],
  ['key of pin', true],
  ['certificate pin', false],
  ['secret pins', false],
  ['session key of pin', false],
])('knowledge of "%s" is about the secret pin: %s', (learned, is) => {
  expect(isLearned({ learned }, 'pin')).toBe(is)
})

test('verdicts are selected by attacker, path or all, and technique or all', () => {
  const all = [
    having(['read']),
    having(['read'], { path: 'exec' }),
    having(['read'], { attacker: 'eve' }),
    having(['read'], { technique: 'drop' }),
  ]
  expect(verdictsAbout(all, { attacker: 'mallory', path: null })).toEqual([all[0], all[1], all[3]])
  expect(verdictsAbout(all, { attacker: 'mallory', path: 'logs' })).toEqual([all[0], all[3]])
  expect(verdictsAbout(all, { attacker: 'mallory', path: 'logs', technique: 'drop' })).toEqual([all[3]])
  expect(verdictsAbout(all, { attacker: 'mallory', path: 'logs', technique: null })).toEqual([all[0], all[3]])
})
