import { describe, expect, test } from 'vitest'
import { DROP, InvalidOwnCode, type LinkRule, type LinkVerdict, OwnCodeFailed, PASS } from '../../src/index.ts'
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
const ATTACKED = `${CLEAN}
attackers: { mallory: { on: wan, vantage: inline, plan: [{ technique: delay, delay: 30ms, at: 300ms, path: web }] } }`

describe('a rule of a user', () => {
  test('that passes every packet changes nothing', () => {
    expect(runWith({ rules: [always(PASS)] }, CLEAN)).toEqual(runWith({}, CLEAN))
  })

  test('drops packets of the direction that it is on, which are then sent again', () => {
    const drops: string[] = []
    const observe = (stage: string, { link }: { readonly link: string }) => {
      if (stage === 'dropped-by-rule') drops.push(link)
    }
    const result = runWith({ rules: [nth('link/wan/backward')], observers: [{ name: 'drops', observe }] }, CLEAN)
    expect(new Set(drops)).toEqual(new Set(['link/wan/backward']))
    expect(result.workloads[0].completed).toBe(6)
    expect(result.workloads[0].latencyMs.max).toBeGreaterThan(runWith({}, CLEAN).workloads[0].latencyMs.max ?? 0)
  })

  test('on a link counts the packets of both directions together', () => {
    const both = runWith({ rules: [nth('wan')] }, CLEAN)
    expect(both.digest).not.toBe(runWith({ rules: [nth('link/wan/backward')] }, CLEAN).digest)
  })

  test.each([
    ['drops', CLEAN],
    ['drops beside an attacker, whose verdict needs a fork', ATTACKED],
  ])('that %s gives the same result each time', (_, text) => {
    expect(runWith({ rules: [nth('wan')] }, text)).toEqual(runWith({ rules: [nth('wan')] }, text))
  })

  test('is forked with its state', () => {
    const { whole, parent, fork } = forkedAt(200_000_000, { rules: [nth('wan')] }, CLEAN)
    expect([parent, fork]).toEqual([whole, whole])
  })

  test('delays by what it says', () => {
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
      /^rule mine: judge\(\) returned undefined; it must return \{ action \}, which is one of pass, drop, delay, duplicate, at \d+ ns$/,
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
  ])('that %s ends the run with an error that names it', (_, judge, message) => {
    const rule: LinkRule = JSON.parse('{ "name": "mine", "on": "wan", "state": { "seen": 0 } }')
    Object.assign(rule, { judge })
    expect(() => runWith({ rules: [rule] })).toThrow(OwnCodeFailed)
    expect(() => runWith({ rules: [rule] })).toThrow(message)
  })

  test('on a link that does not exist, or with a state that has no numbers, is refused', () => {
    expect(() => runWith({ rules: [always(PASS, 'wam')] })).toThrow(InvalidOwnCode)
    expect(() => runWith({ rules: [always(PASS, 'wam')] })).toThrow(
      /^rule always: the scenario has no link, segment or link direction wam; it has .*link\/wan\/forward/,
    )
    const texts: LinkRule = Object.assign(always(PASS), JSON.parse('{ "state": { "seen": "0" } }'))
    expect(() => runWith({ rules: [texts] })).toThrow('rule always: state.seen must be a number, and is string')
  })
})
