import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { importCluster } from '../../src/import/import-cluster.ts'
import { Machines } from '../../src/import/machines.ts'
import { imported, manifest } from './lab.ts'

const apiserver = { 'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC') }
const config = (body: string) => `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${body}`
const kubeletOf = (files: Readonly<Record<string, string>>) =>
  imported({ ...apiserver, ...files }).scenario.cluster.kubelet

describe('a kubelet', () => {
  test('a kubelet without --config has the legacy defaults, which allow anonymous access', () => {
    const { flags, config: file } = kubeletOf({ 'ps.txt': 'root 1 0 kubelet --kubeconfig=/k --node-ip=10.0.0.1\n' })
    expect([file, flags['anonymous-auth'], flags['authorization-mode'], flags['read-only-port']]).toEqual([
      undefined,
      true,
      'AlwaysAllow',
      10255,
    ])
  })

  test('a kubelet with --config has the defaults of a file, in which an unset key is strict', () => {
    const { flags, config: file } = kubeletOf({
      'ps.txt': 'root 1 0 kubelet --config=/var/lib/kubelet/config.yaml\n',
      'config.yaml': config('authentication:\n  webhook:\n    enabled: true\n'),
    })
    expect([flags, file.authentication.anonymous.enabled, file.authorization.mode, file.readOnlyPort]).toEqual([
      undefined,
      false,
      'Webhook',
      0,
    ])
  })

  test('a kubelet reads no drop-in whose name does not end in .conf', () => {
    const { config: file } = kubeletOf({
      'var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--config-dir=/etc/kubernetes/kubelet.conf.d"\n',
      'var/lib/kubelet/config.yaml': config(''),
      'etc/kubernetes/kubelet.conf.d/20-open.conf': config('readOnlyPort: 10255\n'),
      'etc/kubernetes/kubelet.conf.d/99-closed.yaml': config('readOnlyPort: 0\n'),
    })
    expect(file.readOnlyPort).toBe(10255)
  })

  test('a kubelet has the value of the flag where flag and file differ', () => {
    const { flags, config: file } = kubeletOf({
      'ps.txt': 'root 1 0 kubelet --config=/var/lib/kubelet/config.yaml --anonymous-auth\n',
      'config.yaml': config('authentication:\n  anonymous:\n    enabled: false\n'),
    })
    expect([flags['anonymous-auth'], file.authentication.anonymous]).toEqual([true, undefined])
  })

  test('a kubelet reads drop-ins in the order of their names if --config-dir is set', () => {
    const files = {
      'config.yaml': config('readOnlyPort: 1\n'),
      'config.d/20-b.conf': config('readOnlyPort: 3\n'),
      'config.d/10-a.conf': config('readOnlyPort: 2\n'),
    }
    const run = 'kubelet --config=/var/lib/kubelet/config.yaml'
    expect(kubeletOf({ ...files, 'ps.txt': `${run} --config-dir=/c\n` }).config.readOnlyPort).toBe(3)
    expect(kubeletOf({ ...files, 'ps.txt': `${run} --v=2\n` }).config.readOnlyPort).toBe(1)
  })

  test('a kubelet gets KUBELET_EXTRA_ARGS of /etc/default/kubelet after the flags of kubeadm', () => {
    const { flags } = kubeletOf({
      'n/var/lib/kubelet/kubeadm-flags.env': 'KUBELET_KUBEADM_ARGS="--read-only-port=1 --node-ip=10.0.0.1"\n',
      'n/etc/default/kubelet': 'KUBELET_EXTRA_ARGS=--read-only-port=10255\n',
      'n/var/lib/kubelet/config.yaml': config('readOnlyPort: 0\n'),
    })
    expect(flags['read-only-port']).toBe(10255)
  })

  test('a kubelet has all flags of a variable that continues over several lines', () => {
    const { flags, config: file } = kubeletOf({
      'n/etc/systemd/system/kubelet.service':
        '[Service]\nEnvironmentFile=-/etc/kubernetes/kubelet.env\nExecStart=/usr/local/bin/kubelet \\\n  $KUBELET_ADDRESS \\\n  $KUBELET_ARGS\n',
      'n/etc/kubernetes/kubelet.env':
        'KUBELET_ADDRESS="--node-ip=10.0.0.1"\n\nKUBELET_ARGS="--bootstrap-kubeconfig=/b \\\n--config=/etc/kubernetes/kubelet-config.yaml \\\n--read-only-port=10255 \\\n "\nKUBELET_CLOUDPROVIDER=""\n',
      'n/etc/kubernetes/kubelet-config.yaml': config('authentication:\n  webhook:\n    enabled: true\n'),
    })
    expect([flags['read-only-port'], file.authentication.anonymous.enabled, file.authorization.mode]).toEqual([
      10255,
      false,
      'Webhook',
    ])
  })

  test('a kubelet of an RKE2 agent has the arguments of its own configuration if only other command lines are known', () => {
    const node = (name: string) =>
      `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}${name === 's1' ? ', labels: { node-role.kubernetes.io/control-plane: "" }' : ''} }\n`
    const { scenario, report } = imported({
      ...apiserver,
      'nodes.yaml': `${node('s1')}---\n${node('a1')}`,
      's1/ps.txt': 'root 1 0 kubelet --hostname-override=s1 --anonymous-auth=false --read-only-port=0\n',
      'a1/etc/rancher/rke2/config.yaml': 'server: https://10.0.0.1:9345\nkubelet-arg:\n- read-only-port=10255\n',
    })
    expect(scenario.cluster.kubelet.flags).toEqual({ 'read-only-port': 10255 })
    expect(report).not.toContain('they are taken to be as')
  })

  test('an unknown kubelet is assumed to be like that of a node of the same role', () => {
    const node = (name: string, role: string) =>
      `apiVersion: v1\nkind: Node\nmetadata: { name: ${name}, labels: { node-role.kubernetes.io/${role}: "" } }\n`
    const nodes = ['cp-1', 'cp-2'].map((name) => node(name, 'control-plane'))
    const { report, scenario } = imported({
      ...apiserver,
      'nodes.yaml': [...nodes, node('w-1', 'worker'), node('w-2', 'worker')].join('---\n'),
      'cp-1/var/lib/kubelet/config.yaml': config('readOnlyPort: 0\n'),
      'w-1/var/lib/kubelet/config.yaml': config('readOnlyPort: 10255\n'),
    })
    expect(scenario.cluster.nodes['workers-2'].names).toEqual(['w-1', 'w-2'])
    expect(report).toContain('the kubelets of cp-2; they are taken to be as that of cp-1')
    expect(report).toContain('the kubelets of w-2; they are taken to be as that of w-1')
  })

  test('a kubelet that differs from the others gets its own pool and paths', () => {
    const { scenario } = imported({
      ...apiserver,
      'n1/var/lib/kubelet/config.yaml': config('readOnlyPort: 0\n'),
      'n2/var/lib/kubelet/config.yaml': config('readOnlyPort: 10255\n'),
    })
    const { nodes } = scenario.cluster
    expect([
      nodes['workers-1'].names,
      nodes['workers-2'].names,
      nodes['workers-2'].kubelet.config.readOnlyPort,
    ]).toEqual([['n1'], ['n2'], 10255])
    expect(scenario.paths['logs-workers-2']).toEqual({ kind: 'apiserver-kubelet', to: 'workers-2/*' })
  })

  test('a kubelet that signs its own certificate is reported if the apiserver verifies kubelets', () => {
    const verifying = manifest('--authorization-mode=Node,RBAC', '--kubelet-certificate-authority=/ca.crt')
    const files = { 'kube-apiserver.yaml': verifying, 'n1/var/lib/kubelet/config.yaml': config('readOnlyPort: 0\n') }
    const { report } = imported(files)
    expect(report).toContain(
      'kube-apiserver.yaml:14: the apiserver verifies kubelets, and kubelets sign their serving certificates themselves (n1/var/lib/kubelet/config.yaml:1: no serverTLSBootstrap and no tlsCertFile)',
    )
    expect(report).toContain('logs, exec, attach, port-forward and nodes/proxy fail with an error of x509')
    const bootstrapped = { ...files, 'n1/var/lib/kubelet/config.yaml': config('serverTLSBootstrap: true\n') }
    expect(imported(bootstrapped).report).not.toContain('sign their serving certificates')
  })

  test('a kubelet that requests a certificate is asked about if its approver is unknown', () => {
    const { scenario, report } = imported({
      ...apiserver,
      'config.yaml': config('serverTLSBootstrap: true\n'),
    })
    expect(scenario.cluster.kubelet['server-certificate']).toBe('issued')
    expect(report).toContain('an empty `kubectl get csr` proves nothing')
  })
})

