import { describe, expect, it } from 'vitest'
import { withChange } from './sound.ts'

describe('loadScenario, workloads,', () => {
  it('loadScenario refuses too many requests', () => {
    expect(withChange('requests: 100', 'requests: 10000000')).toMatchInlineSnapshot(`
      "test.yaml:14:35: error[out-of-range]: 10000000 is out of range: from 1 to 1000000, since percentiles are computed from all of them
      14 |   fresh: { path: plain, requests: 10000000 }
                                             ^^^^^^^^"
    `)
  })

  it('loadScenario refuses a text in place of a count', () => {
    expect(withChange('requests: 100', 'requests: many')).toMatchInlineSnapshot(`
      "test.yaml:14:35: error[wrong-type]: expected a whole number
      14 |   fresh: { path: plain, requests: many }
                                             ^^^^"
    `)
  })

  it('loadScenario refuses a workload with requests and a rate', () => {
    expect(withChange('requests: 100', 'requests: 100, rate: 50/s')).toMatchInlineSnapshot(`
      "test.yaml:14:25: error[contradiction]: requests needs a closed loop, and this workload has a rate
      14 |   fresh: { path: plain, requests: 100, rate: 50/s }
                                   ^^^^^^^^
      hint: leave the rate out, or use \`for\`"
    `)
  })

  it('loadScenario refuses a workload without requests and without a rate', () => {
    expect(withChange(', requests: 100', '')).toMatchInlineSnapshot(`
      "test.yaml:14:3: error[missing-key]: workloads.fresh has neither requests nor rate
      14 |   fresh: { path: plain }
             ^^^^^
      hint: write requests: 100 for a closed loop, or rate: 50/s for an open loop"
    `)
  })

  it('loadScenario refuses a closed loop with `for`', () => {
    expect(withChange('requests: 100', 'requests: 100, for: 10s')).toMatchInlineSnapshot(`
      "test.yaml:14:40: error[contradiction]: for needs an open loop, and this workload has no rate
      14 |   fresh: { path: plain, requests: 100, for: 10s }
                                                  ^^^
      hint: add a rate, or leave it out"
    `)
  })

  it('loadScenario refuses more clients than requests', () => {
    expect(withChange('requests: 100', 'requests: 5, concurrency: 6')).toMatchInlineSnapshot(`
      "test.yaml:14:51: error[contradiction]: there are more clients (6) than requests (5)
      14 |   fresh: { path: plain, requests: 5, concurrency: 6 }
                                                             ^"
    `)
  })
})
