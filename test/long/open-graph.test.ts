import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { extensionDefinition } from '../../src/report/graph/extension-definition.ts'
import { EDGE_KINDS, NAMESPACE, NODE_KINDS } from '../../src/report/graph/graph-kinds.ts'
import { run } from '../../src/simulation/run.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { manifest } from '../import/lab.ts'

const simulate: Simulate = async (scenario, { recordPackets }) => run(scenario, { recordPackets })
const schema = JSON.parse(readFileSync(new URL('open-graph.schema.json', import.meta.url), 'utf8'))
const isPayload = new Ajv().compile(schema)
const root = fileURLToPath(new URL('../../', import.meta.url))

interface Payload {
  readonly graph: {
    readonly nodes: readonly { readonly id: string; readonly kinds: readonly string[] }[]
    readonly edges: readonly {
      readonly kind: string
      readonly start: { readonly value: string }
      readonly end: { readonly value: string }
      readonly properties: Readonly<Record<string, unknown>>
    }[]
  }
}

async function graphOf(files: readonly string[], ...more: string[]): Promise<Payload> {
  const path = join(aFolder(), 'graph.json')
  await invoke(['check', ...files, '--opengraph', path, ...more], { simulate })
  return JSON.parse(readFileSync(path, 'utf8'))
}

function edgesOf({ graph }: Payload): readonly string[] {
  return graph.edges.map(({ kind, start, end }) => `${start.value} ${kind} ${end.value}`)
}

const APISERVER = manifest('--authorization-mode=Node,RBAC')
const RBAC = `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ops }
rules: [{ apiGroups: [""], resources: [nodes/proxy], verbs: [get] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ops }
roleRef: { kind: ClusterRole, name: ops }
subjects:
- { kind: User, name: "bob@example.com" }
- { kind: Group, name: "sre:team" }
- { kind: ServiceAccount, name: agent, namespace: monitoring }
`
const NODES = `
apiVersion: v1
kind: Node
metadata: { name: node-1.internal }
status: { nodeInfo: { kubeletVersion: v1.29.1 } }
`

describe('the graph for BloodHound', () => {
  test('the graph for BloodHound is valid for the schema, and has each node that an edge names', async () => {
    const folder = aFolder({ 'kube-apiserver.yaml': APISERVER, 'rbac.yaml': RBAC, 'nodes.yaml': NODES })
    const payload = await graphOf([folder], '--path', 'logs', 'pod-proxy', '--vantage', 'passive', 'inline', 'user')
    expect(isPayload(payload) ? [] : isPayload.errors).toEqual([])
    const ids = new Set(payload.graph.nodes.map(({ id }) => id))
    const named = payload.graph.edges.flatMap(({ start, end }) => [start.value, end.value])
    expect(named.filter((id) => !ids.has(id))).toEqual([])
    expect(named.length).toBeGreaterThan(10)
  })

  test('the graph for BloodHound names nodes, users, groups and accounts as Bloodhound-Kube does', async () => {
    const folder = aFolder({ 'kube-apiserver.yaml': APISERVER, 'rbac.yaml': RBAC, 'nodes.yaml': NODES })
    const payload = await graphOf([folder], '--path', 'logs', '--technique', 'direct-request', '--cluster', 'prod')
    const node = 'prod:BHK_Node:node-1.internal'
    expect(edgesOf(payload).filter((edge) => edge.includes(' ONP_IsAllowed '))).toEqual([
      `prod:BHK_Group:sre:team ONP_IsAllowed ${node}`,
      `prod:BHK_ServiceAccount:monitoring:agent ONP_IsAllowed ${node}`,
      `prod:BHK_User:bob@example.com ONP_IsAllowed ${node}`,
    ])
    expect(payload.graph.nodes.find(({ id }) => id === 'prod:BHK_User:bob@example.com')?.kinds).toEqual([
      'BHK_User',
      'BHK_Identity',
    ])
  })

  test('the graph for BloodHound of a saved import equals that of its files, with all names', async () => {
    const more = '---\nkind: Node\napiVersion: v1\nmetadata: { name: node-2 }\n'
    const folder = aFolder({ 'kube-apiserver.yaml': APISERVER, 'rbac.yaml': RBAC, 'nodes.yaml': `${NODES}${more}` })
    const saved = join(aFolder(), 'saved.yaml')
    await invoke(['import', folder, '-o', saved], { simulate })
    const narrow = [
      '--path',
      'logs',
      '--technique',
      'direct-request',
      'impersonate-server',
      '--vantage',
      'inline',
      'user',
    ]
    const edges = edgesOf(await graphOf([saved], ...narrow))
    expect(edges).toEqual(edgesOf(await graphOf([folder], ...narrow)))
    for (const name of ['BHK_Node:node-1.internal', 'BHK_Node:node-2', 'BHK_Group:sre:team'])
      expect(edges.join()).toContain(`default:${name}`)
  })

  test('the graph for BloodHound has no edge over the path to a node whose kubelet is verified', async () => {
    const verified = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=/ca.crt')
    const kubelet = 'kind: KubeletConfiguration\nserverTLSBootstrap: true\n'
    const folder = aFolder({ 'kube-apiserver.yaml': verified, 'config.yaml': kubelet })
    expect(edgesOf(await graphOf([folder], '--path', 'logs', '--vantage', 'inline'))).toEqual([])
    const open = aFolder({ 'kube-apiserver.yaml': APISERVER, 'config.yaml': kubelet })
    expect(edgesOf(await graphOf([open], '--path', 'logs', '--vantage', 'inline'))).toContain(
      'onpath-default-intercepts-node-1 ONP_CanImpersonate default:BHK_Node:node-1',
    )
  })

  test('the graph for BloodHound of the example set is the file in examples/opengraph', async () => {
    const payload = await graphOf(
      [join(root, 'examples/import/kubeadm')],
      ...['--path', 'logs', 'pod-proxy', '--vantage', 'passive', 'side', 'inline', '--cluster', 'prod'],
    )
    const text = JSON.stringify(payload, null, 2).replaceAll(root, '')
    await expect(`${text}\n`).toMatchFileSnapshot(join(root, 'examples/opengraph/kubeadm.json'))
  })

  test('the graph for BloodHound of several scenarios is refused, since their nodes cannot be distinguished', async () => {
    const { code, err } = await invoke(['check', '-', '-', '--opengraph', join(aFolder(), 'x.json')], {
      stdin: 'version: 1\n',
      simulate,
    })
    expect([code, err]).toEqual([2, expect.stringContaining('--opengraph needs one scenario or cluster')])
  })
})

describe('the definition of the extension', () => {
  test('the BloodHound extension defines all kinds, each with the prefix of its namespace', () => {
    const { schema: own, node_kinds, relationship_kinds } = JSON.parse(extensionDefinition())
    expect(own.namespace).toBe(NAMESPACE)
    const names: readonly string[] = [...node_kinds, ...relationship_kinds].map(({ name }) => name)
    expect(names).toEqual([...Object.keys(NODE_KINDS), 'ONP_Base', ...Object.keys(EDGE_KINDS)])
    expect(names.filter((name) => !name.startsWith('ONP_'))).toEqual([])
  })

  test('the definition of the BloodHound extension is the file in docs/reference', () => {
    expect(readFileSync(join(root, 'docs/reference/onpath-extension.json'), 'utf8')).toBe(extensionDefinition())
  })
})
