import type { Tolerance } from '../../measure/judge-acceptance.ts'
import type { Result } from '../../measure/result.ts'
import type { CheckedScenario } from '../../scenario/load.ts'
import type { RunHistory } from '../../simulation/run-history.ts'
import { formatCount } from '../format-number.ts'
import { unfinishedOf } from '../run/requests.ts'
import { type AttackView, viewAttacks } from './attack-view.ts'
import { viewBreakdown } from './breakdown-view.ts'
import { viewConnections } from './connection-view.ts'
import { viewExpectations } from './expectation-view.ts'
import { viewPerformance } from './performance-view.ts'
import type { ReportDetails } from './report-details.ts'
import type { FactView, ReportView } from './report-view.ts'
import { type ReproductionView, viewReproduction } from './reproduction-view.ts'
import { groupedText, spanText } from './texts.ts'
import { viewTopology } from './topology-view.ts'
import { viewVerdict } from './verdict-view.ts'

/** The run that a report is about. */
export interface ReportedRun {
  readonly scenario: CheckedScenario
  readonly result: Result
  readonly history: RunHistory
  readonly details: ReportDetails
  /** The acceptances of expectations that were not met, in the order of these expectations. */
  readonly tolerances: readonly Tolerance[]
  readonly reproduction: Pick<ReproductionView, 'version' | 'commands' | 'scenarioText'>
}

/** Returns the view of a run. It depends only on the run, so two views of one run are equal. */
export function viewReport({ scenario, result, history, details, tolerances, reproduction }: ReportedRun): ReportView {
  const { blueprint, policy = [] } = scenario
  const expectations = viewExpectations(result, tolerances)
  const attacks = viewAttacks(result, blueprint, details.stories)
  return {
    scenario: result.scenario,
    kubernetes: result.kubernetes,
    partial: partialText(result),
    verdict: viewVerdict(result, expectations, policy),
    facts: viewFacts(result, attacks),
    expectations,
    topology: viewTopology(blueprint, result),
    attacks,
    performance: viewPerformance(result, blueprint, history),
    connections: viewConnections(details.samples),
    connectionsLeftOut: details.pathsLeftOut,
    breakdown: viewBreakdown(result, history.workloads),
    reproduction: viewReproduction(result, reproduction),
  }
}

function partialText({ ended, simulatedNs }: Result): string | null {
  if (ended === 'finished') return null
  const at = spanText(simulatedNs)
  return ended === 'duration'
    ? `The run ended at its duration, ${at}.`
    : `The run was interrupted at ${at} of simulated time, so all figures are partial.`
}

function viewFacts({ workloads, expectations, links, simulatedNs }: Result, attacks: AttackView | null): FactView[] {
  const sum = (of: (workload: Result['workloads'][number]) => number) => workloads.reduce((a, one) => a + of(one), 0)
  const [completed, failed, unfinished] = [sum((w) => w.completed), sum((w) => w.failed), sum(unfinishedOf)]
  const met = expectations.filter((one) => one.met).length
  const lost = links.reduce((a, one) => a + one.lost + one.droppedAtQueue + one.droppedWhileDown, 0)
  const sent = links.reduce((a, one) => a + one.packets, lost)
  return [
    {
      label: 'Expectations met',
      value: expectations.length === 0 ? '–' : `${met} of ${expectations.length}`,
      note: expectations.length === 0 ? 'the scenario expects nothing' : '',
    },
    attackFact(attacks),
    {
      label: 'Requests completed',
      value: groupedText(completed),
      note: failed + unfinished === 0 ? 'none failed' : `${failed} failed, ${unfinished} unfinished`,
    },
    {
      label: 'Packets',
      value: groupedText(sent),
      note: `${formatCount(lost, 'packet')} lost or dropped, ${spanText(simulatedNs)} simulated`,
    },
  ]
}

function attackFact(attacks: AttackView | null): FactView {
  if (attacks === null) return { label: 'Attacks', value: '–', note: 'no attacker in the scenario' }
  const cells = attacks.rows.flatMap((row) => row.cells).filter((cell) => cell !== null)
  const tried = cells.filter(({ level }) => level !== 'untried')
  const taken = tried.filter(({ level, isOwn }) => level === 'taken' && !isOwn).length
  const names = formatCount(attacks.attackers.length, 'attacker')
  return { label: 'Attacks that succeed', value: `${taken} of ${tried.length}`, note: `by ${names}` }
}
