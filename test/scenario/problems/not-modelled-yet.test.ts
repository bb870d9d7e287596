import { describe, expect, it } from 'vitest'
import { withChange, withEnd } from './sound.ts'

describe('what is planned', () => {
  it('sections', () => {
    expect(withEnd('middleboxes: {}\n')).toMatchInlineSnapshot(`
      "test.yaml:15:1: error[not-modelled-yet]: middleboxes is not modelled yet
      15 | middleboxes: {}
           ^^^^^^^^^^^"
    `)
  })

  it('a path kind', () => {
    expect(withChange('kind: apiserver-kubelet', 'kind: apiserver-etcd')).toMatchInlineSnapshot(`
      "test.yaml:11:17: error[not-modelled-yet]: apiserver-etcd is not modelled yet
      11 |   logs: { kind: apiserver-etcd, from: master, to: node }
                           ^^^^^^^^^^^^^^
      hint: today: component-apiserver, kubelet-apiserver, pod-apiserver, apiserver-kubelet, apiserver-node, apiserver-pod, apiserver-service, user-apiserver, custom"
    `)
  })
})
