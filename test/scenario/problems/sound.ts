import { expect } from 'vitest'
import { loadScenario, type ScenarioOptions } from '../../../src/scenario/load.ts'
import { formatProblem } from '../../../src/scenario/problems/format-problem.ts'

/** A scenario without problems. Tests replace a part of it, or add to its end. */
export const SOUND = `version: 1
name: sound
duration: 60s
hosts:
  master: {}
  node: {}
  other: { addresses: [192.0.2.9] }
links:
  wan: { between: [master, node], delay: 10ms, rate: 100Mbps }
paths:
  logs: { kind: apiserver-kubelet, from: master, to: node }
  plain: { from: master, to: node, port: 8080 }
workloads:
  fresh: { path: plain, requests: 100 }
`

export function problemsOf(text: string, options: ScenarioOptions = {}): string {
  const loaded = loadScenario({ text, file: 'test.yaml' }, options)
  return loaded.ok ? 'sound' : loaded.problems.map(formatProblem).join('\n')
}

export function withChange(from: string, to: string): string {
  expect(SOUND).toContain(from)
  return problemsOf(SOUND.replace(from, to))
}

export const withEnd = (text: string) => problemsOf(SOUND + text)
export const withSet = (...set: string[]) => problemsOf(SOUND, { set })
