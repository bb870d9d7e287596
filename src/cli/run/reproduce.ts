export interface Reproduction {
  readonly file: string
  readonly attack?: readonly string[]
  readonly set?: readonly string[]
  readonly sweep?: readonly string[]
  readonly seed?: number | undefined
  readonly seeds?: string | undefined
  readonly maxEvents?: number | undefined
  readonly perInstance?: boolean | undefined
  readonly baseline?: string | undefined
  readonly today?: string | undefined
}

/** Returns the shell command that gives the same result again. */
export function reproduceLine(command: 'run' | 'sweep', { file, ...options }: Reproduction): string {
  const { attack = [], set = [], sweep = [], seed, seeds, maxEvents } = options
  const { perInstance, baseline, today } = options
  const words = [
    asArgument(file),
    ...attack.flatMap((name) => ['--attack', name]),
    ...set.flatMap((override) => ['--set', override]),
    ...sweep.flatMap((dimension) => ['--sweep', dimension]),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...(seeds === undefined ? [] : ['--seeds', seeds]),
    ...(maxEvents === undefined ? [] : ['--max-events', String(maxEvents)]),
    ...(perInstance === true ? ['--per-instance'] : []),
    ...(baseline === undefined ? [] : ['--baseline', baseline]),
    ...(today === undefined ? [] : ['--today', today]),
  ]
  return ['npx', 'onpath', command, ...words].map(quote).join(' ')
}

/** Returns the name of a file so that it is not read as an option. */
function asArgument(file: string): string {
  return file === '-' || !file.startsWith('-') ? file : `./${file}`
}

/** Quotes a word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
