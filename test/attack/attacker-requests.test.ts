import { describe, expect, test } from 'vitest'
import type { AttackPlan } from '../../src/attack/attack-plan.ts'
import type { AttackRecord } from '../../src/attack/attack-record.ts'
import { AttackerRequests, type AttackerRequestsParts } from '../../src/attack/sockets/attacker-requests.ts'
import type { PlannedAttackerRequest } from '../../src/attack/sockets/sockets-plan.ts'
import { AttackState } from '../../src/attack/state/attack-state.ts'
import { EventCounts } from '../../src/attack/state/event-counts.ts'
import { KnowledgeLog } from '../../src/attack/state/knowledge-log.ts'
import { finish32, mix32 } from '../../src/engine/hash.ts'
import { NONE } from '../../src/engine/table.ts'
import { UNKNOWN_LENGTH } from '../../src/http/message.ts'
import { AccountTable } from '../../src/network/account.ts'
import { ActivityTable } from '../../src/network/activity.ts'
import { MESSAGE } from '../../src/workload/messages.ts'
import { anAttacker, aStep, aTimeline } from '../fixtures/event-counts.ts'

const [HELD, LACKING] = [0, 1]
const INFINITE = Number.POSITIVE_INFINITY

const ONE: PlannedAttackerRequest = {
  step: 0,
  path: 0,
  via: 4,
  request: 9,
  bodyBytes: 0,
  isUpgrade: false,
  operation: null,
  credential: null,
  after: NONE,
  pauseNs: 0,
  followUp: null,
  nameHigh: 5,
  nameLow: 6,
}
const FOLLOW_UP = { request: 10, bodyBytes: 0, isUpgrade: false, operation: null }

interface Options {
  /** How often each of the two steps acts. */
  readonly counts?: readonly number[]
  /** The status of every response. */
  readonly status?: number
  /** Whether the call of a request is still open after its response. */
  readonly isFree?: boolean
}

/** Requests of attackers, and the calls that they make to the parts below. Calls and exchanges are numbered from 1. */
function some(requests: readonly Partial<PlannedAttackerRequest>[], options: Options = {}) {
  const { counts = [INFINITE, INFINITE], status = 200, isFree = true } = options
  const { arena, timeline } = aTimeline()
  const plan = {
    attackers: [anAttacker({ heldTokens: [HELD] })],
    steps: counts.map((count) => ({ ...aStep({ paths: [0], count }), technique: 'direct-request' })),
    victims: [0],
  } as unknown as AttackPlan
  const state = new AttackState(arena, timeline, plan)
  const events = new EventCounts(arena, timeline, plan)
  const knowledge = new KnowledgeLog(arena, timeline, plan)
  const activities = new ActivityTable(arena, timeline)
  const calls: string[] = []
  const opened: { readonly nameHigh: number; readonly nameLow: number }[] = []
  let exchanges = 0
  const parts = {
    arena,
    streams: {
      registerUser: () => 1,
      attach: () => {},
      write: (stream: number, bytes: number, kind: number) => {
        expect(kind).toBe(MESSAGE)
        calls.push(`write ${bytes} on ${stream}`)
      },
      finish: (stream: number) => calls.push(`finish ${stream}`),
      close: (stream: number) => calls.push(`close stream ${stream}`),
    },
    http: {
      exchanges: { stream: Array.from({ length: 20 }, (_, exchange) => 100 + exchange) },
      statusOf: () => status,
    },
    upstreams: {
      registerUser: () => 1,
      open: ({
        path,
        isFresh,
        user,
        nameHigh,
        nameLow,
      }: {
        path: number
        isFresh: boolean
        user: number
        nameHigh: number
        nameLow: number
      }) => {
        calls.push(`open for ${user} along ${path}${isFresh ? ', fresh' : ''}`)
        return opened.push({ nameHigh, nameLow })
      },
      begin: () => {},
      request: (call: number, request: number, length: number) => {
        calls.push(`request ${request} of ${length} on call ${call}`)
        return ++exchanges
      },
      hold: () => {},
      isFree: () => isFree,
      close: (call: number) => calls.push(`close call ${call}`),
    },
    activities,
    accounts: new AccountTable(arena),
    record: { plan, state, events, knowledge } as unknown as AttackRecord,
    requests: requests.map((request) => ({ ...ONE, ...request })),
    onReady: (request: number, pauseNs: number) => calls.push(`${request} is ready in ${pauseNs}`),
  } as unknown as AttackerRequestsParts
  const all = new AttackerRequests(parts)
  return { all, calls, opened, state, events, activities }
}

const token = (subject: number) => ({ credential: { kind: 'token', subject } }) as const

