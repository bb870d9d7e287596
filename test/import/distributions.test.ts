import { describe, expect, test } from 'vitest'
import { commentOn, imported, manifest } from './lab.ts'

const K3S_FLAGS = [
  '--advertise-address=10.0.0.1 --advertise-port=6443 --allow-privileged=true --anonymous-auth=false',
  '--authorization-mode=Node,RBAC --bind-address=127.0.0.1 --client-ca-file=/var/lib/rancher/k3s/server/tls/client-ca.crt',
  '--enable-admission-plugins=NodeRestriction --etcd-servers=unix://kine.sock --profiling=false --storage-backend=etcd3',
  '--kubelet-certificate-authority=/var/lib/rancher/k3s/server/tls/server-ca.crt --secure-port=6444',
  '--kubelet-client-certificate=/var/lib/rancher/k3s/server/tls/client-kube-apiserver.crt',
  '--service-cluster-ip-range=10.43.0.0/16 --service-account-issuer=https://kubernetes.default.svc.cluster.local',
].join(' ')
const EGRESS = '--egress-selector-config-file=/var/lib/rancher/k3s/server/etc/egress-selector-config.yaml'
const K3S_NODES = `kind: Node
apiVersion: v1
metadata: { name: agent-1 }
status: { nodeInfo: { kubeletVersion: v1.30.4+k3s1 } }
`
const journal = (flags: string) =>
  `Nov 01 10:00:00 server-1 k3s[812]: time="x" level=info msg="Running kube-apiserver ${flags}"\n`

/** Returns the paths that are modelled. */
function modelled(files: Readonly<Record<string, string>>): readonly string[] {
  const { scenario } = imported({ 'nodes.yaml': K3S_NODES, ...files })
  return Object.entries<{ 'not-modelled'?: string }>(scenario.paths).flatMap(([name, path]) =>
    path['not-modelled'] === undefined ? [name] : [],
  )
}

describe('the tunnels of k3s and RKE2', () => {
  test('the tunnels of k3s and RKE2 exist by default and in mode agent, and carry connections to kubelets', () => {
    const paths = modelled({ 'server-1/journal.txt': journal(`${K3S_FLAGS} ${EGRESS}`) })
    expect(paths).toContain('pod-proxy')
    expect(paths).not.toContain('logs')
  })

  test.each(['pod', 'cluster'])(
    'the tunnels of k3s and RKE2 carry connections to pods and services too in mode %s',
    (mode) => {
      const paths = modelled({
        'server-1/ps.txt': `root 1 0 0 Nov01 ? 00:00:01 /usr/local/bin/k3s server --egress-selector-mode=${mode} --x\n`,
      })
      for (const name of ['logs', 'node-proxy', 'pod-proxy', 'service-proxy']) expect(paths).not.toContain(name)
    },
  )

  test('the tunnels of k3s and RKE2 are off if the whole command line has no selector, as with mode disabled', () => {
    expect(modelled({ 'server-1/journal.txt': journal(K3S_FLAGS) })).toContain('logs')
    expect(modelled({ 'server-1/journal.txt': journal('--authorization-mode=Node,RBAC') })).not.toContain('logs')
  })
})

test('the tunnels of RKE2 exist if its apiserver runs with the selector, whatever a setting says', () => {
  const files = (selector: string) => ({
    'nodes.yaml': K3S_NODES.replace('k3s1', 'rke2r1'),
    's/rke2-config.yaml': 'cni: canal\negress-selector-mode: disabled\n',
    's/kube-apiserver.yaml': manifest(
      '--authorization-mode=RBAC',
      '--egress-selector-config-file=/var/lib/rancher/rke2/server/etc/egress-selector-config.yaml',
    ),
    's/egress.yaml': `apiVersion: apiserver.k8s.io/v1beta1\nkind: EgressSelectorConfiguration\negressSelections:\n- { name: cluster, connection: ${selector} }\n`,
  })
  const tunnelled = files('{ proxyProtocol: HTTPConnect, transport: { tcp: { url: "https://127.0.0.1:9345" } } }')
  expect(modelled(tunnelled)).not.toContain('logs')
  expect(imported(tunnelled).report).toContain(
    'rke2-config.yaml:2: egress-selector-mode is disabled, and the apiserver',
  )
  expect(modelled(files('{ proxyProtocol: Direct }'))).toContain('logs')
})

