import type { Result, WorkloadResult } from '../measure/result.ts'
import { OUTCOMES } from '../measure/verdict.ts'
import { isWorse } from '../measure/verdicts/outcomes.ts'
import { storiesAround } from '../packets/stories-around.ts'
import type { PacketPointer, StoryOptions } from '../packets/story.ts'
import type { ReportDetails } from '../report/view/report-details.ts'
import type { CheckedScenario } from '../scenario/load.ts'
import { run } from '../simulation/run.ts'
import type { SampleRequest } from '../simulation/sampling/sample-request.ts'

/** The most pieces of evidence with messages, and the most messages and packets of each. */
const MOST_STORIES = 24
const MOST_OF_A_STORY = 60
/** The most paths with a sampled connection. */
const MOST_SAMPLED = 4
/** The least body of a request whose connection is sampled: in smaller ones no window opens. */
const LEAST_BODY_BYTES = 50_000
const SAMPLES_OF_A_REQUEST = 120
const MOST_SAMPLES = 20_000
const LEAST_INTERVAL_NS = 50_000

/** Runs a scenario again for the details of its report that are not in the result. The simulation is deterministic. */
export function reportDetails(scenario: CheckedScenario, result: Result, options: StoryOptions): ReportDetails {
  const pointers = evidencePointers(result)
  const stories = pointers.length === 0 ? [] : storiesAround(scenario, pointers, { ...options, most: MOST_OF_A_STORY })
  const all = sampleRequests(result)
  const requests = all.slice(0, MOST_SAMPLED)
  const samples = requests.map((request) => {
    const { samples: series = [] } = run(scenario, { ...options, samples: [request] })
    return { path: request.path, series }
  })
  return { stories, samples, pathsLeftOut: all.length - requests.length }
}

/** Returns the packets in evidence, those of the worst outcomes first. */
function evidencePointers({ verdicts }: Result): PacketPointer[] {
  const shown = verdicts.filter(({ worst }) => isWorse(worst, 'no-effect'))
  const ordered = [...shown].sort((a, b) => OUTCOMES.indexOf(a.worst) - OUTCOMES.indexOf(b.worst))
  const found = new Map<string, PacketPointer>()
  for (const { link, packet } of ordered.flatMap(({ evidence }) => evidence))
    if (link !== null && packet !== null) found.set(JSON.stringify([link, packet]), { link, packet })
  return [...found.values()].slice(0, MOST_STORIES)
}

/** Returns a request for each path whose requests carry much, the one that carries most first. */
function sampleRequests({ workloads, simulatedNs }: Result): (SampleRequest & { readonly path: string })[] {
  const size = ({ deliveredBytes, completed }: WorkloadResult) => deliveredBytes / Math.max(1, completed)
  const large = workloads
    .filter((one) => size(one) >= LEAST_BODY_BYTES)
    .sort((a, b) => size(b) - size(a) || (b.latencyMs.p50 ?? 0) - (a.latencyMs.p50 ?? 0))
  const byPath = new Map<string, WorkloadResult>()
  for (const one of large) if (!byPath.has(one.path)) byPath.set(one.path, one)
  return [...byPath.values()].map(({ path, latencyMs }) => {
    const requestNs = (latencyMs.p50 ?? 0) * 1e6
    const everyNs = Math.max(LEAST_INTERVAL_NS, requestNs / SAMPLES_OF_A_REQUEST, simulatedNs / MOST_SAMPLES)
    return { path, everyNs: Math.round(everyNs) }
  })
}
