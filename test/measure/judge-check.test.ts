import { describe, expect, test } from 'vitest'
import type { Acceptance } from '../../src/measure/acceptance.ts'
import type { Tried } from '../../src/measure/check.ts'
import { gapsOf, hasReached, isOpen, judgeTried } from '../../src/measure/judge-check.ts'
import { breachesOf, type PolicyRule } from '../../src/measure/policy.ts'
import { OUTCOMES, type Outcome, type PrivilegeResult, type VerdictResult } from '../../src/measure/verdict.ts'
import { aVerdict } from '../fixtures/results.ts'

const RULE: PolicyRule = {
  text: 'never read',
  outcomes: ['read', 'modified', 'privilege'],
  vantages: null,
  path: null,
  scope: 'other',
}

function having(outcomes: readonly Outcome[], overrides: Partial<VerdictResult> = {}): VerdictResult {
  return aVerdict({ outcomes, worst: outcomes[0], ...overrides })
}

function breached(rule: Partial<PolicyRule>, verdict: VerdictResult, path = verdict.path): readonly Outcome[] {
  return breachesOf([{ ...RULE, ...rule }], verdict, path).flatMap(({ outcomes }) => outcomes)
}

describe('a rule', () => {
  test('a policy rule is violated by those of its outcomes that a verdict has', () => {
    expect(breached({}, having(['modified', 'read', 'outage']))).toEqual(['modified', 'read'])
    expect(breachesOf([RULE], having(['outage']), 'logs')).toEqual([])
  })

  test('a policy rule of scope other ignores verdicts with scope own', () => {
    const own = having(['read'], { scope: 'own' })
    expect(breached({ scope: 'other' }, own)).toEqual([])
    expect(breached({ scope: 'any' }, own)).toEqual(['read'])
    expect(breached({ scope: 'any' }, having(['read']))).toEqual(['read'])
  })

  test('a policy rule of a path is about that path as the scenario names it', () => {
    expect(breached({ path: 'logs' }, having(['read']))).toEqual(['read'])
    expect(breached({ path: 'exec' }, having(['read']))).toEqual([])
    expect(breached({ path: 'exec' }, having(['read']), 'exec')).toEqual(['read'])
  })

  test('a policy rule of vantages is about attackers with these vantages', () => {
    const pod = having(['read'], { vantage: 'pod' })
    expect(breached({ vantages: ['side', 'pod'] }, pod)).toEqual(['read'])
    expect(breached({ vantages: ['inline'] }, pod)).toEqual([])
    expect(breached({ vantages: [] }, pod)).toEqual([])
  })

  const held: PrivilegeResult = { as: 'a', verb: 'get', resource: 'pods', on: 'm', untilNs: null, held: true }
  const gained: PrivilegeResult = { as: 'a', verb: 'get', resource: 'pods', on: 'm', untilNs: null }

  test.each<[string, readonly PrivilegeResult[], readonly Outcome[]]>([
    ['none are named', [], ['privilege']],
    ['it has all from the start', [held, held], []],
    ['it gained one', [held, gained], ['privilege']],
  ])('a policy rule against privileges is violated if %s: %s', (_, privileges, expected) => {
    expect(breached({}, having(['privilege'], { privileges }))).toEqual(expected)
    expect(breached({ scope: 'any' }, having(['privilege'], { privileges }))).toEqual(['privilege'])
  })

  test('a policy rule against more than privileges is violated by other outcomes, whatever the attacker’s permissions', () => {
    expect(breached({}, having(['privilege', 'read'], { privileges: [held] }))).toEqual(['read'])
  })
})

test.each(OUTCOMES)('an attacker has reached the path of a verdict that is %s, except for three outcomes', (worst) => {
  expect(hasReached(aVerdict({ worst }))).toBe(!['not-tried', 'unreachable', 'not-applicable'].includes(worst))
})