test.each([
  ['k3s', { 'etc/rancher/k3s/config.yaml': 'flannel-backend: wireguard-native\n' }],
  ['k3s', { 'ps.txt': 'root 1 0 /usr/local/bin/k3s server --flannel-backend=wireguard-native --cluster-init\n' }],
  [
    'flannel itself',
    {
      'f.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kube-flannel-cfg }\ndata:\n  net-conf.json: |\n    { "Backend": { "Type": "wireguard" } }\n',
    },
  ],
])('flannel’s encryption between nodes is reported, by the settings of %s', (_, files) => {
  expect(imported(files).report).toContain('the network plugin encrypts traffic: flannel, wireguard')
})

describe('the settings of k3s', () => {
  const CONFIG = 'server-1/etc/rancher/k3s/config.yaml'
  const flagsOf = (files: Readonly<Record<string, string>>) =>
    imported({ 'nodes.yaml': K3S_NODES, ...files }).scenario.cluster.apiserver.flags

  test('a drop-in of k3s replaces settings of the file, or adds to them with +', () => {
    const base = 'kube-apiserver-arg: [anonymous-auth=true]\n'
    const more = (key: string) => ({ [CONFIG]: base, [`${CONFIG}.d/10.yaml`]: `${key}: [max-requests-inflight=100]\n` })
    expect(flagsOf(more('kube-apiserver-arg'))).toMatchObject({ 'anonymous-auth': false, 'max-requests-inflight': 100 })
    expect(flagsOf(more('kube-apiserver-arg+'))).toMatchObject({ 'anonymous-auth': true, 'max-requests-inflight': 100 })
  })

  test('settings on the command line of k3s come after those of files, and a list keeps file items only with +=', () => {
    const unit = (argument: string) => `[Service]
ExecStart=/usr/local/bin/k3s \\
    server \\
\t'--kube-apiserver-arg' \\
\t'${argument}' \\

`
    const plugins = (argument: string) =>
      flagsOf({
        [CONFIG]: 'kube-apiserver-arg: [anonymous-auth=true]\n',
        'server-1/etc/systemd/system/k3s.service': unit(argument),
      })
    expect(plugins('anonymous-auth=false')['anonymous-auth']).toBe(false)
    expect(plugins('enable-admission-plugins=DenyServiceExternalIPs')).toMatchObject({
      'anonymous-auth': true,
      'enable-admission-plugins': ['DenyServiceExternalIPs'],
    })
    expect(plugins('max-requests-inflight=100')).toMatchObject({ 'anonymous-auth': true, 'max-requests-inflight': 100 })
    expect(plugins('enable-admission-plugins+=DenyServiceExternalIPs')['enable-admission-plugins']).toEqual([
      'NodeRestriction',
      'DenyServiceExternalIPs',
    ])
  })
})

test('a unit of kube-apiserver is read with the variables of its files, each flag with its own line', () => {
  const { scenario, text } = imported({
    'm/usr/lib/systemd/system/kube-apiserver.service': `[Service]
EnvironmentFile=-/etc/kubernetes/apiserver
ExecStart=/usr/bin/kube-apiserver \\
  --authorization-mode=Node,RBAC \\
  # what follows is read too
  --anonymous-auth=false \\
  $KUBE_API_ARGS
`,
    'm/etc/kubernetes/apiserver': 'KUBE_API_ARGS="--kubelet-certificate-authority=/srv/ca.crt"\n',
  })
  expect(scenario.cluster.apiserver.flags['kubelet-certificate-authority']).toBe('cluster-ca')
  expect(commentOn(text, 'anonymous-auth: false')).toBe('m/usr/lib/systemd/system/kube-apiserver.service:6')
  expect(commentOn(text, 'kubelet-certificate-authority')).toBe('m/etc/kubernetes/apiserver:1')
})

describe('k0s', () => {
  const unit = (command: string) => ({ 'etc/systemd/system/k0s.service': `[Service]\nExecStart=${command}\n` })

  test('k0s has Konnectivity, but not as a single node', () => {
    const egressOf = (command: string) =>
      imported(unit(command)).scenario.cluster.apiserver.flags['egress-selector-config-file']
    expect(egressOf('/usr/local/bin/k0s controller --config=/etc/k0s/k0s.yaml')).toBe('konnectivity')
    expect(egressOf('/usr/local/bin/k0s controller --single')).toBe(undefined)
    expect(egressOf('/usr/local/bin/k0s controller --disable-components=konnectivity-server')).toBe(undefined)
  })

  test('k0s starts a Konnectivity server that prefers the agent on the destination and reviews its token', () => {
    const { text } = imported(unit('/usr/local/bin/k0s controller --config=/etc/k0s/k0s.yaml'))
    expect(text).toContain('strategy: destHost # assumed: as k0s')
    expect(text).toContain('authentication: token # assumed: as k0s')
  })

  test('k0s gives kubelets the flags of --kubelet-extra-args, also by k0sctl', () => {
    const anonymous = (files: Readonly<Record<string, string>>) =>
      imported(files).scenario.cluster.kubelet.flags?.['anonymous-auth']
    expect(anonymous(unit('/usr/local/bin/k0s worker --kubelet-extra-args="--anonymous-auth=true --v=2"'))).toBe(true)
    const k0sctl = `apiVersion: k0sctl.k0sproject.io/v1beta1
kind: Cluster
spec:
  hosts:
  - role: worker
    installFlags: ['--kubelet-extra-args="--anonymous-auth=true"']
  k0s: { version: 1.30.2+k0s.0 }
`
    expect(anonymous({ 'k0sctl.yaml': k0sctl })).toBe(true)
  })
})

