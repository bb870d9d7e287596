import { expect, test } from 'vitest'
import { lostIn, unreportedIn } from '../audit/many.ts'

test('check reports what attackers of generated clusters get in runs', async () => {
  expect(await unreportedIn(4)).toEqual([])
})

test('check reports no less of a cluster with one more permission or weakness', async () => {
  expect(await lostIn(4)).toEqual([])
})
