import type { Result } from '../../measure/result.ts'
import { isWorse } from '../../measure/verdicts/outcomes.ts'
import type { Playback } from '../../packets/playback/playback.ts'
import { viewBreakdown } from '../../report/view/breakdown-view.ts'
import { viewExpectations } from '../../report/view/expectation-view.ts'
import { viewTopology } from '../../report/view/topology-view.ts'
import { viewVerdict } from '../../report/view/verdict-view.ts'
import type { LoadedScenario } from '../../scenario/load.ts'
import { Causes } from '../../study/check/causes.ts'
import type { RunView, TimeMark } from '../protocol.ts'

/** The head of a request. */
const REQUEST = /^[A-Z]+ \//

const MOST_REQUESTS = 30

function firstOfEach<Value>(values: readonly Value[], keyOf: (value: Value) => string): readonly Value[] {
  const first = new Map<string, Value>()
  for (const value of values) if (!first.has(keyOf(value))) first.set(keyOf(value), value)
  return [...first.values()]
}

/** The most marks on the slider of time. */
const MOST_MARKS = 60

/** Returns what the page shows of a run. */
export function viewRun(loaded: LoadedScenario, result: Result, playback: Playback): RunView {
  const { policy = [] } = loaded.scenario
  return {
    verdict: viewVerdict(result, viewExpectations(result, []), policy),
    causes: causesOf(loaded, result),
    harm: harmOf(loaded, result),
    breakdown: viewBreakdown(result, []),
    workloads: result.workloads.map(({ name, path, completed, failed, latencyMs, breakdownNs }) => ({
      name,
      path,
      completed,
      failed,
      p50Ms: latencyMs.p50,
      breakdownNs,
    })),
    verdicts: result.verdicts,
    marks: marksOf(loaded, result, playback),
    playback,
    digest: result.digest,
    trafficDigest: result.trafficDigest,
    ended: result.ended,
    simulatedNs: result.simulatedNs,
    events: result.events,
    packets: result.packets,
    expectations: result.expectations,
  }
}

function causesOf({ scenario, printable }: LoadedScenario, { verdicts }: Result): readonly string[] {
  const causes = new Causes(scenario.blueprint, printable)
  const found = verdicts
    .filter(({ scope, worst }) => scope === 'other' && isWorse(worst, 'metadata'))
    .flatMap((verdict) => causes.of({ path: verdict.path, verdict }).map(({ what }) => what))
  return [...new Set(found)]
}

function harmOf({ scenario }: LoadedScenario, result: Result): RunView['harm'] {
  const { edges } = viewTopology(scenario.blueprint, result)
  const harmed = edges.flatMap(({ names, from, to, broken, level }) =>
    broken === null || level === null
      ? []
      : (names.length === 0 ? [`${from} ${to}`] : names).map((name) => [name, { outcome: broken, level }] as const),
  )
  return Object.fromEntries(harmed)
}

/** The moments to which the clock jumps: first actions of attackers, evidence of what they got, and requests. */
function marksOf(
  { scenario }: LoadedScenario,
  { verdicts, simulatedNs }: Result,
  { messages }: Playback,
): readonly TimeMark[] {
  const begins = scenario.blueprint.attackers.flatMap(({ name, plan }) => {
    const first = Math.min(...plan.map(({ atNs }) => atNs))
    return Number.isFinite(first) && first <= simulatedNs
      ? [{ atNs: first, kind: 'attack' as const, text: `${name} begins` }]
      : []
  })
  const evidence = verdicts.flatMap(({ attacker, evidence: all }) =>
    all.map(({ atNs, what, shows }) => ({ atNs, kind: 'evidence' as const, text: `${attacker}, ${shows}: ${what}` })),
  )
  const requests = firstOfEach(
    messages.filter(({ layer, text }) => layer === 'http' && REQUEST.test(text)),
    ({ from, text }) => `${from} ${text.replace(/\?.*/, '')}`,
  ).map(({ sentNs, from, text }) => ({ atNs: sentNs, kind: 'dial' as const, text: `${from}: ${text}` }))
  const distinct = new Map(
    [...begins, ...evidence, ...requests.slice(0, MOST_REQUESTS)].map((mark) => [`${mark.atNs} ${mark.text}`, mark]),
  )
  return [...distinct.values()].sort((a, b) => a.atNs - b.atNs).slice(0, MOST_MARKS)
}
