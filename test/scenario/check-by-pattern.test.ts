import { describe, expect, test } from 'vitest'
import { expandCluster } from '../../src/scenario/cluster/expand-cluster.ts'
import { SourceText } from '../../src/scenario/problems/source-text.ts'
import { checkByPattern } from '../../src/scenario/schema/check-by-pattern.ts'
import { checkSchema } from '../../src/scenario/schema/check-schema.ts'
import { Findings } from '../../src/scenario/tree/findings.ts'
import type { MapEntry, Tree } from '../../src/scenario/tree/tree.ts'
import { parseYamlTree } from '../../src/scenario/tree/yaml-tree.ts'

function expanded(cluster: string, more = '', version = '1.32'): Tree {
  const text = `version: 1\nkubernetes: "${version}"\ncluster: ${cluster}\npaths: {}\nworkloads: {}\n${more}`
  const { tree } = parseYamlTree(new SourceText('test.yaml', text))
  return expandCluster(tree!).tree
}

/** Returns the same tree without patterns, so that each of its maps is checked. */
function writtenOut(tree: Tree): Tree {
  if (tree.kind !== 'map') return tree
  const entries = [...tree.entries].map(([key, entry]): [string, MapEntry] => [
    key,
    { ...entry, tree: writtenOut(entry.tree) },
  ])
  return { kind: 'map', position: tree.position, entries: new Map(entries) }
}

function checkedWhole(tree: Tree) {
  const whole = writtenOut(tree)
  const findings = new Findings(whole)
  return { sections: checkSchema(whole, findings), problems: findings.problems }
}

describe('a cluster checked by patterns', () => {
  const clusters = [
    ['nodes of one pool', '{ nodes: 12 }', ''],
    [
      'pools with zones and versions',
      '{ nodes: { a: { count: 3, zones: [x, y] }, b: { count: 2, kubernetes: "1.18" } } }',
      '',
    ],
    ['pods, users and services', '{ nodes: 2, pods: { web: { listens: 80, scheme: https } }, users: { u: {} } }', ''],
    ['pods on a bridge', '{ nodes: 3, pods: { web: { listens: 80 } }, pod-network: bridged }', ''],
    ['serving certificates of the CA', '{ nodes: 3, kubelet: { server-certificate: issued } }', ''],
    ['a link of the file', '{ nodes: 3, links: { control-to-nodes: { delay: 3ms, forward: { loss: 1% } } } }', ''],
    [
      'overrides',
      '{ nodes: 3 }',
      'hosts: { node-2: { cores: 3, addresses: [10.0.0.9] } }\nlinks: { control-node-1: null }',
    ],
  ] as const
  const versions = ['1.6', '1.19', '1.32']
  const cases = clusters.flatMap(([what, ...rest]) => versions.map((version) => [what, version, ...rest] as const))

  test.each(cases)(
    'a cluster checked by patterns gives the same sections as one with all maps checked (%s, %s)',
    (_, version, cluster, more) => {
      const tree = expanded(cluster, more, version)
      const sections = checkByPattern(tree)
      expect(sections).not.toBeNull()
      expect(checkedWhole(tree)).toEqual({ sections, problems: [] })
    },
  )

  test('a cluster checked by patterns reports the problems of each map if one is invalid', () => {
    const long = 'x'.repeat(201)
    const tree = expanded(
      '{ nodes: 3, kubelet: { server-certificate: issued } }',
      `hosts: { node-2: { addresses: [10.0.0.1, ${long}] } }`,
    )
    expect(checkByPattern(tree)).toBeNull()
    const { problems } = checkedWhole(tree)
    expect(problems.map(({ message }) => message)).toEqual([
      'expected at most 200 characters',
      'expected at most 200 characters (identities.node-2-kubelet-serving.sans.2, from cluster.nodes, test.yaml:3)',
    ])
    const findings = new Findings(tree)
    checkSchema(tree, findings)
    expect(findings.problems).toEqual(problems)
  })

  test('a cluster checked by patterns reports a name that is too long even if only the last node has it', () => {
    const tree = expanded(`{ nodes: { ${'x'.repeat(83)}: 10 } }`)
    expect(checkByPattern(expanded(`{ nodes: { ${'x'.repeat(83)}: 9 } }`))).not.toBeNull()
    expect(checkByPattern(tree)).toBeNull()
    expect(checkedWhole(tree).problems).not.toHaveLength(0)
  })

  test('a scenario without a cluster is not checked by patterns', () => {
    const { tree } = parseYamlTree(new SourceText('test.yaml', 'version: 1\nhosts: { a: {} }\n'))
    expect(checkByPattern(tree!)).toBeNull()
  })
})
