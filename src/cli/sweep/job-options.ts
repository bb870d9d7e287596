import { InvalidArgumentError } from 'commander'
import { UsageError } from '../../disk/usage-error.ts'
import type { JobTarget } from '../../study/reproduce.ts'
import { MAX_SHARDS } from '../../study/sweep/shard.ts'
import { optionName } from '../../values/option-name.ts'
import type { jobs } from '../options/gate-options.ts'
import { type Given, text, value } from '../options/option.ts'
import { count } from '../options/values.ts'

/** Options of `onpath sweep` for a Job of Kubernetes. */
export const JOB_OPTIONS = {
  emitJob: text('<file>', 'write the sweep as an Indexed Job for Kubernetes to this file, and run nothing'),
  shards: value('<n>', 'the number of shards, of the Job or with --index', shards),
  image: text('<image>', 'the image of the Job, made from the Dockerfile of onpath'),
  volume: value('<claim>', 'the PersistentVolumeClaim for the results of the Job', claim),
  parallelism: value('<n>', 'the most pods of the Job at a time (default: 100)', count),
  scenarioPath: value('<path>', 'the place of a scenario in the container that is too large for a ConfigMap', absolute),
}

type JobOptions = Given<typeof JOB_OPTIONS & { readonly jobs: typeof jobs }>

const DEFAULT_PARALLELISM = 100

/** The options of a sweep that runs, which a Job does not have: its pods get their own. */
const OF_RUNS = [
  'out',
  'resume',
  'prune',
  'report',
  'queue',
  'queueCa',
  'queueCert',
  'queueKey',
  'json',
  'csv',
] as const
/** The options that only a Job has. */
const OF_JOBS = ['image', 'volume', 'parallelism', 'scenarioPath'] as const

/** Refuses options that would do nothing, with or without a Job. @throws UsageError */
export function refuseIdleOptions(options: Readonly<Record<string, unknown>> & JobOptions): void {
  const isJob = options.emitJob !== undefined
  const idle = (isJob ? OF_RUNS : OF_JOBS).find((key) => options[key] !== undefined)
  if (idle === undefined) return
  const name = `--${optionName(idle)}`
  throw new UsageError(isJob ? `--emit-job runs nothing; leave out ${name}` : `${name} is an option of --emit-job`)
}

/** Reads where a Job is to run. @throws UsageError when options are missing or do not fit the number of points */
export function jobTarget(options: JobOptions, points: number): JobTarget {
  const {
    shards: of,
    image,
    volume,
    parallelism = DEFAULT_PARALLELISM,
    jobs: atATime = 1,
    scenarioPath = null,
  } = options
  if (of === undefined || image === undefined || volume === undefined)
    throw new UsageError(
      '--emit-job needs --shards, the number of pods, --image, and --volume, the claim for the results',
    )
  if (of > points) throw new UsageError(`the grid has ${points} points, so that there can be at most ${points} shards`)
  if (!/^[\w.:/@-]+$/.test(image)) throw new UsageError('--image is not the name of an image')
  return { shards: of, image, volume, parallelism: Math.min(parallelism, of), jobs: atATime, scenarioPath }
}

function shards(given: string): number {
  const number = count(given)
  if (number > MAX_SHARDS) throw new InvalidArgumentError(`It must be at most ${MAX_SHARDS}.`)
  return number
}

/** Reads the name of an object of Kubernetes (a subdomain of RFC 1123). */
function claim(given: string): string {
  const isName = given.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(given)
  if (!isName) throw new InvalidArgumentError('It is not a name of Kubernetes, of small letters, digits, - and dots.')
  return given
}

function absolute(given: string): string {
  if (!/^\/[\w@%+=:,./-]+$/.test(given))
    throw new InvalidArgumentError('It must be an absolute path, such as /results/scenario.yaml.')
  return given
}
