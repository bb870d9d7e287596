import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFileTree } from '../../src/disk/read-file-tree.ts'
import { importCluster } from '../../src/import/import-cluster.ts'
import { printNotes } from '../../src/import/report/print-notes.ts'
import { imported, manifest } from './lab.ts'

const SECRET = 'S3CR3T-4f9a'

/** A secret in each kind of file in which one lies on real machines. */
const SECRETS: Readonly<Record<string, string>> = {
  'a Secret': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${'s'}\ndata:\n  token: ${SECRET}\n`,
  'a list with a Secret': `apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Secret\n  data:\n    a: ${SECRET}\nkind: List\n`,
  'a kubeconfig': `apiVersion: v1\nkind: Config\nclusters:\n- name: c\nusers:\n- name: u\n  user:\n    token: ${SECRET}\n`,
  'a private key': `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n-----END RSA PRIVATE KEY-----\n`,
  'a certificate that is none': `-----BEGIN CERTIFICATE-----\n${SECRET}\n-----END CERTIFICATE-----\n`,
  'the configuration of k3s': `token: ${SECRET}\nagent-token: ${SECRET}\nwrite-kubeconfig-mode: "0600"\n`,
  'a machine configuration of Talos': `version: v1alpha1\nmachine:\n  token: ${SECRET}\ncluster:\n  secret: ${SECRET}\n`,
  'variables of k3s': `K3S_TOKEN=${SECRET}\nK3S_URL=https://x\n`,
  'variables of a kubelet': `KUBELET_EXTRA_ARGS="--bootstrap-token=${SECRET}"\n`,
  'variables of a pod': manifest('--authorization-mode=RBAC').concat(
    `    env:\n    - name: PASSWORD\n      value: ${SECRET}\n`,
  ),
  'a flag of a manifest': manifest('--authorization-mode=RBAC', `--etcd-servers=https://u:${SECRET}@e`),
  'a known flag of a manifest': manifest(
    '--authorization-mode=RBAC',
    `--kubelet-certificate-authority=${SECRET}`,
    `--client-ca-file=${SECRET}`,
    `--secure-port=${SECRET}`,
    `--request-timeout=${SECRET}`,
    `--anonymous-auth=${SECRET}`,
    `--authorization-mode=${SECRET.toLowerCase()}`.replace(SECRET.toLowerCase(), 'RBAC'),
  ),
  'a process list': `root 1 0 /usr/bin/kubelet --token=${SECRET} --kubeconfig=/k\n`,
  'a journal': `Nov 27 10:00:00 n k3s[1]: msg="Running kube-apiserver --datastore-endpoint=${SECRET}"\n`,
  'a systemd unit': `[Service]\nEnvironment="K3S_TOKEN=${SECRET}"\nExecStart=/usr/bin/kubelet --token ${SECRET} --config=/c\n`,
  'a token of a service account': `eyJhbGciOiJSUzI1NiJ9.${SECRET}.${SECRET}\n`,
  'a token of k3s': `K10abcdef::server:${SECRET}\n`,
  'a private key without an end': `-----BEGIN RSA PRIVATE KEY-----\n${SECRET}\n`,
  'a file of tokens': `${SECRET},admin,1,system:masters\n`,
  'an InitConfiguration': `apiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration\nbootstrapTokens:\n- token: ${SECRET}\ncertificateKey: ${SECRET}\n`,
  'an annotation': `apiVersion: v1\nkind: Node\nmetadata:\n  name: n\n  annotations:\n    a: ${SECRET}\n`,
  'broken YAML': `apiVersion: v1\nkind: Pod\n  bad: [${SECRET}\n token: "${SECRET}\n`,
  'an alias without an anchor': `apiVersion: v1\nkind: Pod\nspec: *${SECRET}\n`,
  'a tag': `apiVersion: v1\nkind: KubeletConfiguration\nreadOnlyPort: !${SECRET} 1\n`,
  'a key twice': `apiVersion: v1\nkind: KubeletConfiguration\n${SECRET}: 1\n${SECRET}: 2\n`,
  'a KubeletConfiguration': `kind: KubeletConfiguration\nauthorization:\n  mode: ${SECRET}\nreadOnlyPort: ${SECRET}\n`,
  'a ConfigMap': `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\ndata:\n  a: |\n    token: ${SECRET}\n    b: c\n`,
  'a text': `some notes\npassword: ${SECRET}\n`,
}

