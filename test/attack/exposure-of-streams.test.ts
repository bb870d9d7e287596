import { expect, test } from 'vitest'
import { attackedBy, verdictOf, WAYS } from './truth-lab.ts'

const { D, G } = WAYS
const STREAM = 'kind: stream, rate: 20KB/s, for: 5s'
const KEYS = 'kind: keystrokes, rate: 5/s, for: 5s'

/** `messages of how many`. */
function exposed(technique: string, ways: Parameters<typeof attackedBy>[1], traffic: string, vantage = 'inline') {
  const { messages, of } = verdictOf(attackedBy(technique, ways, { traffic, vantage })).exposure
  return `${messages} of ${of}`
}

test('pieces of a stream count one by one, whatever is done with them', () => {
  const all = exposed('eavesdrop', { G }, STREAM, 'passive')
  expect(all).toBe('24 of 24')
  for (const technique of ['tamper', 'relay']) expect(exposed(technique, { G }, STREAM)).toBe(all)
  expect(exposed('impersonate-server', { D }, STREAM)).toBe(all)
})

test('so do keys', () => {
  for (const technique of ['eavesdrop', 'tamper', 'relay']) expect(exposed(technique, { G }, KEYS)).toBe('25 of 25')
})
