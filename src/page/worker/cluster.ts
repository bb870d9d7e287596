import type { ImportFile } from '../../import/import-file.ts'
import { placeText } from '../../import/origin.ts'
import type { CheckResult, Gain } from '../../measure/check.ts'
import { inOrder } from '../../measure/verdicts/outcomes.ts'
import { assumptionOf, evidenceLines } from '../../report/check/finding-sentence.ts'
import { causeText, gainSentence } from '../../report/check/gain-sentence.ts'
import { brokenText, costsText, placesText, withoutText } from '../../report/fix/fix-text.ts'
import { unmodelledLine } from '../../report/unmodelled-line.ts'
import { crossedMedia } from '../../report/view/crossed-media.ts'
import { levelOf } from '../../report/view/outcome-level.ts'
import { SourceText } from '../../scenario/problems/source-text.ts'
import { type Tree, treeAt } from '../../scenario/tree/tree.ts'
import { parseYamlTree } from '../../scenario/tree/yaml-tree.ts'
import { check } from '../../study/check/check.ts'
import { namedAttacks } from '../../study/check/named-attacks.ts'
import { type CheckPlan, readCheck } from '../../study/check/read-check.ts'
import { importSubject, type Subject } from '../../study/check/subject.ts'
import type { Assignment } from '../../study/fix/apply-changes.ts'
import { type FoundFix, findFixParts } from '../../study/fix/find-fix.ts'
import type { FixParts } from '../../study/fix/fix-parts.ts'
import { fixableOf } from '../../study/fix/fixable.ts'
import { type Forbidden, verdictKey } from '../../study/fix/forbidden.ts'
import type { Simulated } from '../../study/simulator/simulate-all.ts'
import type { Edit, FixView, GainView, Place } from '../protocol.ts'
import type { Desk } from './desk.ts'
import { DeskSimulator } from './desk-simulator.ts'

/** The files of a real cluster that came in last, and what is known about them. */
interface OpenCluster {
  readonly subject: Subject
  checked: {
    readonly plan: CheckPlan
    readonly result: CheckResult
    readonly simulated: Simulated
    today: string
  } | null
  fix: FoundFix | null
  /** The steps of the fix that are in the text of the scenario. */
  ticked: readonly number[]
}

let opened: OpenCluster | null = null
let simulator: DeskSimulator | null = null

function simulatorFor(desk: Desk): DeskSimulator {
  if (simulator === null) simulator = new DeskSimulator(desk)
  else simulator.serve(desk)
  return simulator
}

/** The most nodes of a kind that are simulated, as `onpath check --fix` does: equal nodes are one class. */
const NODES_OF_KIND = 2

/** Makes a scenario from the files of a real cluster, and answers with it. */
export function importFiles(files: readonly ImportFile[], desk: Desk): void {
  const subject = importSubject(files, { nodesOfKind: NODES_OF_KIND })
  opened = { subject, checked: null, fix: null, ticked: [] }
  const [{ path }] = files
  desk.reply({
    kind: 'imported',
    text: subject.source.text,
    cluster: {
      name: path.includes('/') ? path.slice(0, path.indexOf('/')) : path,
      files: files.length,
      notes: (subject.imported?.notes ?? []).map(({ kind, at, message, consequence }) => ({
        kind,
        text: `${at === null ? '' : `${placeText(at)}: `}${message}${consequence === undefined ? '' : `; ${consequence}`}`,
      })),
    },
  })
}

/** Tries on the cluster what `onpath check` tries, and answers with what attackers gain. */
export async function checkCluster(today: string, desk: Desk): Promise<void> {
  if (opened === null) return
  const own = opened
  const { source, imported } = own.subject
  const planned = readCheck(source, {}, { attacks: namedAttacks(await shippedAttacks()) })
  if (!planned.ok) return desk.reply({ kind: 'problems', problems: planned.problems })
  const { plan } = planned
  const { result, simulated } = await check(plan, { today, scans: imported?.scans ?? null }, simulatorFor(desk))
  own.checked = { plan, result, simulated, today }
  desk.reply({
    kind: 'checked',
    check: {
      passed: result.passed,
      policy: result.policy,
      simulations: result.simulations,
      verdicts: result.verdicts,
      gains: result.gains.map((gain) => viewGain(gain, result)),
      gaps: [...result.unmodelled.map(unmodelledLine), ...result.gaps.map((gap) => `not checked: ${gap}`)],
    },
  })
}

/** The attacks that ship are a module, as the examples are: the policy forbids to fetch them. */
async function shippedAttacks(): Promise<string> {
  const script = new URL('./attacks.js', import.meta.url).href
  return ((await import(/* @vite-ignore */ script)) as { readonly ATTACKS: string }).ATTACKS
}

