import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { chosenFormat, formatOptions } from '../../src/cli/options/format-options.ts'
import { jobs, jobsOf } from '../../src/cli/options/gate-options.ts'
import { commanderOption, flag, repeated, text, value, words } from '../../src/cli/options/option.ts'
import {
  count,
  date,
  duration,
  instant,
  oneOf,
  percent,
  serial,
  size,
  wholeNumber,
} from '../../src/cli/options/values.ts'
import { UsageError } from '../../src/disk/usage-error.ts'
import { reproduceLine } from '../../src/study/reproduce.ts'

describe('the value of an option', () => {
  test.each<[(text: string) => unknown, string, unknown]>([
    [wholeNumber, '0', 0],
    [wholeNumber, '-12', -12],
    [wholeNumber, '9007199254740991', 9_007_199_254_740_991],
    [count, '1', 1],
    [count, '12', 12],
    [size, '2GiB', 2_147_483_648],
    [size, '20MB', 20_000_000],
    [percent, '5%', 5],
    [percent, '0%', 0],
    [percent, '12.5%', 12.5],
    [percent, '112.25%', 112.25],
    [date, '2027-03-01', '2027-03-01'],
    [duration, '10ms', 10_000_000],
    [duration, '1ns', 1],
    [instant, '1.5s', 1_500_000_000],
    [instant, '0', 0],
    [serial, '0', 0],
    [serial, '12', 12],
    [oneOf(['a', 'b']), 'b', 'b'],
  ])('the value of an option is parsed by %o: %s', (read, given, expected) => {
    expect(read(given)).toBe(expected)
  })

  test.each<[(text: string) => unknown, readonly string[]]>([
    [wholeNumber, ['', '1.5', '1e3', '0x10', ' 1', '1 ', '+1', '--1', '9007199254740992', 'one']],
    [count, ['0', '-1', '1.5', '']],
    [size, ['2', 'GiB', '', '2 GB per second']],
    [percent, ['5', '%', '5.%', '.5%', '5%%', ' 5%', '5% ', '-5%', 'a5%', '5%b']],
    [date, ['2027-02-30', '2027-3-1', 'today', '']],
    [duration, ['0ns', '0', '-1s', '10', '']],
    [instant, ['0ns', '00', '10', '']],
    [serial, ['-1', '1.5', '']],
    [oneOf(['a', 'b']), ['c', 'A', '']],
  ])('an invalid value of an option is refused by %o', (read, refused) => {
    for (const given of refused) expect(() => read(given), given).toThrow(InvalidArgumentError)
  })
})

describe('an option', () => {
  test('an option has the name of its key, its argument, and a default only if it is repeatable', () => {
    const made = (key: string, option: Parameters<typeof commanderOption>[1]) => {
      const { flags, description, defaultValue, required, variadic } = commanderOption(key, option)
      return [flags, description, defaultValue, required, variadic]
    }
    expect(made('json', flag('print JSON'))).toEqual(['--json', 'print JSON', undefined, false, false])
    expect(made('out', { ...text('<folder>', 'write'), short: 'o' })[0]).toBe('-o, --out <folder>')
    expect(made('maxEvents', text('<number>', 'stop'))).toEqual([
      '--max-events <number>',
      'stop',
      undefined,
      true,
      false,
    ])
    expect(made('path', words('<name>', 'only these'))).toEqual([
      '--path <name...>',
      'only these',
      undefined,
      true,
      true,
    ])
    expect(made('set', repeated('<a=b>', 'change'))).toEqual([
      '--set <a=b>',
      'change; can be repeated',
      [],
      true,
      false,
    ])
  })

  test('an option passes its parser and its default to the command line', () => {
    const given = (option: Parameters<typeof commanderOption>[1]) => {
      const { parseArg, defaultValueDescription } = commanderOption('n', option)
      return [parseArg?.('5', undefined), defaultValueDescription]
    }
    expect(given(value('<n>', '', Number))).toEqual([5, undefined])
    expect(given(text('<n>', ''))).toEqual([undefined, undefined])
    expect(commanderOption('n', repeated('<n>', '')).defaultValueDescription).toBe('none')
  })

  test('a repeated option collects its values, each parsed if it has a parser', () => {
    expect(repeated('<a>', '').parse?.('c', ['a', 'b'])).toEqual(['a', 'b', 'c'])
    expect(value('<n>', '', Number).parse?.('5', undefined)).toBe(5)
    expect([flag('').parse, text('<a>', '').parse, words('<a>', '').parse]).toEqual([undefined, undefined, undefined])
  })
})

