import { UsageError } from '../../disk/usage-error.ts'
import { allRealNamesIn } from '../../import/imported-from.ts'
import type { NoteKind } from '../../import/report/note.ts'
import { printNotes } from '../../import/report/print-notes.ts'
import type { CheckResult, Tried } from '../../measure/check.ts'
import { checkTable } from '../../report/check/check-table.ts'
import { CHECK_FORMATS } from '../../report/formats.ts'
import { openGraph } from '../../report/graph/open-graph.ts'
import { pageAddress } from '../../report/page-address.ts'
import { fittedText } from '../../report/screen/lines.ts'
import { isFine, check as judge } from '../../study/check/check.ts'
import { commandsFor } from '../../study/check/commands-for.ts'
import { findFix } from '../../study/fix/find-fix.ts'
import { checksOf, JUDGED_SCENARIO_OPTIONS, scopeOf } from '../check/read-checks.ts'
import { CiReports } from '../ci/ci-reports.ts'
import type { Context } from '../context.ts'
import { EXIT } from '../exit-code.ts'
import { OutputFile } from '../files/output-file.ts'
import { fixableOnDisk, writeAndRead } from '../fix/fix-subject.ts'
import { readScannerReport } from '../input/read-scanner-report.ts'
import { showWarnings } from '../input/read-scenarios.ts'
import { type NamedSubject, readSubjects } from '../input/read-subjects.ts'
import type { Io } from '../io.ts'
import { CI_OPTIONS } from '../options/ci-options.ts'
import { chosenFormat, formatOptions } from '../options/format-options.ts'
import { jobsOf } from '../options/gate-options.ts'
import { IMPORT_OPTIONS, importOptionsOf, secondsOf } from '../options/import-options.ts'
import { flag, type Given, text } from '../options/option.ts'
import { screenOf } from '../screen.ts'
import { simulatorOf } from '../simulation/simulator.ts'
import { onceOrAgain } from '../watch/run-again.ts'
import { noteWritten } from '../written.ts'
import type { Command } from './command.ts'

const EXAMPLES = `
The check tries every attack of the matrix, every attack that ships and fits the scenario, and the attackers of the
scenario itself, and judges what they get by a policy. By default no attacker may get what others own. With --attack,
only these attacks are tried. The workloads are shortened to a few requests; with --attack, \`onpath run\` shows the
same attack on the whole scenario.

Files and folders of a real cluster are imported first, all as one cluster. Then the check says what attackers gain in
plain sentences, with the file and line of each cause, and what kube-bench and kubescape say about it. The same options
as for \`onpath import\` apply. What to collect:
${pageAddress('docs/import.md')}

--fix finds the smallest set of changes of flags that closes what attackers get: it tries values of all flags, simulates
each, and shows the order, what each change costs and breaks, and a patch to the files that came in. --write writes the
patch, and checks the result:
${pageAddress('docs/fixing.md')}

It exits with 4 when an attacker gets what the policy forbids and \`accept\` in the scenario does not tolerate it, and
when nothing was checked: no attacker reached anything, or an attack that --attack names has nothing to attack. It exits
with 8 when nothing failed and something is not known of a real cluster that could change this.

Examples:
  onpath check scenarios/presets/kubeadm-default.yaml
  onpath check scenarios/presets/kubeadm-default.yaml --attack unchecked-kubelet
  onpath check scenarios/presets/kubeadm-default.yaml --policy no-takeover --json
  onpath check scenarios/presets/kubeadm-default.yaml --policy 'never read, privilege by pod' --path logs
  onpath check /etc/kubernetes /var/lib/kubelet rbac.yaml --network public
  onpath check examples/import/kubeadm --sarif kubeadm.sarif
  onpath check examples/import/kubeadm --fix
  kube-bench run --json > kube-bench.json && onpath check /etc/kubernetes --kube-bench kube-bench.json`

const OPTIONS = {
  ...JUDGED_SCENARIO_OPTIONS,
  ...formatOptions(CHECK_FORMATS),
  ...CI_OPTIONS,
  ...IMPORT_OPTIONS,
  kubeBench: text(
    '<file>',
    'a report of kube-bench (kube-bench run --json): say which of its results matter on these paths',
  ),
  opengraph: text(
    '<file>',
    'also write what attackers gain to this file, as OpenGraph of BloodHound; with one scenario or cluster',
  ),
  cluster: text(
    '<name>',
    'the name of the cluster in the graph, as `bloodhound-kube collect --cluster` has it. Default: default',
  ),
  fix: flag('find the smallest set of changes of flags that closes what attackers get, and show it as a patch'),
  write: flag('write the patch of --fix to the files'),
  watch: flag('check again whenever a file that is named here, or in a folder that is, is saved'),
  all: flag('show every verdict that the policy forbids, also those that resemble another'),
}

