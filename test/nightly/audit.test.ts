import { expect, test } from 'vitest'
import { lostIn, seedOfTests, unreportedIn } from '../audit/many.ts'

/** The time for the clusters of a night on a machine that is busy. */
const NIGHT_MS = 6 * 3_600_000

test(
  `check reports what attackers of a thousand clusters get in runs (seed ${seedOfTests()})`,
  async () => {
    expect(await unreportedIn(1_000)).toEqual([])
  },
  NIGHT_MS,
)

test(
  `check reports no less of two hundred clusters that are weaker (seed ${seedOfTests()})`,
  async () => {
    expect(await lostIn(22)).toEqual([])
  },
  NIGHT_MS,
)
