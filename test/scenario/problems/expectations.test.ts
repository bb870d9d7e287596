import { describe, expect, it } from 'vitest'
import { withEnd } from './sound.ts'

describe('loadScenario, expectations,', () => {
  it('loadScenario refuses an unknown kind of expectation', () => {
    expect(withEnd('expect:\n  - latencies(fresh) p50 < 10ms\n')).toMatchInlineSnapshot(`
      "test.yaml:16:5: error[bad-expectation]: there is no expectation latencies
      16 |   - latencies(fresh) p50 < 10ms
               ^^^^^^^^^
      hint: did you mean latency?"
    `)
  })

  it('loadScenario refuses an expectation about an unknown workload', () => {
    expect(withEnd('expect:\n  - latency(fesh) p50 < 10ms\n')).toMatchInlineSnapshot(`
      "test.yaml:16:13: error[unknown-name]: no workload is named fesh
      16 |   - latency(fesh) p50 < 10ms
                       ^^^^
      hint: did you mean fresh?"
    `)
  })

  it('loadScenario refuses an unknown statistic in an expectation', () => {
    expect(withEnd('expect:\n  - "latency(fresh) p90 < 10ms"\n')).toMatchInlineSnapshot(`
      "test.yaml:16:21: error[bad-expectation]: expected a statistic (min p50 p95 p99 max mean), found p90
      16 |   - "latency(fresh) p90 < 10ms"
                               ^^^
      hint: did you mean p50?"
    `)
  })

  it('loadScenario refuses a bound without a unit in an expectation', () => {
    expect(withEnd('expect:\n  - throughput(fresh) > 80\n')).toMatchInlineSnapshot(`
      "test.yaml:16:25: error[wrong-unit]: a rate needs a unit, and 80 has none
      16 |   - throughput(fresh) > 80
                                   ^^
      hint: write it like 100Mbps; the units are bps, kbps, Mbps, Gbps"
    `)
  })

  it('loadScenario refuses an unknown comparison in an expectation', () => {
    expect(withEnd('expect:\n  - failed(fresh) == 0\n')).toMatchInlineSnapshot(`
      "test.yaml:16:19: error[bad-expectation]: expected a comparison (= < <= >= >), found ==
      16 |   - failed(fresh) == 0
                             ^^
      hint: did you mean =?"
    `)
  })

  it('loadScenario refuses an incomplete expectation', () => {
    expect(withEnd('expect:\n  - latency(fresh) p50 <\n')).toMatchInlineSnapshot(`
      "test.yaml:16:25: error[bad-expectation]: expected a duration, found the end of the line
      16 |   - latency(fresh) p50 <
                                   ^
      hint: write it like latency(WORKLOAD) p50 < 120ms"
    `)
  })

  it('loadScenario refuses an expectation with extra words', () => {
    expect(withEnd('expect:\n  - failed(fresh) = 0 requests\n')).toMatchInlineSnapshot(`
      "test.yaml:16:23: error[bad-expectation]: expected the end of the line, found requests
      16 |   - failed(fresh) = 0 requests
                                 ^^^^^^^^"
    `)
  })

  it('loadScenario refuses a digest in an expectation that is too short', () => {
    expect(withEnd('expect:\n  - workload(fresh) digest 53de\n')).toMatchInlineSnapshot(`
      "test.yaml:16:28: error[bad-expectation]: expected 8 to 16 hexadecimal digits in lower case, found 53de
      16 |   - workload(fresh) digest 53de
                                      ^^^^"
    `)
  })

  it('loadScenario refuses an expectation about a node that sends no heartbeats', () => {
    expect(withEnd('expect:\n  - node(node) ready\n')).toMatchInlineSnapshot(`
      "test.yaml:16:10: error[unknown-name]: no node node sends heartbeats
      16 |   - node(node) ready
                    ^^^^
      hint: add a workload of kind heartbeat on a path of kind kubelet-apiserver"
    `)
  })

  it('loadScenario refuses an expectation of NotReady without a time', () => {
    expect(
      withEnd('expect:\n  - node(node) NotReady\n  - node(node) lost\n  - node(node) ready later\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:16:24: error[bad-expectation]: expected the word within, found the end of the line
      16 |   - node(node) NotReady
                                  ^
      hint: write it like node(NODE) NotReady within 50s
      test.yaml:17:16: error[bad-expectation]: expected a state (ready NotReady), found lost
      17 |   - node(node) lost
                          ^^^^
      hint: write it like node(NODE) ready
      test.yaml:18:22: error[bad-expectation]: expected the word throughout, or nothing, found later
      18 |   - node(node) ready later
                                ^^^^^
      hint: write it like node(NODE) ready"
    `)
  })
})