describe('a format', () => {
  const formats = { json: 1, csv: 2 }

  test('an output format has an option of its name, without an argument', () => {
    expect(formatOptions({ json: { meaning: 'print JSON' } })).toEqual({ json: flag('print JSON') })
  })

  test('the output format is the one that the options name, or the default', () => {
    expect(chosenFormat(formats, {}, 3)).toBe(3)
    expect(chosenFormat(formats, { json: false, all: true }, 3)).toBe(3)
    expect(chosenFormat(formats, { csv: true }, 3)).toBe(2)
    expect(() => chosenFormat(formats, { json: true, csv: true }, 3)).toThrow(
      new UsageError('--json and --csv cannot be combined; give one of them'),
    )
  })
})

describe('jobs', () => {
  test('--jobs is between 1 and 64, and defaults to the number of cores', () => {
    expect([jobs.parse?.('1', undefined), jobs.parse?.('64', undefined)]).toEqual([1, 64])
    expect(() => jobs.parse?.('65', undefined)).toThrow('at most 64')
    expect(() => jobs.parse?.('0', undefined)).toThrow(InvalidArgumentError)
    expect([jobsOf(7), jobsOf(undefined)]).toEqual([7, Math.min(64, availableParallelism())])
  })
})

describe('the command that reproduces a result', () => {
  test('the command that reproduces a result repeats every option', () => {
    const all = {
      file: 'a.yaml',
      attack: ['x', 'y'],
      path: ['p'],
      place: ['the link'],
      vantage: ['inline'],
      technique: ['relay'],
      set: ['a.b=1'],
      sweep: ['c=[1, 2]'],
      policy: ['never read'],
      seed: 0,
      seeds: '1..3',
      maxEvents: 5,
      perInstance: true,
      baseline: 'old',
      today: '2027-03-01',
    }
    expect(reproduceLine('check', all)).toBe(
      "npx onpath check a.yaml --attack x --attack y --path p --place 'the link' --vantage inline --technique relay " +
        "--set a.b=1 --sweep 'c=[1, 2]' --policy 'never read' --seed 0 --seeds 1..3 --max-events 5 --per-instance " +
        '--baseline old --today 2027-03-01',
    )
    expect(reproduceLine('run', { file: 'a.yaml', perInstance: false })).toBe('npx onpath run a.yaml')
  })

  test('the command that reproduces a result lists options of shards, imports and jobs first', () => {
    const more = { shard: '2/5', out: 'x', resume: true, network: 'public', provider: 'gke', kubernetes: '1.29' }
    expect(
      reproduceLine('sweep', { file: ['a', '-b'], maxMemory: 9, ...more, allNodes: true, others: ['--csv'] }),
    ).toBe(
      'npx onpath sweep a ./-b --max-memory 9B --shard 2/5 --out x --resume --network public --provider gke ' +
        '--kubernetes 1.29 --all-nodes --csv',
    )
    expect(reproduceLine('check', { file: '-', resume: false, allNodes: false })).toBe('npx onpath check -')
    const job = { emitJob: 'job.yaml', shards: 3, jobs: 2, parallelism: 9, image: 'onpath:1', volume: 'results' }
    const words = '--emit-job job.yaml --shards 3 --image onpath:1 --volume results --jobs 2 --parallelism 9'
    expect(reproduceLine('sweep', { file: 'a', job: { ...job, scenarioPath: null } })).toBe(
      `npx onpath sweep a ${words}`,
    )
    expect(reproduceLine('sweep', { file: 'a', job: { ...job, scenarioPath: '/a.yaml' } })).toBe(
      `npx onpath sweep a ${words} --scenario-path /a.yaml`,
    )
  })

  test('the command that reproduces a result quotes for the shell, also a file that looks like an option', () => {
    expect(reproduceLine('run', { file: "it's.yaml" })).toBe(`npx onpath run 'it'\\''s.yaml'`)
    expect(reproduceLine('run', { file: 'a b.yaml', set: ['$HOME', ''] })).toBe(
      "npx onpath run 'a b.yaml' --set '$HOME' --set ''",
    )
    expect(reproduceLine('run', { file: '-x.yaml' })).toBe('npx onpath run ./-x.yaml')
    expect(reproduceLine('run', { file: '-' })).toBe('npx onpath run -')
    expect(reproduceLine('run', { file: '/tmp/a@b%c+d=e:f,g-h_i.yaml' })).toBe(
      'npx onpath run /tmp/a@b%c+d=e:f,g-h_i.yaml',
    )
  })
})
