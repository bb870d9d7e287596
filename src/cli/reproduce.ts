export interface Reproduction {
  readonly file: string
  readonly seed: number
  readonly set: readonly string[]
}

/** The command that gives the same digest again. */
export function reproduceLine({ file, seed, set }: Reproduction): string {
  const words = [
    'npx',
    'onpath',
    'run',
    file,
    ...set.flatMap((override) => ['--set', override]),
    '--seed',
    String(seed),
  ]
  return words.map(quote).join(' ')
}

/** As a POSIX shell needs it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
