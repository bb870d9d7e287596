import { describe, expect, test } from 'vitest'
import { commentOn, imported } from './lab.ts'

describe('OpenShift', () => {
  const POD = `apiVersion: v1
kind: Pod
metadata: { name: kube-apiserver, namespace: openshift-kube-apiserver }
spec:
  containers:
  - name: kube-apiserver
    image: quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:aa
    command: ["/bin/bash", "-ec"]
    args:
    - |
      exec {LOCK_FD}>\${LOCK} && flock -w 30 "\${LOCK_FD}" || {
        exit 1
      }
      exec watch-termination --termination-touch-file=/var/log/x -- hyperkube kube-apiserver --openshift-config=/etc/kubernetes/static-pod-resources/configmaps/config/config.yaml --advertise-address=\${HOST_IP} -v=2
`
  const config = (more: object, args: object = {}) =>
    JSON.stringify({
      apiServerArguments: {
        'anonymous-auth': ['true'],
        'authorization-mode': ['Scope', 'SystemMasters', 'RBAC', 'Node'],
        ...args,
      },
      apiVersion: 'kubecontrolplane.config.openshift.io/v1',
      kind: 'KubeAPIServerConfig',
      servingInfo: { bindAddress: '0.0.0.0:6443' },
      ...more,
    })
  const CA = {
    'kubelet-certificate-authority': [
      '/etc/kubernetes/static-pod-resources/configmaps/kubelet-serving-ca/ca-bundle.crt',
    ],
  }
  const configMap = (name: string, text: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, namespace: openshift-kube-apiserver }\ndata:\n  config.yaml: '${text}'\n`
  const flagsOf = (files: Readonly<Record<string, string>>) => imported(files).scenario.cluster.apiserver.flags
  const VERIFIED = { 'kubelet-certificate-authority': 'cluster-ca' }
  const UNVERIFIED = { 'kubelet-certificate-authority': '' }

  test('an OpenShift apiserver has the flags of the configuration that it names, each with its line', () => {
    const { scenario, text, report } = imported({ 'pod.yaml': POD, 'config.yaml': config({}, CA) })
    expect(scenario.cluster.apiserver.flags).toMatchObject({ ...VERIFIED, 'authorization-mode': ['RBAC', 'Node'] })
    expect(scenario.cluster.apiserver.flags['enable-admission-plugins']).toEqual(['NodeRestriction'])
    expect(scenario.cluster.kubelet['server-certificate']).toBe('issued')
    expect(commentOn(text, 'kubelet-certificate-authority:')).toBe('config.yaml:1')
    expect(report).toContain('the authorizer SystemMasters')
  })

  test('an OpenShift apiserver verifies kubelets with the CA of kubeletClientInfo, and not if none is named', () => {
    const ofInfo = (ca: string) => ({
      'pod.yaml': POD,
      'c.yaml': config({ kubeletClientInfo: { ca, certFile: '/x.crt' } }),
    })
    expect(flagsOf(ofInfo('/etc/kubelet-ca.crt'))).toMatchObject(VERIFIED)
    expect(flagsOf(ofInfo(''))).toMatchObject(UNVERIFIED)
    expect(flagsOf({ 'pod.yaml': POD, 'c.yaml': config({}) })).toMatchObject(UNVERIFIED)
  })

  test('an OpenShift apiserver has the configuration of the newest revision, on a machine or in a ConfigMap', () => {
    const file = (revision: number) =>
      `cp/etc/kubernetes/static-pod-resources/kube-apiserver-pod-${revision}/configmaps/config/config.yaml`
    expect(flagsOf({ [file(9)]: config({}), [file(10)]: config({}, CA) })).toMatchObject(VERIFIED)
    expect(flagsOf({ [file(10)]: config({}), [file(9)]: config({}, CA) })).toMatchObject(UNVERIFIED)
    const maps = (newest: string, older: string) => ({
      'm.yaml': `${configMap('config-3', older)}---\n${configMap('config-12', newest)}`,
    })
    expect(flagsOf(maps(config({}, CA), config({})))).toMatchObject(VERIFIED)
    expect(flagsOf(maps(config({}), config({}, CA)))).toMatchObject(UNVERIFIED)
  })

  test('an OpenShift apiserver’s configuration is requested if only its pod or operator is known, and verifies by default', () => {
    const { scenario, report } = imported({ 'pod.yaml': POD })
    expect(scenario.cluster.apiserver.flags).toMatchObject(VERIFIED)
    expect(report).toContain('the file of --openshift-config, which has the flags of the apiserver')
    const observed = (part: string) =>
      flagsOf({
        'k.yaml': `apiVersion: operator.openshift.io/v1\nkind: KubeAPIServer\nmetadata: { name: cluster }\nspec:\n  unsupportedConfigOverrides: null\n  observedConfig:\n    apiServerArguments:\n      ${part}\n`,
      })
    expect(observed('anonymous-auth: ["false"]')).toMatchObject({ ...VERIFIED, 'anonymous-auth': false })
    expect(observed('kubelet-certificate-authority: [""]')).toMatchObject(UNVERIFIED)
  })

  test('an OpenShift apiserver takes lists of overrides instead of the operator’s, but adds up admission plugins', () => {
    const flags = flagsOf({
      'k.yaml': `apiVersion: operator.openshift.io/v1
kind: KubeAPIServer
metadata: { name: cluster }
spec:
  observedConfig:
    apiServerArguments:
      authorization-mode: [RBAC, Node]
      anonymous-auth: ["false"]
      enable-admission-plugins: [NodeRestriction]
  unsupportedConfigOverrides:
    apiServerArguments: { authorization-mode: [RBAC], enable-admission-plugins: [DenyServiceExternalIPs] }
`,
    })
    expect(flags).toMatchObject({
      'authorization-mode': ['RBAC'],
      'anonymous-auth': false,
      'enable-admission-plugins': ['NodeRestriction', 'DenyServiceExternalIPs'],
    })
  })
})

describe('external addresses of services on OpenShift', () => {
  const RANGER = 'network.openshift.io/ExternalIPRanger'
  const config = (cidrs: readonly string[] | null, enabled = [RANGER], isConfigured = true) =>
    JSON.stringify({
      apiVersion: 'kubecontrolplane.config.openshift.io/v1',
      kind: 'KubeAPIServerConfig',
      servicesSubnet: '172.30.0.0/16',
      apiServerArguments: { 'enable-admission-plugins': ['NodeRestriction', ...enabled] },
      admission: isConfigured
        ? { pluginConfig: { [RANGER]: { configuration: { externalIPNetworkCIDRs: cidrs } } } }
        : { pluginConfig: {} },
    })
  const pluginsOf = (files: Readonly<Record<string, string>>) =>
    imported(files).scenario.cluster.apiserver.flags['enable-admission-plugins']
  const DENIED = ['NodeRestriction', RANGER]
  const node =
    'apiVersion: v1\nkind: Node\nmetadata: { name: w-0, labels: { node.openshift.io/os_id: rhcos } }\nstatus: { addresses: [{ type: InternalIP, address: 10.0.0.5 }], nodeInfo: { kubeletVersion: v1.29.6+aba1e8d } }\n'

  test('external IPs on OpenShift are refused by ExternalIPRanger without ranges, or without cluster addresses in them', () => {
    expect(pluginsOf({ 'c.yaml': config(null) })).toEqual(DENIED)
    expect(pluginsOf({ 'c.yaml': config([]) })).toEqual(DENIED)
    expect(pluginsOf({ 'c.yaml': config(['192.0.2.0/24', '!10.0.0.0/8']), 'n.yaml': node })).toEqual(DENIED)
  })

  test('external IPs on OpenShift are allowed in ranges with cluster addresses, or if the plugin is off or not configured', () => {
    const open = ['NodeRestriction']
    expect(pluginsOf({ 'c.yaml': config(['0.0.0.0/0']) })).toEqual(open)
    expect(pluginsOf({ 'c.yaml': config(['!192.0.2.0/24']) })).toEqual(open)
    expect(pluginsOf({ 'c.yaml': config(['10.0.0.0/24']), 'n.yaml': node })).toEqual(open)
    expect(pluginsOf({ 'c.yaml': config(['172.30.7.0/24']) })).toEqual(open)
    // Without Nodes nobody knows where kubelets serve, and a kubeconfig shows where the load balancer does.
    expect(pluginsOf({ 'c.yaml': config(['192.0.2.0/24']) })).toEqual(open)
    const kubeconfig =
      'apiVersion: v1\nkind: Config\nclusters: [{ name: c, cluster: { server: "https://192.0.2.7:6443" } }]\n'
    expect(pluginsOf({ 'c.yaml': config(['192.0.2.0/24']), 'n.yaml': node, kubeconfig: kubeconfig })).toEqual(open)
    expect(pluginsOf({ 'c.yaml': config(null, []) })).toEqual(open)
    expect(pluginsOf({ 'c.yaml': config(null, [RANGER], false) })).toEqual(open)
    expect(imported({ 'c.yaml': config(['0.0.0.0/0']) }).report).toContain('limits external addresses of services')
  })

  test('external IPs on OpenShift are those that the cluster’s Network or the operator allows, without a full configuration', () => {
    const network = (more: string) =>
      `apiVersion: config.openshift.io/v1\nkind: Network\nmetadata: { name: cluster }\nspec:\n  ${more}\n`
    expect(pluginsOf({ 'n.yaml': node, 'net.yaml': network('externalIP: { policy: {} }') })).toEqual(DENIED)
    const allowed = network('externalIP: { policy: { allowedCIDRs: [10.0.0.0/8] } }')
    expect(pluginsOf({ 'n.yaml': node, 'net.yaml': allowed })).toEqual(['NodeRestriction'])
    const observed = `apiVersion: operator.openshift.io/v1\nkind: KubeAPIServer\nmetadata: { name: cluster }\nspec:\n  observedConfig: { admission: { pluginConfig: { ${RANGER}: { configuration: { allowIngressIP: false } } } } }\n`
    expect(pluginsOf({ 'n.yaml': node, 'net.yaml': allowed, 'k.yaml': observed })).toEqual(DENIED)
  })

  test('external IPs on OpenShift are set by users with a role that may create service/externalips in all namespaces', () => {
    const role = (resource: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: external }\nrules: [{ apiGroups: [network.openshift.io], resources: [${resource}], verbs: [create] }]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: external }\nroleRef: { kind: ClusterRole, name: external }\nsubjects: [{ kind: User, name: bob }]\n`
    const rulesOf = (resource: string) =>
      imported({ 'c.yaml': config(null), 'r.yaml': role(resource) }).scenario.cluster.users.bob?.rules
    expect(rulesOf('service/externalips')).toEqual([{ verbs: ['create'], resources: ['service/externalips'] }])
    expect(rulesOf('netnamespaces')).toBe(undefined)
  })

  test('external IPs on OpenShift are allowed if one of two apiservers allows them', () => {
    const file = (machine: string) =>
      `${machine}/etc/kubernetes/static-pod-resources/kube-apiserver-pod-3/configmaps/config/config.yaml`
    expect(pluginsOf({ [file('a')]: config(null), [file('b')]: config(null) })).toEqual(DENIED)
    expect(pluginsOf({ [file('a')]: config(null), [file('b')]: config(['0.0.0.0/0']) })).toEqual(['NodeRestriction'])
  })
})

