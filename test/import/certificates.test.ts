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
  test('a serving certificate is accepted by the apiserver while it is valid and has the dialled address', () => {
    expect(failuresOf({})).toEqual([])
    expect(contradictionsOf({})).toEqual([])
  })

  test('an expired serving certificate makes logs fail after its last day', () => {
    expect(failuresOf({ nowS: AFTER })).toEqual(['x509: certificate has expired or is not yet valid'])
    expect(contradictionsOf({ nowS: AFTER })).toEqual([
      'the apiserver refuses the serving certificate of node-1: x509: certificate has expired or is not yet valid: current time 2027-12-27T00:00:00Z is after 2027-11-27T16:54:13Z',
    ])
  })

  test('a serving certificate without the dialled address makes logs fail', () => {
    expect(failuresOf({ address: '10.0.1.99' })).toEqual(['x509: certificate is not valid for this name'])
    expect(contradictionsOf({ address: '10.0.1.99' })).toEqual([
      'the apiserver refuses the serving certificate of node-1: x509: certificate is valid for 10.0.1.1, not 10.0.1.99',
    ])
  })

  test('a serving certificate with the node’s name is accepted if the apiserver dials names, whatever the address', () => {
    const setting = { address: '10.0.1.99', flags: ['--kubelet-preferred-address-types=Hostname,InternalIP'] }
    expect(failuresOf(setting)).toEqual([])
    expect(contradictionsOf(setting)).toEqual([])
  })

  test('a serving certificate is dated only if the day of judgement is known', () => {
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
  test('an apiserver’s certificate that is not for client authentication is refused by kubelets, and reported', () => {
    const flags = ['--kubelet-client-certificate=/var/lib/kubelet/pki/kubelet-server-current.pem']
    expect(contradictionsOf({ flags })).toEqual([
      'kubelets refuse the client certificate of the apiserver: x509: certificate specifies an incompatible key usage',
    ])
    expect(failuresOf({ flags }).length).toBeGreaterThan(0)
  })
})

describe('a node whose name has dots', () => {
  /** A serving certificate for the name ip-10-0-1-5.ec2.internal alone, from December 2026 on. */
  const FQDN = 'ip-10-0-1-5.ec2.internal'
  const ONLY_NAME = `-----BEGIN CERTIFICATE-----
MIIB5zCCAY6gAwIBAgIUQfQmhJcfGlRgut4jWMDXTSMOREkwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAeFw0yNjEyMDExOTM4NDVaFw0zNTAyMTcx
OTM4NDVaMEYxFTATBgNVBAoMDHN5c3RlbTpub2RlczEtMCsGA1UEAwwkc3lzdGVt
Om5vZGU6aXAtMTAtMC0xLTUuZWMyLmludGVybmFsMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAE4vkgsz3tgyAqKT4SDoFhceeJNpKfdo0yKCtdGo30ppGFT6WbSzoo
CVm/QuM9zHwFh/NE33VhgXTRsZtfRG/8t6OBijCBhzAjBgNVHREEHDAaghhpcC0x
MC0wLTEtNS5lYzIuaW50ZXJuYWwwEwYDVR0lBAwwCgYIKwYBBQUHAwEwCwYDVR0P
BAQDAgeAMB0GA1UdDgQWBBSw/khhNyzpUjbvCcG5AMdTenZNwjAfBgNVHSMEGDAW
gBQedTTTQpy6hQa0e7OmbhtGLS9D+DAKBggqhkjOPQQDAgNHADBEAiBBImfTI52q
U/IOZddZ1PEHLUSwI96lUS9OyIs+S0YB5QIgD/FeSxJ+NGeRCzx94T4zS1nYi5pC
GofRwCpyb6sibgI=
-----END CERTIFICATE-----
`
  const failures = (types: string, more: Readonly<Record<string, string>> = {}, folder = FQDN) => {
    const { text } = imported(
      {
        'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
          '--authorization-mode=Node,RBAC',
          '--client-ca-file=/ca.crt',
          '--kubelet-certificate-authority=/ca.crt',
          '--kubelet-client-certificate=/pki/kubelet-client.crt',
          `--kubelet-preferred-address-types=${types}`,
        ),
        [`${folder}/var/lib/kubelet/pki/kubelet-server-current.pem`]: ONLY_NAME,
        [`${folder}/var/lib/kubelet/config.yaml`]: 'kind: KubeletConfiguration\nserverTLSBootstrap: true\n',
        ...more,
      },
      { nowS: DURING },
    )
    const loaded = loadScenario({ text, file: 'cluster.yaml' })
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]))
    const { blueprint } = loaded.scenario
    const workloads = blueprint.workloads.filter(({ name }) => name === 'logs')
    const { result } = run({ blueprint: { ...blueprint, workloads }, expectations: [] })
    return [
      ...result.workloads.flatMap((one) => one.failures.map(({ reason }) => reason)),
      ...loaded.warnings.map(({ message }) => message),
    ]
  }
  const nodes = (...addresses: readonly string[]) => ({
    'nodes.yaml': `apiVersion: v1\nkind: Node\nmetadata: { name: ${FQDN} }\nstatus: { addresses: [${addresses.join(', ')}], nodeInfo: { kubeletVersion: v1.29.1 } }\n`,
  })
  const IP = '{ type: InternalIP, address: 10.0.1.5 }'
  const names = ['Hostname', 'InternalDNS'].map((type) => `{ type: ${type}, address: ${FQDN} }`)

  test('a node with dots in its name is reached by its name if its certificate has it', () => {
    expect(failures('Hostname')).toEqual([])
    expect(failures('Hostname', nodes(IP, ...names))).toEqual([])
    expect(failures('InternalDNS,InternalIP', nodes(IP, ...names))).toEqual([])
    expect(failures('Hostname', nodes(...names))).toEqual([])
    expect(failures('Hostname', nodes(IP, ...names), 'ip-10-0-1-5')).toEqual([])
  })

  test('a node whose certificate lacks its address is refused where the address is dialled', () => {
    const [reason, warning] = failures('InternalIP,Hostname', nodes(IP, ...names))
    expect(reason).toBe('x509: certificate is not valid for this name')
    expect(warning).toContain('x509: certificate is not valid for this name')
  })
})