test('a worker profile of k0s applies to machines whose command line names it, and is asked about if none does', () => {
  const config = `apiVersion: k0s.k0sproject.io/v1beta1
kind: ClusterConfig
spec:
  workerProfiles:
  - name: open
    values:
      readOnlyPort: 10255
`
  const unit = (profile: string) =>
    `[Service]\nExecStart=/usr/local/bin/k0s worker --profile=${profile} --token-file=/t\n`
  const node = 'kind: Node\nmetadata: { name: worker-9 }\n'
  const of = (profile: string) =>
    imported({
      'ctl/etc/k0s/k0s.yaml': config,
      'nodes.yaml': node,
      'worker-9/etc/systemd/system/k0sworker.service': unit(profile),
    })
  expect(of('open').scenario.cluster.kubelet.config.readOnlyPort).toBe(10255)
  expect(commentOn(of('open').text, 'readOnlyPort')).toBe('ctl/etc/k0s/k0s.yaml:7')
  expect(of('other').scenario.cluster.kubelet.config.readOnlyPort).toBe(0)
  expect(of('other').report).toContain('the workers that have the profile open')
})

test('fields that k0s and Talos merge into the configuration apply beside a whole command line without --config-dir', () => {
  const k0s = imported({
    'ctl/etc/k0s/k0s.yaml': `apiVersion: k0s.k0sproject.io/v1beta1
kind: ClusterConfig
spec:
  network: { provider: calico, calico: { wireguard: true } }
  workerProfiles: [{ name: open, values: { readOnlyPort: 10255 } }]
`,
    'w/ps.txt': `root  800  1  1 Jun01 ?  00:10:00 /usr/local/bin/k0s worker --profile=open
root  880  800  2 Jun01 ?  00:20:00 /var/lib/k0s/bin/kubelet --config=/run/k0s/kubelet/config.yaml --kubeconfig=/k
`,
  })
  expect(k0s.scenario.cluster.kubelet.config.readOnlyPort).toBe(10255)
  expect(k0s.report).not.toContain('no --config-dir')
  expect(k0s.report).toContain('ctl/etc/k0s/k0s.yaml:4: the network plugin encrypts traffic: Calico WireGuard')
  const talos = imported({
    'worker.yaml': `version: v1alpha1
machine: { type: worker, kubelet: { extraConfig: { readOnlyPort: 10255 } } }
`,
    'ps.txt':
      'root  880  1  2 Jun01 ?  00:20:00 /usr/local/bin/kubelet --config=/etc/kubernetes/kubelet.yaml --kubeconfig=/k\n',
  })
  expect(talos.scenario.cluster.kubelet.config.readOnlyPort).toBe(10255)
})

test('kubelets of EKS and k0s that do not request a certificate sign their own', () => {
  const config = (kind: string) => `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${kind}`
  const of = (files: Readonly<Record<string, string>>) => imported(files).scenario.cluster.kubelet['server-certificate']
  const eks = (fields: string) =>
    of({
      'nodes.yaml': 'kind: Node\nmetadata: { name: n1, labels: { eks.amazonaws.com/nodegroup: a } }\n',
      'n1/config.yaml': config(fields),
    })
  expect(eks('serverTLSBootstrap: true\n')).toBe('issued')
  expect(eks('serverTLSBootstrap: false\n')).toBe('self-signed')
  expect(eks('readOnlyPort: 0\n')).toBe('self-signed')
  const k0s = (values: string) =>
    of({
      'k0s.yaml': `apiVersion: k0s.k0sproject.io/v1beta1
kind: ClusterConfig
spec: { workerProfiles: [{ name: default, values: { ${values} } }] }
`,
      'w/ps.txt': 'root  800  1  1 Jun01 ?  00:10:00 /usr/local/bin/k0s worker --token-file=/t\n',
    })
  expect(k0s('readOnlyPort: 0')).toBe('issued')
  expect(k0s('serverTLSBootstrap: false')).toBe('self-signed')
})

