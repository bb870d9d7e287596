import { describe, expect, test } from 'vitest'
import { commentOn, imported, manifest } from './lab.ts'

const APISERVER = { 'cp-1/kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC') }

interface Server {
  readonly kind?: string
  readonly name?: string
  readonly image?: string
  readonly labels?: string
  readonly ports: string
  readonly spec?: string
  readonly args?: string
}

function workload({ kind = 'Deployment', name = 'shop', image = 'shop:1', labels = '{ app: shop }', ...more }: Server) {
  return `apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: prod }
spec:
  template:
    metadata: { labels: ${labels} }
    spec:
      ${more.spec ?? 'dnsPolicy: ClusterFirst'}
      containers:
        - name: main
          image: ${image}
          args: ${more.args ?? '[]'}
          ports: ${more.ports}
`
}

const policy = (spec: string, name = 'policy') => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: prod }
spec: ${spec}
`

const plugin = (image: string) =>
  workload({ kind: 'DaemonSet', name: 'plugin', image, ports: '[]', labels: '{ app: plugin }' })

const CALICO = plugin('docker.io/calico/node:v3.27.0')
const FLANNEL = plugin('docker.io/flannel/flannel:v0.24.2')
const SHOP = workload({ ports: '[{ containerPort: 8080 }]' })

function served(files: Readonly<Record<string, string>>) {
  const { scenario, text, notes, names } = imported({ ...APISERVER, ...files })
  return { pods: scenario.cluster.pods.web, paths: scenario.paths, text, notes, names }
}

describe('servers of pods', () => {
  test('without a file about pods, pods and a port of nodes are assumed', () => {
    const { pods, paths } = served({})
    expect(pods).toEqual({ listens: 8080, assumed: true })
    expect(paths['node-proxy']).toMatchObject({ port: 9100, assumed: true })
  })

  test('a port that a Deployment declares is real, and its line is said', () => {
    const { pods, paths, text, names } = served({ 'all.yaml': SHOP.replace('8080', '8081') })
    expect(pods).toEqual({ listens: 8081 })
    expect(commentOn(text, 'listens:')).toBe('all.yaml:13: Deployment prod/shop')
    expect(names.get('web-1')).toEqual({ kind: 'Server', name: 'Deployment prod/shop' })
    expect(paths['node-proxy']).toMatchObject({ assumed: true })
  })

  test('each port of nodes is a path: of pods on the network of their node, and of a hostPort', () => {
    const exporter = { kind: 'DaemonSet', name: 'exporter', spec: 'hostNetwork: true' }
    const { pods, paths, text } = served({
      'a.yaml': workload({ ...exporter, ports: '[{ containerPort: 9100, name: metrics }]' }),
      'b.yaml': workload({ ports: '[{ containerPort: 80, hostPort: 8088 }]' }),
    })
    expect(pods.assumed).toBe(true)
    expect(paths['node-proxy']).toEqual({ kind: 'apiserver-node', port: 9100 })
    expect(paths['node-proxy-8088']).toEqual({ kind: 'apiserver-node', port: 8088 })
    expect(commentOn(text, 'port: 9100')).toBe('a.yaml:13: DaemonSet prod/exporter')
  })

  test.each([
    ['TLS by its name', '[{ containerPort: 9000, name: https }]'],
    ['TLS by its number', '[{ containerPort: 8443 }]'],
    ['UDP', '[{ containerPort: 9000, protocol: UDP }]'],
    ['a database', '[{ containerPort: 5432 }]'],
  ])('%s is no plain HTTP', (_, ports) => {
    expect(served({ 'a.yaml': workload({ ports }) }).pods.assumed).toBe(true)
  })

  test('a port of the loopback interface and a proxy that asks for a token are not open', () => {
    const loopback = workload({ ports: '[{ containerPort: 9100 }]', args: '[--web.listen-address=127.0.0.1:9100]' })
    expect(served({ 'a.yaml': loopback }).pods.assumed).toBe(true)
    const asking = workload({ ports: '[{ containerPort: 9100 }]', image: 'quay.io/brancz/kube-rbac-proxy:v0.18.0' })
    expect(served({ 'a.yaml': asking }).pods.assumed).toBe(true)
  })

  test('a Deployment without replicas serves nothing', () => {
    const none = SHOP.replace('spec:\n', 'spec:\n  replicas: 0\n')
    expect(served({ 'a.yaml': none }).pods.assumed).toBe(true)
  })

  test('of the pods of a controller the first is read, and each of another one', () => {
    const pod = (name: string, owner: string, port: number) => `- apiVersion: v1
  kind: Pod
  metadata:
    name: ${name}
    namespace: prod
    ownerReferences:
    - apiVersion: apps/v1
      kind: ReplicaSet
      name: ${owner}
      uid: ${owner}-1
  spec:
    hostNetwork: true
    containers:
    - name: main
      image: shop
      ports:
      - containerPort: ${port}
