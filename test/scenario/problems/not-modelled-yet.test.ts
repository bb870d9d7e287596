import { describe, expect, it } from 'vitest'
import { MODELLED_PATH_KINDS } from '../../../src/cluster/paths/path-kinds.ts'
import { withChange } from './sound.ts'

describe('loadScenario, planned features,', () => {
  it('loadScenario refuses a planned kind of path', () => {
    const [today, hint] = withChange('kind: apiserver-kubelet', 'kind: apiserver-etcd').split('\nhint: ')
    expect(today).toMatchInlineSnapshot(`
      "test.yaml:11:17: error[not-modelled-yet]: apiserver-etcd is not modelled yet
      11 |   logs: { kind: apiserver-etcd, from: master, to: node }
                           ^^^^^^^^^^^^^^"
    `)
    expect(hint).toBe(`use one of ${MODELLED_PATH_KINDS.map(({ name }) => name).join(', ')}`)
  })
})
