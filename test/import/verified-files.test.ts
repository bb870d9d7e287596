import { describe, expect, test } from 'vitest'
import { certificateDer } from '../../src/packets/encode/certificate-der.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import type { Certificate } from '../../src/security/certificate.ts'
import { run } from '../../src/simulation/run.ts'
import { imported, manifest } from './lab.ts'

const DAY_S = 86_400
/** 100 days after the beginning of 2026, from which the dates of these certificates count. */
const NOW_S = Date.UTC(2026, 0, 1) / 1000 + 100 * DAY_S

function certificate(name: string, changes: Partial<Certificate> = {}): Certificate {
  return {
    name,
    issuer: 'ca',
    cn: name,
    organizations: [],
    sans: [],
    usages: [],
    key: 'ecdsa-p256',
    notBeforeS: 0,
    notAfterS: 365 * DAY_S,
    isAuthority: false,
    ...changes,
  }
}

const authority = (name: string, cn = 'kubernetes', changes: Partial<Certificate> = {}) =>
  certificate(name, { cn, issuer: null, isAuthority: true, notAfterS: 3650 * DAY_S, ...changes })

const CA = authority('ca')
/** Another CA with the same name. */
const OTHER = authority('other')

function pem(certificate: Certificate, issuer: Certificate = CA): string {
  const body = Buffer.from(certificateDer(certificate, issuer)).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

const SERVING = certificate('system:node:node-1', { sans: ['node-1', '10.0.1.1'], usages: ['server'] })
const CLIENT = certificate('apiserver-kubelet-client', { organizations: ['system:masters'], usages: ['client'] })
const APISERVER = certificate('kube-apiserver', { sans: ['kubernetes', '10.0.0.1'], usages: ['server'] })

const PKI = 'cp-1/etc/kubernetes/pki'
const NODE = 'node-1/var/lib/kubelet'

/** A cluster whose files accept each other, but for those that are replaced. */
function cluster(more: Readonly<Record<string, string>> = {}) {
  return imported(
    {
      'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
        '--authorization-mode=Node,RBAC',
        '--client-ca-file=/etc/kubernetes/pki/ca.crt',
        '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt',
        '--kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt',
        '--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt',
        '--kubelet-preferred-address-types=InternalIP',
        '--proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt',
        '--requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt',
        '--requestheader-allowed-names=front-proxy-client',
      ),
      [`${PKI}/ca.crt`]: pem(CA),
      [`${PKI}/etcd/ca.crt`]: pem(authority('etcd-ca', 'etcd-ca')),
      [`${PKI}/apiserver.crt`]: pem(APISERVER),
      [`${PKI}/apiserver-kubelet-client.crt`]: pem(CLIENT),
      [`${PKI}/front-proxy-ca.crt`]: pem(authority('front-proxy-ca', 'front-proxy-ca')),
      [`${PKI}/front-proxy-client.crt`]: pem(
        certificate('front-proxy-client', { issuer: 'front-proxy-ca', usages: ['client'] }),
        authority('front-proxy-ca', 'front-proxy-ca'),
      ),
      'nodes.yaml':
        'apiVersion: v1\nkind: Node\nmetadata: { name: node-1 }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.1.1 }], nodeInfo: { kubeletVersion: v1.29.1 } }\n',
      [`${NODE}/config.yaml`]:
        'kind: KubeletConfiguration\nserverTLSBootstrap: true\nauthentication: { x509: { clientCAFile: /etc/kubernetes/pki/ca.crt } }\n',
      [`${NODE}/pki/kubelet-server-current.pem`]: pem(SERVING),
      [`${NODE}/pki/kubelet-client-current.pem`]: pem(certificate('system:node:node-1', { usages: ['client'] })),
      'node-1/etc/kubernetes/pki/ca.crt': pem(CA),
      ...more,
    },
    { nowS: NOW_S },
  )
}

function contradictions(more: Readonly<Record<string, string>> = {}): readonly string[] {
  return cluster(more)
    .notes.filter(({ kind }) => kind === 'contradiction')
    .map(({ message }) => message)
}

/** Returns why requests for logs fail in the simulation. */
function failures(more: Readonly<Record<string, string>> = {}): readonly string[] {
  const loaded = loadScenario({ text: cluster(more).text, file: 'cluster.yaml' })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]))
  const { blueprint } = loaded.scenario
  const workloads = blueprint.workloads.filter(({ name }) => name === 'logs')
  const { result } = run({ blueprint: { ...blueprint, workloads }, expectations: [] })
  return result.workloads.flatMap((one) => one.failures.map(({ reason }) => reason))
}

const UNKNOWN = 'x509: certificate signed by unknown authority'

test('certificate files that accept each other cause no report', () => {
  expect(contradictions()).toEqual([])
  expect(failures()).toEqual([])
})