test('settings of Bottlerocket say whether kubelets request their certificates', () => {
  const serving = (settings: string) =>
    imported({ 'nodes.yaml': 'kind: Node\nmetadata: { name: n1 }\n', 'n1/user-data.toml': settings })
  const off = serving('[settings.kubernetes]\napi-server = "https://x"\nserver-tls-bootstrap = false # none\n')
  expect(off.scenario.cluster.kubelet).toMatchObject({
    config: { authentication: { anonymous: { enabled: false } } },
    flags: { 'rotate-server-certificates': false },
    'server-certificate': 'self-signed',
  })
  expect(commentOn(off.text, 'rotate-server-certificates')).toBe('n1/user-data.toml:3')
  expect(serving('settings.kubernetes.max-pods = 20\n').scenario.cluster.kubelet['server-certificate']).toBe('issued')
  expect(serving('[settings.kubernetes]\nserver-certificate = "S3CR3T"\n').report).toContain(
    'n1/user-data.toml:2: server-certificate of Bottlerocket',
  )
  expect(serving('settings.kubernetes.authentication-mode = "tls"\n').text).not.toContain('EKS')
})

test('settings of Bottlerocket with a bootstrap token are of another cluster, whose kubelets request no certificate', () => {
  const of = (settings: string) =>
    imported({ 'nodes.yaml': 'kind: Node\nmetadata: { name: n1 }\n', 'n1/user-data.toml': settings })
  const other = of('["settings".kubernetes]\n"api-server" = "https://x"\nbootstrap-token = "S3.CR3T"\n')
  expect(other.text).not.toContain('EKS')
  expect(`${other.text}${other.report}`).not.toContain('CR3T')
  expect(other.scenario.cluster.kubelet['server-certificate']).toBe('self-signed')
  expect(commentOn(other.text, 'rotate-server-certificates')).toBe('n1/user-data.toml:3')
  expect(other.report).toContain('n1/user-data.toml:3: bootstrap-token of Bottlerocket: the node belongs to a cluster')
  const tables = of(
    '[settings.\'kubernetes\'.node-labels]\n"a.b" = "c"\n[[settings.kubernetes.things]]\nserver-tls-bootstrap = false\n',
  )
  expect(tables.text).toContain('EKS')
  expect(tables.scenario.cluster.kubelet['server-certificate']).toBe('issued')
})

test('the fields of a kops cluster are read as flags', () => {
  const { scenario } = imported({
    'cluster.yaml': `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
spec:
  kubernetesVersion: 1.29.4
  authorization: { alwaysAllow: {} }
  kubeAPIServer: { anonymousAuth: true, kubeletCertificateAuthority: /srv/kubernetes/ca.crt }
  kubelet: { readOnlyPort: 10255 }
`,
  })
  const { apiserver, kubelet } = scenario.cluster
  expect(scenario.kubernetes).toBe('1.29')
  expect(apiserver.flags).toMatchObject({
    'anonymous-auth': true,
    'authorization-mode': ['AlwaysAllow'],
    'kubelet-certificate-authority': 'cluster-ca',
  })
  expect(kubelet.flags).toEqual({ 'read-only-port': 10255 })
})

describe('nodes of EKS and GKE', () => {
  const config =
    'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config: { readOnlyPort: 10255 }\n'

  test.each([
    ['NodeConfig', config],
    [
      'user data of several parts',
      `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: application/node.eks.aws\n\n---\n${config}\n--B\nContent-Type: text/x-shellscript\n\n#!/bin/bash\necho hunter2 | passwd\n--B--\n`,
    ],
  ])('nodes of EKS have the settings of %s over those of EKS', (_, text) => {
    const { scenario, report } = imported({ 'user-data.txt': text }, { kubernetes: '1.30' })
    expect(scenario.cluster.kubelet.config).toMatchObject({ readOnlyPort: 10255, serverTLSBootstrap: true })
    expect(report).not.toContain('hunter2')
  })

  test('nodes of EKS have the flags that bootstrap.sh passes on', () => {
    const script = "#!/bin/bash\n/etc/eks/bootstrap.sh c \\\n  --kubelet-extra-args '--read-only-port=10255'\n"
    const { scenario, text } = imported({ 'user-data.sh': script }, { kubernetes: '1.30' })
    expect(scenario.cluster.kubelet.flags).toEqual({ 'read-only-port': 10255 })
    expect(commentOn(text, 'read-only-port')).toBe('user-data.sh:3')
  })

  test('nodes of GKE have the kubelet flags of kube-env, whose keys are not read', () => {
    const { scenario, text, report } = imported({
      'kube-env.yaml':
        'KUBELET_ARGS: --v=2 --kubeconfig=/x --read-only-port=10255\nKUBELET_KEY: S3CR3T\nKUBERNETES_MASTER_NAME: 10.0.0.1\n',
    })
    expect(scenario.cluster.kubelet.flags).toEqual({ 'read-only-port': 10255 })
    expect(scenario.cluster.kubelet.config.authentication.anonymous.enabled).toBe(false)
    expect(report).toContain('KUBELET_KEY, which are secret and not read')
    expect(`${text}${report}`).not.toContain('S3CR3T')
  })
})

