import type { WorkloadKind } from '../../workload/workload-kind.ts'
import type { WorkloadSection } from '../schema/workloads.ts'
import type { Findings } from '../tree/findings.ts'

type Key = keyof WorkloadSection

const ALWAYS: readonly Key[] = ['path', 'kind', 'start', 'carries', 'connection']
const LOOPS: readonly Key[] = ['requests', 'concurrency', 'rate', 'arrivals', 'for']

const KEYS_OF_KIND: Readonly<Record<WorkloadKind, readonly Key[]>> = {
  requests: [...LOOPS, 'request', 'response', 'head'],
  stream: ['rate', 'for', 'chunk', 'request'],
  keystrokes: ['rate', 'arrivals', 'for', 'request', 'response'],
  heartbeat: ['rate', 'for', 'encoding'],
  watch: ['rate', 'arrivals', 'for', 'resource', 'encoding'],
  'pod-changes': ['rate', 'arrivals', 'for', 'encoding'],
  list: [...LOOPS, 'resource', 'count', 'encoding', 'response', 'discovery'],
  logs: [...LOOPS, 'chunk', 'response', 'target', 'discovery', 'insecure-skip-tls-verify-backend'],
  exec: [...LOOPS, 'request', 'response', 'target', 'discovery'],
  attach: [...LOOPS, 'request', 'response', 'target', 'discovery'],
  cp: ['requests', 'concurrency', 'request', 'response', 'target', 'discovery'],
  'port-forward': [...LOOPS, 'request', 'response', 'target', 'discovery'],
  'proxy-get': [...LOOPS, 'request', 'response', 'target'],
}

export function hasKey(kind: WorkloadKind, key: Key): boolean {
  return ALWAYS.includes(key) || KEYS_OF_KIND[kind].includes(key)
}

/** Reports keys that this kind of workload does not have, because they would be ignored. */
export function checkWorkloadKeys(
  name: string,
  kind: WorkloadKind,
  section: WorkloadSection,
  findings: Findings,
): void {
  for (const key of Object.keys(section) as Key[]) {
    if (section[key] === undefined || hasKey(kind, key)) continue
    const message = `a workload of kind ${kind} has no ${key}`
    const hint = `its keys are ${KEYS_OF_KIND[kind].join(', ')}`
    findings.contradict(['workloads', name, key], message, { at: 'key', hint })
  }
}
