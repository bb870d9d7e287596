import { describe, expect, test } from 'vitest'
import type { EvidenceResult, Outcome, RequestResult, VerdictResult } from '../../src/measure/verdict.ts'
import { OUTCOMES } from '../../src/measure/verdict.ts'
import { joinRequests } from '../../src/measure/verdicts/join-requests.ts'
import { joinVerdicts } from '../../src/measure/verdicts/join-verdicts.ts'
import { aVerdict } from '../fixtures/results.ts'

type Span = readonly [number, number]

function having(outcomes: readonly Outcome[], overrides: Partial<VerdictResult> = {}): VerdictResult {
  return aVerdict({ outcomes, worst: outcomes[0], ...overrides })
}

/** Joins the verdicts of two steps; by default the second begins when the first ends. */
function join(
  a: VerdictResult,
  b: VerdictResult,
  [first, second]: readonly [Span, Span] = [
    [0, 10],
    [10, 20],
  ],
) {
  return joinVerdicts([
    { verdict: a, span: { fromTick: first[0], toTick: first[1] } },
    { verdict: b, span: { fromTick: second[0], toTick: second[1] } },
  ])
}

function outcomesOf(a: readonly Outcome[], b: readonly Outcome[]): readonly Outcome[] {
  const [joined] = join(having(a), having(b))
  expect(joined.worst).toBe(joined.outcomes[0])
  return joined.outcomes
}

function evidence(atNs: number, shows: Outcome): EvidenceResult {
  return { atNs, link: null, packet: null, shows, what: `at ${atNs}` }
}

function aRequest(overrides: Partial<RequestResult> = {}): RequestResult {
  return {
    verb: 'get',
    resource: 'pods',
    status: 200,
    by: 'ann',
    server: 'node-1',
    port: 10250,
    times: 1,
    ...overrides,
  }
}

describe('the outcomes of two steps', () => {
  const successes = OUTCOMES.slice(0, OUTCOMES.indexOf('no-effect'))

  test.each(successes)('of two steps’ outcomes, %s of one step remains, whatever the other has', (outcome) => {
    for (const other of OUTCOMES) {
      const expected = OUTCOMES.filter(
        (one) => one === outcome || (one === other && (successes.includes(one) || one === 'not-tried')),
      )
      expect([other, outcomesOf([outcome], [other])]).toEqual([other, expected])
      expect([other, outcomesOf([other], [outcome])]).toEqual([other, expected])
    }
  })

  test.each<[Outcome, Outcome, readonly Outcome[]]>([
    ['no-effect', 'no-effect', ['no-effect']],
    ['no-effect', 'unreachable', ['no-effect']],
    ['no-effect', 'not-applicable', ['no-effect']],
    ['unreachable', 'not-applicable', ['unreachable']],
    ['unreachable', 'unreachable', ['unreachable']],
    ['not-tried', 'not-tried', ['not-tried']],
    ['not-tried', 'no-effect', ['no-effect', 'not-tried']],
    ['not-tried', 'unreachable', ['not-tried']],
    ['not-tried', 'not-applicable', ['not-tried']],
  ])('%s and %s of two steps, none a success, become %s in either order', (a, b, expected) => {
    expect(outcomesOf([a], [b])).toEqual(expected)
    expect(outcomesOf([b], [a])).toEqual(expected)
  })

  test('outcomes of two steps are each listed once, worst first', () => {
    expect(outcomesOf(['read', 'metadata'], ['modified', 'read', 'degraded'])).toEqual([
      'modified',
      'read',
      'degraded',
      'metadata',
    ])
  })
})

