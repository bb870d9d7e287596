import { NS_PER_S } from '../engine/ticks.ts'
import type { WorkloadBlueprint } from '../simulation/blueprint.ts'
import type { Findings } from './findings.ts'
import { MOST_REQUESTS, type WorkloadSection } from './schema/workloads.ts'

export function resolveWorkloads(
  sections: ReadonlyMap<string, WorkloadSection>,
  pathNames: ReadonlySet<string>,
  durationNs: number | null,
  findings: Findings,
): WorkloadBlueprint[] {
  return [...sections].map(([name, section]) => {
    findings.checkName(['workloads', name, 'path'], 'path', section.path, pathNames)
    return {
      name,
      path: section.path,
      kind: 'requests',
      carries: [],
      connection: section.connection ?? 'keep-alive',
      arrivals:
        section.rate === undefined
          ? closedLoop(name, section, findings)
          : openLoop(name, section, section.rate, durationNs, findings),
      objects: null,
      requestBytes: section.request ?? 0,
      responseBytes: section.response ?? 1_000,
      startNs: section.start ?? 0,
    }
  })
}

function closedLoop(name: string, section: WorkloadSection, findings: Findings): WorkloadBlueprint['arrivals'] {
  const place = ['workloads', name]
  const { requests = 1, concurrency = 1 } = section
  if (section.requests === undefined) {
    findings.report(place, 'missing-key', `workloads.${name} says neither requests nor rate`, {
      at: 'key',
      hint: 'write requests: 100 for a closed loop, or rate: 50/s for an open one',
    })
  } else if (concurrency > requests) {
    findings.report(
      [...place, 'concurrency'],
      'contradiction',
      `${concurrency} clients cannot share ${requests} requests`,
    )
  }
  for (const key of ['arrivals', 'for'] as const) {
    if (section[key] !== undefined) {
      findings.report(
        [...place, key],
        'contradiction',
        `${key} belongs to an open loop, and this workload has no rate`,
        { at: 'key', hint: 'a closed loop ends with its requests' },
      )
    }
  }
  return { kind: 'closed', requests, concurrency }
}

function openLoop(
  name: string,
  section: WorkloadSection,
  ratePerS: number,
  durationNs: number | null,
  findings: Findings,
): WorkloadBlueprint['arrivals'] {
  const place = ['workloads', name]
  for (const key of ['requests', 'concurrency'] as const) {
    if (section[key] !== undefined) {
      findings.report(
        [...place, key],
        'contradiction',
        `${key} belongs to a closed loop, and this workload has a rate`,
        { at: 'key', hint: 'an open loop ends after `for`' },
      )
    }
  }
  if (ratePerS === 0) findings.report([...place, 'rate'], 'out-of-range', 'no requests come at a rate of zero')
  const startNs = section.start ?? 0
  const forNs = section.for ?? (durationNs === null ? null : durationNs - startNs)
  if (forNs === null) {
    findings.report(
      place,
      'missing-key',
      `the key for is missing in workloads.${name}, and the scenario has no duration`,
      { at: 'key', hint: 'write it like for: 60s' },
    )
  } else if (forNs <= 0) {
    findings.report([...place, 'start'], 'contradiction', 'the workload starts when the scenario is over')
  } else if ((ratePerS * forNs) / NS_PER_S > MOST_REQUESTS) {
    findings.report(
      [...place, 'rate'],
      'out-of-range',
      `this makes more than ${MOST_REQUESTS} requests, up to which percentiles are exact`,
    )
  }
  return { kind: 'open', ratePerS, spacing: section.arrivals ?? 'fixed', forNs: forNs ?? 1 }
}
