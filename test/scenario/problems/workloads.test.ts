import { describe, expect, it } from 'vitest'
import { withChange } from './sound.ts'

describe('workloads', () => {
  it('too many requests', () => {
    expect(withChange('requests: 100', 'requests: 10000000')).toMatchInlineSnapshot(`
      "test.yaml:14:35: error[out-of-range]: 10000000 is out of bounds: from 1 to 1000000, since percentiles are exact up to there
      14 |   fresh: { path: plain, requests: 10000000 }
                                             ^^^^^^^^"
    `)
  })

  it('text where a count belongs', () => {
    expect(withChange('requests: 100', 'requests: many')).toMatchInlineSnapshot(`
      "test.yaml:14:35: error[wrong-type]: expected a whole number
      14 |   fresh: { path: plain, requests: many }
                                             ^^^^"
    `)
  })

  it('a loop both closed and open', () => {
    expect(withChange('requests: 100', 'requests: 100, rate: 50/s')).toMatchInlineSnapshot(`
      "test.yaml:14:25: error[contradiction]: requests belongs to a closed loop, and this workload has a rate
      14 |   fresh: { path: plain, requests: 100, rate: 50/s }
                                   ^^^^^^^^
      hint: an open loop ends after \`for\`"
    `)
  })

  it('a loop neither closed nor open', () => {
    expect(withChange(', requests: 100', '')).toMatchInlineSnapshot(`
      "test.yaml:14:3: error[missing-key]: workloads.fresh says neither requests nor rate
      14 |   fresh: { path: plain }
             ^^^^^
      hint: write requests: 100 for a closed loop, or rate: 50/s for an open one"
    `)
  })

  it('a closed loop with a time', () => {
    expect(withChange('requests: 100', 'requests: 100, for: 10s')).toMatchInlineSnapshot(`
      "test.yaml:14:40: error[contradiction]: for belongs to an open loop, and this workload has no rate
      14 |   fresh: { path: plain, requests: 100, for: 10s }
                                                  ^^^
      hint: a closed loop ends with its requests"
    `)
  })

  it('more clients than requests', () => {
    expect(withChange('requests: 100', 'requests: 5, concurrency: 6')).toMatchInlineSnapshot(`
      "test.yaml:14:51: error[contradiction]: 6 clients cannot share 5 requests
      14 |   fresh: { path: plain, requests: 5, concurrency: 6 }
                                                             ^"
    `)
  })
})