describe('the serving certificate of a kubelet', () => {
  const replaced = { [`${PKI}/ca.crt`]: pem(OTHER) }

  test('a kubelet’s serving certificate of a replaced CA with the same name is refused, in report and simulation', () => {
    expect(contradictions(replaced)).toContainEqual(
      expect.stringContaining(
        `the apiserver refuses the serving certificate of node-1: ${UNKNOWN} (possibly because of`,
      ),
    )
    expect(failures(replaced)).toEqual([UNKNOWN])
  })

  test('a kubelet’s serving certificate of an old CA that is trusted beside the new one is accepted', () => {
    const both = { [`${PKI}/ca.crt`]: pem(OTHER) + pem(CA) }
    expect(contradictions(both)).toEqual([])
    expect(failures(both)).toEqual([])
  })

  test('a kubelet’s serving certificate of an intermediate CA is accepted only if the intermediate follows in the file', () => {
    const vault = authority('vault', 'vault', { issuer: 'ca' })
    const leaf = pem({ ...SERVING, issuer: 'vault' }, vault)
    const file = `${NODE}/pki/kubelet-server-current.pem`
    expect(contradictions({ [file]: leaf + pem(vault) })).toEqual([])
    expect(failures({ [file]: leaf + pem(vault) })).toEqual([])
    expect(contradictions({ [file]: leaf })).toEqual([
      `the apiserver refuses the serving certificate of node-1: ${UNKNOWN}`,
    ])
    expect(failures({ [file]: leaf })).toEqual([UNKNOWN])
  })

  test('a valid serving certificate of an expired CA is refused', () => {
    const expired = { [`${PKI}/ca.crt`]: pem({ ...CA, notAfterS: 50 * DAY_S }) }
    expect(contradictions(expired)).toContain(
      'the apiserver refuses the serving certificate of node-1: x509: certificate has expired or is not yet valid: current time 2026-04-11T00:00:00Z is after 2026-02-20T00:00:00Z',
    )
    expect(failures(expired)).toHaveLength(1)
  })
})

test('the client certificate of the apiserver is judged by the CA of each kubelet', () => {
  const foreign = { 'node-1/etc/kubernetes/pki/ca.crt': pem(OTHER) }
  expect(contradictions(foreign)).toEqual([
    expect.stringContaining(`the kubelet of node-1 refuses the client certificate of the apiserver: ${UNKNOWN}`),
  ])
  expect(failures(foreign)).toHaveLength(1)
})

test('the client certificate of a kubelet is judged by --client-ca-file', () => {
  const file = `${NODE}/pki/kubelet-client-current.pem`
  const old = certificate('system:node:node-1', { usages: ['client'], notAfterS: 99 * DAY_S })
  expect(contradictions({ [file]: pem(old) })).toEqual([
    'the apiserver refuses the client certificate of the kubelet of node-1: x509: certificate has expired or is not yet valid: current time 2026-04-11T00:00:00Z is after 2026-04-10T00:00:00Z',
  ])
  const foreign = certificate('system:node:node-1', { usages: ['client'], issuer: 'other' })
  expect(contradictions({ [file]: pem(foreign, OTHER) })[0]).toContain(UNKNOWN)
})

describe('the serving certificate of the apiserver', () => {
  const kubeconfig = (server: string, ca = pem(CA)) => ({
    'node-1/etc/kubernetes/kubelet.conf': `kind: Config\nclusters:\n- name: c\n  cluster: { server: "${server}", certificate-authority-data: ${base64(ca)} }\nusers: []\n`,
  })

  test('the serving certificate of the apiserver is checked against the server name of each kubeconfig, also a load balancer’s', () => {
    expect(contradictions(kubeconfig('https://10.0.0.1:6443'))).toEqual([])
    expect(contradictions(kubeconfig('https://lb.example:6443'))).toEqual([
      'clients with node-1/etc/kubernetes/kubelet.conf (https://lb.example:6443) refuse the serving certificate of the apiserver: x509: certificate is valid for kubernetes, not lb.example',
    ])
    expect(contradictions(kubeconfig('https://[fd00::1]:6443'))[0]).toContain(
      'x509: certificate is valid for 10.0.0.1, not fd00::1',
    )
  })

  test('the serving certificate of the apiserver is refused if expired or of another CA', () => {
    expect(contradictions(kubeconfig('https://10.0.0.1:6443', pem(OTHER)))[0]).toContain(UNKNOWN)
    const expired = { [`${PKI}/apiserver.crt`]: pem({ ...APISERVER, notAfterS: DAY_S }) }
    expect(contradictions({ ...kubeconfig('https://10.0.0.1:6443'), ...expired })[0]).toContain('has expired')
  })

  test('the serving certificate of one of several apiservers need not have the others’ names', () => {
    const second = { 'cp-2/etc/kubernetes/pki/apiserver.crt': pem({ ...APISERVER, sans: ['10.0.0.2'] }) }
    expect(contradictions({ ...kubeconfig('https://10.0.0.1:6443'), ...second })).toEqual([])
  })
})

