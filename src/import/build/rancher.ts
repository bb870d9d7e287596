import type { RancherSetting, RancherSettings } from '../evidence.ts'
import { type Sourced, written } from '../origin.ts'
import { lastFlag, readFlags } from '../programs/flag-syntax.ts'
import type { ProgramRun, Word } from '../programs/program-run.ts'
import type { ProgramName } from '../programs/programs.ts'
import { COMPONENT_ARGUMENTS, EGRESS_MODE, readFlannel } from '../readers/k3s.ts'
import type { BuildContext } from './context.ts'

/** The sources of settings, in the order of reading (docs.k3s.io/installation/configuration). */
const SOURCES: readonly RancherSettings['from'][] = ['file', 'drop-in', 'command']

/**
 * Adds the arguments that k3s and RKE2 pass to programs, and the mode of their tunnels. They come from configuration
 * files and from the command lines of `k3s server`, `k3s agent` and their RKE2 equivalents.
 */
export function addRancherRuns(context: BuildContext): void {
  const { evidence } = context
  for (const run of evidence.runs.filter(({ program }) => program === 'k3s')) {
    const backend = lastFlag(
      readFlags(run.words, () => undefined),
      'flannel-backend',
    )
    if (backend?.value) readFlannel(written(backend.value, backend.at), evidence)
  }
  const all = [...evidence.rancherSettings, ...evidence.runs.flatMap(settingsOf)]
  const byMachine = new Map<string, RancherSettings[]>()
  for (const one of all) {
    const machine = context.machineOf(one.at)
    byMachine.set(machine, [...(byMachine.get(machine) ?? []), one])
  }
  for (const settings of byMachine.values()) {
    const merged = merge(settings)
    for (const [key, program] of COMPONENT_ARGUMENTS) {
      const words = (merged.get(key) ?? []).flatMap((one) => argumentOf(one, program, context))
      if (words.length > 0) evidence.addRun({ program, words, at: words[0].at }, 'configuration')
    }
    const mode = merged.get(EGRESS_MODE)?.at(-1)
    if (mode !== undefined) evidence.agentModes.push(mode)
  }
}

function merge(settings: readonly RancherSettings[]): ReadonlyMap<string, readonly Sourced<string>[]> {
  const rank = ({ from }: RancherSettings) => SOURCES.indexOf(from)
  const sorted = settings.toSorted(
    (a, b) => rank(a) - rank(b) || (a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.line - b.at.line),
  )
  const merged = new Map<string, readonly Sourced<string>[]>()
  for (const { entries } of sorted)
    for (const { key, values, isAddition } of entries)
      merged.set(key, isAddition ? [...(merged.get(key) ?? []), ...values] : values)
  return merged
}

/**
 * Returns the settings on the command line of k3s or RKE2. Arguments of one flag add up. They also add to those of
 * configuration files, which come first (k3s pkg/configfilearg/parser.go).
 */
function settingsOf(run: ProgramRun): RancherSettings[] {
  if (run.program !== 'k3s' && run.program !== 'rke2') return []
  const flags = readFlags(run.words, () => undefined)
  const keys = [...COMPONENT_ARGUMENTS.map(([key]) => key), EGRESS_MODE]
  const entries = keys.flatMap((key): RancherSetting[] => {
    const values = flags.flatMap(({ name, value, at }) => (name === key && value ? [written(value, at)] : []))
    return values.length === 0 ? [] : [{ key, values, isAddition: true }]
  })
  return entries.length === 0 ? [] : [{ at: run.at, from: 'command', entries }]
}

/**
 * Returns an argument, which is written without dashes, as a word of a command line. `name+=value` appends to k3s' own
 * value, `name-=value` is put before it (k3s pkg/util/args.go).
 */
function argumentOf({ value, origin }: Sourced<string>, program: ProgramName, { profile }: BuildContext): Word[] {
  if (origin.kind !== 'written') return []
  const [, name, sign, rest] = /^(?:--)?([^=]*?)([+-]?)(?:=([\s\S]*))?$/.exec(value)!
  const given = rest ?? 'true'
  const own = sign !== '' && program === 'kube-apiserver' ? profile.apiserver[name] : undefined
  const all = own === undefined ? [given] : sign === '+' ? [own, given] : [given, own]
  return [{ text: `--${name}=${all.join(',')}`, at: origin.at }]
}
