import { describe, expect, test } from 'vitest'
import type { Forbidden, Work } from '../../src/cli/fix/bench.ts'
import { searchFix } from '../../src/cli/fix/search.ts'
import { anonymousEnabled } from '../../src/cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode } from '../../src/cluster/flags/kubelet/authorization-mode.ts'
import { readOnlyPort } from '../../src/cluster/flags/kubelet/read-only-port.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { APPROVER, CERTIFICATES, type Change, changeKey } from '../../src/scenario/fix/change.ts'
import { aResult, aVerdict } from '../fixtures/results.ts'

const set = (
  flag: typeof readOnlyPort | typeof anonymousEnabled | typeof authorizationMode,
  value: string,
): Change => ({
  kind: 'flag',
  program: 'kubelet',
  flag,
  value,
  places: [],
})

const [PORT, OTHER_PORT, ANONYMOUS, WEBHOOK] = [
  set(readOnlyPort, '0'),
  set(readOnlyPort, '1'),
  set(anonymousEnabled, 'false'),
  set(authorizationMode, 'Webhook'),
]

function open(key: string, overrides: Partial<VerdictResult> = {}): Forbidden {
  const verdict = aVerdict({ outcomes: ['read'], worst: 'read', ...overrides })
  return {
    key,
    verdict,
    outcomes: verdict.outcomes,
    tried: {
      path: 'logs',
      attack: null,
      place: null,
      on: { kind: 'host', name: 'node-1' },
      verdict,
      choices: 1,
      digest: '',
    },
  }
}

interface World {
  readonly failing: readonly Forbidden[]
  /** Returns what is left of a forbidden verdict after these changes: null for nothing. */
  readonly left: (one: Forbidden, has: (change: Change) => boolean) => Forbidden | null
  /** Returns the names of the workloads that these changes break; null where they cannot be simulated. */
  readonly broken?: (has: (change: Change) => boolean) => readonly string[] | null
}

/** Searches in a world of rules instead of simulations. Returns the changes of the fix, and the keys that it closes. */
async function fixOf(candidates: readonly Change[], { failing, left, broken = () => [] }: World) {
  const hasOf = (changes: readonly Change[]) => (change: Change) =>
    changes.some((one) => changeKey(one) === changeKey(change))
  const workOf = (names: readonly string[]): Work => ({
    broken: names.map((workload) => ({ workload, path: 'logs', completed: 0, of: 3, reason: 'x509' })),
    result: aResult(),
  })
  const found = await searchFix(candidates, failing, {
    works: async (sets, only) =>
      sets.map((changes) => {
        const names = broken(hasOf(changes))
        return names === null ? null : workOf(names.filter((name) => only == null || only.has(name)))
      }),
    forbidden: async (sets, wanted) =>
      sets.map((changes) => {
        if (broken(hasOf(changes)) === null) return null
        const rest = wanted.flatMap((one) => left(one, hasOf(changes)) ?? [])
        return new Map(rest.map((one) => [one.key, one]))
      }),
  })
  return { changes: found.changes.map(changeKey).sort(), closed: [...found.closed].sort() }
}

const keys = (...changes: readonly Change[]) => changes.map(changeKey).sort()

describe('the smallest fix', () => {
  test('is the one change that closes a verdict', async () => {
    const failing = [open('a')]
    const left: World['left'] = (one, has) => (has(PORT) ? null : one)
    expect(await fixOf([ANONYMOUS, PORT], { failing, left })).toEqual({ changes: keys(PORT), closed: ['a'] })
  })

  test('is no change where none closes anything', async () => {
    expect(await fixOf([PORT, ANONYMOUS], { failing: [open('a')], left: (one) => one })).toEqual({
      changes: [],
      closed: [],
    })
    expect(await fixOf([], { failing: [open('a')], left: () => null })).toEqual({ changes: [], closed: [] })
  })

  test('closes several verdicts by one change rather than by two', async () => {
    const failing = [open('a'), open('b')]
    const closedBy: Record<string, readonly Change[]> = { a: [PORT, WEBHOOK], b: [ANONYMOUS, WEBHOOK] }
    const left: World['left'] = (one, has) => (closedBy[one.key].some(has) ? null : one)
    expect(await fixOf([PORT, ANONYMOUS, WEBHOOK], { failing, left })).toEqual({
      changes: keys(WEBHOOK),
      closed: ['a', 'b'],
    })
    expect(await fixOf([PORT, ANONYMOUS], { failing, left })).toEqual({
      changes: keys(PORT, ANONYMOUS),
      closed: ['a', 'b'],
    })
  })

  test('closes what can be closed where something else cannot', async () => {
    const left: World['left'] = (one, has) => (one.key === 'a' && has(PORT) ? null : one)
    expect(await fixOf([PORT], { failing: [open('b'), open('a')], left })).toEqual({
      changes: keys(PORT),
      closed: ['a'],
    })
  })

  test('prefers flags to work on every node', async () => {
    const left: World['left'] = (one, has) => (has(CERTIFICATES) || has(PORT) ? null : one)
    expect((await fixOf([CERTIFICATES, PORT], { failing: [open('a')], left })).changes).toEqual(keys(PORT))
  })

  test('has no two values of one flag', async () => {
    const failing = [open('a'), open('b')]
    const left: World['left'] = (one, has) => (has(one.key === 'a' ? PORT : OTHER_PORT) ? null : one)
    const { changes } = await fixOf([PORT, OTHER_PORT], { failing, left })
    expect(changes).not.toEqual(keys(PORT, OTHER_PORT))
  })
})

