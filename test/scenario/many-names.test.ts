import { expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { sortProblems } from '../../src/scenario/problems/problem.ts'
import { SourceText } from '../../src/scenario/problems/source-text.ts'
import { Findings } from '../../src/scenario/tree/findings.ts'
import { parseYamlTree } from '../../src/scenario/tree/yaml-tree.ts'

/** Names that count how often somebody goes through all of them. */
class Names extends Set<string> {
  walks = 0

  override keys() {
    this.walks++
    return super.keys()
  }

  override [Symbol.iterator]() {
    this.walks++
    return super[Symbol.iterator]()
  }
}

const many = (count: number, of: (i: number) => string) => Array.from({ length: count }, (_, i) => of(i)).join('\n')

test('names are searched only for displayed problems, and not copied', () => {
  const findings = new Findings(
    parseYamlTree(
      new SourceText(
        'a',
        many(500, (i) => `k${i}: 1`),
      ),
    ).tree!,
  )
  const hosts = new Names(Array.from({ length: 50 }, (_, i) => `alpha-${i}`))
  const pods = new Names(['gamma', 'delta'])
  for (let i = 0; i < 500; i++) expect(findings.checkName([`k${i}`], 'host', `x${i}`, hosts, pods)).toBe(false)
  expect(findings.checkName(['k0'], 'host', 'gamma', hosts, pods)).toBe(true)
  expect([hosts.walks, pods.walks]).toEqual([0, 0])
  const shown = sortProblems(findings.problems)
  expect(shown.length).toBe(101)
  expect([hosts.walks, pods.walks]).toEqual([100, 100])
  expect(shown[0]).toMatchObject({ message: 'no host is named x0' })
  expect(shown[100]).toMatchObject({ code: 'more-problems' })
})

/** Returns the most names that a set of a scenario with so many hosts and paths took in while it was checked. */
function namesAdded(text: string): number {
  const { add } = Set.prototype
  let added = 0
  Set.prototype.add = function (this: Set<unknown>, value: unknown) {
    added++
    return add.call(this, value)
  }
  try {
    loadScenario({ file: 'a', text })
  } finally {
    Set.prototype.add = add
  }
  return added
}

const HEAD = 'version: 1\nworkloads: { w: { path: p0, requests: 1 } }\n'
const SCENARIOS: Readonly<Record<string, (count: number) => string>> = {
  'unknown ends of paths': (count) =>
    `${HEAD}hosts:\n${many(count, (i) => `  h${i}: {}`)}\npaths:\n${many(count, (i) => `  p${i}: { from: x${i}, to: y${i}, port: 80 }`)}\n`,
  'valid ends of paths': (count) =>
    `${HEAD}hosts:\n${many(count, (i) => `  h${i}: {}`)}\nsegments: { lan: { hosts: [${many(count, (i) => `h${i}`).replaceAll('\n', ', ')}] } }\npaths:\n${many(count, (i) => `  p${i}: { from: h0, to: h${i}, port: 80 }`)}\n`,
  'unknown nodes': (count) =>
    `${HEAD}kubernetes: "1.30"\ncluster: { nodes: ${count} }\npaths:\n${many(count, (i) => `  p${i}: { kind: apiserver-kubelet, to: nodes/x${i} }`)}\n`,
  'unknown groups': (count) =>
    `${HEAD}kubernetes: "1.30"\ncluster:\n  nodes:\n${many(count, (i) => `    w${i}: 1`)}\npaths:\n${many(count, (i) => `  p${i}: { kind: apiserver-kubelet, to: g${i}/x }`)}\n`,
  'unknown identities': (count) =>
    `${HEAD}hosts:\n${many(count, (i) => `  h${i}: {}`)}\nidentities:\n${many(count, (i) => `  ca${i}: { kind: ca }`)}\npaths:\n${many(count, (i) => `  p${i}: { from: h0, to: h${i}, port: 443, tls: { verify: ca, ca: x${i} } }`)}\n`,
  'unknown pods': (count) =>
    `${HEAD}kubernetes: "1.30"\ncluster: { nodes: 3, pods: { web: { replicas: ${count}, listens: 80 } } }\npaths:\n${many(count, (i) => `  p${i}: { kind: apiserver-pod, to: pods/x${i} }`)}\n`,
}

test.each(Object.entries(SCENARIOS))('%s cost time linear in their number', (_, textOf) => {
  const [few, twice] = [100, 200].map((count) => namesAdded(textOf(count)))
  expect(twice).toBeLessThan(2.5 * few)
})

test('a grid of too many dimensions is one problem', () => {
  const dimensions = Array.from({ length: 1001 }, (_, i) => `links.l${i}.delay: [1ms]`).join(', ')
  const loaded = loadScenario({ file: 'a', text: `version: 1\nsweep: { ${dimensions} }\n` })
  expect(!loaded.ok && loaded.problems.map(({ message }) => message)).toContain(
    'the grid has 1001 dimensions, and at most 1000 are allowed',
  )
})
