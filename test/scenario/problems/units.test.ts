import { describe, expect, it } from 'vitest'
import { withChange } from './sound.ts'

describe('loadScenario, units and numbers,', () => {
  it('loadScenario refuses a duration without a unit', () => {
    expect(withChange('delay: 10ms', 'delay: 10')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: a duration needs a unit, and 10 has none
      9 |   wan: { between: [master, node], delay: 10, rate: 100Mbps }
                                                   ^^
      hint: write it like 10ms; the units are ns, us, ms, s, m, h, d"
    `)
  })

  it('loadScenario refuses a duration in words', () => {
    expect(withChange('delay: 10ms', 'delay: 10 millis')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: "millis" is not a unit of a duration
      9 |   wan: { between: [master, node], delay: 10 millis, rate: 100Mbps }
                                                   ^^^^^^^^^
      hint: did you mean 10ms?"
    `)
  })

  it('loadScenario refuses a rate in the wrong case', () => {
    expect(withChange('rate: 100Mbps', 'rate: 100mbps')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-unit]: "mbps" is not a unit of a rate
      9 |   wan: { between: [master, node], delay: 10ms, rate: 100mbps }
                                                               ^^^^^^^
      hint: did you mean 100Mbps?"
    `)
  })

  it('loadScenario suggests Mbps for a rate in Mbit/s', () => {
    expect(withChange('rate: 100Mbps', 'rate: 100Mbit/s')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-unit]: "Mbit/s" is not a unit of a rate
      9 |   wan: { between: [master, node], delay: 10ms, rate: 100Mbit/s }
                                                               ^^^^^^^^^
      hint: did you mean 100Mbps?"
    `)
  })

  it('loadScenario refuses half a nanosecond', () => {
    expect(withChange('delay: 10ms', 'delay: 0.0000005ms')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: 0.0000005ms is not a whole number of nanoseconds
      9 |   wan: { between: [master, node], delay: 0.0000005ms, rate: 100Mbps }
                                                   ^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses more than 2^53 nanoseconds', () => {
    expect(withChange('duration: 60s', 'duration: 200d')).toMatchInlineSnapshot(`
      "test.yaml:3:11: error[out-of-range]: 200d is more than 2^53 - 1 nanoseconds
      3 | duration: 200d
                    ^^^^"
    `)
  })

  it('loadScenario refuses a negative delay', () => {
    expect(withChange('delay: 10ms', 'delay: -10ms')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[out-of-range]: a duration cannot be negative
      9 |   wan: { between: [master, node], delay: -10ms, rate: 100Mbps }
                                                   ^^^^^"
    `)
  })

  it('loadScenario refuses a delay above its limit', () => {
    expect(withChange('delay: 10ms', 'delay: 2h')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[out-of-range]: 2h is out of range: at most 1h, since TCP gives up long before that
      9 |   wan: { between: [master, node], delay: 2h, rate: 100Mbps }
                                                   ^^"
    `)
  })

  it('loadScenario refuses a text in place of a number', () => {
    expect(withChange('delay: 10ms', 'delay: .nan')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-unit]: expected a duration, found "NaN"
      9 |   wan: { between: [master, node], delay: .nan, rate: 100Mbps }
                                                   ^^^^
      hint: write it like 10ms"
    `)
  })

  it('loadScenario refuses a list in place of a duration', () => {
    expect(withChange('delay: 10ms', 'delay: [10ms]')).toMatchInlineSnapshot(`
      "test.yaml:9:42: error[wrong-type]: expected a duration
      9 |   wan: { between: [master, node], delay: [10ms], rate: 100Mbps }
                                                   ^^^^^^"
    `)
  })

  it('loadScenario refuses a ratio without %', () => {
    expect(withChange('rate: 100Mbps', 'loss: 0.001')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[wrong-unit]: expected a ratio in percent, found "0.001"
      9 |   wan: { between: [master, node], delay: 10ms, loss: 0.001 }
                                                               ^^^^^
      hint: did you mean 0.1%?"
    `)
  })

  it('loadScenario refuses a loss above 100%', () => {
    expect(withChange('rate: 100Mbps', 'loss: 101%')).toMatchInlineSnapshot(`
      "test.yaml:9:54: error[out-of-range]: a ratio is at most 100%, found 101%
      9 |   wan: { between: [master, node], delay: 10ms, loss: 101% }
                                                               ^^^^"
    `)
  })

  it('loadScenario refuses a queue without a unit', () => {
    expect(withChange('rate: 100Mbps', 'queue: 200')).toMatchInlineSnapshot(`
      "test.yaml:9:55: error[wrong-unit]: a queue needs a unit, and 200 has none
      9 |   wan: { between: [master, node], delay: 10ms, queue: 200 }
                                                                ^^^
      hint: did you mean 200 packets?"
    `)
  })

  it('loadScenario refuses a queue of zero packets', () => {
    expect(withChange('rate: 100Mbps', 'queue: 0 packets')).toMatchInlineSnapshot(`
      "test.yaml:9:55: error[out-of-range]: a queue holds at least one packet
      9 |   wan: { between: [master, node], delay: 10ms, queue: 0 packets }
                                                                ^^^^^^^^^
      hint: leave \`queue\` out for a queue without a limit"
    `)
  })

  it('loadScenario refuses a seed that is not exact', () => {
    expect(withChange('name: sound', 'seed: 9007199254740993')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[out-of-range]: 9007199254740992 is out of range: from -9007199254740991 to 9007199254740991, since larger numbers are not exact
      2 | seed: 9007199254740993
                ^^^^^^^^^^^^^^^^"
    `)
  })

  it('loadScenario refuses a seed that is not an integer', () => {
    expect(withChange('name: sound', 'seed: 1.5')).toMatchInlineSnapshot(`
      "test.yaml:2:7: error[wrong-type]: expected a whole number
      2 | seed: 1.5
                ^^^"
    `)
  })
})
