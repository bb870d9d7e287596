export interface Reproduction {
  readonly file: string
  readonly seed: number
  readonly set: readonly string[]
  readonly maxEvents?: number | undefined
}

/** The command that comes to the same end again. */
export function reproduceLine({ file, seed, set, maxEvents }: Reproduction): string {
  const words = [
    'npx',
    'onpath',
    'run',
    file === '-' || !file.startsWith('-') ? file : `./${file}`,
    ...set.flatMap((override) => ['--set', override]),
    '--seed',
    String(seed),
    ...(maxEvents === undefined ? [] : ['--max-events', String(maxEvents)]),
  ]
  return words.map(quote).join(' ')
}

/** As a POSIX shell needs it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