function viewGain(gain: Gain, { names }: CheckResult): GainView {
  const { findings, causes, isAssumed } = gain
  const places = new Map(findings.map(({ on }) => [`${on.kind} ${on.name}`, on as Place]))
  return {
    sentence: gainSentence({ ...gain, causes: [] }, names),
    causes: causes.map(causeText),
    outcomes: inOrder(findings.flatMap(({ forbidden }) => forbidden)).map((outcome) => ({
      outcome,
      level: levelOf(outcome),
    })),
    evidence: evidenceLines(findings[0]),
    places: [...places.values()],
    keys: isAssumed ? [] : findings.map(verdictKey),
    assumption: isAssumed ? assumptionOf(findings[0]).text : null,
    reproduce: findings[0].reproduce,
  }
}

/** Looks for the fewest changes that close what the check found, and answers with them. */
export async function fixCluster(desk: Desk): Promise<void> {
  if (opened?.checked == null) return
  const own = opened
  const { plan, simulated, today } = opened.checked
  const fix = await findFixParts(fixableOf(own.subject), plan, simulated.results, { today }, simulatorFor(desk))
  own.fix = fix
  own.ticked = []
  desk.reply({ kind: 'fixed', fix: viewFix(fix) })
}

function viewFix({ result }: FoundFix): FixView {
  return {
    findings: result.findings,
    closed: result.closed,
    steps: result.steps.map((step) => ({
      change: step.change,
      places: placesText(step.places),
      without: withoutText(step),
      costs: costsText(step.costs),
      breaks: step.breaks,
    })),
    wrongOrders: result.wrongOrders.map(
      ({ first, before, broken }) => `${first} before ${before}: ${brokenText(broken)}`,
    ),
    byHand: result.byHand,
    open: result.open.map(({ path, outcomes, why }) => `${path} (${outcomes.join(', ')}): ${why}`),
    patch: result.patches.map(({ diff }) => diff).join(''),
    simulations: result.tried.simulations,
  }
}

/** Simulates the cluster with some steps of the fix, and answers with what is still open, and what fails. */
export async function tryPart(steps: readonly number[], desk: Desk): Promise<void> {
  if (opened?.checked == null || opened.fix === null || opened.fix.parts === null) return
  const own = opened
  const { parts } = opened.fix
  simulatorFor(desk)
  const { open, broken, isRefused } = await parts.tried(steps)
  if (desk.isStale()) return
  const edits = editsBetween(own.ticked, steps, parts, own.subject.source.text)
  own.ticked = steps
  desk.reply({
    kind: 'part',
    part: {
      steps,
      open: keysOf(open),
      broken: broken.length === 0 ? [] : brokenText(broken).split('; '),
      brokenMedia: mediaOf(
        broken.map(({ path }) => path),
        opened.checked.plan,
      ),
      isRefused,
      edits,
    },
  })
}

function keysOf(verdicts: readonly Forbidden[]): readonly string[] {
  return verdicts.map(({ key }) => key)
}

/** Returns the links that some paths cross. */
function mediaOf(declared: readonly string[], { loaded }: CheckPlan): readonly string[] {
  const { blueprint } = loaded.scenario
  const names = blueprint.paths.filter((path) => declared.includes(path.declared)).map(({ name }) => name)
  return [...new Set([...crossedMedia(blueprint, names).values()].flatMap((media) => [...media]))]
}

/** Returns the edits that make a scenario with some steps of one with others: a value that no step sets is as it was. */
function editsBetween(
  before: readonly number[],
  after: readonly number[],
  parts: FixParts,
  text: string,
): readonly Edit[] {
  const { tree } = parseYamlTree(new SourceText('cluster', text))
  const pathOf = ({ path }: Assignment) => path.map(String)
  const set = parts.assignments(after)
  const kept = new Set(set.map(({ path }) => path.join('\n')))
  const undone = parts.assignments(before).filter(({ path }) => !kept.has(path.join('\n')))
  return [
    ...set.map((one): Edit => ({ kind: 'set', path: pathOf(one), value: one.value as string | number | boolean })),
    ...undone.map((one): Edit => {
      const old = tree === null ? undefined : plainOf(treeAt(tree, one.path))
      return old === undefined
        ? { kind: 'remove', path: pathOf(one) }
        : { kind: 'set', path: pathOf(one), value: old as string | number | boolean }
    }),
  ]
}

function plainOf(tree: Tree | undefined): unknown {
  if (tree?.kind === 'scalar') return tree.value
  return tree?.kind === 'list' ? tree.items.map(plainOf) : undefined
}
