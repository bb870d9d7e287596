import type { CheckResult, Tried } from '../../measure/check.ts'
import { checkTable } from '../../report/check/check-table.ts'
import { CHECK_FORMATS } from '../../report/formats.ts'
import { type CheckPlan, type CheckScope, readCheck } from '../../scenario/check/read-check.ts'
import { checkResult } from '../check/check-result.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { readAttacks, shippedAttacks } from '../input/read-attacks.ts'
import { readSource, showAll } from '../input/read-scenarios.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { GATE_OPTIONS, jobsOf, refuseUnknownNames, refuseUnknownPaths } from '../options/gate-options.ts'
import { flag, type Given } from '../options/option.ts'
import { SCENARIO_FILES, SCENARIO_OPTIONS } from '../options/scenario-options.ts'
import { reproduceLine } from '../run/reproduce.ts'
import { simulateAll } from '../simulation/simulate-all.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The check tries every attack of the matrix, every attack that ships and fits the scenario, and the attackers of the
scenario itself, and judges what they get by a policy. By default no attacker may get what others own. With --attack,
only these attacks are tried. The workloads are shortened to a few requests; with --attack, \`onpath run\` shows the
same attack on the whole scenario.

It exits with 4 when an attacker gets what the policy forbids and \`accept\` in the scenario does not tolerate it, and
when nothing was checked: no attacker reached anything, or an attack that --attack names has nothing to attack.

Examples:
  onpath check my-cluster.yaml
  onpath check my-cluster.yaml --attack unchecked-kubelet
  onpath check my-cluster.yaml --policy no-takeover --json
  onpath check my-cluster.yaml --policy 'never read, privilege by pod' --path logs`

const OPTIONS = {
  ...SCENARIO_OPTIONS,
  ...formatOptions(CHECK_FORMATS),
  ...GATE_OPTIONS,
  all: flag('show every verdict that the policy forbids, also those that resemble another'),
}

type CheckOptions = Given<typeof OPTIONS>

export const check: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  summary: 'exit with 4 if an attacker gets what it must not: the gate for CI',
  arguments: SCENARIO_FILES,
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([files], options, context) => checkFiles(files, options, context),
}

async function checkFiles(files: readonly string[], options: CheckOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const format = chosenFormat(CHECK_FORMATS, options, checkTable)
  refuseUnknownNames(options)
  const scope = scopeOf(options)
  const { seed, set, policy } = options
  const changes = { set, policy, ...(seed === undefined ? {} : { seed }) }
  const sources = await Promise.all(files.map((file) => readSource(file, io)))
  const read = sources.map((source) => readCheck(source, changes, scope))
  const problems = read.flatMap((one) => (one.ok ? [] : one.problems))
  if (problems.length > 0) {
    showAll(problems, io)
    return exit(EXIT.invalidScenario)
  }
  const plans = read.flatMap((one) => (one.ok ? [one.plan] : []))
  refuseUnknownPaths(
    options.path,
    plans.flatMap(({ pathsWithWorkload }) => pathsWithWorkload),
  )
  const results = await checkAll(plans, files, scope, options, context)
  if (results === null) return
  io.out(format.write(results, { hasColor: io.hasColor, showsAll: options.all === true }))
  if (results.some(({ passed }) => !passed)) exit(EXIT.expectationFailed)
}

function scopeOf({ attack, path, place, vantage, technique }: CheckOptions): CheckScope {
  const areNamed = attack.length > 0
  const names = areNamed ? attack : shippedAttacks()
  const sources = readAttacks(names)
  return {
    attacks: names.map((name, i) => ({ name, source: sources[i] })),
    areNamed,
    paths: path ?? null,
    places: place ?? null,
    vantages: vantage ?? null,
    techniques: technique ?? null,
  }
}

async function checkAll(
  plans: readonly CheckPlan[],
  files: readonly string[],
  scope: CheckScope,
  options: CheckOptions,
  context: Context,
): Promise<CheckResult[] | null> {
  const results: CheckResult[] = []
  for (const [i, plan] of plans.entries()) {
    const scenarios = plan.probes.map(({ scenario }) => scenario)
    const simulated = await simulateAll(scenarios, jobsOf(options.jobs), context)
    if (simulated === null) return null
    const today = options.today ?? context.io.today()
    const reproduce = (tried: Tried) => reproduceFinding(tried, files[i], options)
    results.push(checkResult(plan, { scope, today, ...simulated, reproduce }))
  }
  return results
}

/** Returns the command that repeats one finding. */
function reproduceFinding(
  { path, place, attack, verdict: { vantage, technique } }: Tried,
  file: string,
  { set, seed, policy, today }: CheckOptions,
): string {
  const which =
    attack === null
      ? { path: [path], vantage: [vantage], technique: [technique], ...(place === null ? {} : { place: [place] }) }
      : { attack: [attack], path: [path], technique: [technique] }
  return reproduceLine('check', { file, set, seed, policy, today, ...which })
}