function tried(verdict: VerdictResult, overrides: Partial<Tried> = {}): Tried {
  const on = { kind: 'link', name: 'wan' }
  return {
    path: verdict.path,
    attack: null,
    place: null,
    on,
    holds: [],
    verdict,
    choices: 1,
    digest: '',
    isAssumed: false,
    ...overrides,
  }
}

function accepting(outcomes: readonly Outcome[], overrides: Partial<Acceptance> = {}): Acceptance {
  const any = { text: '', attacker: null, vantage: null, technique: null, reason: '', untilDate: null }
  return { ...any, outcomes, path: 'logs', ...overrides }
}

describe('the findings of a check', () => {
  const judge = (all: readonly Tried[], acceptances: readonly Acceptance[] = [], policy = [RULE]) =>
    judgeTried(all, { policy, acceptances, today: '2027-03-01' })

  test('the findings of a check are the verdicts that violate a rule, worst first, equal ones in their order', () => {
    const all = [
      tried(having(['read'], { victim: 'a' })),
      tried(having(['outage'])),
      tried(having(['modified', 'read'], { victim: 'b' })),
      tried(having(['read'], { victim: 'c' })),
      tried(having(['privilege'], { victim: 'd' })),
    ]
    expect(judge(all).map(({ verdict }) => verdict.victim)).toEqual(['d', 'b', 'a', 'c'])
  })

  test('a finding about an assumption does not make a check fail, and is no finding with the same grant of a real server', () => {
    const all = [true, false].map((isAssumed) => tried(having(['read']), { isAssumed }))
    expect(judge(all).map((one) => [one.isAssumed, isOpen(one)])).toEqual([
      [true, false],
      [false, true],
    ])
  })

  test('the findings of a check name each forbidden outcome once, worst first, and the rules', () => {
    const second = { ...RULE, text: 'never modified', outcomes: ['modified' as const] }
    const [found] = judge([tried(having(['modified', 'read']))], [], [{ ...RULE, outcomes: ['read'] }, second, RULE])
    expect(found).toMatchObject({
      forbidden: ['modified', 'read'],
      rules: ['never read', 'never modified', 'never read'],
      isAccepted: false,
      accepted: [],
      expired: [],
    })
  })

  test('the findings of a check are accepted if each forbidden outcome is', () => {
    const one = [tried(having(['modified', 'read']))]
    const [read, modified] = [accepting(['read']), accepting(['modified'])]
    expect(judge(one, [read])[0]).toMatchObject({ isAccepted: false, accepted: [read] })
    expect(judge(one, [read, modified])[0]).toMatchObject({ isAccepted: true, accepted: [modified, read] })
    const both = accepting(['modified', 'read'])
    expect(judge(one, [both])[0]).toMatchObject({ isAccepted: true, accepted: [both] })
  })

  test('the findings of a check are not accepted by an expired acceptance, which is named once', () => {
    const over = accepting(['modified', 'read'], { untilDate: '2027-02-28' })
    expect(judge([tried(having(['modified', 'read']))], [over])[0]).toMatchObject({
      isAccepted: false,
      accepted: [],
      expired: [over],
    })
    const lasting = accepting(['read'], { untilDate: '2027-03-01' })
    expect(judge([tried(having(['read']))], [lasting])[0]).toMatchObject({ isAccepted: true, expired: [] })
  })

  test('the findings of a check at a kubelet’s read-only port belong to the path that the scenario names', () => {
    const one = [tried(having(['read'], { path: '~read-only' }), { path: 'logs' })]
    expect(judge(one, [accepting(['read'])])[0].isAccepted).toBe(true)
    expect(judge(one, [accepting(['read'], { path: '~read-only' })])[0].isAccepted).toBe(false)
    expect(judge(one, [], [{ ...RULE, path: '~read-only' }])).toEqual([])
  })
})