describe('a secret', () => {
  const names = [
    'cluster.yaml',
    'etc/rancher/k3s/config.yaml',
    'etc/default/kubelet',
    'known_tokens.csv',
    'kubelet.service',
  ]
  for (const [what, text] of Object.entries(SECRETS))
    test(`a secret in ${what} appears in no output, whatever the name of the file`, () => {
      for (const path of names) {
        const { text: scenario, report } = imported({ [path]: text, 'm.yaml': manifest('--authorization-mode=RBAC') })
        expect(`${scenario}${report}`).not.toContain(SECRET)
      }
    })
})

describe('hostile input', () => {
  test('names with line breaks and colons become names of a scenario, and comments stay comments', () => {
    const { text, scenario } = imported({
      'a\nevil: 1\u001b[31m.yaml': manifest('--authorization-mode=RBAC'),
      'nodes.yaml': `apiVersion: v1\nkind: Node\nmetadata:\n  name: "x\\ncluster: {}\\u202e"\nstatus:\n  addresses:\n  - {type: InternalIP, address: "10.0.0.1\\n"}\n`,
    })
    expect(text).not.toMatch(/^evil/m)
    expect(text).not.toContain('\u001b')
    expect(scenario.cluster.nodes.workers.names).toEqual(['x-cluster-'])
  })

  test('names of JavaScript object properties become other names', () => {
    const node = (name: string, address: string) =>
      `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\nstatus:\n  addresses:\n  - {type: InternalIP, address: ${address}}\n`
    const { scenario } = imported({
      'nodes.yaml': [node('__proto__', '10.0.0.1'), node('constructor', '10.0.0.2')].join('---\n'),
      'rbac.yaml':
        'kind: ClusterRoleBinding\nmetadata: { name: b }\nroleRef: { kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: User, name: __proto__ }, { kind: ServiceAccount, name: __proto__, namespace: constructor }]\n',
    })
    expect(scenario.cluster.nodes.workers.names).toEqual(['the-proto', 'the-constructor'])
    expect(Object.keys(scenario.cluster.users)).toEqual(['kubectl-user', 'the-proto-2'])
  })

  test('a name that a node, a user and an assumption share becomes different names', () => {
    const node = (name: string) => `apiVersion: v1\nkind: Node\nmetadata: { name: ${name} }\n`
    const { scenario } = imported({
      'm.yaml': manifest('--authorization-mode=Node,RBAC'),
      'nodes.yaml': ['web', 'web-1', 'kubectl-user', 'jo', 'ci-agent-1'].map(node).join('---\n'),
      'rbac.yaml':
        'kind: ClusterRoleBinding\nmetadata: { name: b }\nroleRef: { kind: ClusterRole, name: cluster-admin }\nsubjects: [{ kind: User, name: jo }, { kind: ServiceAccount, name: agent, namespace: ci }]\n',
    })
    const { nodes, users, pods } = scenario.cluster
    expect(nodes.workers.names).toEqual(['ci-agent-1', 'jo', 'kubectl-user-2', 'the-web', 'the-web-1'])
    expect([Object.keys(users), Object.keys(pods)]).toEqual([
      ['kubectl-user', 'jo-2'],
      ['ci-agent-2', 'web'],
    ])
  })

  test('line numbers in files of several megabytes are those of the file', () => {
    const events = `# ${'x'.repeat(99)}\n`.repeat(25_000)
    const { report } = imported({ 'm.yaml': `${events}${manifest('--authorization-mode=Node,RBAC')}` })
    expect(report).toContain('m.yaml:25012: 1 flags of kube-apiserver (manifest)')
  })

  test('binary, empty and unrelated files are ignored', () => {
    const { report } = imported({
      'm.yaml': manifest('--authorization-mode=RBAC'),
      bin: '\u007fELF\0\0\0\u0001\ufffd\ufffd\ufffd\ufffd',
      'empty.yaml': ' \n',
      'notes.txt': 'hello\n',
    })
    expect(report).toContain('bin:1: a binary file, which is not read')
    expect(report).toContain('empty.yaml:1: the file is empty')
    expect(report).toContain('notes.txt:1: nothing in it concerns the paths')
  })

  test('a broken document is reported with its line, and the others of the file are read', () => {
    const { report, scenario } = imported({
      'all.yaml': `${manifest('--authorization-mode=RBAC', '--anonymous-auth=false')}---\nkind: Pod\n  a: [\n---\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n`,
    })
    expect(report).toMatch(/all\.yaml:1[5-9]: it is not valid YAML here/)
    expect([scenario.cluster.apiserver.flags['anonymous-auth'], scenario.cluster.kubelet.config.readOnlyPort]).toEqual([
      false,
      10255,
    ])
  })

  test('any text under any name is imported as a scenario that loads', () => {
    const folder = fileURLToPath(new URL('../../examples/import/', import.meta.url))
    const examples = readdirSync(folder).flatMap((name) => readFileTree([`${folder}${name}`]).files)
    const path = fc.constantFrom('a.yaml', 'etc/default/kubelet', 'etc/rancher/k3s/config.yaml', 'ps.txt', 'x.crt')
    const damaged = fc
      .tuple(fc.constantFrom(...examples), fc.nat(), fc.nat(40), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([{ text }, at, length, put]) => {
        const start = at % (text.length + 1)
        return `${text.slice(0, start)}${put}${text.slice(start + length)}`
      })
    fc.assert(
      fc.property(fc.array(fc.tuple(path, damaged), { maxLength: 3 }), (files) => {
        const { text, notes } = importCluster(files.map(([name, content]) => ({ path: name, text: content })))
        printNotes(notes)
        // The import itself loads the scenario, and throws if it is invalid.
        expect(text).toMatch(/^# Imported by onpath/)
      }),
      { numRuns: 15 },
    )
  })

  test('the order of imported files does not matter', () => {
    const folder = fileURLToPath(new URL('../../examples/import/kubeadm-hardened', import.meta.url))
    const { files } = readFileTree([folder])
    expect(importCluster(files.toReversed()).text).toBe(importCluster(files).text)
  })
})

describe('a list that lacks objects', () => {
  const node = (name: string) =>
    `- apiVersion: v1\n  kind: Node\n  metadata:\n    name: ${name}\n  status:\n    nodeInfo:\n      kubeletVersion: v1.30.1\n`
  const list = (end: string) => `apiVersion: v1\nitems:\n${node('a')}${node('b')}${end}`
  const json = (metadata: string) =>
    `{"kind":"NodeList","apiVersion":"v1","metadata":{${metadata}},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}`
  const PART = 'the list is a part'
  const CUT = 'the file ends within a list'

  test.each([
    ['kind: List\nmetadata:\n  resourceVersion: ""\n  continue: ""\n', null],
    [
      'kind: List\nmetadata:\n  continue: eyJ2IjoibWV0\n  remainingItemCount: 12\n',
      `${PART}: the apiserver has 12 more objects`,
    ],
    ['kind: List\nmetadata:\n  continue: eyJ2IjoibWV0\n', `${PART}: the apiserver has more objects`],
    ['', CUT],
    ['- apiVersion: v1\n  kind: No', CUT],
  ])('a YAML list that lacks objects is reported with what is missing: %j', (end, expected) => {
    const { report, scenario } = imported({ 'nodes.yaml': list(end) })
    if (expected === null) expect(report).not.toMatch(/the list is|the file ends/)
    else expect(report).toContain(expected)
    expect(scenario.cluster.nodes.workers.names).toEqual(['a', 'b'])
  })

  test('a JSON list that lacks objects is reported with what is missing, and objects before a cut are read', () => {
    const whole = json('"resourceVersion":"7"')
    expect(imported({ 'n.json': whole }).report).not.toMatch(/the list is|the file ends/)
    const part = json('"continue":"eyJ2","remainingItemCount":1')
    expect(imported({ 'n.json': part }).report).toContain(`n.json:1: ${PART}: the apiserver has 1 more object (`)
    for (const length of [whole.length - 2, whole.length - 10]) {
      const { report, scenario } = imported({ 'n.json': whole.slice(0, length) })
      expect(report).toContain(CUT)
      expect(scenario.cluster.nodes.workers.names).toContain('a')
    }
  })
})
