import type { UnitEvidence, Variables } from '../evidence.ts'
import type { Sourced } from '../origin.ts'
import { findProgram } from '../programs/program-run.ts'
import { unitWords, withoutPrefix } from '../programs/unit-words.ts'
import type { BuildContext } from './context.ts'

/**
 * Adds the programs that systemd units start. Kubelets are handled elsewhere, because their command lines use variables
 * from many files.
 */
export function addUnitRuns(context: BuildContext): void {
  const { evidence } = context
  const byUnit = new Map<string, UnitEvidence[]>()
  for (const unit of inOrder(evidence.units)) {
    const key = JSON.stringify([context.machineOf({ file: unit.file, line: 1 }), nameOf(unit)])
    byUnit.set(key, [...(byUnit.get(key) ?? []), unit])
  }
  for (const units of byUnit.values()) {
    const command = units.flatMap(({ commands }) => commands).at(-1)
    if (command?.origin.kind !== 'written') continue
    const found = findProgram(unitWords(withoutPrefix(command), variablesOf(units, context)))
    if (found === null || found.program === 'kubelet') continue
    const at = found.words[0]?.at ?? command.origin.at
    evidence.addRun({ ...found, at }, 'unit')
  }
}

/** Returns units before their drop-ins, and drop-ins by name, as systemd reads them (systemd.unit(5)). */
export function inOrder(units: readonly UnitEvidence[]): readonly UnitEvidence[] {
  const isDropIn = ({ path }: UnitEvidence) => /\.d\/[^/]*$/.test(path)
  return units.toSorted(
    (a, b) => Number(isDropIn(a)) - Number(isDropIn(b)) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  )
}

/** Returns the name of the unit that a unit file or drop-in belongs to: `kube-apiserver.service`. */
function nameOf({ path }: UnitEvidence): string {
  return /([^/]+)\.d\/[^/]*$/.exec(path)?.[1] ?? path.slice(path.lastIndexOf('/') + 1)
}

/** Returns the variables of a unit: its own, then those of the imported files that it names. */
function variablesOf(units: readonly UnitEvidence[], context: BuildContext): ReadonlyMap<string, Sourced<string>> {
  const machine = context.machineOf({ file: units[0].file, line: 1 })
  const ofMachine = context.evidence.variables.filter(({ at }) => context.machineOf(at) === machine)
  const files = units.flatMap(({ variableFiles }) => variableFiles).flatMap((path) => fileAt(path, ofMachine))
  return new Map([...units.flatMap(({ variables }) => [...variables]), ...files.flatMap(({ values }) => [...values])])
}

/** Returns the file that a unit names, by its whole path, otherwise by its name. */
function fileAt(path: string, all: readonly Variables[]): readonly Variables[] {
  const base = path.slice(path.lastIndexOf('/') + 1)
  const whole = all.filter(({ at }) => at.file === path || at.file.endsWith(path))
  return whole.length > 0 ? whole : all.filter(({ at }) => at.file === base || at.file.endsWith(`/${base}`))
}