describe('machines of OpenShift', () => {
  const node = (name: string, role: string) =>
    `- apiVersion: v1\n  kind: Node\n  metadata: { name: ${name}, labels: { node.openshift.io/os_id: rhcos, node-role.kubernetes.io/${role}: "" } }\n  status: { addresses: [{ type: InternalIP, address: 10.0.0.${name.length} }], nodeInfo: { kubeletVersion: v1.29.6+aba1e8d } }\n`
  const nodes = `apiVersion: v1\nkind: List\nitems:\n${node('master-0', 'master')}${node('w-0', 'worker')}`
  const kubelet = (port: number) =>
    `kind: KubeletConfiguration\napiVersion: kubelet.config.k8s.io/v1beta1\nserverTLSBootstrap: true\nreadOnlyPort: ${port}\n`
  const base64 = (text: string) => `data:text/plain;charset=utf-8;base64,${btoa(text)}`
  const machineConfig = (name: string, source: string, more = '') =>
    `apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata: { name: ${name}, ${more || 'labels: { machineconfiguration.openshift.io/role: worker }'} }\nspec:\n  config:\n    ignition: { version: 3.4.0 }\n    storage:\n      files:\n      - path: /etc/kubernetes/kubelet.conf\n        contents: { ${source} }\n`
  const kubeletConfig = (pool: string) =>
    `apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\nmetadata: { name: set }\nspec:\n  machineConfigPoolSelector: { matchLabels: { ${pool}: "" } }\n  kubeletConfig: { readOnlyPort: 10255 }\n`
  const WORKERS = 'pools.operator.machineconfiguration.openshift.io/worker'
  const portIn = (files: Readonly<Record<string, string>>) =>
    imported({ 'n.yaml': nodes, ...files }).scenario.cluster.kubelet.config.readOnlyPort

  test('OpenShift machines have the kubelet.conf of the last MachineConfig that has one, or of the newest rendered one', () => {
    const template = machineConfig('01-worker-kubelet', `source: "${base64(kubelet(10255))}"`)
    const own = machineConfig('99-worker-own', `source: "data:,${encodeURIComponent(kubelet(0))}"`)
    expect(portIn({ 'm/mc.yaml': template })).toBe(10255)
    expect(portIn({ 'm/mc.yaml': `${own}---\n${template}` })).toBe(0)
    const rendered = (hash: string, made: string, port: number) =>
      machineConfig(`rendered-worker-${hash}`, `source: "${base64(kubelet(port))}"`, `creationTimestamp: "${made}"`)
    const newest = rendered('0a', '2026-02-01T00:00:00Z', 10255)
    expect(portIn({ 'm/mc.yaml': `${newest}---\n${rendered('ff', '2026-01-01T00:00:00Z', 0)}---\n${own}` })).toBe(10255)
  })

  test('OpenShift machines have the fields of a KubeletConfig over the defaults, if it selects a known pool', () => {
    expect(portIn({ 'k.yaml': kubeletConfig(WORKERS) })).toBe(10255)
    expect(portIn({ 'k.yaml': kubeletConfig(WORKERS.replace('worker', 'master')) })).toBe(0)
    const { report } = imported({ 'n.yaml': nodes, 'k.yaml': kubeletConfig('custom-kubelet') })
    expect(report).toContain('the configuration of kubelets in a KubeletConfig for machines that it selects by labels')
  })

  test('unread parts of OpenShift machines are reported: compressed files, units, and other pools', () => {
    const text = [
      machineConfig('01-worker-kubelet', `compression: gzip, source: "${base64('x')}"`),
      machineConfig('02-infra', 'source: "data:,x"', 'labels: { machineconfiguration.openshift.io/role: infra }'),
      machineConfig(
        '01-master-kubelet',
        'source: "http://x/y"',
        'labels: { machineconfiguration.openshift.io/role: master }',
      ),
      `${machineConfig('03-worker', 'source: ""').split('    storage:')[0]}    systemd: { units: [{ name: kubelet.service, contents: "[Service]" }] }\n`,
    ].join('---\n')
    const { report, scenario } = imported({ 'n.yaml': nodes, 'mc.yaml': text })
    expect(report).toContain('mc.yaml:10: /etc/kubernetes/kubelet.conf in a MachineConfig: it is compressed')
    expect(report).toContain('kubelet.conf in a MachineConfig: its contents are no data URL')
    expect(report).toContain('the configuration of kubelets in a MachineConfig for the machine pool infra')
    expect(report).toContain('the unit kubelet.service in a MachineConfig')
    expect(scenario.cluster.kubelet.config.readOnlyPort).toBe(0)
  })
})

