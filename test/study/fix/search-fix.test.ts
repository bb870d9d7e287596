import { describe, expect, test } from 'vitest'
import { anonymousEnabled } from '../../../src/cluster/flags/kubelet/authentication-anonymous-enabled.ts'
import { authorizationMode } from '../../../src/cluster/flags/kubelet/authorization-mode.ts'
import { port } from '../../../src/cluster/flags/kubelet/port.ts'
import { readOnlyPort } from '../../../src/cluster/flags/kubelet/read-only-port.ts'
import { rotateCertificates } from '../../../src/cluster/flags/kubelet/rotate-certificates.ts'
import { serverTlsBootstrap } from '../../../src/cluster/flags/kubelet/server-tls-bootstrap.ts'
import type { VerdictResult } from '../../../src/measure/verdict.ts'
import { APPROVER, CERTIFICATES, type Change, changeKey } from '../../../src/study/fix/change.ts'
import type { Forbidden } from '../../../src/study/fix/forbidden.ts'
import { searchFix } from '../../../src/study/fix/search.ts'
import { forbidden, judgeOf, setting, type World } from '../../fixtures/fix-world.ts'

const [PORT, OTHER_PORT, ANONYMOUS, WEBHOOK, ROTATE] = [
  setting(readOnlyPort, '0'),
  setting(readOnlyPort, '1'),
  setting(anonymousEnabled, 'false'),
  setting(authorizationMode, 'Webhook'),
  setting(rotateCertificates, 'true'),
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
  test('the smallest fix is the one change that closes a verdict', async () => {
    const failing = [forbidden('a')]
    const left: World['left'] = (one, has) => (has(PORT) ? null : one)
    expect(await fixOf([ANONYMOUS, PORT], { failing, left })).toEqual({ changes: keys(PORT), closed: ['a'] })
  })

  test('the smallest fix is empty if no change closes a verdict', async () => {
    expect(await fixOf([PORT, ANONYMOUS], { failing: [forbidden('a')], left: (one) => one })).toEqual({
      changes: [],
      closed: [],
    })
    expect(await fixOf([], { failing: [forbidden('a')], left: () => null })).toEqual({ changes: [], closed: [] })
  })

  test('the smallest fix closes several verdicts by one change rather than two', async () => {
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

  test('the smallest fix closes what it can if another verdict cannot be closed', async () => {
    const left: World['left'] = (one, has) => (one.key === 'a' && has(PORT) ? null : one)
    expect(await fixOf([PORT], { failing: [forbidden('b'), forbidden('a')], left })).toEqual({
      changes: keys(PORT),
      closed: ['a'],
    })
  })

  test('the smallest fix prefers flags to work on every node', async () => {
    const left: World['left'] = (one, has) => (has(CERTIFICATES) || has(PORT) ? null : one)
    expect((await fixOf([CERTIFICATES, PORT], { failing: [forbidden('a')], left })).changes).toEqual(keys(PORT))
  })

  test('the smallest fix has one value of a flag, and closes what that value closes', async () => {
    const failing = [forbidden('a'), forbidden('b')]
    const left: World['left'] = (one, has) => (has(one.key === 'a' ? PORT : OTHER_PORT) ? null : one)
    const ofPort = { changes: keys(PORT), closed: ['a'] }
    expect(await fixOf([PORT, OTHER_PORT], { failing, left })).toEqual(ofPort)
    // The other value needs a further change.
    const broken: World['broken'] = (has) => (has(OTHER_PORT) && !has(APPROVER) ? ['logs'] : [])
    expect(await fixOf([PORT, OTHER_PORT, APPROVER], { failing, left, broken })).toEqual(ofPort)
  })

  test('the smallest fix has the flag value that closes most, if verdicts need different ones', async () => {
    const failing = ['a', 'b', 'c', 'd'].map((key) => forbidden(key))
    const closedBy: Record<string, Change> = { a: PORT, b: OTHER_PORT, c: OTHER_PORT, d: WEBHOOK }
    const left: World['left'] = (one, has) => (has(closedBy[one.key]) ? null : one)
    expect(await fixOf([PORT, OTHER_PORT, WEBHOOK], { failing, left })).toEqual({
      changes: keys(OTHER_PORT, WEBHOOK),
      closed: ['b', 'c', 'd'],
    })
  })

  test('the smallest fix is the first of several with equal effort', async () => {
    const left: World['left'] = (one, has) => (has(PORT) || has(ANONYMOUS) ? null : one)
    for (const candidates of [
      [PORT, ANONYMOUS],
      [ANONYMOUS, PORT],
    ])
      expect((await fixOf(candidates, { failing: [forbidden('a')], left })).changes).toEqual(keys(candidates[0]))
  })

  test('the smallest fix can have fewer changes than a greedy search finds', async () => {
    const failing = ['a', 'b', 'c', 'd'].map((key) => forbidden(key))
    const closedBy: Record<string, readonly Change[]> = {
      a: [PORT, ANONYMOUS],
      b: [PORT, WEBHOOK],
      c: [ANONYMOUS],
      d: [WEBHOOK],
    }
    const left: World['left'] = (one, has) => (closedBy[one.key].some(has) ? null : one)
    expect(await fixOf([PORT, ANONYMOUS, WEBHOOK], { failing, left })).toEqual({
      changes: keys(ANONYMOUS, WEBHOOK),
      closed: ['a', 'b', 'c', 'd'],
    })
  })
})

describe('a change that closes something and breaks something', () => {
  const failing = [forbidden('a')]
  const left: World['left'] = (one, has) => (has(PORT) ? null : one)

  test('a change that also breaks a workload is not made if no other repairs it', async () => {
    const broken: World['broken'] = (has) => (has(PORT) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })

  test('a change that also breaks a workload is made together with its repair', async () => {
    const broken: World['broken'] = (has) => (has(PORT) && !has(APPROVER) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left, broken })).toEqual({
      changes: keys(PORT, APPROVER),
      closed: ['a'],
    })
  })

  test('a change that also breaks a workload is made with two changes that repair it step by step', async () => {
    const broken: World['broken'] = (has) =>
      !has(PORT) ? [] : !has(APPROVER) ? ['logs', 'exec'] : !has(WEBHOOK) ? ['exec'] : []
    expect(await fixOf([PORT, APPROVER, WEBHOOK], { failing, left, broken })).toEqual({
      changes: keys(PORT, APPROVER, WEBHOOK),
      closed: ['a'],
    })
  })

  /** Returns what the first of some changes breaks: something for each of the others, until all before it are made. */
  const chainOf =
    (chain: readonly Change[]): NonNullable<World['broken']> =>
    (has) => {
      const missing = chain.findIndex((change) => !has(change))
      return missing < 1 ? [] : chain.slice(missing).map((change) => changeKey(change))
    }

  test('a change that also breaks a workload is made with up to four others that repair it step by step', async () => {
    const five = [PORT, ANONYMOUS, WEBHOOK, APPROVER, ROTATE]
    expect((await fixOf(five, { failing, left, broken: chainOf(five) })).changes).toEqual(keys(...five))
    const six = [...five, CERTIFICATES]
    expect((await fixOf(six, { failing, left, broken: chainOf(six) })).changes).toEqual([])
  })

  test('a change that also breaks a workload is not made if no other change helps alone', async () => {
    const broken: NonNullable<World['broken']> = (has) =>
      has(PORT) && !(has(ANONYMOUS) && has(APPROVER)) ? ['logs'] : []
    expect((await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left, broken })).changes).toEqual([])
    // Nor by way of a set that the cluster refuses.
    const refusing: World['broken'] = (has) => (has(PORT) && has(ANONYMOUS) && !has(APPROVER) ? null : broken(has))
    expect((await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left, broken: refusing })).changes).toEqual([])
  })

  test('a change that also breaks a workload is repaired by one change if the cluster refuses it with another', async () => {
    const broken: World['broken'] = (has) =>
      has(PORT) && has(ANONYMOUS) ? null : has(PORT) && !has(APPROVER) ? ['logs'] : []
    expect((await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left, broken })).changes).toEqual(keys(PORT, APPROVER))
  })

  test('a change that also breaks a workload is repaired differently if the repair reopens the verdict', async () => {
    const reopened: World['left'] = (one, has) => (has(PORT) && !has(ANONYMOUS) ? null : one)
    const broken: World['broken'] = (has) =>
      !has(PORT) || has(ANONYMOUS) ? [] : !has(APPROVER) ? ['logs', 'exec'] : !has(WEBHOOK) ? ['exec'] : []
    expect((await fixOf([PORT, ANONYMOUS, APPROVER, WEBHOOK], { failing, left: reopened, broken })).changes).toEqual(
      keys(PORT, APPROVER, WEBHOOK),
    )
  })

  test('a change that also breaks a workload is not repaired by another value of its own flag', async () => {
    const broken: World['broken'] = (has) => (has(PORT) && !has(OTHER_PORT) ? ['logs'] : [])
    expect((await fixOf([PORT, OTHER_PORT], { failing, left, broken })).changes).toEqual([])
  })

  test('a change that also breaks a workload is repaired if no other closes the verdict', async () => {
    const two = [forbidden('a'), forbidden('b')]
    const closing: World['left'] = (one, has) => (has(PORT) || (one.key === 'a' && has(ANONYMOUS)) ? null : one)
    const broken: World['broken'] = (has) => (has(PORT) && !has(APPROVER) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS, APPROVER], { failing: two, left: closing, broken })).toEqual({
      changes: keys(PORT, APPROVER),
      closed: ['a', 'b'],
    })
  })

  test('a change that also breaks a workload is left out if one that breaks less closes the same', async () => {
    const either: World['left'] = (one, has) => (has(PORT) || has(WEBHOOK) ? null : one)
    const broken: World['broken'] = (has) => [
      ...(has(PORT) && !has(APPROVER) ? ['logs', 'exec'] : []),
      ...(has(WEBHOOK) && !has(ANONYMOUS) ? ['logs'] : []),
    ]
    expect((await fixOf([PORT, ANONYMOUS, WEBHOOK, APPROVER], { failing, left: either, broken })).changes).toEqual(
      keys(ANONYMOUS, WEBHOOK),
    )
  })

  test('two changes that break workloads share one repair', async () => {
    const two = [forbidden('a'), forbidden('b')]
    const closing: World['left'] = (one, has) => (has(one.key === 'a' ? PORT : ANONYMOUS) ? null : one)
    const broken: World['broken'] = (has) => ((has(PORT) || has(ANONYMOUS)) && !has(APPROVER) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS, APPROVER], { failing: two, left: closing, broken })).toEqual({
      changes: keys(PORT, ANONYMOUS, APPROVER),
      closed: ['a', 'b'],
    })
  })

  test('a change that also breaks a workload is not repaired by one that breaks another', async () => {
    const broken: World['broken'] = (has) => [
      ...(has(PORT) && !has(APPROVER) ? ['logs'] : []),
      ...(has(APPROVER) ? ['heartbeats'] : []),
    ]
    expect(await fixOf([PORT, APPROVER], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })

  test('a change that also breaks a workload is left out if a harmless one closes the same', async () => {
    const either: World['left'] = (one, has) => (has(PORT) || has(ANONYMOUS) ? null : one)
    const broken: World['broken'] = (has) => (has(PORT) ? ['logs'] : [])
    expect(await fixOf([PORT, ANONYMOUS, APPROVER], { failing, left: either, broken })).toEqual({
      changes: keys(ANONYMOUS),
      closed: ['a'],
    })
  })

  test('a change that the cluster cannot be simulated with is not made', async () => {
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
  ])('changes that each reduce an outcome are combined until nothing is left: %s', async (_, before, after) => {
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

  /** Lets an attacker see a message less for each of some changes, and nothing with all of them. */
  const sharing =
    (parts: readonly Change[]): World['left'] =>
    (_, has) => {
      const made = parts.filter(has).length
      return made === parts.length ? null : forbidden('a', exposed(9 - made))
    }

  test('changes that each reduce an outcome are combined up to five', async () => {
    const failing = [forbidden('a', exposed(9))]
    const parts = [PORT, ANONYMOUS, WEBHOOK, APPROVER, ROTATE, CERTIFICATES]
    for (const count of [3, 5]) {
      const some = parts.slice(0, count)
      expect((await fixOf(parts, { failing, left: sharing(some) })).changes).toEqual(keys(...some))
    }
    expect((await fixOf(parts, { failing, left: sharing(parts) })).changes).toEqual([])
  })

  test('changes that each reduce an outcome are combined with others if the cluster refuses some together', async () => {
    const failing = [forbidden('a', exposed(9))]
    const left: World['left'] = (_, has) => {
      const made = [PORT, ANONYMOUS, WEBHOOK].filter(has).length
      return made > 1 ? null : forbidden('a', exposed(9 - made))
    }
    const broken: World['broken'] = (has) => (has(PORT) && has(ANONYMOUS) ? null : [])
    expect((await fixOf([PORT, ANONYMOUS, WEBHOOK], { failing, left, broken })).changes).toEqual(keys(PORT, WEBHOOK))
  })

  test('changes are not combined if none of them reduces an outcome alone', async () => {
    const left: World['left'] = (one, has) => (has(ANONYMOUS) && has(WEBHOOK) ? null : one)
    expect((await fixOf([ANONYMOUS, WEBHOOK], { failing: [forbidden('a')], left })).changes).toEqual([])
  })

  test('changes are not combined if one reduces one outcome and increases another', async () => {
    const failing = [forbidden('a', { ...exposed(5), requests: [request] })]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? forbidden('a', { ...exposed(4), requests: [request, request] }) : one
    }
    expect(await fixOf([ANONYMOUS, WEBHOOK], { failing, left })).toEqual({ changes: [], closed: [] })
  })

  test('changes that each reduce an outcome are not made if they break a workload together', async () => {
    const failing = [forbidden('a', exposed(5))]
    const left: World['left'] = (one, has) => {
      if (has(ANONYMOUS) && has(WEBHOOK)) return null
      return has(ANONYMOUS) || has(WEBHOOK) ? forbidden('a', exposed(4)) : one
    }
    const broken: World['broken'] = (has) => (has(ANONYMOUS) && has(WEBHOOK) ? ['logs'] : [])
    expect(await fixOf([ANONYMOUS, WEBHOOK], { failing, left, broken })).toEqual({ changes: [], closed: [] })
  })
})

describe('the sets of changes that a search tries', () => {
  const exposed = (messages: number) => forbidden('a', { exposure: { messages, of: 99, bytes: 0 } })

  /** Returns all sets that are judged in the search for what closes one verdict. */
  async function triedOf(candidates: readonly Change[], { left, broken }: World) {
    const tried: (readonly Change[])[] = []
    const judge = judgeOf({ left, ...(broken === undefined ? {} : { broken }) })
    await searchFix(candidates, [exposed(99)], {
      works: (sets, only) => {
        tried.push(...sets)
        return judge.works(sets, only)
      },
      forbidden: (sets, wanted) => {
        tried.push(...sets)
        return judge.forbidden(sets, wanted)
      },
    })
    return tried
  }

  const sizeOf = (tried: readonly (readonly Change[])[]) => Math.max(...tried.map(({ length }) => length))
  const PARTS = [PORT, ANONYMOUS, WEBHOOK, APPROVER, ROTATE]
  const lessWith = (parts: readonly Change[], enough: number): World['left'] => {
    return (_, has) => {
      const made = parts.filter(has).length
      return made >= enough ? null : exposed(99 - made)
    }
  }

  test('a fix search tries sets no larger than the smallest that repairs a change or closes a verdict', async () => {
    const repaired: World = {
      left: (one, has) => (has(PORT) ? null : one),
      broken: (has) => (has(PORT) && !has(ANONYMOUS) ? ['tail'] : []),
    }
    expect(sizeOf(await triedOf(PARTS, repaired))).toBe(2)
    expect(sizeOf(await triedOf(PARTS, { left: lessWith(PARTS, 3) }))).toBe(3)
  })

  test('a fix search sets each flag once', async () => {
    const parts = [...PARTS.slice(0, 3), OTHER_PORT]
    const tried = await triedOf(parts, { left: lessWith(parts, 9) })
    expect(sizeOf(tried)).toBe(3)
    for (const set of tried) {
      expect(new Set(set.map(changeKey)).size).toBe(set.length)
      expect(set.includes(PORT) && set.includes(OTHER_PORT)).toBe(false)
    }
  })

  test('a fix search extends at most 24 sets of a size by one change', async () => {
    const parts = [...PARTS, CERTIFICATES, setting(serverTlsBootstrap, 'true'), setting(port, '0')]
    const tried = await triedOf(parts, { left: lessWith(parts, 9) })
    const countOf = (size: number) =>
      new Set(tried.filter(({ length }) => length === size).map((set) => keys(...set).join())).size
    // Of 28 pairs, the last four have no change of the first three in common.
    expect([countOf(2), countOf(3)]).toEqual([28, 55])
  })
})