describe('the machine of a file', () => {
  const machines = new Machines(
    new Map([
      ['n-1', 'n-1'],
      ['10.0.0.2', 'n-2'],
    ]),
    ['b/n-1/ps.txt', 'b/x/ps.txt'],
  )

  test.each([
    ['b/n-1/config.yaml', 'n-1'],
    ['b/10.0.0.2/kubelet.yaml', 'n-2'],
    ['b/n-1.json', 'n-1'],
    ['b/cp/etc/kubernetes/manifests/kube-apiserver.yaml', 'cp'],
    ['/etc/kubernetes/manifests/kube-apiserver.yaml', ''],
    ['b/other/ps.txt', 'other'],
    ['b/manifests/kube-apiserver.yaml', ''],
    ['b/nodes.yaml', ''],
  ])('the machine of the file %s is "%s"', (path, machine) => {
    expect(machines.of(path)).toBe(machine)
  })
})

test('a kubelet field at the wrong level of its file is reported and has no effect', () => {
  const { report, scenario } = imported({
    'a/config.yaml':
      'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication:\nanonymous:\n  enabled: true\nreadOnlyPort: 0\n',
  })
  expect(report).toContain(
    'a/config.yaml:5: anonymous is no field at the top of KubeletConfiguration; did you mean authentication.anonymous?',
  )
  expect(scenario.cluster.kubelet.config.authentication.anonymous).toEqual({ enabled: false })
})

