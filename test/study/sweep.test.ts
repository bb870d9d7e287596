import { describe, expect, it, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { readSweep, type Sweep } from '../../src/study/sweep/read-sweep.ts'
import type { SweepOptions } from '../../src/study/sweep/sweep-options.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

function sweptBy(sweep: string, options: SweepOptions = {}): Sweep {
  const loaded = readSweep({ text: `${SMALL_SCENARIO}sweep: ${sweep}\n`, file: 'small.yaml' }, options)
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded.sweep
}

function problemsOf(sweep: string, options: SweepOptions = {}): string {
  const loaded = readSweep({ text: `${SMALL_SCENARIO}sweep: ${sweep}\n`, file: 'small.yaml' }, options)
  return loaded.ok ? 'sound' : loaded.problems.map(formatProblem).join('\n')
}

const pointsOf = (sweep: Sweep) =>
  Array.from({ length: sweep.grid.size }, (_, i) =>
    sweep.grid
      .pointAt(i)
      .map(({ setting }) => setting)
      .join(' '),
  )

describe('a grid', () => {
  it('a grid of a sweep combines all values; the last dimension changes fastest, and seeds are last', () => {
    const sweep = sweptBy('{ seed: 1..2, links.wire.loss: [0%, 0.5%], links.wire.delay: [1ms, 2ms] }')
    expect(sweep.grid.paths).toEqual(['links.wire.loss', 'links.wire.delay', 'seed'])
    expect(pointsOf(sweep)).toEqual([
      '0% 1ms 1',
      '0% 1ms 2',
      '0% 2ms 1',
      '0% 2ms 2',
      '0.5% 1ms 1',
      '0.5% 1ms 2',
      '0.5% 2ms 1',
      '0.5% 2ms 2',
    ])
  })

  it('a grid of a sweep has at each point the scenario that --set and --seed give', () => {
    const sweep = sweptBy('{ links.wire.delay: [1ms, 2ms], seed: 5..6 }')
    const text = SMALL_SCENARIO
    const alone = loadScenario({ text, file: 'small.yaml' }, { set: ['links.wire.delay=2ms'], seed: 6 })
    expect(alone).toMatchObject({ ok: true, scenario: sweep.scenarioAt(3) })
  })

  it('a grid of a sweep gives the same scenario of a point, whichever points were taken before', () => {
    const taken = sweptBy('{ links.wire.delay: [1ms, 2ms], seed: 5..7 }')
    const fresh = (index: number) => sweptBy('{ links.wire.delay: [1ms, 2ms], seed: 5..7 }').scenarioAt(index)
    for (const index of [5, 0, 2, 3, 1, 4]) expect(taken.scenarioAt(index)).toEqual(fresh(index))
  })

  it('a grid of a sweep reports each invalid seed at its place', () => {
    expect(problemsOf('{ links.wire.delay: [1ms, 2ms], seed: [1, two, 1.5] }').match(/^small.*$/gm)).toEqual([
      'small.yaml:10:50: error[wrong-type]: expected a whole number',
      'small.yaml:10:55: error[wrong-type]: expected a whole number',
    ])
  })

  it('a grid of a sweep accepts any value, with its forms for --set, for people and for JSON', () => {
    const sweep = sweptBy(
      '\n  paths.web:\n    - { from: client, to: server, scheme: https }\n    - from: client\n      to: server\n  paths.web.scheme: ["https"]\n',
    )
    expect(sweep.grid.pointAt(0)[0].setting).toBe('{ from: client, to: server, scheme: https }')
    expect(sweep.grid.pointAt(1)[0].setting).toBe('{"from":"client","to":"server"}')
    expect(sweep.grid.pointAt(1)[0].json).toEqual({ from: 'client', to: 'server' })
    expect(sweep.grid.pointAt(0)[1]).toEqual({
      path: 'paths.web.scheme',
      setting: '"https"',
      label: 'https',
      json: 'https',
    })
  })

  it('a grid of a sweep is extended by options, which replace values of the same path', () => {
    const options = { sweep: ['links.wire.delay=[3ms]', 'workloads.visits.requests=2..3'], seeds: '7,9' }
    expect(pointsOf(sweptBy('{ links.wire.delay: [1ms, 2ms], seed: 1..30 }', options))).toEqual([
      '3ms 2 7',
      '3ms 2 9',
      '3ms 3 7',
      '3ms 3 9',
    ])
  })

  it('a grid of a sweep is ignored by a run, and removed by null', () => {
    const text = `${SMALL_SCENARIO}sweep: { links.wire.delay: [1ms, 2ms], seed: 1..30 }\n`
    const loaded = loadScenario({ text, file: 'small.yaml' })
    expect(loaded).toMatchObject({ ok: true, scenario: { blueprint: { seed: 3 } } })
    expect(sweptBy('{ links.wire.delay: null, seed: 1..4 }').grid.paths).toEqual(['seed'])
    expect(sweptBy('{ seed: 1..4 }', { set: ['sweep=null'] }).grid.paths).toEqual([])
  })
})

describe('a problem', () => {
  it('a problem of a sweep is reported at the value in the list', () => {
    expect(problemsOf('{ links.wire.loss: [0%, 5, 200%], seed: 1..30 }')).toMatchInlineSnapshot(`
      "small.yaml:10:32: error[wrong-unit]: expected a ratio in percent, found "5"
      10 | sweep: { links.wire.loss: [0%, 5, 200%], seed: 1..30 }
                                          ^
      hint: did you mean 5%?
      small.yaml:10:35: error[out-of-range]: a ratio is at most 100%, found 200%
      10 | sweep: { links.wire.loss: [0%, 5, 200%], seed: 1..30 }
                                             ^^^^"
    `)
  })

  it('a problem of an unknown path in a sweep is reported inside the path', () => {
    expect(problemsOf('{ links.wire.los: [0%, 1%], "links.wire.dely": [1ms] }')).toMatchInlineSnapshot(`
      "small.yaml:10:21: error[unknown-key]: links.wire has no key "los"
      10 | sweep: { links.wire.los: [0%, 1%], "links.wire.dely": [1ms] }
                               ^^^
      hint: did you mean loss?
      small.yaml:10:48: error[unknown-key]: links.wire has no key "dely"
      10 | sweep: { links.wire.los: [0%, 1%], "links.wire.dely": [1ms] }
                                                          ^^^^
      hint: did you mean delay?"
    `)
  })

  it('a problem of a quoted path with escapes in a sweep is reported at the whole path', () => {
    expect(problemsOf('{ "links\\x2ewire.los": [1] }')).toContain(
      ':10:11: error[unknown-key]: links.wire has no key "los"',
    )
  })

  it('a problem of a sweep value from the command line is reported at the option', () => {
    expect(problemsOf('{}', { sweep: ['links.wire.loss=[0%, 5]'] })).toMatchInlineSnapshot(`
      "--sweep:1:22: error[wrong-unit]: expected a ratio in percent, found "5"
      1 | links.wire.loss=[0%, 5]
                               ^
      hint: did you mean 5%?"
    `)
    expect(problemsOf('{}', { seeds: '1..x' })).toMatchInlineSnapshot(`
      "--seeds:1:1: error[bad-sweep]: expected a list of values or a range, found "1..x"
      1 | 1..x
          ^^^^
      hint: write a list such as [0%, 1%], or a range such as 1..30"
    `)
    expect(problemsOf('{}', { seeds: '1,99999999999999999' })).toMatchInlineSnapshot(`
      "--seeds:1:3: error[out-of-range]: 100000000000000000 is out of range: from -9007199254740991 to 9007199254740991, since larger numbers are not exact
      1 | 1,99999999999999999
            ^^^^^^^^^^^^^^^^^"
    `)
    expect(problemsOf('{}', { sweep: ['links.wire.loss'] })).toMatchInlineSnapshot(`
      "--sweep:1:1: error[bad-sweep]: expected PATH=VALUES
      1 | links.wire.loss
          ^^^^^^^^^^^^^^^
      hint: write it like links.wan.loss=[0%, 1%]"
    `)
  })

  it('a problem of only some sweep points names the first one', () => {
    expect(
      problemsOf('{ hosts: [{ client: {}, server: {} }, { client: {} }], links.wire.loss: [0%, 1%] }'),
    ).toMatchInlineSnapshot(`
      "small.yaml:5:36: error[unknown-name]: no host is named server
      5 | links: { wire: { between: [client, server], delay: 10ms, rate: 100Mbps } }
                                             ^^^^^^
      hint: declared: client; this is the point hosts={ client: {} }, links.wire.loss=0%
      small.yaml:6:35: error[unknown-name]: no host is named server
      6 | paths: { web: { from: client, to: server } }
                                            ^^^^^^
      hint: declared: client; this is the point hosts={ client: {} }, links.wire.loss=0%"
    `)
  })

  it.each([
    ['[1]', 'expected a map such as'],
    ['{ seed: 5 }', 'expected a list of values or a range, found "5"'],
    ['{ seed: { a: 1 } }', 'found a map'],
    ['{ seed: [] }', 'the list has no values'],
    ['{ seed: 30..1 }', 'the range ends before it begins'],
    ['{ seed: 1..20000 }', 'the range has 20000 values, and at most 10000'],
    ['{ seed: [1, 2, 1] }', '1 occurs twice in this list'],
    ['{ seed: 1..101, workloads.visits.requests: 1..100 }', 'the grid has 10100 points'],
    ['{ sweep.seed: [1] }', 'cannot sweep itself'],
    ['{ extends: [a.yaml, b.yaml] }', 'extends cannot be overridden'],
    ['{ links..loss: [1%] }', 'a part of the path is empty'],
    ['{ links.wire.loss: [0%], links.wire: [{}] }', 'would replace links.wire.loss, which comes before it'],
  ])('a problem is reported for an invalid grid of a sweep: %s', (sweep, message) => {
    expect(problemsOf(sweep)).toContain(message)
    const text = `${SMALL_SCENARIO}sweep: ${sweep}\n`
    expect(loadScenario({ text, file: 'small.yaml' })).toMatchObject({ ok: false })
  })

  it('a problem is reported for a path that is both swept and set', () => {
    const grid = '{ links.wire.loss: [0%, 1%], seed: 1..3 }'
    expect(problemsOf(grid, { set: ['links.wire.loss=2%'] })).toContain(
      'links.wire.loss is swept, so it cannot also have a fixed value',
    )
    expect(problemsOf(grid, { seed: 4 })).toContain('--seed:1:1: error[contradiction]: seed is swept')
  })
})

test('a grid of the largest size is checked quickly', () => {
  const sweep = sweptBy('{ seed: 1..10000 }')
  expect(sweep.grid.size).toBe(10_000)
  expect(sweep.scenarioAt(9_999).blueprint.seed).toBe(10_000)
})
