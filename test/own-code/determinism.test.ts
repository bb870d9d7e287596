import { expect, test } from 'vitest'
import { checkDeterminism, type LinkRule, PASS } from '../../src/index.ts'
import { downloads, load } from './lab.ts'

const delays = (delayNs: (seen: number) => number): LinkRule<{ seen: number }> => ({
  name: 'delays',
  on: 'wan',
  state: { seen: 0 },
  judge: (_, state) => ({ action: 'delay', delayNs: delayNs(state.seen++) }),
})

test('a run with user objects that keep their state in the record is deterministic', () => {
  const same = { isDeterministic: true, difference: null }
  expect(checkDeterminism(load(downloads()), {})).toEqual(same)
  expect(checkDeterminism(load(downloads()), { rules: [delays((seen) => seen % 1000)] })).toEqual(same)
})

test('a rule that draws from another random source is found by a second run', () => {
  let draws = 0
  const rules = [delays(() => draws++ % 1013)]
  expect(checkDeterminism(load(downloads()), { rules })).toEqual({
    isDeterministic: false,
    difference: expect.stringMatching(
      /^a second run differs from the first from the \d+\. delivered packet on: an object uses a clock or Math.random/,
    ),
  })
})

test('a rule that remembers outside its state, and resets at the beginning of a run, is found by a fork', () => {
  let seen = 0
  const forgetful: LinkRule = {
    name: 'forgetful',
    on: 'wan',
    judge: ({ link, serial }) => {
      seen = link === 'link/wan/forward' && serial === 0 ? 0 : seen + 1
      return seen % 50 === 49 ? { action: 'drop' } : PASS
    },
  }
  expect(checkDeterminism(load(downloads()), { rules: [forgetful] })).toEqual({
    isDeterministic: false,
    difference: expect.stringMatching(
      /^a fork at \d+ ns differs from the run that it continues .*: an object remembers something outside its state$/,
    ),
  })
})
