import { describe, expect, it } from 'vitest'
import { withChange } from './sound.ts'

describe('loadScenario, links and routes,', () => {
  it('loadScenario refuses a queue smaller than a packet', () => {
    expect(withChange('rate: 100Mbps', 'queue: 1KB')).toMatchInlineSnapshot(`
      "test.yaml:9:55: error[contradiction]: a queue of 1000B is too small for a packet of 1500B, the mtu
      9 |   wan: { between: [master, node], delay: 10ms, queue: 1KB }
                                                                ^^^"
    `)
  })

  it('loadScenario refuses an mtu that TCP cannot use', () => {
    expect(withChange('rate: 100Mbps', 'mtu: 68')).toMatchInlineSnapshot(`
      "test.yaml:9:53: error[out-of-range]: 68 is out of range: from 576 to 65535, since every IPv4 host accepts packets of 576 bytes, and no IPv4 packet is longer than 65535
      9 |   wan: { between: [master, node], delay: 10ms, mtu: 68 }
                                                              ^^"
    `)
  })

  it('loadScenario refuses jitter of two kinds', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { uniform: 1ms, normal: 1ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[contradiction]: jitter has exactly one distribution
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { uniform: 1ms, normal: 1ms } }
                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      hint: write it like { uniform: 1ms }"
    `)
  })

  it('loadScenario refuses jitter without a kind', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { reorder: true }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[contradiction]: jitter has exactly one distribution
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { reorder: true } }
                                                                 ^^^^^^^^^^^^^^^^^
      hint: write it like { uniform: 1ms }"
    `)
  })

  it('loadScenario refuses a duration as jitter and suggests a kind', () => {
    expect(withChange('rate: 100Mbps', 'jitter: 1ms')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[unknown-value]: expected none, found "1ms"
      9 |   wan: { between: [master, node], delay: 10ms, jitter: 1ms }
                                                                 ^^^
      hint: did you mean { normal: 1ms }?"
    `)
  })

  it('loadScenario refuses uniform jitter above the delay', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { uniform: 20ms }')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[contradiction]: a jitter of 20ms is more than the delay of 10ms
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { uniform: 20ms } }
                                                                 ^^^^^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario reports a problem inside a link value with several forms', () => {
    expect(withChange('rate: 100Mbps', 'jitter: { uniform: 1 }')).toMatchInlineSnapshot(`
      "test.yaml:9:67: error[wrong-unit]: a duration needs a unit, and 1 has none
      9 |   wan: { between: [master, node], delay: 10ms, jitter: { uniform: 1 } }
                                                                            ^
      hint: write it like 10ms; the units are ns, us, ms, s, m, h, d"
    `)
  })

  it('loadScenario refuses an unknown link profile', () => {
    expect(withChange('rate: 100Mbps', 'profile: public')).toMatchInlineSnapshot(`
      "test.yaml:9:57: error[unknown-value]: expected <all link profiles>, found "public"
      9 |   wan: { between: [master, node], delay: 10ms, profile: public }
                                                                  ^^^^^^
      hint: did you mean public-network?"
    `)
  })

  it('loadScenario refuses a link to itself', () => {
    expect(withChange('[master, node]', '[node, node]')).toMatchInlineSnapshot(`
      "test.yaml:9:19: error[contradiction]: both ends of the link are node
      9 |   wan: { between: [node, node], delay: 10ms, rate: 100Mbps }
                            ^^^^^^^^^^^^
      hint: a host needs no link to itself; it has a loopback interface"
    `)
  })

  it('loadScenario refuses a path without a route', () => {
    expect(withChange('to: node, port: 8080', 'to: other, port: 8080')).toMatchInlineSnapshot(`
      "test.yaml:12:3: error[no-route]: there is no route from master to other and back
      12 |   plain: { from: master, to: other, port: 8080 }
             ^^^^^
      hint: connect them by a link, or correct the routes"
    `)
  })

  it('loadScenario refuses a route over a link of other hosts', () => {
    expect(withChange('paths:', 'routes: { other: { 10.0.0.0/8: wan } }\npaths:')).toMatchInlineSnapshot(`
      "test.yaml:10:32: error[contradiction]: the link wan does not end at other
      10 | routes: { other: { 10.0.0.0/8: wan } }
                                          ^^^"
    `)
  })

  it('loadScenario refuses a prefix whose address has bits after the prefix length', () => {
    expect(withChange('paths:', 'routes: { master: { 10.0.0.1/8: wan } }\npaths:')).toMatchInlineSnapshot(`
      "test.yaml:10:21: error[wrong-type]: the address of 10.0.0.1/8 has bits after its prefix
      10 | routes: { master: { 10.0.0.1/8: wan } }
                               ^^^^^^^^^^
      hint: write 10.0.0.1/32 for a single host"
    `)
  })

  it('loadScenario refuses jitter of a kind without a width', () => {
    expect(withChange('rate: 100Mbps', 'jitter: uniform')).toMatchInlineSnapshot(`
      "test.yaml:9:56: error[unknown-value]: expected none, found "uniform"
      9 |   wan: { between: [master, node], delay: 10ms, jitter: uniform }
                                                                 ^^^^^^^
      hint: write it like { normal: 1ms }"
    `)
  })

  it('loadScenario refuses an unknown kind of loss', () => {
    expect(withChange('rate: 100Mbps', 'loss: { bursts: 1% }')).toMatchInlineSnapshot(`
      "test.yaml:9:48: error[missing-key]: the key gilbert is missing in links.wan.loss
      9 |   wan: { between: [master, node], delay: 10ms, loss: { bursts: 1% } }
                                                         ^^^^
      test.yaml:9:56: error[unknown-key]: links.wan.loss has no key "bursts"
      9 |   wan: { between: [master, node], delay: 10ms, loss: { bursts: 1% } }
                                                                 ^^^^^^
      hint: known: gilbert"
    `)
    expect(withChange('rate: 100Mbps', 'loss: [1%]')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-type]: expected a ratio such as 0.1% or a map (gilbert)
      9 |   wan: { between: [master, node], delay: 10ms, loss: [1%] }
                                                               ^^^^"
    `)
  })
})