describe('the requests of attackers', () => {
  test('an attacker’s requests begin with their step, except those that wait for another request', () => {
    const { all, calls, state, events } = some([{}, { step: 1 }, { after: 0 }, { via: 7, isUpgrade: true }])
    all.startOf(0)
    expect(calls).toEqual(['open for 0 along 4', 'open for 3 along 7, fresh'])
    expect([state.acts(0), state.acts(1), events.amount(0, 0, 'sent'), events.has(1, 0, 'sent')]).toEqual([
      2,
      0,
      2,
      false,
    ])
    all.start(0)
    expect(calls.length).toBe(2)
  })

  test('an attacker’s request ends at once without its credential or if its step is disabled', () => {
    const { all, calls, state } = some([token(LACKING), { ...token(HELD) }, { step: 1 }])
    state.disable([1])
    all.startOf(0)
    all.startOf(1)
    expect(calls).toEqual(['open for 1 along 4'])
    expect(all.areAllDone).toBe(false)
  })

  test.each<[string, Partial<PlannedAttackerRequest>, readonly string[]]>([
    ['without a body', {}, ['request 9 of 0 on call 1', 'finish 101']],
    ['with a body', { bodyBytes: 70 }, ['request 9 of 70 on call 1', 'write 70 on 101', 'finish 101']],
    ['that upgrade', { isUpgrade: true, bodyBytes: 70 }, [`request 9 of ${UNKNOWN_LENGTH} on call 1`]],
  ])('an attacker’s request is sent when its connection is open, %s', (_, request, expected) => {
    const { all, calls } = some([request])
    all.startOf(0)
    calls.length = 0
    all.onUpstreamReady(0)
    expect(calls).toEqual(expected)
  })

  test('an attacker’s request ends with its response, and requests that wait for it follow after a pause', () => {
    const { all, calls, activities } = some([{}, { after: 0, pauseNs: 30 }, { after: 1 }, { after: 0 }])
    all.startOf(0)
    all.onUpstreamReady(0)
    calls.length = 0
    expect([all.areAllDone, activities.count]).toEqual([false, 1])
    all.onEnd(0)
    expect(calls).toEqual(['close call 1', '1 is ready in 30', '3 is ready in 0', 'close stream 101'])
    expect([all.areAllDone, activities.count]).toEqual([false, 0])
    for (const request of [1, 3]) {
      all.start(request)
      all.onUpstreamReady(request)
      all.onEnd(request)
    }
    all.start(2)
    expect(all.areAllDone).toBe(false)
    all.onUpstreamFailed(2)
    expect([all.areAllDone, activities.count]).toEqual([true, 0])
  })

  test('an attacker’s request ends without a response if the connection or the exchange fails', () => {
    const { all, calls } = some([{}, {}])
    all.startOf(0)
    all.onUpstreamReady(1)
    calls.length = 0
    all.onUpstreamFailed(0)
    expect([calls.splice(0), all.areAllDone]).toEqual([[], false])
    all.onFailure(1)
    expect([calls, all.areAllDone]).toEqual([['close call 2'], true])
  })

  test('an attacker’s request is repeated as often as its step says, each time on a connection with its own name', () => {
    const { all, calls, opened } = some([{}], { counts: [3] })
    all.startOf(0)
    for (let time = 0; time < 3; time++) {
      all.onUpstreamReady(0)
      all.onEnd(0)
    }
    expect(calls.filter((text) => text.startsWith('open'))).toEqual(Array(3).fill('open for 0 along 4'))
    expect(opened).toEqual(
      [0, 1, 2].map((time) => ({ nameHigh: finish32(mix32(5, time)), nameLow: finish32(mix32(6, time)) })),
    )
    expect(all.areAllDone).toBe(true)
  })

  test('an attacker’s request is not repeated once its step is disabled', () => {
    const { all, state } = some([{}], { counts: [3] })
    all.startOf(0)
    state.disable([0])
    all.onUpstreamReady(0)
    all.onEnd(0)
    expect(all.areAllDone).toBe(true)
  })
})

describe('the request that follows a refused one', () => {
  const upgrade = { isUpgrade: true, followUp: FOLLOW_UP }

  test('the request after a refused one is sent once on the same connection and counts as an act', () => {
    const { all, calls, state } = some([upgrade], { status: 403 })
    all.startOf(0)
    all.onUpstreamReady(0)
    calls.length = 0
    all.onEnd(0)
    expect([calls.splice(0), state.acts(0)]).toEqual([
      ['close stream 101', 'request 10 of 0 on call 1', 'finish 102'],
      2,
    ])
    all.onEnd(0)
    expect([calls, all.areAllDone, state.acts(0)]).toEqual([['close call 1', 'close stream 102'], true, 2])
  })

  test('the request after a refused one is left open if it upgrades the connection too', () => {
    const { all, calls } = some([{ ...upgrade, followUp: { ...FOLLOW_UP, isUpgrade: true } }], { status: 403 })
    all.startOf(0)
    all.onUpstreamReady(0)
    calls.length = 0
    all.onEnd(0)
    expect(calls).toEqual(['close stream 101', `request 10 of ${UNKNOWN_LENGTH} on call 1`])
  })

  test('no request follows an upgrade, or a refused request whose connection is closed', () => {
    const accepted = some([upgrade], { status: 101 })
    accepted.all.startOf(0)
    accepted.all.onUpstreamReady(0)
    accepted.all.onEnd(0)
    expect([accepted.all.areAllDone, accepted.state.acts(0)]).toEqual([true, 1])
    const closed = some([upgrade], { status: 403, isFree: false })
    closed.all.startOf(0)
    closed.all.onUpstreamReady(0)
    closed.calls.length = 0
    closed.all.onEnd(0)
    expect([closed.calls, closed.all.areAllDone, closed.state.acts(0)]).toEqual([
      ['close stream 101', 'close call 1'],
      true,
      1,
    ])
  })
})