describe('a change that closes something and breaks something', () => {
  const failing = [open('a')]
  const left: World['left'] = (one, has) => (has(PORT) ? null : one)

  test('is not made where nothing repairs it', async () => {
    const broken: World['broken'] = (has) => (has(PORT) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })

  test('is made together with what repairs it', async () => {
    const broken: World['broken'] = (has) => (has(PORT) && !has(APPROVER) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left, broken })).toEqual({
      changes: keys(PORT, APPROVER),
      closed: ['a'],
    })
  })

  test('is made with two changes that repair it step by step', async () => {
    const broken: World['broken'] = (has) =>
      !has(PORT) ? [] : !has(APPROVER) ? ['logs', 'exec'] : !has(WEBHOOK) ? ['exec'] : []
    expect(await fixOf([PORT, APPROVER, WEBHOOK], { failing, left, broken })).toEqual({
      changes: keys(PORT, APPROVER, WEBHOOK),
      closed: ['a'],
    })
  })

  test('is not repaired by what breaks something else', async () => {
    const broken: World['broken'] = (has) => [
      ...(has(PORT) && !has(APPROVER) ? ['logs'] : []),
      ...(has(APPROVER) ? ['heartbeats'] : []),
    ]
    expect(await fixOf([PORT, APPROVER], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })

  test('is left out where another change closes the same without breaking anything', async () => {
    const either: World['left'] = (one, has) => (has(PORT) || has(ANONYMOUS) ? null : one)
    const broken: World['broken'] = (has) => (has(PORT) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left: either, broken })).toEqual({
      changes: keys(ANONYMOUS),
      closed: ['a'],
    })
  })

  test('is not made where the cluster cannot be simulated with it', async () => {
    const broken: World['broken'] = (has) => (has(PORT) ? null : [])
    expect(await fixOf([PORT, ANONYMOUS], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })
})

describe('changes that each get an attacker less', () => {
  const request = { verb: 'get', resource: 'pods', status: 200, by: 'nobody', server: 'node-1', port: 10250, times: 1 }
  const privilege = { as: 'nobody', verb: 'get', resource: 'pods', on: 'node-1', untilNs: null }
  const credential = { name: 'token', identity: 'app', acceptedBy: 'master', validUntilNs: null }
  const exposed = (messages: number) => ({ exposure: { messages, of: 9, bytes: 0 } })

  test.each<[string, Partial<VerdictResult>, Partial<VerdictResult>]>([
    ['outcomes', { outcomes: ['relayed', 'read'] }, { outcomes: ['read'] }],
    ['requests', { requests: [request, request] }, { requests: [request] }],
    ['privileges', { privileges: [privilege, privilege] }, { privileges: [privilege] }],
    ['credentials', { credentials: [credential, credential] }, { credentials: [credential] }],
    ['exposure', exposed(5), exposed(4)],
  ])('are combined until nothing is left: %s', async (_, before, after) => {
    const failing = [open('a', before)]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? open('a', after) : one
    }
    expect(await fixOf([PORT, ANONYMOUS, WEBHOOK], { failing, left })).toEqual({
      changes: keys(ANONYMOUS, WEBHOOK),
      closed: ['a'],
    })
  })

  test('are not combined where one gets it less of one thing and more of another', async () => {
    const failing = [open('a', { ...exposed(5), requests: [request] })]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? open('a', { ...exposed(4), requests: [request, request] }) : one
    }
    expect(await fixOf([ANONYMOUS, WEBHOOK], { failing, left })).toEqual({ changes: [], closed: [] })
  })

  test('are not made where they break something together', async () => {
    const failing = [open('a', exposed(5))]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? open('a', exposed(4)) : one
    }
    const broken: World['broken'] = (has) => (has(ANONYMOUS) && has(WEBHOOK) ? ['logs'] : [])
    expect(await fixOf([ANONYMOUS, WEBHOOK], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })
})
