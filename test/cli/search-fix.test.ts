import { describe, expect, test } from 'vitest'
import type { Forbidden } from '../../src/cli/fix/bench.ts'
import { searchFix } from '../../src/cli/fix/search.ts'
import { anonymousEnabled } from '../../src/cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode } from '../../src/cluster/flags/kubelet/authorization-mode.ts'
import { readOnlyPort } from '../../src/cluster/flags/kubelet/read-only-port.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { APPROVER, CERTIFICATES, type Change, changeKey } from '../../src/scenario/fix/change.ts'
import { forbidden, judgeOf, setting, type World } from '../fixtures/fix-world.ts'

const [PORT, OTHER_PORT, ANONYMOUS, WEBHOOK] = [
  setting(readOnlyPort, '0'),
  setting(readOnlyPort, '1'),
  setting(anonymousEnabled, 'false'),
  setting(authorizationMode, 'Webhook'),
]

/** Searches in a world of rules. Returns the changes of the fix, and the keys that it closes. */
async function fixOf(
  candidates: readonly Change[],
  { failing, ...world }: World & { readonly failing: readonly Forbidden[] },
) {
  const found = await searchFix(candidates, failing, judgeOf(world))
  return { changes: found.changes.map(changeKey).sort(), closed: [...found.closed].sort() }
}

const keys = (...changes: readonly Change[]) => changes.map(changeKey).sort()

describe('the smallest fix', () => {
  test('is the one change that closes a verdict', async () => {
    const failing = [forbidden('a')]
    const left: World['left'] = (one, has) => (has(PORT) ? null : one)
    expect(await fixOf([ANONYMOUS, PORT], { failing, left })).toEqual({ changes: keys(PORT), closed: ['a'] })
  })

  test('is no change where none closes anything', async () => {
    expect(await fixOf([PORT, ANONYMOUS], { failing: [forbidden('a')], left: (one) => one })).toEqual({
      changes: [],
      closed: [],
    })
    expect(await fixOf([], { failing: [forbidden('a')], left: () => null })).toEqual({ changes: [], closed: [] })
  })

  test('closes several verdicts by one change rather than by two', async () => {
    const failing = [forbidden('a'), forbidden('b')]
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
    expect(await fixOf([PORT], { failing: [forbidden('b'), forbidden('a')], left })).toEqual({
      changes: keys(PORT),
      closed: ['a'],
    })
  })

  test('prefers flags to work on every node', async () => {
    const left: World['left'] = (one, has) => (has(CERTIFICATES) || has(PORT) ? null : one)
    expect((await fixOf([CERTIFICATES, PORT], { failing: [forbidden('a')], left })).changes).toEqual(keys(PORT))
  })

  test('has no two values of one flag', async () => {
    const failing = [forbidden('a'), forbidden('b')]
    const left: World['left'] = (one, has) => (has(one.key === 'a' ? PORT : OTHER_PORT) ? null : one)
    const { changes } = await fixOf([PORT, OTHER_PORT], { failing, left })
    expect(changes).not.toEqual(keys(PORT, OTHER_PORT))
  })
})

describe('a change that closes something and breaks something', () => {
  const failing = [forbidden('a')]
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
    const failing = [forbidden('a', before)]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? forbidden('a', after) : one
    }
    expect(await fixOf([PORT, ANONYMOUS, WEBHOOK], { failing, left })).toEqual({
      changes: keys(ANONYMOUS, WEBHOOK),
      closed: ['a'],
    })
  })

  test('are not combined where one gets it less of one thing and more of another', async () => {
    const failing = [forbidden('a', { ...exposed(5), requests: [request] })]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? forbidden('a', { ...exposed(4), requests: [request, request] }) : one
    }
    expect(await fixOf([ANONYMOUS, WEBHOOK], { failing, left })).toEqual({ changes: [], closed: [] })
  })

  test('are not made where they break something together', async () => {
    const failing = [forbidden('a', exposed(5))]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? forbidden('a', exposed(4)) : one
    }
    const broken: World['broken'] = (has) => (has(ANONYMOUS) && has(WEBHOOK) ? ['logs'] : [])
    expect(await fixOf([ANONYMOUS, WEBHOOK], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })
})
