export interface Reproduction {
  readonly file: string
  readonly seed: number
  readonly set: readonly string[]
  readonly attack?: readonly string[]
  readonly maxEvents?: number | undefined
}

/** The command that comes to the same end again. */
export function reproduceLine({ file, seed, set, attack = [], maxEvents }: Reproduction): string {
  return commandLine([
    'run',
    asArgument(file),
    ...attack.flatMap((name) => ['--attack', name]),
    ...set.flatMap((override) => ['--set', override]),
    '--seed',
    String(seed),
    ...(maxEvents === undefined ? [] : ['--max-events', String(maxEvents)]),
  ])
}

/** What a shell takes to run onpath with these arguments. */
export function commandLine(words: readonly string[]): string {
  return ['npx', 'onpath', ...words].map(quote).join(' ')
}

/** A file that is not taken for an option. */
export function asArgument(file: string): string {
  return file === '-' || !file.startsWith('-') ? file : `./${file}`
}

/** As a POSIX shell needs it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
