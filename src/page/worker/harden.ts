import type { ImportFile } from '../../import/import-file.ts'
import type { FixFigures, FixStep } from '../../measure/fix.ts'
import { shortNumber } from '../../report/view/texts.ts'
import { readCheck } from '../../study/check/read-check.ts'
import { findFix } from '../../study/fix/find-fix.ts'
import { fixableOf } from '../../study/fix/fixable.ts'
import { simulateAll } from '../../study/simulator/simulate-all.ts'
import type { ScenarioText } from '../protocol.ts'
import { type Desk, read } from './desk.ts'
import { DeskSimulator } from './desk-simulator.ts'

/** Looks for the smallest set of changes that stops the attackers of a scenario, and answers with it. */
export async function harden(question: ScenarioText & { readonly today: string }, desk: Desk): Promise<void> {
  const known = read(question, desk)
  if (known === null) return
  const { loaded, text } = known
  const { file, today } = question
  const { attackers } = loaded.document as { readonly attackers?: unknown }
  if (attackers === undefined) return desk.reply({ kind: 'failed', message: 'No attacker is in this scenario.' })
  const { name } = loaded.scenario.blueprint
  // JSON is YAML: the attackers alone, so that nothing else is tried.
  const own = { file: 'attackers', text: JSON.stringify({ version: 1, name, attackers }) }
  const source = { file, text }
  const planned = readCheck(source, {}, { areNamed: true, attacks: [{ name: 'attackers', source: own }] })
  if (!planned.ok) return desk.reply({ kind: 'problems', problems: planned.problems })
  const simulator = new DeskSimulator(desk)
  const scenarios = planned.plan.probes.map(({ scenario }) => scenario)
  const { results } = await simulateAll(scenarios, simulator)
  let patched: string | null = null
  const write = (_: readonly ImportFile[], after: readonly ImportFile[]) => {
    patched = after.find(({ path }) => path === file)?.text ?? null
    return { written: after }
  }
  const fixable = fixableOf({ source, imported: null })
  const fix = await findFix(fixable, planned.plan, results, { today, write }, simulator)
  desk.reply({
    kind: 'hardened',
    hardened: {
      findings: fix.findings,
      closed: fix.closed,
      steps: fix.steps.map((step) => ({ change: step.change, costs: costsOf(step) })),
      text: fix.steps.length === 0 ? null : patched,
      open: fix.open.map(({ path, why }) => `${path}: ${why}`),
      simulations: fix.tried.simulations,
    },
  })
}

/** The least share by which a median moves so that it is named. */
const LEAST_SHARE = 0.01

function costsOf({ costs }: FixStep): readonly string[] {
  return costs.flatMap(({ workload, before, after }) => {
    const text = medianChange(before, after)
    return text === null ? [] : [`${workload}: ${text}`]
  })
}

function medianChange({ p50Ms: before }: FixFigures, { p50Ms: after }: FixFigures): string | null {
  if (before === null || after === null || Math.abs(after - before) < LEAST_SHARE * before) return null
  return `median ${shortNumber(before)} ms before, ${shortNumber(after)} ms after`
}