describe('flags of kubeadm for kubelets', () => {
  const of = (kind: string, rest = '') =>
    `apiVersion: kubeadm.k8s.io/v1beta3\nkind: ${kind}\n${rest}nodeRegistration:\n  kubeletExtraArgs:\n    read-only-port: "10255"\n`

  test.each([
    ['InitConfiguration are those of a control plane', of('InitConfiguration'), undefined],
    [
      'JoinConfiguration with a control plane too',
      of('JoinConfiguration', 'controlPlane: { certificateKey: a }\n'),
      undefined,
    ],
    ['any other JoinConfiguration are those of workers', of('JoinConfiguration'), { 'read-only-port': 10255 }],
  ])('flags of kubeadm for kubelets are read in %s', (_, text, flags) => {
    expect(imported({ 'kubeadm.yaml': text }).scenario.cluster.kubelet.flags).toEqual(flags)
  })
})

test('an apiserver without a client certificate is anonymous to kubelets, and the report says what fails', () => {
  const { scenario, report } = imported({
    'ps.txt': 'root 1 0 kube-apiserver --authorization-mode=Node,RBAC --client-ca-file=/ca.crt\n',
  })
  expect(scenario.cluster.apiserver.flags['kubelet-client-certificate']).toBe('')
  expect(report).toContain('kube-apiserver has no --kubelet-client-certificate, so that it is anonymous to kubelets')
})

test('addresses of IPv6 are reported as read and not modelled', () => {
  const node = (name: string, ...addresses: readonly string[]) =>
    `kind: Node\napiVersion: v1\nmetadata: { name: ${name} }\nstatus: { addresses: [${addresses.map((one) => `{ type: InternalIP, address: "${one}" }`).join(', ')}] }\n`
  const reportOf = (...addresses: readonly string[]) => imported({ 'n.yaml': node('a', ...addresses) }).report
  expect(reportOf('fd00::1', '10.0.0.1')).toContain('the apiserver dials the first one, which is IPv6')
  expect(reportOf('10.0.0.1', 'fd00::1')).toContain(
    'nodes have addresses of IPv4 and IPv6: IPv6 is read and not modelled',
  )
  expect(reportOf('fd00::1')).toContain('nodes have addresses of IPv6 alone: read, and not modelled')
  expect(reportOf('10.0.0.1')).not.toContain('IPv6')
})

describe('bindings', () => {
  const binding = (kind: string, name: string, role: string) =>
    `kind: ClusterRoleBinding\nmetadata: { name: b }\nroleRef: { kind: ClusterRole, name: ${role} }\nsubjects: [{ kind: ${kind}, name: "${name}" }]\n`
  const bound = (...documents: readonly string[]) =>
    imported({ 'm.yaml': manifest('--authorization-mode=Node,RBAC'), 'rbac.yaml': documents.join('---\n') })

  test('bindings of anonymous users, and of all users, service accounts or nodes, are permissions of groups', () => {
    const groups = (kind: string, name: string) => bound(binding(kind, name, 'cluster-admin')).scenario.cluster.groups
    const all = { rules: [{ verbs: ['*'], resources: ['*'] }] }
    expect(groups('User', 'system:anonymous')).toEqual({ 'system:unauthenticated': all })
    expect(groups('Group', 'system:authenticated')).toEqual({ 'system:authenticated': all })
    expect(groups('Group', 'system:serviceaccounts:ci')).toEqual({ 'system:serviceaccounts:ci': all })
    expect(groups('Group', 'ops')).toBeUndefined()
  })

  test('bindings to roles of Kubernetes need no role files, and bindings to other roles request them', () => {
    const { scenario, report } = bound(binding('User', 'jo', 'system:kubelet-api-admin'), binding('User', 'al', 'ours'))
    expect(scenario.cluster.users.jo.rules).toContainEqual({ verbs: ['*'], resources: ['nodes/proxy'] })
    expect(report).toContain('rbac.yaml:6: the rules of the ClusterRole ours, which b binds; none are taken')
  })

  test('bindings to roles that impersonate others are reported as not modelled', () => {
    const role =
      'kind: ClusterRole\nmetadata: { name: imp }\nrules: [{ apiGroups: [""], resources: [users], verbs: [impersonate] }]\n'
    expect(bound(binding('User', 'jo', 'imp'), role).report).toContain('User jo may impersonate')
  })
})