test('the certificate of the front proxy is checked against the CA and names of request headers', () => {
  const file = `${PKI}/front-proxy-client.crt`
  const front = authority('front-proxy-ca', 'front-proxy-ca')
  const named = certificate('else', { issuer: 'front-proxy-ca', usages: ['client'] })
  expect(contradictions({ [file]: pem(named, front) })).toEqual([
    'aggregated apiservers refuse the certificate of the front proxy: x509: subject with cn=else is not in the allowed list',
  ])
  expect(contradictions({ [file]: pem(CLIENT) })).toEqual([
    `aggregated apiservers refuse the certificate of the front proxy: ${UNKNOWN}`,
  ])
})

test('services are checked against the CAs of webhooks and APIServices', () => {
  const webhook = (ca: string) => ({
    'webhooks.yaml': `apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: { name: w }\nwebhooks:\n- name: policy.example\n  clientConfig: { service: { name: policy, namespace: ops }, caBundle: ${base64(ca)} }\n`,
  })
  const served = certificate('policy', { sans: ['policy.ops.svc'], usages: ['server'] })
  expect(contradictions({ ...webhook(pem(CA)), 'tls/tls.crt': pem(served) })).toEqual([])
  expect(contradictions({ ...webhook(pem(OTHER)), 'tls/tls.crt': pem(served) })).toEqual([
    expect.stringContaining(`the apiserver refuses the service of webhook policy.example: ${UNKNOWN}`),
  ])
  expect(contradictions(webhook(pem({ ...CA, notAfterS: DAY_S })))[0]).toContain('has expired')
  expect(contradictions(webhook('nothing'))).toEqual([
    'the caBundle of webhook policy.example has no certificates: unable to parse bytes as PEM block',
  ])
})

describe('k3s and RKE2', () => {
  const ca = authority('k3s', 'k3s-server-ca@1700000000')
  const files = (more: Readonly<Record<string, string>>) => ({
    'server-1/journal.txt':
      'Nov 27 10:00:03 server-1 k3s[812]: time="2026-11-27T10:00:03Z" level=info msg="Running kube-apiserver --client-ca-file=/var/lib/rancher/k3s/server/tls/client-ca.crt --kubelet-certificate-authority=/var/lib/rancher/k3s/server/tls/server-ca.crt --kubelet-preferred-address-types=InternalIP --kubelet-client-certificate=/c.crt"\n',
    'server-1/var/lib/rancher/k3s/server/tls/server-ca.crt': pem(ca),
    'nodes.yaml':
      'apiVersion: v1\nkind: Node\nmetadata: { name: agent-1 }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.1.1 }], nodeInfo: { kubeletVersion: v1.29.1+k3s1 } }\n',
    ...more,
  })
  const agent = (more: Readonly<Record<string, string>>, flag = '/var/lib/rancher/k3s/agent/serving-kubelet.crt') =>
    imported(
      files({
        'agent-1/journal.txt': `Nov 27 10:02:09 agent-1 k3s[644]: time="2026-11-27T10:02:09Z" level=info msg="Running kubelet --address=0.0.0.0 --tls-cert-file=${flag} --client-ca-file=/c"\n`,
        ...more,
      }),
      { nowS: NOW_S },
    )
  const serving = pem({ ...SERVING, cn: 'agent-1', sans: ['agent-1', '10.0.1.1'], issuer: 'k3s' }, ca)
  const issuerOf = ({ scenario }: ReturnType<typeof imported>) => scenario.identities?.['agent-1-serving']?.issuer

  test('a CA of k3s with a timestamp in its name is no self-signed certificate', () => {
    const found = agent({ 'agent-1/var/lib/rancher/k3s/agent/serving-kubelet.crt': serving })
    expect(issuerOf(found)).toBe('cluster-ca')
    expect(found.notes.filter(({ kind }) => kind === 'contradiction')).toEqual([])
  })

  test('a client certificate of a kubelet of k3s is no serving certificate', () => {
    const client = pem({ ...CLIENT, issuer: 'k3s' }, ca)
    expect(issuerOf(agent({ 'agent-1/var/lib/rancher/k3s/agent/client-kubelet.crt': client }))).toBeUndefined()
  })

  test('the certificate file that a kubelet of k3s is given counts, and no other in the folder', () => {
    const found = agent(
      { 'agent-1/pki/own.crt': serving, 'agent-1/var/lib/kubelet/pki/kubelet.crt': pem(CLIENT) },
      '/pki/own.crt',
    )
    expect(issuerOf(found)).toBe('cluster-ca')
  })
})