describe('a permission that several paths lead to', () => {
  const judge = (all: readonly Tried[], acceptances: readonly Acceptance[] = [], policy = [RULE]) =>
    judgeTried(all, { policy, acceptances, today: '2027-03-01' })
  const answer = {
    verb: 'get',
    resource: 'nodes/proxy',
    status: 101,
    by: 'eve',
    server: 'master',
    port: 6443,
    times: 1,
  }
  const refusal = { ...answer, resource: 'secrets', status: 403 }
  const privilege = { as: 'eve', verb: 'get', resource: 'nodes/proxy', on: 'node-1', untilNs: 7 }
  const NOTHING_READ = { messages: 0, of: 12, bytes: 0 }
  const granted = (path: string, victim: string, overrides: Partial<VerdictResult> = {}): Tried =>
    tried(
      having(['privilege'], {
        ...{ path, victim, requests: [answer, refusal], privileges: [privilege], exposure: NOTHING_READ },
        ...overrides,
      }),
      { place: 'eve' },
    )
  const first = granted('kubelets', 'node-1')
  const namesOf = (all: readonly Tried[]) => judge(all).map(({ paths, victims }) => [paths, victims])

  test('a permission on several paths is one finding with all paths and victims, whatever the times, counts and order', () => {
    const later = { privileges: [{ ...privilege, untilNs: 8 }], requests: [refusal, { ...answer, times: 2 }] }
    const all = [first, granted('kubelets', 'node-2', later), granted('users', 'alice')]
    expect(namesOf(all)).toEqual([
      [
        ['kubelets', 'users'],
        ['node-1', 'node-2', 'alice'],
      ],
    ])
    expect(judge(all)[0].path).toBe('kubelets')
  })

  test.each<[string, Partial<VerdictResult>]>([
    ['vantage', { vantage: 'pod' }],
    ['technique', { technique: 'steal-token' }],
    ['scope', { scope: 'own' }],
    ['outcome', { outcomes: ['privilege', 'metadata'] }],
    ['forbidden outcome', { outcomes: ['privilege', 'read'] }],
    ['response', { requests: [{ ...answer, status: 200 }, refusal] }],
    ['server', { requests: [{ ...answer, server: 'node-1' }, refusal] }],
    ['permission', { privileges: [{ ...privilege, verb: 'create' }] }],
    ['end of the permission', { privileges: [{ ...privilege, untilNs: null }] }],
    ['credential', { credentials: [{ name: 'token app', identity: 'app', acceptedBy: 'master', validUntilNs: null }] }],
    ['notice', { noticed: 'security' }],
    ['secret', { secrets: ['s'] }],
    ['message that was read', { exposure: { messages: 1, of: 12, bytes: 9 } }],
  ])('a permission on several paths is a separate finding with another %s', (_, overrides) => {
    const policy = [{ ...RULE, scope: 'any' as const }]
    expect(judge([first, granted('users', 'alice', overrides)], [], policy)).toHaveLength(2)
    expect(judge([first, granted('users', 'alice')], [], policy)).toHaveLength(1)
  })

  test('a permission on several paths is a separate finding for each attacker', () => {
    const other = { ...granted('users', 'alice'), place: 'mallory' }
    expect(namesOf([first, other, { ...first, attack: 'a' }])).toHaveLength(3)
    expect(namesOf([first, { ...first, on: { kind: 'link', name: 'lan' } }])).toHaveLength(2)
    const named = (attacker: string) => ({ ...granted('kubelets', 'node-1', { attacker }), place: null })
    expect(namesOf([named('eve'), named('mallory')])).toHaveLength(2)
  })

  test('a permission is two findings if no server responded, or more is forbidden than servers grant', () => {
    const silent = { requests: [] }
    expect(namesOf([granted('kubelets', 'a', silent), granted('users', 'b', silent)])).toHaveLength(2)
    const read = { outcomes: ['read' as const], privileges: [] }
    expect(namesOf([granted('kubelets', 'a', read), granted('users', 'b', read)])).toHaveLength(2)
  })

  test('a permission is accepted by path: what is accepted on one path still fails on another', () => {
    const on = (path: string) => accepting(['privilege'], { path })
    const all = [first, granted('users', 'alice'), granted('pods', 'web')]
    expect(judge(all, [on('users')]).map(({ paths, isAccepted }) => [paths, isAccepted])).toEqual([
      [['kubelets', 'pods'], false],
      [['users'], true],
    ])
    const each = [on('kubelets'), on('users'), on('pods')]
    expect(judge(all, each)).toMatchObject([{ isAccepted: true, accepted: each }])
    const over = each.map((one) => ({ ...one, untilDate: '2027-02-28' }))
    expect(judge(all, over)).toMatchObject([{ isAccepted: false, expired: over }])
  })

  test('a permission on several paths names the rules of all its paths, and only the paths of a rule', () => {
    const rule = (path: string) => ({ ...RULE, path, text: `never privilege on ${path}` })
    const all = [first, granted('users', 'alice'), granted('pods', 'web')]
    expect(judge(all, [], [rule('users'), rule('pods')])).toMatchObject([
      { paths: ['users', 'pods'], rules: ['never privilege on users', 'never privilege on pods'] },
    ])
  })
})