describe('files of other installers', () => {
  const join = (flags: string) => `    joinConfiguration: { nodeRegistration: { kubeletExtraArgs: { ${flags} } } }\n`

  test('flags of Cluster API for control planes and workers are kept apart', () => {
    const { scenario } = imported({
      'kcp.yaml': `apiVersion: controlplane.cluster.x-k8s.io/v1beta1
kind: KubeadmControlPlane
spec:
  version: v1.29.4
  kubeadmConfigSpec:
    clusterConfiguration: { apiServer: { extraArgs: { anonymous-auth: "false" } } }
${join('read-only-port: "1"')}---
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfigTemplate
spec:
  template:
   spec:
${join('read-only-port: "10255"')}`,
    })
    const { apiserver, kubelet } = scenario.cluster
    expect([scenario.kubernetes, apiserver.flags['anonymous-auth'], kubelet.flags['read-only-port']]).toEqual([
      '1.29',
      false,
      10255,
    ])
  })

  test('patches of kind are documents of kubeadm, with their lines', () => {
    const { scenario, text } = imported({
      'kind.yaml': `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
  image: kindest/node:v1.30.0@sha256:0473
  kubeadmConfigPatches:
  - |
    kind: ClusterConfiguration
    apiServer:
      extraArgs:
        anonymous-auth: "false"
`,
    })
    expect(scenario.kubernetes).toBe('1.30')
    expect(commentOn(text, 'anonymous-auth: false')).toBe('kind.yaml:11')
  })

  test('files that cloud-init writes are read, and keys in them are not', () => {
    const { text, report } = imported({
      'user-data': `#cloud-config
write_files:
- path: /etc/kubernetes/pki/ca.key
  content: |
    -----BEGIN RSA PRIVATE KEY-----
    S3CR3T
    -----END RSA PRIVATE KEY-----
- path: /run/kubeadm/kubeadm.yaml
  content: |
    apiVersion: kubeadm.k8s.io/v1beta4
    kind: ClusterConfiguration
    apiServer:
      extraArgs:
      - name: anonymous-auth
        value: "false"
- path: /etc/default/kubelet
  encoding: gzip
  content: x
`,
    })
    expect(commentOn(text, 'anonymous-auth: false')).toBe('user-data:14')
    expect(report).toContain('user-data:5: a private key, which is not read')
    expect(report).toContain('user-data:17: a packed file, which is not read')
    expect(`${text}${report}`).not.toContain('S3CR3T')
  })

  test('files with flags of MicroK8s are command lines of the programs after which they are named', () => {
    const folder = 'var/snap/microk8s/current/args'
    const { scenario, text } = imported({
      [`${folder}/kube-apiserver`]:
        "--authorization-mode=AlwaysAllow\n# a comment\n--service-account-issuer='https://x'\n",
      [`${folder}/kubelet`]: '--anonymous-auth=false\n--read-only-port=0\n',
    })
    expect(scenario.cluster.kubelet.flags).toMatchObject({
      'anonymous-auth': false,
      'authorization-mode': 'AlwaysAllow',
    })
    expect(commentOn(text, 'authorization-mode: [')).toBe(`${folder}/kube-apiserver:1`)
  })
})

test('pods that are not relevant are counted and not read, in a list and in a manifest', () => {
  const pod = (name: string, image: string) =>
    `- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: ${name}\n  spec:\n    containers:\n    - image: ${image}\n`
  const { report } = imported({
    'pods.yaml': `apiVersion: v1\nitems:\n${pod('a', 'nginx')}${pod('b', 'nginx')}${pod('c', 'ghcr.io/x/kubelet-csr-approver:v1')}kind: List\n`,
    'kube-vip.yaml': pod('kube-vip', 'ghcr.io/kube-vip/kube-vip:v0.6.4').replace(/^../gm, ''),
    'm.yaml': manifest('--authorization-mode=RBAC'),
  })
  expect(report).toContain('2 objects of kind Pod')
  expect(report).toContain('kube-vip.yaml:1: 1 object of kind Pod')
})

