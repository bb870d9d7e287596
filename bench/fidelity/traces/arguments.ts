export interface TraceOptions {
  /** The names of the traces, or none for all. */
  readonly names: readonly string[]
  readonly out: string
}

export const USAGE = `npm run trace -- [NAME...] [--out FOLDER]

Takes short transfers of this machine's kernel packet by packet, in network namespaces that it makes and removes (Linux, root).

  NAME          of bench/fidelity/traces/descriptions/ or tunnel-traces.ts; none: all of them, in about two minutes
  --out FOLDER  one CSV a trace; default: traces. What is in test/transport/kernel-traces/ is compared by npm test

Exit: 0 all taken, 1 some were not (they are named), 2 usage, or something is missing.`

export type ReadTraceArguments =
  | { readonly ok: true; readonly options: TraceOptions }
  | { readonly ok: false; readonly message: string }

export function readTraceArguments(words: readonly string[], known: readonly string[]): ReadTraceArguments {
  const names: string[] = []
  let out = 'traces'
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === '--out' && words[i + 1] !== undefined) out = words[++i]
    else if (known.includes(word)) names.push(word)
    else return { ok: false, message: word === '--out' ? '--out needs a value' : `unknown: ${word}` }
  }
  return { ok: true, options: { names, out } }
}
