import { expect, test } from 'vitest'
import { flag, lazily, section } from '../../src/scenario/schema/scalars.ts'

test('a lazy schema is made once, for the first value of its key, and not for a map without the key', () => {
  let made = 0
  const inner = lazily(() => {
    made++
    return section({ on: flag('On.') })
  })
  const outer = section({ inner: inner.optional() })
  expect([outer.safeParse({}).data, made]).toEqual([{}, 0])
  expect(outer.safeParse({ inner: { on: 'yes' } }).error?.issues).toMatchObject([
    { path: ['inner', 'on'], message: 'expected true or false' },
  ])
  expect([outer.safeParse({ inner: { on: true } }).data, made]).toEqual([{ inner: { on: true } }, 1])
})
