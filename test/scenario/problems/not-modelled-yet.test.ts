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

  it('losses in bursts', () => {
    expect(withChange('rate: 100Mbps', 'loss: { gilbert: { good-to-bad: 0.1% } }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[not-modelled-yet]: links.wan.loss.gilbert is not modelled yet
      9 |   wan: { between: [master, node], delay: 10ms, loss: { gilbert: { good-to-bad: 0.1% } } }
                                                                 ^^^^^^^"
    `)
  })

  it('delays with long tails', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { log-normal: 1ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:58: error[not-modelled-yet]: links.wan.jitter.log-normal is not modelled yet
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { log-normal: 1ms } }
                                                                   ^^^^^^^^^^"
    `)
  })

  it('BBR and the ns-3 profile', () => {
    expect(withChange('  master: {}', '  master: { tcp: { congestion: bbr, profile: ns3 } }')).toMatchInlineSnapshot(`
      "test.yaml:5:32: error[not-modelled-yet]: bbr is not modelled yet
      5 |   master: { tcp: { congestion: bbr, profile: ns3 } }
                                         ^^^
      hint: today: cubic, reno
      test.yaml:5:46: error[not-modelled-yet]: ns3 is not modelled yet
      5 |   master: { tcp: { congestion: bbr, profile: ns3 } }
                                                       ^^^
      hint: today: linux, rfc"
    `)
  })
})