type CheckOptions = Given<typeof OPTIONS>

export const check: Command<readonly [files: readonly string[]], typeof OPTIONS> = {
  arguments: [
    { syntax: '<file...>', meaning: 'scenario files, or files and folders of a real cluster; - means standard input' },
  ],
  options: OPTIONS,
  notes: EXAMPLES,
  run: ([files], options, context) => onceOrAgain(() => checkFiles(files, options, context), files, options, context),
}

async function checkFiles(files: readonly string[], options: CheckOptions, context: Context): Promise<void> {
  const { io, exit } = context
  const format = chosenFormat(CHECK_FORMATS, options, checkTable)
  const scope = scopeOf(options, false)
  if (options.write === true && options.fix !== true) throw new UsageError('--write needs --fix, whose patch it writes')
  const mayLeaveOut = options.fix === true && options.allNodes !== true
  const subjects = await readSubjects(
    files,
    importOptionsOf(options),
    { nowS: secondsOf(options.today ?? io.today()), ...(mayLeaveOut ? { nodesOfKind: NODES_OF_KIND } : {}) },
    io,
  )
  const fixables = options.fix === true ? subjects.map((subject) => fixableOnDisk(subject, options.write === true)) : []
  const scannerReport = options.kubeBench === undefined ? null : readScannerReport(options.kubeBench, io)
  const reports = new CiReports(options, files, context)
  const graph = openGraphFile(subjects, files, options, context)
  await showImports(subjects, io)
  const sources = subjects.map(({ source }) => source)
  await context.simulate.prepare?.()
  const plans = checksOf(sources, scope, options, context, reports)
  if (plans === null) return
  // The notes of an import say the same of its files.
  const written = plans.filter((_, i) => subjects[i].imported === null)
  showWarnings(
    written.flatMap(({ loaded }) => loaded.warnings),
    io,
  )
  const simulator = simulatorOf(context, jobsOf(options.jobs), options.fix === true)
  const results: CheckResult[] = []
  for (const [i, plan] of plans.entries()) {
    const today = options.today ?? io.today()
    const { arguments: named, imported, source } = subjects[i]
    const scans = imported?.scans ?? null
    const commands = (tried: Tried) => commandsFor(tried, named, options, imported !== null)
    const { result: checked, simulated } = await judge(plan, { today, scans, scannerReport, commands }, simulator)
    const fixable = fixables[i]
    const write = options.write === true ? writeAndRead : undefined
    const result =
      fixable === undefined
        ? checked
        : { ...checked, fix: await findFix(fixable, plan, simulated.results, { today, write }, simulator) }
    results.push(result)
    graph?.write(openGraph(result, { cluster: options.cluster, names: imported?.names ?? allRealNamesIn(plan.loaded) }))
    reports.addCheck(result, plan.loaded, source.file, imported?.main)
  }
  io.out(format.write(results, { screen: await screenOf(io), showsAll: options.all === true }))
  await reports.write()
  if (graph !== null) noteWritten(graph.path, io)
  for (const { fix } of results)
    if (fix?.verification.unwritable !== undefined) throw new UsageError(fix.verification.unwritable)
  const wrong = results.filter((result) => !isFine(result))
  if (wrong.some(({ answer, fix }) => answer === 'failed' || fix?.verification.written === true))
    exit(EXIT.expectationFailed)
  else if (wrong.length > 0) exit(EXIT.notKnown)
}

/** The most nodes of a kind that are simulated for a fix: equal nodes are one class, and one needs a neighbour. */
const NODES_OF_KIND = 2

/**
 * @throws UsageError when the file may not be written, or there are several clusters, whose nodes it could not tell
 * apart
 */
function openGraphFile(
  subjects: readonly NamedSubject[],
  files: readonly string[],
  { opengraph, cluster }: CheckOptions,
  context: Context,
): OutputFile | null {
  if (opengraph === undefined) {
    if (cluster !== undefined) throw new UsageError('--cluster is for --opengraph; give both')
    return null
  }
  if (subjects.length > 1) throw new UsageError('--opengraph needs one scenario or cluster')
  return OutputFile.open(
    opengraph,
    (text) => text === '' || text.includes('"ONP_'),
    files,
    context.files,
    '--opengraph',
  )
}

/**
 * The notes of an import that are needed to read its verdicts correctly: assumptions, omissions and contradictions.
 */
const SHOWN_NOTES: readonly NoteKind[] = ['contradiction', 'unknown', 'unmodelled', 'unread']

async function showImports(subjects: readonly NamedSubject[], io: Io): Promise<void> {
  for (const { imported } of subjects) {
    const notes = imported?.notes.filter(({ kind }) => SHOWN_NOTES.includes(kind)) ?? []
    if (notes.length > 0) io.err(`${fittedText(printNotes(notes), await screenOf(io))}\n\n`)
  }
}
