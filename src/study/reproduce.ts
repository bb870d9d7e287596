import { hasHidden } from '../scenario/problems/visible.ts'

export interface Reproduction {
  /** The file, or the arguments that name a cluster. */
  readonly file: string | readonly string[]
  readonly attack?: readonly string[]
  readonly set?: readonly string[]
  readonly sweep?: readonly string[]
  readonly seed?: number | undefined
  readonly seeds?: string | undefined
  readonly maxEvents?: number | undefined
  readonly maxMemory?: number | undefined
  readonly perInstance?: boolean | undefined
  readonly baseline?: string | undefined
  readonly policy?: readonly string[]
  readonly path?: readonly string[] | undefined
  readonly place?: readonly string[] | undefined
  readonly vantage?: readonly string[] | undefined
  readonly technique?: readonly string[] | undefined
  readonly today?: string | undefined
  readonly shard?: string | undefined
  readonly out?: string | undefined
  readonly resume?: boolean | undefined
  readonly network?: string | undefined
  readonly provider?: string | undefined
  readonly kubernetes?: string | undefined
  readonly allNodes?: boolean | undefined
  readonly job?: ReproducedJob | undefined
  /** Options that do not affect results, as words of the command line. */
  readonly others?: readonly string[]
}

/** The properties of a sweep's Job that do not belong to the sweep. */
export interface JobTarget {
  readonly shards: number
  /** The runs at a time in each pod, each of which takes a core. */
  readonly jobs: number
  /** The most pods at a time. */
  readonly parallelism: number
  readonly image: string
  /** The name of the PersistentVolumeClaim for the results. */
  readonly volume: string
  /** The path of the scenario in the container, where the user puts it; null puts it into a ConfigMap. */
  readonly scenarioPath: string | null
}

/** The options that create a Job for a sweep. */
export interface ReproducedJob extends JobTarget {
  /** The file of the Job. */
  readonly emitJob: string
}

/** Returns the shell command that reproduces a result. */
export function reproduceLine(
  command: 'run' | 'sweep' | 'check' | 'matrix' | 'packets',
  { file, ...options }: Reproduction,
): string {
  const { attack = [], set = [], sweep = [], seed, seeds, maxEvents, maxMemory } = options
  const { perInstance, baseline } = options
  const { policy = [], path, place, vantage, technique, today, shard, out, resume } = options
  const { network, provider, kubernetes, allNodes, job, others = [] } = options
  const text = (name: string, word: string | undefined) => (word === undefined ? [] : [name, word])
  const list = (name: string, words: readonly string[] = []) => words.flatMap((word) => [name, word])
  const words = [
    ...(typeof file === 'string' ? [file] : file).map(asArgument),
    ...list('--attack', attack),
    ...list('--path', path),
    ...list('--place', place),
    ...list('--vantage', vantage),
    ...list('--technique', technique),
    ...list('--set', set),
    ...list('--sweep', sweep),
    ...list('--policy', policy),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...(seeds === undefined ? [] : ['--seeds', seeds]),
    ...(maxEvents === undefined ? [] : ['--max-events', String(maxEvents)]),
    ...(maxMemory === undefined ? [] : ['--max-memory', `${maxMemory}B`]),
    ...(perInstance === true ? ['--per-instance'] : []),
    ...(baseline === undefined ? [] : ['--baseline', baseline]),
    ...text('--today', today),
    ...text('--shard', shard),
    ...text('--out', out),
    ...(resume === true ? ['--resume'] : []),
    ...text('--network', network),
    ...text('--provider', provider),
    ...text('--kubernetes', kubernetes),
    ...(allNodes === true ? ['--all-nodes'] : []),
    ...(job === undefined ? [] : jobWords(job)),
    ...others,
  ]
  return shellLine([command, ...words])
}

function jobWords({ emitJob, shards, jobs, parallelism, image, volume, scenarioPath }: ReproducedJob): string[] {
  return [
    ...['--emit-job', emitJob, '--shards', String(shards), '--image', image, '--volume', volume],
    ...['--jobs', String(jobs), '--parallelism', String(parallelism)],
    ...(scenarioPath === null ? [] : ['--scenario-path', scenarioPath]),
  ]
}

/** Returns a command line of onpath for a POSIX shell. */
export function shellLine(words: readonly string[]): string {
  return ['npx', 'onpath', ...words].map(quote).join(' ')
}

/** Returns a file name in a form that is not read as an option. */
export function asArgument(file: string): string {
  return file === '-' || !file.startsWith('-') ? file : `./${file}`
}

/**
 * Quotes a word for a POSIX shell. Hidden characters, such as line ends, are written as bytes in a form that bash
 * reads.
 */
function quote(word: string): string {
  if (hasHidden(word)) return `$'${[...word].map(escaped).join('')}'`
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Returns a character in the form for `$'...'`. */
function escaped(character: string): string {
  if (character === "'" || character === '\\') return `\\${character}`
  if (!hasHidden(character) && character !== '#') return character
  return Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
}
