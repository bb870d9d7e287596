import { describe, expect, test } from 'vitest'
import { imported } from './lab.ts'

const cluster = (spec: string) =>
  `apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: { name: c }\nspec:\n  kubernetesVersion: 1.29.4\n${spec}`
const group = (name: string, role: string, kubelet: string) =>
  `apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata: { name: ${name} }\nspec: { role: ${role}, minSize: 2, kubelet: ${kubelet} }\n`
const node = (name: string, of: string, isControlPlane = false) =>
  `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, labels: { kops.k8s.io/instancegroup: ${of}${isControlPlane ? ', node-role.kubernetes.io/control-plane: ""' : ''} } }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.0.${name.length} }], nodeInfo: { kubeletVersion: v1.29.4 } }\n`

/** Returns the ports without authentication of nodes, by their names. */
function portsOf(...documents: readonly string[]) {
  const { scenario, report, pools } = imported({ 'kops.yaml': documents.join('---\n') })
  const common = scenario.cluster.kubelet.flags?.['read-only-port']
  const own = [...pools].flatMap(([pool, names]) =>
    names.map((name) => [name, scenario.cluster.nodes[pool].kubelet?.flags?.['read-only-port'] ?? common]),
  )
  return { ports: Object.fromEntries(own), report }
}

describe('kubelets of kops', () => {
  const all = cluster('  kubelet: { readOnlyPort: 1, anonymousAuth: false }\n')
  const nodes = [node('cp', 'cp', true), node('a-1', 'a'), node('b-10', 'b'), node('b-100', 'b')]

  test('kubelets of kops have the settings of their instance group over those of the cluster, in any order of documents', () => {
    const documents = [group('b', 'Node', '{ readOnlyPort: 2 }'), all, group('a', 'Node', '{ anonymousAuth: true }')]
    expect(portsOf(...documents, ...nodes).ports).toEqual({ 'a-1': 1, 'b-10': 2, 'b-100': 2 })
    expect(portsOf(...nodes, ...documents.toReversed()).ports).toEqual({ 'a-1': 1, 'b-10': 2, 'b-100': 2 })
  })

  test.each(['masterKubelet', 'controlPlaneKubelet'])(
    'kubelets of kops control planes have %s over those of all, and their group over both',
    (key) => {
      const own = cluster(`  kubelet: { readOnlyPort: 1 }\n  ${key}: { readOnlyPort: 3 }\n`)
      const controls = [node('cp', 'cp', true), node('cp-22', 'cp', true), node('a-1', 'a')]
      expect(portsOf(own, ...controls).ports).toEqual({ 'cp-22': 3, 'a-1': 1 })
      expect(portsOf(own, group('cp', 'ControlPlane', '{ readOnlyPort: 4 }'), ...controls).ports).toEqual({
        'cp-22': 4,
        'a-1': 1,
      })
      expect(portsOf(own, group('cp', 'Master', '{ anonymousAuth: true }'), ...controls).ports).toEqual({
        'cp-22': 3,
        'a-1': 1,
      })
    },
  )

  test('kubelets of kops are planned from their groups if there are no Node objects', () => {
    const { ports } = portsOf(
      all,
      group('cp', 'ControlPlane', '{}'),
      group('a', 'Node', '{ readOnlyPort: 5 }'),
      group('x', 'Bastion', '{}'),
    )
    expect(ports).toEqual({ 'a-1': 5, 'a-2': 5, 'cp-2': 1 })
  })

  test('kubelets of a kops group without nodes are asked about', () => {
    expect(portsOf(all, group('z', 'Node', '{ readOnlyPort: 2 }'), ...nodes).report).toContain(
      'the nodes of the instance group z',
    )
  })
})
