import { type Flags, flagsOf } from '../../cluster/flags/flag.ts'
import type { WrittenFlag } from '../programs/flag-syntax.ts'
import type { ProgramName } from '../programs/programs.ts'
import { UNMODELLED_FLAGS } from '../programs/unmodelled-flags.ts'
import type { BuildContext } from './context.ts'

/** Flags that other parts of the import use. */
const USED = new Set([
  'advertise-address',
  'authentication-config',
  'authorization-config',
  'authorization-policy-file',
  'config',
  'config-dir',
  'disable-admission-plugins',
  'hostname-override',
  'kubelet-client-key',
  'node-ip',
  'node-labels',
  'tls-cert-file',
])

/** Reports the flags of a program that are not modelled: those that concern the paths, and the others by their names. */
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
    if (!Object.hasOwn(concerning, name)) others.add(name)
    else if (value !== '')
      context.note({ kind: 'unmodelled', at, message: `--${name} of ${program}`, consequence: concerning[name] })
  }
  if (others.size === 0) return
  const at = flags[0].at
  const names = [...others].sort((a, b) => (a < b ? -1 : 1)).map((name) => `--${name.slice(0, 60)}`)
  context.note({ kind: 'irrelevant', at, message: `flags of ${program}: ${names.join(' ')}` })
}
