import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { verifyChain } from '../../../src/security/x509/verify-chain.ts'
import { CHAINS, chainOf, parsedOf } from './generated-chains.ts'

/** The verdict of Go on each chain, in their order: a letter. Written by `npm run certificates -- --generated`. */
const { go, letters, verdicts } = JSON.parse(
  readFileSync(new URL('generated-chains.json', import.meta.url), 'utf8'),
) as { go: string; letters: Readonly<Record<string, string>>; verdicts: string }

test(`generated chains are accepted or refused as by ${go}, for the same reason`, () => {
  expect(verdicts).toHaveLength(CHAINS)
  const differing = Array.from(verdicts).flatMap((letter, number) => {
    const { leaf, roots, intermediates, name, usages } = chainOf(number)
    const options = { expectedName: name, usages, nowS: 0 }
    const pools = { roots: roots.map(parsedOf), intermediates: intermediates.map(parsedOf) }
    const found = verifyChain(parsedOf(leaf), { ...pools, ...options })?.refusal ?? 'accepted'
    return found === letters[letter] ? [] : [{ number, go: letters[letter], found }]
  })
  expect(differing).toEqual([])
})

test('every error of Go occurs 50 times in generated chains, and a third is accepted', () => {
  const counts = new Map(Object.keys(letters).map((letter) => [letters[letter], verdicts.split(letter).length - 1]))
  for (const [kind, count] of counts) expect(count, kind).toBeGreaterThanOrEqual(kind === 'accepted' ? CHAINS / 3 : 50)
  expect([...counts.keys()].sort()).toEqual([
    'accepted',
    'critical-extension',
    'expired',
    'malformed-name',
    'name-constraint',
    'name-mismatch',
    'not-authority',
    'not-yet-valid',
    'path-length',
    'too-many-checks',
    'too-many-constraints',
    'unknown-authority',
    'wrong-usage',
  ])
})
