import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { imported, manifest } from './lab.ts'

/** A serving certificate for node-1 and 10.0.1.1, from 27 November 2026 to 27 November 2027, not for clients. */
const SERVING = readFileSync(
  new URL(
    '../../examples/import/kubeadm-hardened/node-1/var/lib/kubelet/pki/kubelet-server-current.pem',
    import.meta.url,
  ),
  'utf8',
)
const DURING = Date.UTC(2027, 2, 1) / 1000
const AFTER = Date.UTC(2027, 11, 27) / 1000

function node(address: string): string {
  return `apiVersion: v1
kind: Node
metadata: { name: node-1 }
status:
  addresses: [{ type: InternalIP, address: ${address} }, { type: Hostname, address: node-1 }]
  nodeInfo: { kubeletVersion: v1.29.1 }
`
}

interface Setting {
  readonly address?: string
  readonly nowS?: number
  readonly flags?: readonly string[]
}

function cluster({ address = '10.0.1.1', nowS = DURING, flags = [] }: Setting) {
  const files = {
    'kube-apiserver.yaml': manifest(
      '--authorization-mode=Node,RBAC',
      '--client-ca-file=/ca.crt',
      '--kubelet-certificate-authority=/ca.crt',
      '--kubelet-client-certificate=/pki/kubelet-client.crt',
      '--kubelet-preferred-address-types=InternalIP',
      ...flags,
    ),
    'nodes.yaml': node(address),
    'node-1/var/lib/kubelet/pki/kubelet-server-current.pem': SERVING,
    'node-1/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\nserverTLSBootstrap: true\n',
  }
  return imported(files, { nowS })
}

/** Returns how many requests for logs fail in the simulation, and with which error. */
function failuresOf(setting: Setting): readonly string[] {
  const loaded = loadScenario({ text: cluster(setting).text, file: 'cluster.yaml' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]))
  const { blueprint } = loaded.scenario
  const workloads = blueprint.workloads.filter(({ name }) => name === 'logs')
  const { result } = run({ blueprint: { ...blueprint, workloads }, expectations: [] })
  return result.workloads.flatMap(({ failures }) => failures.map(({ reason }) => reason))
}

function contradictionsOf(setting: Setting): readonly string[] {
  return cluster(setting)
    .notes.filter(({ kind }) => kind === 'contradiction')
    .map(({ message }) => message)
}

describe('the serving certificate of a node that the apiserver verifies', () => {
  test('is accepted while it is valid and has the address that is dialled', () => {
    expect(failuresOf({})).toEqual([])
    expect(contradictionsOf({})).toEqual([])
  })

  test('makes logs fail after its last day', () => {
    expect(failuresOf({ nowS: AFTER })).toEqual(['x509: certificate has expired or is not yet valid'])
    expect(contradictionsOf({ nowS: AFTER })).toEqual(['the serving certificate of node-1 expired 30 days ago'])
  })

  test('makes logs fail where it is not for the address that is dialled', () => {
    expect(failuresOf({ address: '10.0.1.99' })).toEqual(['x509: certificate is not valid for this name'])
    expect(contradictionsOf({ address: '10.0.1.99' })).toEqual([
      'the serving certificate of node-1 is not for 10.0.1.99, which the apiserver dials, but for node-1, 10.0.1.1',
    ])
  })

  test('is accepted by its name where the apiserver dials names, whatever the address', () => {
    const setting = { address: '10.0.1.99', flags: ['--kubelet-preferred-address-types=Hostname,InternalIP'] }
    expect(failuresOf(setting)).toEqual([])
    expect(contradictionsOf(setting)).toEqual([])
  })

  test('has dates only where the day is known', () => {
    const { scenario } = imported({
      'nodes.yaml': node('10.0.1.1'),
      'node-1/var/lib/kubelet/pki/kubelet-server-current.pem': SERVING,
      'node-1/var/lib/kubelet/config.yaml': 'kind: KubeletConfiguration\n',
    })
    expect(scenario.identities['node-1-serving']).toEqual({
      kind: 'certificate',
      issuer: 'cluster-ca',
      cn: 'system:node:node-1',
      sans: ['node-1', '10.0.1.1'],
      usages: ['server'],
    })
  })
})

describe('the client certificate of the apiserver', () => {
  test('that is not for client authentication is refused by kubelets, and reported', () => {
    const flags = ['--kubelet-client-certificate=/var/lib/kubelet/pki/kubelet-server-current.pem']
    expect(contradictionsOf({ flags })).toEqual([
      'the client certificate of the apiserver is not for client authentication',
    ])
    expect(failuresOf({ flags }).length).toBeGreaterThan(0)
  })
})
