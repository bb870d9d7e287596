import { describe, expect, test } from 'vitest'
import {
  DROP,
  InvalidOwnCode,
  type LinkRule,
  type LinkVerdict,
  OwnCodeFailed,
  PASS,
  type PacketView,
} from '../../src/index.ts'
import { downloads, forkedAt, runWith } from './lab.ts'

/** Drops each 40th packet. */
const nth = (on: string): LinkRule<{ seen: number }> => ({
  name: 'nth',
  on,
  state: { seen: 0 },
  judge(_, state) {
    state.seen++
    return state.seen % 40 === 0 ? DROP : PASS
  },
})

const always = (verdict: LinkVerdict, on = 'wan'): LinkRule => ({ name: 'always', on, judge: () => verdict })

const CLEAN = downloads().replace(', loss: 1%', '')
const ONE_DOWNLOAD = CLEAN.replace('requests: 6, response: 200KB', 'requests: 1, response: 2MB')
/** The window that a rule leaves, and the scale that Linux announces. */
const NARROW_BYTES = 16_384
const WINDOW_SCALE = 10
const ATTACKED = `${CLEAN}
attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: delay, delay: 30ms, at: 300ms, path: web }] } }`

describe('a rule of a user', () => {
  test('a user’s packet rule that passes every packet changes nothing', () => {
    expect(runWith({ rules: [always(PASS)] }, CLEAN)).toEqual(runWith({}, CLEAN))
  })

  test('a user’s packet rule drops packets of the direction that it is on, which are then sent again', () => {
    const drops: string[] = []
    const observe = (stage: string, { link }: { readonly link: string }) => {
      if (stage === 'dropped-by-rule') drops.push(link)
    }
    const result = runWith({ rules: [nth('link/wan/backward')], observers: [{ name: 'drops', observe }] }, CLEAN)
    expect(new Set(drops)).toEqual(new Set(['link/wan/backward']))
    expect(result.workloads[0].completed).toBe(6)
    expect(result.workloads[0].latencyMs.max).toBeGreaterThan(runWith({}, CLEAN).workloads[0].latencyMs.max ?? 0)
  })

  test('a user’s packet rule on a link counts the packets of both directions together', () => {
    const both = runWith({ rules: [nth('wan')] }, CLEAN)
    expect(both.digest).not.toBe(runWith({ rules: [nth('link/wan/backward')] }, CLEAN).digest)
  })

  test.each([
    ['drops', CLEAN],
    ['drops beside an attacker, whose verdict needs a fork', ATTACKED],
  ])('a user’s packet rule that %s gives the same result each time', (_, text) => {
    expect(runWith({ rules: [nth('wan')] }, text)).toEqual(runWith({ rules: [nth('wan')] }, text))
  })

  test('a user’s packet rule is forked with its state', () => {
    const { whole, parent, fork } = forkedAt(200_000_000, { rules: [nth('wan')] }, CLEAN)
    expect([parent, fork]).toEqual([whole, whole])
  })

  test('a user’s packet rule delays by the returned time', () => {
    const alone = runWith({}, CLEAN).workloads[0].latencyMs.min ?? 0
    const delayed = runWith({ rules: [always({ action: 'delay', delayNs: 5_000_000 }, 'link/wan/forward')] }, CLEAN)
    expect(delayed.workloads[0].latencyMs.min).toBeGreaterThan(alone + 5)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
      /^rule mine: judge\(\) threw Error: no, at \d+ ns$/,
    ],
    [
      'returns nothing',
      () => undefined,
      /^rule mine: judge\(\) returned undefined; it must return \{ action \}, which is one of pass, drop, delay, duplicate, rewrite, at \d+ ns$/,
    ],
    ['returns an action that only attackers have', () => ({ action: 'tamper' }), /returned \{"action":"tamper"\}/],
    [
      'delays by no number',
      () => ({ action: 'delay', delayNs: Number.NaN }),
      /returned a delay of NaN; delayNs must be a whole number/,
    ],
    ['delays into the past', () => ({ action: 'duplicate', delayNs: -1 }), /returned a delay of -1/],
    [
      'sets what its state does not have',
      (_: unknown, state: object) => Object.assign(state, { more: 1 }),
      /threw TypeError: Cannot add property more/,
    ],
    [
      'sets its state to a text',
      (_: unknown, state: object) => Object.assign(state, { seen: 'one' }),
      /threw TypeError: seen must be set to a number, not to string/,
    ],
  ])('a user’s packet rule that %s ends the run with an error that names it', (_, judge, message) => {
    const rule: LinkRule = JSON.parse('{ "name": "mine", "on": "wan", "state": { "seen": 0 } }')
    Object.assign(rule, { judge })
    expect(() => runWith({ rules: [rule] })).toThrow(OwnCodeFailed)
    expect(() => runWith({ rules: [rule] })).toThrow(message)
  })

  test('a user’s packet rule lowers the window that the receiver offers, so that no more is in flight', () => {
    const mbps = (rules: readonly LinkRule[]) => runWith({ rules }, ONE_DOWNLOAD).workloads[0].throughputMbps ?? 0
    const narrow: LinkRule = {
      name: 'narrow',
      on: 'link/wan/forward',
      judge: ({ isSyn, window }) =>
        isSyn ? PASS : { action: 'rewrite', headers: { window: Math.min(window, NARROW_BYTES >> WINDOW_SCALE) } },
    }
    // A window in each round trip of 20 ms.
    const bound = (NARROW_BYTES * 8) / 20e-3 / 1e6
    expect(mbps([])).toBeGreaterThan(bound)
    expect(mbps([narrow])).toBeLessThan(bound)
    expect(mbps([narrow])).toBeGreaterThan(bound * 0.6)
  })

  test('a user’s packet rule lowers the MSS of a SYN, so that segments are smaller', () => {
    const clamp: LinkRule = {
      name: 'clamp',
      on: 'wan',
      judge: ({ isSyn }) => (isSyn ? { action: 'rewrite', headers: { maximumSegmentBytes: 536 } } : PASS),
    }
    const largest = { plain: 0, clamped: 0 }
    const observer = (of: keyof typeof largest) => ({
      name: of,
      observe: (_: string, { payloadBytes }: { readonly payloadBytes: number }) => {
        largest[of] = Math.max(largest[of], payloadBytes)
      },
    })
    runWith({ observers: [observer('plain')] }, CLEAN)
    runWith({ rules: [clamp], observers: [observer('clamped')] }, CLEAN)
    // Timestamps take 12 bytes of each segment.
    expect(largest).toEqual({ plain: 1448, clamped: 524 })
  })

  test('a user’s packet rule translates an address there and back, unnoticed by the ends', () => {
    const [client, router] = ['10.0.0.1', '10.0.0.9']
    const behindRouter = `
version: 1
seed: 5
hosts: { client: { addresses: [${client}] }, router: { addresses: [${router}] }, server: {} }
links:
  inside: { between: [client, router], delay: 1ms }
  outside: { between: [router, server], delay: 10ms }
paths: { web: { from: client, to: server } }
workloads: { get: { path: web, requests: 6, response: 200KB } }`
    const rules: readonly LinkRule[] = [
      {
        name: 'out',
        on: 'link/outside/forward',
        judge: () => ({ action: 'rewrite', headers: { sourceAddress: router } }),
      },
      {
        name: 'back',
        on: 'link/outside/backward',
        judge: () => ({ action: 'rewrite', headers: { destinationAddress: client } }),
      },
    ]
    const senders = new Set<string>()
    const observe = (_: string, { link, sourceAddress }: PacketView) => {
      if (link === 'link/outside/forward') senders.add(sourceAddress)
    }
    const result = runWith({ rules, observers: [{ name: 'senders', observe }] }, behindRouter)
    expect([...senders]).toEqual([router])
    expect(result.workloads[0]).toMatchObject({ completed: 6, failed: 0 })
  })

  test.each([
    [
      { destinationAddress: '10.9.9.9' },
      /rewrote destinationAddress to 10\.9\.9\.9; no host of the scenario has this address/,
    ],
    [{ window: 70_000 }, /rewrote window to 70000; it must be a whole number from 0 to 65535/],
    [{ sourcePort: 0 }, /rewrote sourcePort to 0; it must be a whole number from 1 to 65535/],
    [{ maximumSegmentBytes: 9000 }, /rewrote maximumSegmentBytes to 9000; it must be a whole number from 64 to 1460/],
    [{ ttl: 3 }, /rewrote ttl to 3; a rule cannot set this field/],
    [null, /rewrote headers to null; it must be an object/],
  ])('a user’s packet rule that rewrites %j ends the run with an error that names it', (headers, message) => {
    const rule: LinkRule = {
      name: 'mine',
      on: 'wan',
      judge: () => JSON.parse(JSON.stringify({ action: 'rewrite', headers })),
    }
    expect(() => runWith({ rules: [rule] })).toThrow(OwnCodeFailed)
    expect(() => runWith({ rules: [rule] })).toThrow(message)
  })

  test('a user’s packet rule on an unknown link, or with a state without numbers, is refused', () => {
    expect(() => runWith({ rules: [always(PASS, 'wam')] })).toThrow(InvalidOwnCode)
    expect(() => runWith({ rules: [always(PASS, 'wam')] })).toThrow(
      /^rule always: the scenario has no link, segment or link direction wam; it has .*link\/wan\/forward/,
    )
    const texts: LinkRule = Object.assign(always(PASS), JSON.parse('{ "state": { "seen": "0" } }'))
    expect(() => runWith({ rules: [texts] })).toThrow('rule always: state.seen must be a number, and is string')
  })
})