describe('HyperShift', () => {
  const config =
    '{"apiServerArguments":{"authorization-mode":["RBAC","Node"],"egress-selector-config-file":["/etc/kubernetes/egress-selector/config.yaml"],"kubelet-certificate-authority":["/etc/kubernetes/certs/kubelet-ca/ca.crt"]},"apiVersion":"kubecontrolplane.config.openshift.io/v1","kind":"KubeAPIServerConfig"}'
  const kasConfig = (text: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kas-config, namespace: clusters-a }\ndata:\n  config.json: '${text}'\n`

  test('HyperShift has a hosted control plane, Konnectivity, and the flags of its configuration', () => {
    const { scenario, report } = imported({ 'kas.yaml': kasConfig(config) })
    expect(scenario.cluster['control-plane']).toBe('hosted')
    expect(scenario.cluster.apiserver.flags).toMatchObject({
      'kubelet-certificate-authority': 'cluster-ca',
      'egress-selector-config-file': 'konnectivity',
    })
    expect(report).toContain('4 settings of the apiserver of OpenShift with a hosted control plane')
    const weak = imported({
      'kas.yaml': kasConfig(config.replace('certs/kubelet-ca/ca.crt"', '"').replace(/,"kubelet-cert.*?\]/, '')),
    })
    expect(weak.scenario.cluster.apiserver.flags['kubelet-certificate-authority']).toBe('')
  })

  test('HyperShift is recognized by its objects and a node label, and its configuration is requested', () => {
    const hosted = imported({
      'h.yaml': 'apiVersion: hypershift.openshift.io/v1beta1\nkind: HostedCluster\nspec: {}\n',
    })
    expect(hosted.report).toContain('h.yaml:1: the settings of a HostedCluster of HyperShift')
    expect(hosted.scenario.cluster.apiserver.flags['egress-selector-config-file']).toBe('konnectivity')
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: { name: n, labels: { hypershift.openshift.io/nodePool: p, node.openshift.io/os_id: rhcos } }\nstatus: { nodeInfo: { kubeletVersion: v1.29.6+aba1e8d } }\n'
    expect(imported({ 'n.yaml': node }).report).toContain('get configmap kas-config -o yaml')
  })
})
