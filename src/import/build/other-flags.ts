import { type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import { misspellings } from '../../values/did-you-mean.ts'
import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import { UNMODELLED_FLAGS } from '../programs/unmodelled-flags.ts'
import type { BuildContext } from './context.ts'

/** Flags that other parts of the import read. */
const USED = new Set([
  'advertise-address',
  'authentication-config',
  'authorization-config',
  'authorization-policy-file',
  'config',
  'config-dir',
  'disable-admission-plugins',
  'openshift-config',
  'hostname-override',
  'kubelet-client-key',
  'node-ip',
  'node-labels',
  'tls-cert-file',
])

/**
 * Reports the flags of a program that are not modelled: those that concern the paths, then the names of the others.
 */
export function noteOtherFlags(
  flags: readonly WrittenFlag[],
  program: ProgramName,
  modelled: Flags,
  context: BuildContext,
): void {
  const known = new Set(flagsOf(modelled).flatMap(([, { name, also }]) => [name, also?.name ?? name]))
  const concerning = UNMODELLED_FLAGS[program] ?? {}
  const others = new Set<string>()
  for (const { name, at, value } of flags) {
    if (known.has(name) || USED.has(name)) continue
    const meant = meantBy(name, [...known, ...USED, ...Object.keys(concerning)])
    if (meant !== null)
      context.note({
        kind: 'contradiction',
        at,
        message: `--${visibleName(name)} is no flag of ${program}; did you mean --${meant}?`,
        consequence: `${program} does not start with a flag that it does not know; --${meant} is taken as not set by it`,
      })
    else {
      const about = Object.hasOwn(concerning, name) ? concerning[name] : undefined
      if (about === undefined || (typeof about !== 'string' && !about.pattern.test(value ?? ''))) others.add(name)
      else if (value !== '') {
        const note = { kind: 'unmodelled', at, message: `--${name} of ${program}` } as const
        if (typeof about === 'string') context.note({ ...note, consequence: about })
        else context.note({ ...note, consequence: about.consequence, cause: about.cause })
      }
    }
  }
  if (others.size === 0) return
  const at = flags[0].at
  const names = [...others].sort((a, b) => (a < b ? -1 : 1)).map((name) => `--${visibleName(name)}`)
  context.note({ kind: 'irrelevant', at, message: `flags of ${program}: ${names.join(' ')}` })
}

function visibleName(name: string): string {
  return name.slice(0, 60)
}

/** The shortest name that is compared with similar names. */
const SHORTEST = 8

/** Returns the known name that a name was probably meant to be, by spelling or upper and lower case; null for none. */
export function meantField(name: string, siblings: readonly string[]): string | null {
  if (siblings.includes(name)) return null
  const sameButCase = siblings.find((one) => one.toLowerCase() === name.toLowerCase())
  return sameButCase ?? meantBy(name, siblings)
}

/** Returns the known name that a name was probably meant to be, by spelling; null for none. */
function meantBy(name: string, known: readonly string[]): string | null {
  if (name.length < SHORTEST || known.includes(name)) return null
  const most = name.length < 14 ? 1 : 2
  return known.find((one) => one.length >= SHORTEST && misspellings(name, one) <= most) ?? null
}

/** Reports items with a blank between a flag and its value. A program takes the whole item for a name. */
export function noteBlanks(words: readonly Word[], program: ProgramName, context: BuildContext): void {
  for (const { text, at } of words) {
    const name = /^--?([a-z][\w-]*)\s/.exec(text)?.[1]
    if (name === undefined) continue
    context.note({
      kind: 'contradiction',
      at,
      message: `--${visibleName(name)} and its value stand in one item, with a blank between them`,
      consequence: `${program} takes the whole for the name of a flag and does not start; write = between them, or two items`,
    })
  }
}
