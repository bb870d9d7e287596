export interface LabOptions {
  readonly isFull: boolean
  readonly out: string
  /** The time after which measuring stops, with the values so far. */
  readonly minutes: number
  /** Words that the name of a cell must contain. */
  readonly cells: string | null
  readonly wan: 'relay' | 'netem'
  /** A file whose cells of kubectl are measured in place of the others; null: none. */
  readonly kubectl: string | null
  /** The repetitions of each cell of kubectl. */
  readonly repetitions: number
}

export const USAGE = `npm run lab -- [--full] [--minutes N] [--cells WORDS] [--wan relay|netem] [--out FILE]
npm run lab -- --kubectl FILE [--repetitions N] [--minutes N] [--cells WORDS] [--out FILE]

Measures real stacks on this machine, in network namespaces that it makes and removes (Linux, root).

  --full         every cell of bench/fidelity/real-stacks.csv, as often; default: some of them, fewer times
  --minutes N    stops after so long with what there is, 1 to 120; default: 10, with --full 60
  --cells WORDS  only cells whose name, as npm run fidelity shows it, holds all of these words
  --wan KIND     relay: a program of our own moves packets, as for the committed file; netem: the kernel's. Default: relay
  --kubectl FILE measures kubectl under the conditions of the rows of FILE, such as bench/fidelity/kubectl/streams.csv
  --repetitions N  how often each command of kubectl, 1 to 50; default: 5
  --out FILE     default: lab.csv; npm run fidelity -- --measured FILE compares it

Exit: 0 all cells measured, 1 some were not (they are named), 2 usage, or something is missing.`

export type ReadLabArguments =
  | { readonly ok: true; readonly options: LabOptions }
  | { readonly ok: false; readonly message: string }

const LONGEST_MINUTES = 120
const MOST_REPETITIONS = 50
const DEFAULT_REPETITIONS = 5

export function readLabArguments(words: readonly string[]): ReadLabArguments {
  const given = new Map<string, string>()
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === '--full') given.set(word, '')
    else if (!['--minutes', '--cells', '--wan', '--out', '--kubectl', '--repetitions'].includes(word))
      return { ok: false, message: `unknown: ${word}` }
    else if (words[i + 1] === undefined) return { ok: false, message: `${word} needs a value` }
    else given.set(word, words[++i])
  }
  const isFull = given.has('--full')
  const minutes = Number(given.get('--minutes') ?? (isFull || given.has('--kubectl') ? 60 : 10))
  if (!(minutes >= 1 && minutes <= LONGEST_MINUTES))
    return { ok: false, message: `--minutes is a number from 1 to ${LONGEST_MINUTES}` }
  const wan = given.get('--wan') ?? 'relay'
  if (wan !== 'relay' && wan !== 'netem') return { ok: false, message: '--wan is relay or netem' }
  const repetitions = Number(given.get('--repetitions') ?? DEFAULT_REPETITIONS)
  if (!Number.isInteger(repetitions) || repetitions < 1 || repetitions > MOST_REPETITIONS)
    return { ok: false, message: `--repetitions is a whole number from 1 to ${MOST_REPETITIONS}` }
  const kubectl = given.get('--kubectl') ?? null
  if (kubectl !== null && wan === 'netem') return { ok: false, message: '--kubectl needs --wan relay' }
  const [cells, out] = [given.get('--cells') ?? null, given.get('--out') ?? 'lab.csv']
  return { ok: true, options: { isFull, minutes, cells, wan, out, kubectl, repetitions } }
}