describe('a success on others beside one on what is its own', () => {
  const own = having(['read', 'metadata'], { scope: 'own', vantage: 'node' })

  test.each<Outcome>(['metadata', 'degraded', 'read', 'privilege'])(
    'a success with scope own is left out beside one with %s and scope other',
    (worst) => {
      const other = having([worst], { vantage: 'inline' })
      for (const [joined] of [join(own, other), join(other, own)]) {
        expect(joined).toMatchObject({ outcomes: [worst], worst, scope: 'other', vantage: 'inline' })
      }
    },
  )

  test.each<Outcome>(['no-effect', 'unreachable'])(
    'a success with scope own counts beside %s with scope other',
    (worst) => {
      for (const [joined] of [join(own, having([worst])), join(having([worst]), own)]) {
        expect(joined).toMatchObject({ outcomes: ['read', 'metadata'], worst: 'read', scope: 'own' })
      }
    },
  )

  test('a step with scope own that was not tried is kept beside a success with scope other', () => {
    const untried = having(['not-tried'], { scope: 'own' })
    const [joined] = join(untried, having(['read']))
    expect(joined).toMatchObject({ outcomes: ['read', 'not-tried'], scope: 'other' })
  })

  test('two successes with scope own are joined', () => {
    const [joined] = join(own, having(['modified'], { scope: 'own' }))
    expect(joined).toMatchObject({ outcomes: ['modified', 'read', 'metadata'], scope: 'own' })
  })
})

describe('the exposure of two steps', () => {
  const a = having(['read'], { exposure: { messages: 3, of: 10, bytes: 100 } })
  const b = having(['read'], { exposure: { messages: 5, of: 4, bytes: 50 } })
  const sum = { messages: 8, of: 14, bytes: 150 }
  const largest = { messages: 5, of: 10, bytes: 100 }

  test.each<[Span, Span, typeof sum]>([
    [[0, 10], [10, 20], sum],
    [[0, 10], [9, 20], largest],
    [[0, 10], [0, 10], largest],
    [[10, 20], [0, 10], sum],
    [[10, 20], [0, 11], largest],
  ])('the exposure of two steps that last %s and %s is %s: messages of both count once', (first, second, exposure) => {
    expect(join(a, b, [first, second])[0].exposure).toEqual(exposure)
  })

  test('the exposure of a third step that overlaps the longer of two counts no message again', () => {
    const [joined] = joinVerdicts([
      { verdict: a, span: { fromTick: 0, toTick: 100 } },
      { verdict: a, span: { fromTick: 10, toTick: 20 } },
      { verdict: a, span: { fromTick: 50, toTick: 60 } },
    ])
    expect(joined.exposure).toEqual(a.exposure)
    const [added] = joinVerdicts([
      { verdict: a, span: { fromTick: 0, toTick: 10 } },
      { verdict: a, span: { fromTick: 5, toTick: 20 } },
      { verdict: b, span: { fromTick: 20, toTick: 30 } },
    ])
    expect(added.exposure).toEqual({ messages: 8, of: 14, bytes: 150 })
  })
})

