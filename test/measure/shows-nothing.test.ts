import { describe, expect, test } from 'vitest'
import { OUTCOMES, type Outcome } from '../../src/measure/verdict.ts'
import {
  isEmptyOutcome,
  whyNotExposed,
  whyNothingOfOthers,
  whyNothingShown,
} from '../../src/measure/verdicts/shows-nothing.ts'
import { aVerdict } from '../fixtures/results.ts'

const EMPTY = ['not-tried', 'unreachable', 'not-applicable']

test.each(OUTCOMES)(
  '%s counts as showing that an attack could do nothing only if it is one of three outcomes',
  (outcome) => {
    expect(isEmptyOutcome(outcome)).toBe(EMPTY.includes(outcome))
    const reason = whyNothingShown([aVerdict({ worst: outcome })])
    expect(reason === null).toBe(!EMPTY.includes(outcome))
  },
)

describe('a check of verdicts', () => {
  const on = (path: string, worst: Outcome) => aVerdict({ path, worst })

  test('a check without verdicts has tested nothing', () => {
    expect(whyNothingShown([])).toBe('there is no such verdict')
  })

  test('a check of verdicts has tested something if one attack could do something', () => {
    expect(whyNothingShown([on('a', 'unreachable'), on('b', 'no-effect')])).toBeNull()
  })

  test('a check of verdicts names each reason once, with the first verdict that has it', () => {
    expect(whyNothingShown([on('a', 'unreachable'), on('b', 'unreachable'), on('c', 'not-tried')])).toBe(
      'nothing was tested: relay on a is unreachable: the attacker can neither observe the path nor send to it; ' +
        'relay on c was not tried',
    )
    expect(whyNothingShown([on('a', 'not-applicable')])).toBe(
      'nothing was tested: relay on a is not applicable: this configuration has no such path, or nothing there that it needs',
    )
  })
})

describe('where no request got through on a path, also without the attackers', () => {
  const on = (path: string, overrides: Parameters<typeof aVerdict>[0] = {}) => aVerdict({ path, ...overrides })

  test('a technique on others’ traffic shows nothing if no request succeeded even without attackers', () => {
    const why =
      'nothing was tested: relay on logs found no request that got through, and without the attackers none does'
    expect(whyNothingShown([on('logs')], ['logs'])).toBe(why)
    expect(whyNothingShown([on('logs'), on('logs', { victim: 'node-2' })], ['exec', 'logs'])).toBe(why)
    expect(whyNothingShown([on('logs')], ['exec'])).toBeNull()
    expect(whyNothingShown([on('logs'), on('exec')], ['logs'])).toBeNull()
  })

  test('a technique with its own requests shows its result even if no other request succeeded', () => {
    expect(whyNothingShown([on('logs', { technique: 'direct-request' })], ['logs'])).toBeNull()
    expect(whyNothingShown([on('logs'), on('logs', { technique: 'direct-request' })], ['logs'])).toBeNull()
  })
})

test('verdicts with scope own alone show nothing about others', () => {
  const own = aVerdict({ scope: 'own' })
  expect(whyNothingOfOthers([own, aVerdict()])).toBeNull()
  expect(whyNothingOfOthers([own, own, aVerdict({ scope: 'own', path: 'exec', technique: 'drop' })])).toBe(
    'nothing of others was tested: relay on logs, drop on exec was only about what the attacker owns (scope own)',
  )
})

describe('that an attacker did not learn a secret', () => {
  const verdicts = [aVerdict({ path: 'logs' }), aVerdict({ path: 'exec', worst: 'unreachable', attacker: 'eve' })]
  const carried = (sent: number, ...carriedOn: readonly string[]) => ({ name: 'pin', carriedOn, sent })

  test('an unlearned secret shows nothing without an attacker', () => {
    expect(whyNotExposed('pin', null, { verdicts: [], secrets: [carried(1, 'logs')] })).toBe(
      'nothing was tested: there is no attacker',
    )
  })

  test('an unlearned secret shows nothing if no secret has its name', () => {
    const unknown = 'no workload carries pin, and no token or key has that name'
    expect(whyNotExposed('pin', null, { verdicts })).toBe(unknown)
    expect(whyNotExposed('pin', null, { verdicts, secrets: [{ ...carried(1, 'logs'), name: 'pins' }] })).toBe(unknown)
  })

  test('an unlearned secret shows nothing about an attacker that does not exist', () => {
    expect(whyNotExposed('pin', 'bob', { verdicts, secrets: [carried(1, 'logs')] })).toBe(
      'no attacker is named bob; the attackers are mallory, eve',
    )
  })

  test('an unlearned secret shows nothing about an attacker that could do nothing', () => {
    expect(whyNotExposed('pin', 'eve', { verdicts, secrets: [carried(1, 'logs')] })).toContain('exec is unreachable')
    expect(whyNotExposed('pin', null, { verdicts, secrets: [carried(1, 'logs')] })).toBeNull()
    expect(whyNotExposed('pin', 'mallory', { verdicts, secrets: [carried(1, 'logs')] })).toBeNull()
  })

  test('an unlearned secret shows nothing if no request carried it', () => {
    expect(whyNotExposed('pin', null, { verdicts, secrets: [carried(0, 'logs')] })).toBe(
      'nothing was tested: no request that carries pin was sent',
    )
    const two = [carried(0, 'exec'), carried(1, 'logs')]
    expect(whyNotExposed('pin', null, { verdicts, secrets: two })).toBeNull()
  })

  test('an unlearned secret shows nothing if no request that carried it succeeded even without attackers', () => {
    const undelivered = { ...carried(3, 'logs'), undelivered: true as const }
    expect(whyNotExposed('pin', null, { verdicts, secrets: [undelivered] })).toBe(
      'nothing was tested: no request that carries pin got through, and without the attackers none does',
    )
    expect(whyNotExposed('pin', null, { verdicts, secrets: [undelivered, carried(1, 'logs')] })).toBeNull()
  })

  test('an unlearned secret shows nothing if only paths outside the attack carry it', () => {
    expect(whyNotExposed('pin', null, { verdicts, secrets: [carried(1, 'metrics', 'metrics', 'watch')] })).toBe(
      'nothing was tested: pin is carried on metrics, watch, and the attack concerns logs, exec',
    )
    expect(whyNotExposed('pin', null, { verdicts, secrets: [carried(1, 'exec')] })).toBe(
      'nothing was tested: pin is carried on exec, and the attack concerns logs, exec',
    )
  })

  test('an unlearned token or key shows something, wherever it is', () => {
    const token = { name: 'pin', carriedOn: null, sent: null }
    expect(whyNotExposed('pin', null, { verdicts, secrets: [token] })).toBeNull()
    expect(whyNotExposed('pin', null, { verdicts, secrets: [carried(0, 'metrics'), token] })).toBeNull()
  })
})
