import { describe, expect, test } from 'vitest'
import type { PlainKind } from '../../src/values/kind.ts'
import * as kinds from '../../src/values/kinds.ts'

const KINDS: Readonly<Record<string, PlainKind>> = {
  duration: kinds.duration(),
  'duration or off': kinds.durationOrOff({ from: '1s' }),
  validity: kinds.validity(),
  rate: kinds.rate(),
  size: kinds.size(),
  ratio: kinds.ratio(),
  count: kinds.count(1, 1_000),
  choice: kinds.choice(['one', 'two']),
  text: kinds.text('made for a test'),
  phrase: kinds.phrase,
  host: kinds.hostName,
  identity: kinds.identityName,
}

describe.each(Object.entries(KINDS))('the kind of value %s', (_name, { candidates, parse, print }) => {
  test('a kind of value reads each of its candidates, and what it prints, as the same value', () => {
    expect(candidates.length).toBeGreaterThan(0)
    for (const written of candidates) {
      const read = parse(written)
      expect(read).toMatchObject({ ok: true })
      if (read.ok) expect(parse(print(read.value))).toEqual(read)
    }
  })

  test.each([[null], [true], [{}], [[1]], ['<script>\u0000'.repeat(40)]])('a kind of value refuses %j', (written) => {
    expect(parse(written)).toMatchObject({ ok: false })
  })
})

test('a ratio is printed with all its digits', () => {
  const { parse, print } = kinds.ratio()
  for (const written of ['0.1%', '33.333333%', '0.0000001%', '100%']) {
    const read = parse(written)
    expect(read.ok && print(read.value)).toBe(written)
  }
})
