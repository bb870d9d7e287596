import { expect } from 'vitest'
import { TECHNIQUES } from '../../../src/attack/techniques.ts'
import { namesOf } from '../../../src/engine/registry.ts'
import { LINK_PROFILES } from '../../../src/network/link-profiles.ts'
import { LINK_KEYS } from '../../../src/scenario/link-keys.ts'
import { loadScenario, type ScenarioOptions } from '../../../src/scenario/load.ts'
import { formatProblem } from '../../../src/scenario/problems/format-problem.ts'
import { CONGESTION_CONTROLS } from '../../../src/transport/congestion/congestion-controls.ts'

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
  return loaded.ok ? 'sound' : withoutLists(loaded.problems.map(formatProblem).join('\n'))
}

/** The registries whose names messages list. */
const REGISTRIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'congestion controls': CONGESTION_CONTROLS,
  'keys of links': LINK_KEYS,
  'link profiles': LINK_PROFILES,
  techniques: TECHNIQUES,
}

/** Replaces lists of all names of a registry, so that no expected message changes when it gets another one. */
function withoutLists(text: string): string {
  return Object.entries(REGISTRIES).reduce((changed, [what, registry]) => {
    const names = namesOf(registry)
    const list = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
    return [list, names.join(', '), names.join(' ')].reduce(
      (left, one) => left.replaceAll(one, `<all ${what}>`),
      changed,
    )
  }, text)
}

export function withChange(from: string, to: string): string {
  expect(SOUND).toContain(from)
  return problemsOf(SOUND.replace(from, to))
}

export const withEnd = (text: string) => problemsOf(SOUND + text)
export const withSet = (...set: string[]) => problemsOf(SOUND, { set })