describe('MicroK8s without the files of its flags', () => {
  const node = (labels: string) =>
    `kind: Node\napiVersion: v1\nmetadata: { name: a, labels: { ${labels} } }\nstatus: { nodeInfo: { kubeletVersion: v1.30.1 } }\n`

  test.each([
    ['a label of its nodes', { 'nodes.yaml': node('microk8s.io/cluster: "true"') }],
    [
      'its one program',
      {
        'nodes.yaml': node('x: y'),
        'ps.txt': 'root 812 1 3 Nov01 ? 00:01:00 /snap/microk8s/6089/kubelite --kubelet-args-file=/var/snap/x\n',
      },
    ],
  ])('MicroK8s without its flag files has default flags, recognized by %s, and the files are requested', (_, files) => {
    const { scenario, report } = imported(files)
    expect(scenario.cluster.apiserver.flags).toMatchObject({ 'authorization-mode': ['AlwaysAllow'] })
    expect(scenario.cluster.kubelet.config.authorization).toEqual({ mode: 'AlwaysAllow' })
    expect(report).toContain('whether the add-on rbac is on')
    expect(report).toContain('add /var/snap/microk8s/current/args/kube-apiserver and kubelet')
  })

  test('kubelets of MicroK8s have certificates of its CA if its apiserver verifies them, else their own', () => {
    const servingWith = (...flags: readonly string[]) => {
      const args = ['--authorization-mode=AlwaysAllow', ...flags].join('\n')
      const { scenario, report } = imported({
        'nodes.yaml': node('microk8s.io/cluster: "true"'),
        'args/kube-apiserver': `${args}\n`,
      })
      return [scenario.cluster.kubelet['server-certificate'], report.includes('fail with an error of x509')]
    }
    expect(servingWith('--kubelet-certificate-authority=/var/snap/microk8s/current/certs/ca.crt')).toEqual([
      'issued',
      false,
    ])
    expect(servingWith()).toEqual(['self-signed', false])
  })
})

describe('versions', () => {
  const nodes = (...minors: readonly number[]) =>
    minors
      .map(
        (minor) =>
          `kind: Node\napiVersion: v1\nmetadata: { name: of-${minor} }\nstatus: { nodeInfo: { kubeletVersion: v1.${minor}.2 } }\n`,
      )
      .join('---\n')
  const reportOf = (apiserver: number, ...minors: readonly number[]) =>
    imported({
      'm.yaml': manifest('--authorization-mode=RBAC').replace('v1.29.4', `v1.${apiserver}.4`),
      'nodes.yaml': nodes(...minors),
    }).report

  test('kubelets up to three releases older than the apiserver are supported from 1.28 on, before that up to two', () => {
    expect(reportOf(28, 28, 27, 26, 25)).not.toContain('kubelets are')
    expect(reportOf(28, 28, 24)).toContain(
      'nodes.yaml:9: kubelets are more than three minor releases older than the apiserver: of-24 (1.24); the apiserver is 1.28',
    )
    expect(reportOf(27, 25)).not.toContain('kubelets are')
    expect(reportOf(27, 24)).toContain('kubelets are more than two minor releases older than the apiserver: of-24')
  })

  test('kubelets newer than the apiserver are reported', () => {
    expect(reportOf(29, 29)).not.toContain('kubelets are')
    expect(reportOf(29, 30)).toContain('kubelets are newer than the apiserver: of-30 (1.30); the apiserver is 1.29')
  })

  test('apiservers of different versions are reported, and more than one release apart as not supported', () => {
    const both = (minor: number) =>
      imported({
        'cp-1/m.yaml': manifest('--anonymous-auth=false'),
        'cp-2/m.yaml': manifest('--anonymous-auth=false').replace('v1.29.4', `v1.${minor}.1`),
      }).report
    expect(both(29)).not.toContain('this apiserver is')
    expect(both(30)).toContain('cp-2/m.yaml:12: this apiserver is 1.30, and that of cp-1/m.yaml:12 is 1.29')
    expect(both(30)).not.toContain('supports one minor release')
    expect(both(31)).toContain('Kubernetes supports one minor release between them')
  })
})

