import { expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'

test('a base that cannot be read is named once in the message', () => {
  const messages = ['cannot read dir/base.yaml: ENOENT', 'ENOENT'].map((reason) => {
    const read = () => {
      throw new Error(reason)
    }
    const loaded = loadScenario({ text: 'extends: base.yaml\n', file: 'dir/own.yaml', read })
    return loaded.ok ? [] : loaded.problems.map(({ message }) => message)
  })
  expect(messages).toEqual([['cannot read dir/base.yaml: ENOENT'], ['cannot read dir/base.yaml: ENOENT']])
})
