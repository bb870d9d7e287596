import type { CheckResult, Tried } from '../../measure/check.ts'
import { checkTable } from '../../report/check/check-table.ts'
import { CHECK_FORMATS } from '../../report/formats.ts'
import { checkResult } from '../check/check-result.ts'
import { JUDGED_SCENARIO_OPTIONS, readChecks, reproduceFinding, scopeOf } from '../check/read-checks.ts'
import { CiReports } from '../ci/ci-reports.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { CI_OPTIONS } from '../options/ci-options.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { jobsOf } from '../options/gate-options.ts'
import { flag, type Given } from '../options/option.ts'
import { SCENARIO_FILES } from '../options/scenario-options.ts'
import { screenOf } from '../screen.ts'
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
  onpath check scenarios/presets/kubeadm-default.yaml
  onpath check scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet
  onpath check scenarios/presets/kubeadm-default.yaml --policy no-takeover --json
  onpath check scenarios/presets/kubeadm-default.yaml --policy 'never read, privilege by pod' --path logs`

const OPTIONS = {
  ...JUDGED_SCENARIO_OPTIONS,
  ...formatOptions(CHECK_FORMATS),
  ...CI_OPTIONS,
  all: flag('show every verdict that the policy forbids, also those that resemble another'),
}

type CheckOptions = Given<typeof OPTIONS>

export const check: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  arguments: SCENARIO_FILES,
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([files], options, context) => checkFiles(files, options, context),
}

async function checkFiles(files: readonly string[], options: CheckOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const format = chosenFormat(CHECK_FORMATS, options, checkTable)
  const scope = scopeOf(options, false)
  const reports = new CiReports(options, files, context)
  const plans = await readChecks(files, scope, options, context, reports)
  if (plans === null) return
  const results: CheckResult[] = []
  for (const [i, plan] of plans.entries()) {
    const scenarios = plan.probes.map(({ scenario }) => scenario)
    const simulated = await simulateAll(scenarios, jobsOf(options.jobs), context)
    if (simulated === null) return
    const today = options.today ?? io.today()
    const reproduce = (tried: Tried) => reproduceFinding(tried, files[i], options)
    const result = checkResult(plan, { scope, today, ...simulated, reproduce })
    results.push(result)
    reports.addCheck(result, plan.loaded, files[i])
  }
  io.out(format.write(results, { screen: await screenOf(io), showsAll: options.all === true }))
  await reports.write()
  if (results.some(({ passed }) => !passed)) exit(EXIT.expectationFailed)
}