describe('a value with which a kubelet does not start', () => {
  const kubelet = (text: string) => ({
    'm.yaml': manifest('--authorization-mode=Node,RBAC'),
    'node-1/var/lib/kubelet/config.yaml': `apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n${text}`,
  })

  test('a value with which a kubelet does not start is reported with a suggestion, and ignored', () => {
    const { scenario, report } = imported(kubelet('authorization: { mode: webhook }\n'))
    expect(scenario.cluster.kubelet.config.authorization.mode).toBe('Webhook')
    expect(report).toContain(
      'config.yaml:3: the value of authorization.mode is none of AlwaysAllow, Webhook (did you mean Webhook?)',
    )
    expect(report).toContain('the kubelet does not start with it; it is taken as left out')
  })

  test('a boolean or port in quotes is invalid in a kubelet’s file, and valid without them', () => {
    const quoted = imported(kubelet('authentication: { anonymous: { enabled: "true" } }\nreadOnlyPort: "10255"\n'))
    expect(quoted.scenario.cluster.kubelet.config.authentication.anonymous.enabled).toBe(false)
    expect(quoted.scenario.cluster.kubelet.config.readOnlyPort).toBe(0)
    expect(quoted.report).toContain('the value of authentication.anonymous.enabled is a text in quotes')
    expect(quoted.report).toContain('the value of readOnlyPort is a text in quotes')
    const plain = imported(kubelet('authentication: { anonymous: { enabled: yes } }\nreadOnlyPort: 10255\n'))
    expect(plain.scenario.cluster.kubelet.config.authentication.anonymous.enabled).toBe(true)
    expect(plain.report).not.toContain('in quotes')
  })

  test('a word in the wrong case is invalid in a flag of an apiserver too', () => {
    const { report } = imported({ 'm.yaml': manifest('--anonymous-auth=maybe', '--authorization-mode=rbac') })
    expect(report).toContain('m.yaml:13: the value of --anonymous-auth is no boolean')
    expect(report).toContain('m.yaml:14: --authorization-mode has an item that is spelled almost like RBAC')
  })
})