`
    const list = `apiVersion: v1\nitems:\n${pod('a-1', 'a', 8001)}${pod('a-2', 'a', 8001)}${pod('b-1', 'b', 8002)}kind: List\n`
    const { paths, notes } = served({ 'pods.yaml': list })
    expect(Object.keys(paths).filter((name) => name.startsWith('node-proxy'))).toEqual([
      'node-proxy',
      'node-proxy-8002',
    ])
    expect(notes.map(({ message }) => message)).toContain('1 object of kind Pod')
  })
})

describe('NetworkPolicies', () => {
  const DENY = policy('{ podSelector: {} }')
  const isOpen = (...files: readonly string[]) =>
    served(Object.fromEntries(files.map((text, i) => [`${i}.yaml`, text]))).pods.assumed !== true

  test('a policy that selects a pod closes its ports, where the plugin enforces it', () => {
    expect(isOpen(SHOP, CALICO, DENY)).toBe(false)
    expect(isOpen(SHOP, CALICO, DENY.replace('namespace: prod', 'namespace: other'))).toBe(true)
    expect(isOpen(SHOP, CALICO, policy('{ podSelector: { matchLabels: { app: bank } } }'))).toBe(true)
    expect(isOpen(SHOP, CALICO, policy('{ podSelector: {}, policyTypes: [Egress] }'))).toBe(true)
  })

  test('flannel enforces none, and an unknown plugin is not known to', () => {
    const flannel = served({ 'a.yaml': SHOP, 'b.yaml': FLANNEL, 'c.yaml': DENY })
    expect(flannel.pods.assumed).toBeUndefined()
    expect(flannel.notes.map(({ message }) => message)).toContain(
      '1 NetworkPolicy, and flannel does not enforce them (b.yaml:11)',
    )
    const unknown = served({ 'a.yaml': SHOP, 'c.yaml': DENY })
    expect(unknown.pods.assumed).toBeUndefined()
    expect(unknown.notes.filter(({ kind }) => kind === 'unknown').map(({ message }) => message)).toContain(
      'whether a network plugin enforces 1 NetworkPolicy; none is taken to',
    )
  })

  test.each([
    ['from everywhere', '[{}]', true],
    ['from all namespaces', '[{ from: [{ namespaceSelector: {} }] }]', true],
    ['from every address', '[{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }]', true],
    ['from some addresses', '[{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }]', false],
    ['from pods of its namespace', '[{ from: [{ podSelector: {} }] }]', false],
    ['from monitoring', '[{ from: [{ namespaceSelector: { matchLabels: { name: monitoring } } }] }]', false],
    ['to this port', '[{ ports: [{ port: 8080 }] }]', true],
    ['to a range with this port', '[{ ports: [{ port: 8000, endPort: 8100 }] }]', true],
    ['to another port', '[{ ports: [{ port: 8081 }] }]', false],
  ])('ingress %s leaves the port open: %s %s', (_, ingress, open) => {
    expect(isOpen(SHOP, CALICO, policy(`{ podSelector: {}, ingress: ${ingress} }`))).toBe(open)
  })

  test('policies add up', () => {
    expect(isOpen(SHOP, CALICO, DENY, policy('{ podSelector: {}, ingress: [{}] }', 'open'))).toBe(true)
  })

  test('no policy applies to pods on the network of their node', () => {
    const exporter = workload({ ports: '[{ containerPort: 9100 }]', spec: 'hostNetwork: true' })
    const { paths } = served({ 'a.yaml': exporter, 'b.yaml': CALICO, 'c.yaml': DENY })
    expect(paths['node-proxy']).toEqual({ kind: 'apiserver-node', port: 9100 })
  })

  test.each([
    ['rke2', 'v1.29.4+rke2r1', '', false],
    ['rke2 with flannel', 'v1.29.4+rke2r1', 'rke2/config.yaml: cni: flannel', true],
    ['k3s', 'v1.29.4+k3s1', '', false],
    ['k3s without its controller', 'v1.29.4+k3s1', 'k3s/config.yaml: disable-network-policy: true', true],
    ['kubeadm', 'v1.29.4', '', true],
  ])('%s enforces them or not', (_, version, setting, open) => {
    const node = `apiVersion: v1
kind: Node
metadata: { name: node-1 }
status: { nodeInfo: { kubeletVersion: ${version} }, addresses: [{ type: InternalIP, address: 10.0.0.4 }] }
`
    const [file, text] = setting.split(/: (.*)/)
    const more = text === undefined ? {} : { [`etc/rancher/${file}`]: `${text}\n` }
    const { pods } = served({ 'a.yaml': SHOP, 'c.yaml': DENY, 'nodes.yaml': node, ...more })
    expect(pods.assumed !== true).toBe(open)
  })
})
