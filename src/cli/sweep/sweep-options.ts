import { InvalidArgumentError } from 'commander'
import { UsageError } from '../../disk/usage-error.ts'
import { namesOf } from '../../engine/registry.ts'
import { SWEEP_FORMATS } from '../../report/formats.ts'
import { MAX_SHARDS, parseShard, type Shard } from '../../study/sweep/shard.ts'
import { optionName } from '../../values/option-name.ts'
import { maxMemory } from '../options/budget-options.ts'
import { formatOptions } from '../options/format-options.ts'
import { jobs } from '../options/gate-options.ts'
import { flag, type Given, repeated, text, value } from '../options/option.ts'
import { attack } from '../options/scenario-options.ts'
import { count, wholeNumber } from '../options/values.ts'
import { QUEUE_OPTIONS } from '../queue/queue-options.ts'
import { JOB_OPTIONS } from './job-options.ts'

export const PRUNE = flag(
  'at the end, remove the results in the folder of --out that are not of this sweep, such as those of other builds',
)

export const SWEEP_OPTIONS = {
  sweep: repeated('<path=values>', "a dimension of the grid, such as 'links.wan.loss=[0%, 1%]'"),
  seeds: text('<seeds>', 'the seeds, such as 1..30 or 1,5,9'),
  seed: value('<number>', 'use this seed at all points, in place of the seed of the scenario', wholeNumber),
  set: repeated('<path=value>', 'change a value of the scenario at all points'),
  attack,
  jobs,
  maxEvents: value('<number>', 'stop each run after this number of simulated events (exit code 7)', count),
  maxMemory,
  ...formatOptions(SWEEP_FORMATS),
  report: text('<file>', 'write a report in HTML to this file: curves with intervals over seeds'),
  out: text(
    '<folder>',
    'write the scenario, the figures (sweep.csv), the verdicts (verdicts.csv) and each result (points) to this folder',
  ),
  resume: flag('take the results that are in the folder of --out already, and run only the others'),
  prune: PRUNE,
  shard: value('<i/n>', 'run only the ith of n parts, into the folder of --out; `onpath merge` joins them', shard),
  index: value('<i>', 'the part of --shards to run, counted from 0, as JOB_COMPLETION_INDEX of Kubernetes is', index),
  ...JOB_OPTIONS,
  ...QUEUE_OPTIONS,
  exitZero: flag('exit with 0 when every run has its result, whatever it is, for engines that try again otherwise'),
}

export type SweepOptions = Given<typeof SWEEP_OPTIONS>

/**
 * Returns the options that do not affect results, as words of the command line: where runs take place, and how they are
 * shown.
 */
export function unchangingWords(options: SweepOptions): readonly string[] {
  const { jobs: atATime, queue, queueCa, queueCert, queueKey, report, prune, exitZero } = options
  const given = { jobs: atATime, queue, queueCa, queueCert, queueKey, report, prune, exitZero }
  const formats = namesOf(SWEEP_FORMATS).filter((name) => options[name] === true)
  return [
    ...formats.map((name) => `--${name}`),
    ...Object.entries(given).flatMap(([key, one]) => wordsOf(`--${optionName(key)}`, one)),
  ]
}

function wordsOf(name: string, given: string | number | true | undefined): string[] {
  if (given === undefined) return []
  return given === true ? [name] : [name, String(given)]
}

/**
 * Returns the shard that the options name, by `--shard` or `--index`.
 * @throws UsageError when they contradict each other
 */
export function shardOf({ shard: given, index: number, shards, emitJob }: SweepOptions): Shard | undefined {
  if (emitJob !== undefined && (given !== undefined || number !== undefined))
    throw new UsageError('--emit-job writes all shards; leave out --shard and --index')
  if (number === undefined) {
    if (shards !== undefined && emitJob === undefined) throw new UsageError('--shards needs --index or --emit-job')
    return given
  }
  if (given !== undefined) throw new UsageError('give either --shard, or --shards with --index')
  if (shards === undefined) throw new UsageError('--index needs --shards, the number of parts')
  if (number >= shards) throw new UsageError(`--index counts from 0, so that it is less than --shards ${shards}`)
  return { number: number + 1, of: shards }
}

function index(given: string): number {
  const number = wholeNumber(given)
  if (number < 0 || number >= MAX_SHARDS) throw new InvalidArgumentError(`It must be from 0 to ${MAX_SHARDS - 1}.`)
  return number
}

function shard(given: string): Shard {
  const parsed = parseShard(given)
  if (parsed === null) throw new InvalidArgumentError(`It is not a part such as 3/8, of at most ${MAX_SHARDS}.`)
  return parsed
}