describe('the kubelet on the machine of the apiserver', () => {
  const node = (name: string, labels: string) =>
    `kind: Node\napiVersion: v1\nmetadata: { name: ${name}, labels: { ${labels} } }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.0.${name.length} }] }\n`
  const nodes = {
    'nodes.yaml': `${node('cp', 'node-role.kubernetes.io/control-plane: ""')}---\n${node('node-1', 'a: b')}`,
  }
  const ofNodes = (controlPlane: string, worker: string) =>
    imported({
      ...nodes,
      'cp/kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'),
      'cp/var/lib/kubelet/config.yaml': config(controlPlane),
      'node-1/var/lib/kubelet/config.yaml': config(worker),
    })
  const OPEN = 'authorization:\n  mode: AlwaysAllow\n'

  test('the kubelet on the apiserver’s machine is a node of the scenario, with a note, if only it is open', () => {
    const { scenario, report } = ofNodes(OPEN, '')
    const [workers, own] = Object.values<{ names: string[]; kubelet?: unknown }>(scenario.cluster.nodes)
    expect([workers.names, own.names]).toEqual([['node-1'], ['cp']])
    expect(own.kubelet).toMatchObject({ config: { authorization: { mode: 'AlwaysAllow' } } })
    expect(report).toContain('the kubelet of cp, on the machine of the apiserver: kubelets allow every request')
  })

  test('the kubelet on the apiserver’s machine is called control-plane if its files are in no machine’s folder', () => {
    const { scenario, report } = imported({
      'kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'),
      'var/lib/kubelet/config.yaml': config(OPEN),
      'node-1/var/lib/kubelet/config.yaml': config(''),
    })
    const names = Object.values<{ names: string[] }>(scenario.cluster.nodes).map((pool) => pool.names)
    expect(names).toContainEqual(['control-plane'])
    expect(report).toContain('the kubelet of control-plane, on the machine of the apiserver')
  })

  test('the kubelet on the apiserver’s machine is no node if it is closed, or open as others are', () => {
    for (const [controlPlane, worker] of [
      [OPEN, OPEN],
      ['', OPEN],
      ['', ''],
    ]) {
      const { scenario, report } = ofNodes(controlPlane, worker)
      expect(Object.keys(scenario.cluster.nodes)).toEqual(['workers'])
      expect(report).not.toContain('on the machine of the apiserver')
    }
  })

  test('the kubelet on the apiserver’s machine stays a node if the cluster is imported again after a change', () => {
    const files = [
      { path: 'cp/kube-apiserver.yaml', text: manifest('--authorization-mode=Node,RBAC') },
      { path: 'cp/var/lib/kubelet/config.yaml', text: config('') },
      { path: 'nodes.yaml', text: nodes['nodes.yaml'] },
    ]
    const pools = new Map([
      ['workers-1', ['node-1']],
      ['workers-2', ['cp']],
    ])
    const { text } = importCluster(files, { pools })
    expect(parse(text).cluster.nodes).toMatchObject({
      'workers-1': { names: ['node-1'] },
      'workers-2': { names: ['cp'] },
    })
  })
})

test('a field that a configuration file has twice takes its last value, as in the kubelet', () => {
  const text =
    'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\nreadOnlyPort: 0\n'
  const { scenario, report } = imported({ 'n1/config.yaml': text })
  expect(scenario.cluster.kubelet.config.readOnlyPort).toBe(0)
  expect(report).toContain('n1/config.yaml:4: a key occurs twice in one map, and the last one holds')
})

test('feature gates that are modelled are taken from command lines and files', () => {
  const { scenario } = imported({
    'kube-apiserver.yaml': manifest('--feature-gates=Other=true,TranslateStreamCloseWebsocketRequests=true'),
    'config.yaml': config('featureGates:\n  Other: true\n'),
  })
  expect(scenario.cluster.apiserver.flags['feature-gates']).toEqual(['TranslateStreamCloseWebsocketRequests=true'])
  expect(scenario.cluster.kubelet.config.featureGates).toBeUndefined()
  const newer = imported({
    'kube-apiserver.yaml': manifest().replace('v1.29.4', 'v1.36.0'),
    'config.yaml': config('featureGates:\n  ExtendWebSocketsToKubelet: false\n'),
  })
  expect(newer.scenario.cluster.kubelet.config.featureGates).toEqual(['ExtendWebSocketsToKubelet=false'])
  expect(newer.scenario.cluster.apiserver.flags['feature-gates']).toBeUndefined()
})