describe('the gaps of a check', () => {
  const reached = tried(having(['no-effect']))
  const missed = tried(having(['unreachable'], { path: 'exec' }))

  test('the gap of a check is the whole policy if no attacker reached anything', () => {
    const all = ['no attacker reached anything, so nothing was checked']
    expect(gapsOf([], [RULE], [])).toEqual(all)
    expect(gapsOf([missed], [RULE], [{ attack: 'a', reason: 'it does not fit' }])).toEqual(all)
  })

  test('a check has no gaps if an attacker reached the path that a rule names', () => {
    expect(gapsOf([reached, missed], [RULE, { ...RULE, path: 'logs' }], [])).toEqual([])
  })

  test('the gaps of a check are the rules about vantages from which nobody reached anything', () => {
    const byUsers = { ...RULE, vantages: ['user', 'pod'] as const, text: 'never read by user, pod' }
    expect(gapsOf([reached], [byUsers], [])).toEqual([
      'no attacker of vantage user, pod reached anything, which "never read by user, pod" is about',
    ])
    expect(
      gapsOf([reached, { ...reached, path: 'exec', verdict: aVerdict({ vantage: 'pod' }) }], [byUsers], []),
    ).toEqual([])
    expect(
      gapsOf(
        [reached, { ...reached, path: 'exec', verdict: aVerdict({ vantage: 'pod' }) }],
        [{ ...byUsers, path: 'logs' }],
        [],
      ),
    ).toEqual(['no attacker of vantage user, pod reached logs, which "never read by user, pod" is about'])
  })

  test('the gaps of a check are the rules with scope other if attackers reached only their own', () => {
    const own = { ...reached, verdict: aVerdict({ scope: 'own' }) }
    expect(gapsOf([own], [RULE], [])).toEqual([
      'no attacker reached anything that others own, which "never read" is about',
    ])
    expect(gapsOf([own], [{ ...RULE, scope: 'any' }], [])).toEqual([])
    expect(gapsOf([own, reached], [RULE], [])).toEqual([])
  })

  test('the gaps of a check are rules about vantages that reached only their own, though other vantages reached others', () => {
    const own = { ...reached, verdict: aVerdict({ scope: 'own', vantage: 'pod' }) }
    const byPods = { ...RULE, vantages: ['pod'] as const, text: 'never read by pod' }
    expect(gapsOf([own, reached], [byPods], [])).toEqual([
      'no attacker reached anything that others own, which "never read by pod" is about',
    ])
  })

  test('the gaps of a check are rules on paths that nobody reached, and attacks that show nothing', () => {
    const asked = [
      { attack: 'a', reason: null },
      { attack: 'b', reason: 'it does not fit' },
    ]
    expect(gapsOf([reached, missed], [{ ...RULE, path: 'exec', text: 'never read on exec' }], asked)).toEqual([
      'no attacker reached exec, which "never read on exec" is about',
      'the attack b shows nothing: it does not fit',
    ])
  })
})