test('pod address ranges are reported as not relevant, and a node whose address is in one is reported', () => {
  const node = (name: string, address: string, spec: string) =>
    `kind: Node\napiVersion: v1\nmetadata: { name: ${name} }\nspec: { ${spec} }\nstatus:\n  addresses: [{ type: InternalIP, address: ${address} }]\n`
  const { report } = imported({
    'nodes.yaml': [
      node('a', '10.244.1.255', "podCIDR: 10.244.0.0/24, podCIDRs: [10.244.0.0/24, 'fd00::/64']"),
      node('b', '10.244.2.0', 'podCIDR: 10.244.1.0/24'),
    ].join('---\n'),
  })
  expect(report).toContain('nodes.yaml:4: the ranges of pod addresses of 2 nodes')
  expect(report).toContain('nodes.yaml:6: the address 10.244.1.255 of a is in the range of pods 10.244.1.0/24')
  expect(report).not.toContain('10.244.2.0 of b')
})

describe('RKE', () => {
  const config = (more: string) => `nodes:
- address: 203.0.113.11
  internal_address: 10.1.0.11
  role: [controlplane, etcd]
  hostname_override: cp-1
  ssh_key: |-
    -----BEGIN RSA PRIVATE KEY-----
    S3CR3T
    -----END RSA PRIVATE KEY-----
- address: 203.0.113.21
  role: [worker]
services:
  kube-api:
    extra_args: { anonymous-auth: "true" }
    extra_args_array: { max-requests-inflight: ["700"] }
  kubelet:
    extra_args: { read-only-port: "10255" }
${more}kubernetes_version: v1.26.4-rancher2-1
`

  test('a cluster of RKE has default flags, those of its configuration, and its nodes; the key in it is not read', () => {
    const { scenario, text, report } = imported({ 'cluster.yml': config('') })
    expect(scenario.kubernetes).toBe('1.26')
    expect(scenario.cluster.apiserver.flags).toMatchObject({
      'anonymous-auth': true,
      'authorization-mode': ['Node', 'RBAC'],
      'kubelet-certificate-authority': '',
      'max-requests-inflight': 700,
    })
    expect(scenario.cluster.kubelet).toMatchObject({
      flags: { 'read-only-port': 10255 },
      'server-certificate': 'self-signed',
    })
    expect(scenario.hosts).toMatchObject({ master: { addresses: ['10.1.0.11', '203.0.113.11'] } })
    expect(scenario.cluster.nodes.workers.names).toEqual(['203-0-113-21'])
    expect(report).toContain('cluster.yml:7: a private key, which is not read')
    expect(`${text}${report}`).not.toContain('S3CR3T')
  })

  test('a cluster of RKE verifies kubelets if it generates their serving certificates', () => {
    const { scenario, text } = imported({ 'cluster.yml': config('    generate_serving_certificate: true\n') })
    expect(scenario.cluster.apiserver.flags).toMatchObject({ 'kubelet-certificate-authority': 'cluster-ca' })
    expect(commentOn(text, 'kubelet-certificate-authority:')).toBe('cluster.yml:18')
    expect(scenario.cluster.kubelet['server-certificate']).toBe('issued')
  })

  test('a cluster of RKE allows everything with another authorization mode than rbac', () => {
    const { scenario } = imported({ 'cluster.yml': config('authorization: { mode: none }\n') })
    expect(scenario.cluster.apiserver.flags['authorization-mode']).toEqual(['AlwaysAllow'])
  })

  test('a cluster of RKE has the command lines that docker prints, except truncated ones and variables', () => {
    const line = (command: string) =>
      `0c9b1   rancher/hyperkube:v1.26.4-rancher2   "/opt/rke-tools/entrypoint.sh ${command}"   2 weeks ago   Up 2 weeks   x\n`
    const { scenario, report } = imported({
      'cp-1/ps.txt': line('kube-apiserver --authorization-mode=Node,RBAC --secure-port=6444 --allow-privileged'),
      'w/inspect.json': JSON.stringify([
        {
          Path: '/opt/rke-tools/entrypoint.sh',
          Args: ['kubelet', '--anonymous-auth=false', '--read-only-port=0'],
          Config: { Env: ['KEY=S3CR3T'], Image: 'rancher/hyperkube:v1.26.4-rancher2' },
        },
      ]),
      'x/ps.txt': line('kubelet --anonymous-a…'),
    })
    expect(scenario.kubernetes).toBe('1.26')
    expect(scenario.cluster.apiserver.flags).toMatchObject({ 'secure-port': 6444 })
    expect(scenario.cluster.kubelet.flags).toMatchObject({
      'anonymous-auth': false,
      'authorization-mode': 'AlwaysAllow',
    })
    expect(report).toContain('x/ps.txt:1: a command line of kubelet that is cut off')
    expect(report).not.toContain('S3CR3T')
  })
})
