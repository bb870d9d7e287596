import { expect, test } from 'vitest'
import { attackedBy, verdictOf, WAYS } from './truth-lab.ts'

const { D, G } = WAYS
const STREAM = 'kind: stream, rate: 20KB/s, for: 5s'
const KEYS = 'kind: keystrokes, rate: 5/s, for: 5s'

/** The exposure of a verdict, as `messages of total`. */
function exposed(technique: string, ways: Parameters<typeof attackedBy>[1], traffic: string, vantage = 'inline') {
  const { messages, of } = verdictOf(attackedBy(technique, ways, { traffic, vantage })).exposure
  return `${messages} of ${of}`
}

test('each piece of a stream counts as a message for every technique', () => {
  const all = exposed('eavesdrop', { G }, STREAM, 'passive')
  expect(all).toBe('24 of 24')
  for (const technique of ['tamper', 'relay']) expect(exposed(technique, { G }, STREAM)).toBe(all)
  expect(exposed('impersonate-server', { D }, STREAM)).toBe(all)
})

test('each typed key counts as a message', () => {
  for (const technique of ['eavesdrop', 'tamper', 'relay']) expect(exposed(technique, { G }, KEYS)).toBe('25 of 25')
})