describe('two verdicts', () => {
  test.each([
    ['attacker', { attacker: 'other' }],
    ['technique', { technique: 'tamper' as const }],
    ['path', { path: 'exec' }],
    ['victim', { victim: 'node-2' }],
  ])('two verdicts that differ in their %s stay separate', (_, different) => {
    expect(join(having(['read']), having(['modified'], different)).map(({ worst }) => worst)).toEqual([
      'read',
      'modified',
    ])
  })

  test('two verdicts stay in the order of their steps in time', () => {
    const [first, second] = join(having(['read'], { path: 'exec' }), having(['modified']), [
      [50, 60],
      [10, 20],
    ])
    expect([first.path, second.path]).toEqual(['logs', 'exec'])
  })

  test('two joined verdicts keep the worse one’s values, and add up the rest', () => {
    const [joined] = join(
      having(['read'], {
        asIdentity: null,
        secrets: ['b', 'a'],
        noticedBy: [{ host: 'master', log: 'kube-apiserver', reason: 'timed out' }],
        outageNs: 5,
        recoveredNs: 6,
        firstEffectNs: 30,
        privileges: [{ as: 'x', verb: 'get', resource: 'pods', on: 'master', untilNs: null }],
        credentials: [{ name: 'c', identity: 'i', acceptedBy: 'master', validUntilNs: null }],
        evidence: [evidence(40, 'read'), evidence(20, 'read')],
        requests: [aRequest({ status: 403 }), aRequest()],
      }),
      having(['modified'], {
        asIdentity: 'apiserver',
        secrets: ['c', 'a'],
        noticedBy: [
          { host: 'master', log: 'kube-apiserver', reason: 'timed out' },
          { host: 'node-1', log: 'kubelet', reason: 'timed out' },
        ],
        outageNs: 7,
        recoveredNs: 8,
        firstEffectNs: 25,
        privileges: [{ as: 'y', verb: 'get', resource: 'pods', on: 'master', untilNs: null }],
        credentials: [{ name: 'd', identity: 'i', acceptedBy: 'master', validUntilNs: null }],
        evidence: [evidence(30, 'modified')],
        requests: [aRequest({ times: 2 })],
      }),
    )
    expect(joined).toMatchObject({ outageNs: 7, recoveredNs: 8, asIdentity: 'apiserver', firstEffectNs: 25 })
    expect(joined.secrets).toEqual(['a', 'b', 'c'])
    expect(joined.noticedBy.map(({ host }) => host)).toEqual(['master', 'node-1'])
    expect(joined.privileges.map((one) => one.as)).toEqual(['x', 'y'])
    expect(join(joined, joined)[0]).toMatchObject({
      privileges: joined.privileges,
      credentials: joined.credentials,
      noticedBy: joined.noticedBy,
    })
    expect(joined.credentials.map(({ name }) => name)).toEqual(['c', 'd'])
    expect(joined.evidence.map(({ atNs }) => atNs)).toEqual([20, 30, 40])
    expect(joined.requests).toEqual([aRequest({ status: 403 }), aRequest({ times: 3 })])
  })

  test.each([
    ['none', 'none', 'none'],
    ['none', 'fault', 'fault'],
    ['fault', 'security', 'security'],
    ['none', 'security', 'security'],
  ] as const)('two joined verdicts, one noticed as %s and one as %s, are noticed as %s', (a, b, expected) => {
    expect(join(aVerdict({ noticed: a }), aVerdict({ noticed: b }))[0].noticed).toBe(expected)
    expect(join(aVerdict({ noticed: b }), aVerdict({ noticed: a }))[0].noticed).toBe(expected)
  })

  test.each([
    [null, null, null],
    [5, null, 5],
    [null, 5, 5],
    [5, 3, 3],
    [0, 3, 0],
  ])('two joined verdicts with first effects at %s and %s have the first at %s', (a, b, expected) => {
    const [joined] = join(aVerdict({ firstEffectNs: a }), aVerdict({ firstEffectNs: b }))
    expect(joined.firstEffectNs).toBe(expected)
  })

  test('two joined verdicts have the identity of the first', () => {
    expect(join(aVerdict({ asIdentity: 'a' }), aVerdict({ asIdentity: 'b' }))[0].asIdentity).toBe('a')
  })
})

describe('requests', () => {
  test('requests of one kind in two verdicts are joined at the place of the first', () => {
    expect(joinRequests([aRequest({ times: 2 }), aRequest({ verb: 'list' }), aRequest({ times: 3 })])).toEqual([
      aRequest({ times: 5 }),
      aRequest({ verb: 'list' }),
    ])
  })

  test.each([
    { verb: 'create' },
    { resource: 'nodes' },
    { status: 401 },
    { status: null },
    { by: 'nobody' },
    { server: 'node-2' },
    { port: null },
  ])('requests in two verdicts that differ in %s stay separate', (different) => {
    expect(joinRequests([aRequest(), aRequest(different)]).length).toBe(2)
  })
})
