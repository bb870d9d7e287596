import { describe, expect, test } from 'vitest'
import { APISERVER_FLAGS } from '../../src/cluster/flags/apiserver-flags.ts'
import type { Flag } from '../../src/cluster/flags/flag.ts'
import { KUBELET_FIELDS } from '../../src/cluster/flags/kubelet-fields.ts'
import type { Written } from '../../src/import/patch/edit-tree.ts'
import { type ClusterChange, patchCluster } from '../../src/import/patch/patch-cluster.ts'
import { imported, manifest } from './lab.ts'

const { kubeletCertificateAuthority, enableAdmissionPlugins, anonymousAuth, authorizationMode } = APISERVER_FLAGS
const {
  serverTlsBootstrap,
  readOnlyPort,
  anonymousEnabled,
  authorizationMode: authorizationModeOfKubelets,
} = KUBELET_FIELDS

const ofApiserver = (flag: Flag, value: Written): ClusterChange => ({
  kind: 'flag',
  program: 'kube-apiserver',
  flag,
  value,
})
const ofKubelets = (flag: Flag, value: Written): ClusterChange => ({ kind: 'flag', program: 'kubelet', flag, value })

const VERIFIED = ofApiserver(kubeletCertificateAuthority, 'cluster-ca')

/** Patches texts by their paths, and returns those that changed. */
function patched(files: Readonly<Record<string, string>>, ...changes: readonly ClusterChange[]) {
  const list = Object.entries(files).map(([path, text]) => ({ path, text }))
  const result = patchCluster(list, changes, {}, (name) => `new/${name}`)
  const texts = Object.fromEntries(
    result.files.flatMap(({ path, text }) => (files[path] === text ? [] : [[path, text] as const])),
  )
  const expected = Object.fromEntries(result.expected.map(({ path, text }) => [path, text]))
  return { ...result, texts, expected }
}

/** Patches one file. */
function patchedText(text: string, change: ClusterChange, path = 'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml') {
  return patched({ [path]: text }, change).texts[path]
}

test('a patched field is indented like the rest of the document, and not put between a comment and its key', () => {
  const talos = (...lines: readonly string[]) => `version: v1alpha1
machine:
    type: worker # one of two
    kubelet:
${lines.join('')}        # the image
        image: ghcr.io/siderolabs/kubelet:v1.32.0
    network: {}
`
  expect(patchedText(talos(), ofKubelets(serverTlsBootstrap, true), 'worker.yaml')).toBe(
    talos('        extraConfig:\n            serverTLSBootstrap: true\n'),
  )
})

describe('a flag of an apiserver', () => {
  test('a missing apiserver flag is added in the order of names, with the manifest’s CA, and all else stays', () => {
    const before = manifest('--authorization-mode=Node', '--client-ca-file=/pki/ca.crt', '--secure-port=6443').replace(
      '    - "--secure-port',
      '    # the port\n    -   --profiling=false  # CIS 1.2.15\n    - "--secure-port',
    )
    expect(patchedText(before, VERIFIED)).toBe(
      before.replace(
        '    # the port\n    -   --prof',
        '    # the port\n    -   --kubelet-certificate-authority=/pki/ca.crt\n    -   --prof',
      ),
    )
  })

  test('an apiserver flag that is repeated is replaced at its last place, which counts', () => {
    const text = manifest('--client-ca-file=/ca.crt', '--anonymous-auth=false', '--anonymous-auth=true')
    expect(patchedText(text, ofApiserver(anonymousAuth, false))).toBe(text.replace('auth=true', 'auth=false'))
  })

  test('an empty apiserver flag gets its value', () => {
    const text = manifest('--client-ca-file=/ca.crt', '--kubelet-certificate-authority=', '--v=2')
    expect(patchedText(text, VERIFIED)).toBe(text.replace('authority=', 'authority=/ca.crt'))
  })

  test('an apiserver flag keeps list items that the model does not know', () => {
    const text = manifest('--enable-admission-plugins=EventRateLimit,AlwaysPullImages', '--client-ca-file=/ca.crt')
    expect(patchedText(text, ofApiserver(enableAdmissionPlugins, ['NodeRestriction']))).toBe(
      text.replace('AlwaysPullImages', 'AlwaysPullImages,NodeRestriction'),
    )
  })

  test('an apiserver flag is changed in a shell line, in JSON, with an underscore, and with its value in the next word', () => {
    const shell = `{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"kube-apiserver","command":[
      "/bin/sh", "-c",
      "exec kube-apiserver --client-ca-file=/ca.crt --anonymous_auth=true --authorization-mode AlwaysAllow 1>>/var/log/kube-apiserver.log 2>&1"]}]}}`
    const off = patchedText(shell, ofApiserver(anonymousAuth, false))
    expect(off).toBe(shell.replace('--anonymous_auth=true', '--anonymous_auth=false'))
    expect(patchedText(shell, ofApiserver(authorizationMode, ['Node', 'RBAC']))).toBe(
      shell.replace('-mode AlwaysAllow', '-mode=Node,RBAC'),
    )
    expect(patchedText(shell, VERIFIED)).toBe(
      shell.replace('--authorization', '--kubelet-certificate-authority=/ca.crt --authorization'),
    )
  })

  test('an apiserver flag is added to lists of JSON and of YAML in brackets', () => {
    const json = `{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"kube-apiserver","command":[
  "kube-apiserver",
  "--client-ca-file=/ca.crt"
]}]}}`
    expect(patchedText(json, VERIFIED)).toBe(
      json.replace('  "--client', '  "--kubelet-certificate-authority=/ca.crt",\n  "--client'),
    )
    const flow =
      'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    command: [kube-apiserver, --client-ca-file=/ca.crt, --v=2]\n'
    expect(patchedText(flow, VERIFIED)).toContain('--kubelet-certificate-authority=/ca.crt, --v=2]')
  })

  test('an apiserver flag is changed on every control plane', () => {
    const text = manifest('--client-ca-file=/ca.crt')
    const paths = ['cp-1', 'cp-2', 'cp-3'].map((name) => `${name}/etc/kubernetes/manifests/kube-apiserver.yaml`)
    const { texts } = patched(Object.fromEntries(paths.map((path) => [path, text])), VERIFIED)
    expect(Object.keys(texts)).toEqual(paths)
    expect(new Set(Object.values(texts)).size).toBe(1)
  })

  test('an apiserver flag is written where k3s, k0s, Talos and kubeadm read it', () => {
    const off = ofApiserver(anonymousAuth, false)
    const k3s = 'kubelet-arg:\n  - "v=2"\nkube-apiserver-arg: # of the server\n  - "anonymous-auth=true" # old\n'
    expect(patchedText(k3s, off, 's/etc/rancher/k3s/config.yaml')).toBe(k3s.replace('auth=true', 'auth=false'))
    const k0s =
      'apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec:\n  api:\n    address: 10.0.0.1 # here\n  storage: {}\n'
    expect(patchedText(k0s, off, 'c/etc/k0s/k0s.yaml')).toBe(
      k0s.replace('# here\n', '# here\n    extraArgs:\n      anonymous-auth: "false"\n'),
    )
    const map = `apiVersion: v1
kind: ConfigMap
metadata: { name: kubeadm-config, namespace: kube-system }
data:
  ClusterConfiguration: |
    apiServer:
      extraArgs:
      - name: authorization-mode
        value: Node,RBAC
    apiVersion: kubeadm.k8s.io/v1beta4
    kind: ClusterConfiguration
    kubernetesVersion: v1.31.0
`
    expect(patchedText(map, off, 'kube-system.yaml')).toBe(
      map.replace('      - name: auth', '      - name: anonymous-auth\n        value: "false"\n      - name: auth'),
    )
  })

  test('an apiserver flag is written into the k3s configuration with the list, and where k0sctl and kops have it', () => {
    const off = ofApiserver(anonymousAuth, false)
    const path = 's/etc/rancher/k3s/config.yaml'
    const files = [
      { path, text: 'kube-apiserver-arg: [v=2]\n' },
      { path: `${path}.d/10.yaml`, text: 'kube-apiserver-arg+: [anonymous-auth=true]\n' },
      { path: `${path}.d/20.yaml`, text: 'egress-selector-mode: disabled\n' },
    ]
    const patched = patchCluster(files, [off], {}, (name) => name)
    expect(patched.files.map(({ text }) => text)).toEqual([
      files[0].text,
      'kube-apiserver-arg+: ["anonymous-auth=false"]\n',
      files[2].text,
    ])
    const k0sctl =
      'apiVersion: k0sctl.k0sproject.io/v1beta1\nkind: Cluster\nspec:\n  k0s:\n    config:\n      spec:\n        api:\n          extraArgs:\n            anonymous-auth: "true" # open\n'
    expect(patchedText(k0sctl, off, 'k0sctl.yaml')).toBe(k0sctl.replace('"true"', '"false"'))
    const kops =
      'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nspec:\n  kubeAPIServer: # ours\n    anonymousAuth: true\n  kubernetesVersion: 1.29.4\n'
    expect(patchedText(kops, off, 'cluster.yaml')).toBe(kops.replace('Auth: true', 'Auth: false'))
  })

  test('a kubelet flag of kops is changed in the cluster, and in the instance group that overrides it', () => {
    const kops = (ofAll: string, ofGroup: string) => `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: { name: c }
spec:
  kubelet:
    anonymousAuth: ${ofAll}
  kubernetesVersion: 1.29.4
---
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata: { name: open }
spec:
  role: Node
  minSize: 2
  kubelet:
    authorizationMode: AlwaysAllow # for the old agent
    anonymousAuth: ${ofGroup}
---
apiVersion: kops.k8s.io/v1alpha2
kind: InstanceGroup
metadata: { name: closed }
spec: { role: Node, minSize: 1 }
`
    const before = kops('true', 'true')
    expect(patchedText(before, ofKubelets(anonymousEnabled, false), 'kops.yaml')).toBe(kops('false', 'false'))
    const webhook = ofKubelets(authorizationModeOfKubelets, 'Webhook')
    expect(patched({ 'kops.yaml': before }, webhook).expected['kops.yaml']).toContain(
      'authorizationMode: Webhook # for the old agent\n    anonymousAuth: true\n',
    )
    // Each group of kubelets gets a flag that none of them has beside the last of its own.
    const port = patchedText(before, ofKubelets(readOnlyPort, 0), 'kops.yaml')
    expect(port).toBe(kops('true\n    readOnlyPort: 0', 'true\n    readOnlyPort: 0'))
    const quoted = kops('true', '"true"')
    expect(patched({ 'kops.yaml': quoted }, ofKubelets(anonymousEnabled, false)).byHand.join()).toContain('kops.yaml')
  })

  test('an apiserver flag in a k3s drop-in that extends the list is changed there, and not added again', () => {
    const path = 's/etc/rancher/k3s/config.yaml'
    const yaml = 'kubelet-arg: [authorization-mode=AlwaysAllow]\nkube-apiserver-arg: [anonymous-auth=true]\n'
    const files = { [path]: yaml, [`${path}.d/10.yaml`]: 'kubelet-arg+: [v=2]\nkube-apiserver-arg+: [v=2]\n' }
    const { texts } = patched(
      files,
      ofKubelets(authorizationModeOfKubelets, 'Webhook'),
      ofApiserver(anonymousAuth, false),
    )
    expect(texts).toEqual({ [path]: yaml.replace('AlwaysAllow', 'Webhook').replace('=true', '=false') })
  })

  test('an apiserver flag that Talos has as a flag is changed there, and not added as a field', () => {
    const talos = 'version: v1alpha1\nmachine:\n  kubelet:\n    extraArgs:\n      anonymous-auth: "true"\n'
    expect(patchedText(talos, ofKubelets(anonymousEnabled, false), 'worker.yaml')).toBe(talos.replace('true', 'false'))
  })

  test('an apiserver flag is added to a configuration of k3s or RKE2 without arguments, but to no drop-in of an agent', () => {
    const off = ofApiserver(anonymousAuth, false)
    const server = 's/etc/rancher/rke2/config.yaml'
    const agent = 'a/etc/rancher/rke2/config.yaml'
    const files = {
      [server]: 'cni: canal\n',
      [agent]: 'server: https://s:9345\n',
      [`${agent}.d/10.yaml`]: 'kubelet-arg: [v=2]\n',
    }
    expect(patched(files, off).texts).toEqual({
      [server]: 'cni: canal\nkube-apiserver-arg: ["anonymous-auth=false"]\n',
    })
  })

  test('a flag that a launcher passes on is changed where it is written: a unit, user data, arguments of Talos', () => {
    const off = ofApiserver(anonymousAuth, false)
    const unit =
      "[Service]\nExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'--kube-apiserver-arg=anonymous-auth=true' \\\n"
    expect(patchedText(unit, off, 's/etc/systemd/system/k3s.service')).toBe(unit.replace('=true', '=false'))
    const anonymous = ofKubelets(anonymousEnabled, false)
    const script = "/etc/eks/bootstrap.sh c --kubelet-extra-args '--v=2 --anonymous-auth=true'\n"
    expect(patchedText(script, anonymous, 'user-data.sh')).toBe(script.replace('=true', '=false'))
    const talos = 'version: v1alpha1\nmachine:\n  kubelet:\n    extraArgs:\n      anonymous-auth: "true" # open\n'
    const { texts, expected } = patched({ 'worker.yaml': talos }, anonymous)
    expect(texts['worker.yaml']).toContain('anonymous-auth: "false" # open\n')
    expect(imported(expected).scenario.cluster.kubelet.flags['anonymous-auth']).toBe(false)
  })

  test('the flag for the CA of kubelets names the server CA where k3s has another one for clients', () => {
    const path = 's/etc/rancher/k3s/config.yaml'
    const journal = 'Nov 1 10:00:00 s k3s[1]: msg="Running kube-apiserver --client-ca-file=/x/client-ca.crt"\n'
    const { texts } = patched({ [path]: 'tls-san: [a]\n', 's/journal.txt': journal }, VERIFIED)
    expect(texts[path]).toContain('kubelet-certificate-authority=/var/lib/rancher/k3s/server/tls/server-ca.crt')
  })

  test('an apiserver flag that only pods show is left to do by hand', () => {
    const text = `${manifest('--anonymous-auth=true')}  nodeName: cp-1\n`
    const patched = patchCluster([{ path: 'pods.yaml', text }], [ofApiserver(anonymousAuth, false)], {}, (name) => name)
    expect(patched.files).toEqual([{ path: 'pods.yaml', text }])
    expect(patched.byHand).toEqual([
      expect.stringContaining('--anonymous-auth=false'),
      'pods.yaml records what runs, and stays as it is: collect it again after the restart',
    ])
  })

  test('an apiserver flag that a file of authorizers replaces is left to do by hand', () => {
    const text = manifest('--authorization-config=/etc/authz.yaml', '--client-ca-file=/ca.crt')
    const { texts, byHand } = patched({ 'a.yaml': text }, ofApiserver(authorizationMode, ['Node', 'RBAC']))
    expect(texts).toEqual({})
    expect(byHand.join()).toContain('--authorization-config replaces --authorization-mode: write Node, RBAC')
  })

  test('an apiserver flag must also be set by hand if the distribution overwrites the file, as Talos does', () => {
    const machine = { 'machine.yaml': 'version: v1alpha1\nmachine:\n  type: worker\n  kubelet:\n    image: k\n' }
    const generated = { 'node-1/etc/kubernetes/kubelet.yaml': 'kind: KubeletConfiguration\nrotateCertificates: true\n' }
    const byHandFor = (files: Readonly<Record<string, string>>) =>
      patched(files, ofKubelets(serverTlsBootstrap, true)).byHand
    expect(byHandFor({ ...machine, ...generated })).toEqual([expect.stringContaining('talosctl patch machineconfig')])
    expect(byHandFor(machine).join()).not.toContain('talosctl')
  })

  test.each([
    [
      'EKS',
      'n/etc/kubernetes/kubelet/config.json',
      '{"kind":"KubeletConfiguration"}',
      'NodeConfig, spec.kubelet.config',
    ],
    [
      'AKS',
      'n/etc/default/kubelet',
      'KUBELET_FLAGS="--tls-cert-file=/etc/kubernetes/certs/kubeletserver.crt --kubeconfig=/k"\n',
      'upgrade --node-image-only',
    ],
    ['k0s', 'n/run/k0s/kubelet/config.yaml', 'kind: KubeletConfiguration\n', 'spec.workerProfiles of k0s.yaml'],
    ['kube-up', 'n/home/kubernetes/kubelet-config.yaml', 'kind: KubeletConfiguration\n', 'the metadata kubelet-config'],
  ])('a flag in a file of %s must be set by hand at its source, and no other distribution is named', (...row) => {
    const [, path, text, expected] = row
    const { byHand, texts } = patched({ [path]: text }, ofKubelets(readOnlyPort, 0))
    expect(Object.keys(texts)).toEqual([path])
    expect(byHand).toEqual([expect.stringContaining(expected)])
  })

  test('a flag in user data of EKS needs nothing by hand: nodeadm writes the machine’s files, not the user data', () => {
    const config =
      'apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config: { readOnlyPort: 10255 }\n'
    const { byHand, texts } = patched({ 'user-data.yaml': config }, ofKubelets(readOnlyPort, 0))
    expect([byHand, texts]).toEqual([[], { 'user-data.yaml': config.replace('10255', '0') }])
  })

  test('a kubelet flag of k3s is changed in config.yaml, with nothing left to do by hand', () => {
    const path = 'agent-1/etc/rancher/k3s/config.yaml'
    const yaml = 'server: https://s:6443\nkubelet-arg:\n  - "v=2"\n'
    const { byHand, texts } = patched({ [path]: yaml }, ofKubelets(readOnlyPort, 0))
    expect([byHand, texts]).toEqual([[], { [path]: yaml.replace('- "v', '- "read-only-port=0"\n  - "v') }])
  })

  test.each([
    ['v1beta3', '{ anonymous-auth: "false" }'],
    ['v1beta4', '[{ name: anonymous-auth, value: "false" }]'],
  ])('a flag of kubeadm is an extra argument in the format of version %s', (version, expected) => {
    const of = (rest: string) =>
      `apiVersion: kubeadm.k8s.io/${version}\nkind: ClusterConfiguration\napiServer: ${rest}\n`
    const change = ofApiserver(anonymousAuth, false)
    expect(patchedText(of('{}'), change, 'kubeadm.yaml')).toBe(of(`{ extraArgs: ${expected} }`))
    expect(patchedText(of('{ extraArgs: null }'), change, 'kubeadm.yaml')).toContain(expected)
  })

  test('a fix for RKE needs a CA that signs requests, which is not mentioned if cluster.yml has one', () => {
    const yml = (controller: string) => `services:\n  kube-api: {}\n  kube-controller: { ${controller} }\n`
    const byHandWith = (controller: string) => patched({ 'cluster.yml': yml(controller) }, { kind: 'approver' }).byHand
    expect(byHandWith('')).toEqual([expect.stringContaining('no --cluster-signing-cert-file')])
    expect(byHandWith('extra_args: { cluster-signing-cert-file: /ca.pem, cluster-signing-key-file: /k }')).toEqual([])
  })

  test('a flag that only a process list shows is left to do by hand, and expected after the next start', () => {
    const text = 'root 7 1 kube-apiserver --client-ca-file=/ca.crt --anonymous-auth=true --secure-port=6443\n'
    const { texts, byHand, expected } = patched({ 'cp/ps.txt': text }, ofApiserver(anonymousAuth, false))
    expect(texts).toEqual({})
    expect(byHand.join()).toContain('--anonymous-auth=false')
    expect(imported(expected).scenario.cluster.apiserver.flags['anonymous-auth']).toBe(false)
  })
})

const KUBELET = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: true # until the audit
  webhook: { enabled: true }
kind: KubeletConfiguration
# the end
staticPodPath: /etc/kubernetes/manifests
`

describe('a field of kubelets', () => {
  const path = 'node-1/var/lib/kubelet/config.yaml'

  test('a kubelet field is changed in its place, and added in the order of keys', () => {
    expect(patchedText(KUBELET, ofKubelets(anonymousEnabled, false), path)).toBe(
      KUBELET.replace('true # until', 'false # until'),
    )
    expect(patchedText(KUBELET, ofKubelets(serverTlsBootstrap, true), path)).toBe(
      KUBELET.replace('Configuration\n# the', 'Configuration\nserverTLSBootstrap: true\n# the'),
    )
  })

  test('a kubelet field is added to JSON', () => {
    const json = '{\n    "kind": "KubeletConfiguration",\n    "apiVersion": "kubelet.config.k8s.io/v1beta1"\n}\n'
    expect(patchedText(json, ofKubelets(readOnlyPort, 0), 'n/etc/kubernetes/kubelet/config.json')).toBe(
      json.replace('    "kind"', '    "readOnlyPort": 0,\n    "kind"'),
    )
  })

  test('a kubelet field is changed in the drop-in that has it, and not in the file that it overrides', () => {
    const files = {
      [path]: KUBELET,
      'node-1/var/lib/kubelet/config.d/10.conf': 'kind: KubeletConfiguration\nreadOnlyPort: 10255\n',
      'node-1/etc/default/kubelet':
        'KUBELET_EXTRA_ARGS="--config=/var/lib/kubelet/config.yaml --config-dir=/var/lib/kubelet/config.d --kubeconfig=/k"\n',
    }
    expect(patched(files, ofKubelets(readOnlyPort, 0)).texts).toEqual({
      'node-1/var/lib/kubelet/config.d/10.conf': 'kind: KubeletConfiguration\nreadOnlyPort: 0\n',
    })
  })

  test('a kubelet field is changed in the flag that overrides the file', () => {
    const variables = 'KUBELET_EXTRA_ARGS="--read-only-port=10255 --v=2"\n'
    const files = { [path]: KUBELET, 'node-1/etc/default/kubelet': variables }
    expect(patched(files, ofKubelets(readOnlyPort, 0)).texts).toEqual({
      'node-1/etc/default/kubelet': variables.replace('10255', '0'),
    })
  })

  test('a kubelet field is changed on every node, in the file of each', () => {
    const files = Object.fromEntries(['a', 'b', 'c'].map((node) => [`${node}/var/lib/kubelet/config.yaml`, KUBELET]))
    const { texts, places } = patched(files, ofKubelets(serverTlsBootstrap, true))
    expect(Object.keys(texts)).toEqual(Object.keys(files))
    expect(places[0].map(({ file }) => file)).toEqual(Object.keys(files))
  })

  test('a kubelet field without a configuration file becomes a flag of the unit', () => {
    const unit = '[Service]\nExecStart=/usr/bin/kubelet \\\n  --kubeconfig=/k \\\n  --v=2\n'
    const { texts } = patched({ 'node-1/etc/systemd/system/kubelet.service': unit }, ofKubelets(readOnlyPort, 0))
    expect(texts['node-1/etc/systemd/system/kubelet.service']).toBe(unit.replace('--v=2', '--read-only-port=0 --v=2'))
  })
})

describe('the configuration of the apiserver of OpenShift', () => {
  const CA_FILE = '/etc/kubernetes/static-pod-resources/configmaps/kubelet-serving-ca/ca-bundle.crt'
  const json = (more: string) =>
    `{"apiServerArguments":{"anonymous-auth":["true"],"client-ca-file":["/client-ca.crt"]},"apiVersion":"kubecontrolplane.config.openshift.io/v1","kind":"KubeAPIServerConfig"${more}}`
  const configMap = (text: string) =>
    `apiVersion: v1\nkind: ConfigMap # as oc prints it\nmetadata: { name: config }\ndata:\n  config.yaml: ${text}\n`
  const added = json('').replace('{"anon', `{"kubelet-certificate-authority": ["${CA_FILE}"], "anon`)

  test('an OpenShift apiserver configuration in a ConfigMap keeps its quotes when it is patched', () => {
    const single = configMap(`'${json(',"x":"it\'\'s"')}'`)
    expect(patchedText(single, VERIFIED, 'c.yaml')).toBe(
      single.replace('{"anon', `{"kubelet-certificate-authority": ["${CA_FILE}"], "anon`),
    )
    const double = configMap(JSON.stringify(json('')))
    expect(patchedText(double, VERIFIED, 'c.yaml')).toBe(configMap(JSON.stringify(added)))
    const item = configMap(`'${json('')}'`)
      .replace(/^(?=.)/gm, '  ')
      .replace('  api', '- api')
    const list = `apiVersion: v1\nitems:\n${item}kind: List\n`
    expect(patchedText(list, VERIFIED, 'c.yaml')).toBe(list.replace(json(''), added))
  })

  test('an OpenShift apiserver configuration in a file is patched at the setting or argument, with the CA and as lists', () => {
    const yaml =
      'apiVersion: kubecontrolplane.config.openshift.io/v1\nkind: KubeAPIServerConfig\napiServerArguments:\n  authorization-mode: [AlwaysAllow] # why\nkubeletClientInfo:\n  ca: "" # lost\n'
    expect(patchedText(yaml, VERIFIED, 'c.yaml')).toBe(yaml.replace('ca: ""', `ca: ${CA_FILE}`))
    expect(patchedText(yaml, ofApiserver(authorizationMode, ['RBAC', 'Node']), 'c.yaml')).toBe(
      yaml.replace('[AlwaysAllow]', '[RBAC, Node]'),
    )
    const { byHand } = patched({ 'c.yaml': yaml }, VERIFIED)
    expect(byHand).toEqual([expect.stringContaining('oc edit kubeapiserver cluster')])
  })

  test('an OpenShift apiserver configuration is patched in the newest revision only', () => {
    const map = (revision: number) => configMap(`'${json('')}'`).replace('name: config', `name: config-${revision}`)
    expect(patchedText(`${map(3)}---\n${map(12)}`, VERIFIED, 'c.yaml')).toBe(
      `${map(3)}---\n${map(12).replace(json(''), added)}`,
    )
  })

  test('an OpenShift fix also changes the overrides of the operator, so nothing is left to do by hand', () => {
    const operator =
      'apiVersion: operator.openshift.io/v1\nkind: KubeAPIServer\nspec:\n  observedConfig:\n    apiServerArguments:\n      kubelet-certificate-authority: [""]\n  unsupportedConfigOverrides: null\n'
    const files = { 'config.yaml': configMap(`'${json('')}'`), 'operator.yaml': operator }
    const override = `unsupportedConfigOverrides: { apiServerArguments: { kubelet-certificate-authority: [${CA_FILE}] } }`
    const both = patched(files, VERIFIED)
    expect(both.texts['operator.yaml']).toBe(operator.replace('unsupportedConfigOverrides: null', override))
    expect([Object.keys(both.texts).length, both.byHand]).toEqual([2, []])
    const alone = patched({ 'operator.yaml': operator }, VERIFIED)
    expect(imported(alone.expected).scenario.cluster.apiserver.flags['kubelet-certificate-authority']).toBe(
      'cluster-ca',
    )
  })

  test('an OpenShift apiserver configuration that was not imported is left to do by hand, with instructions', () => {
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: { name: n, labels: { node.openshift.io/os_id: rhcos } }\nstatus: { nodeInfo: { kubeletVersion: v1.29.6+aba1e8d } }\n'
    const { byHand, edits } = patched({ 'n.yaml': node }, ofApiserver(anonymousAuth, false))
    expect(edits).toEqual([0])
    expect(byHand).toEqual([expect.stringMatching(/its operator does: write --anonymous-auth=false .*oc edit/)])
  })
})

describe('a cluster of RKE', () => {
  const yml =
    'nodes: # two\n- { address: 10.0.0.1, role: [controlplane] }\nservices:\n  kube-api:\n    extra_args: { audit-log-maxage: "10" }\n'

  test('a fix of RKE changes cluster.yml, with the CA of its nodes', () => {
    const { texts, byHand } = patched({ 'cluster.yml': yml }, VERIFIED)
    expect(texts['cluster.yml']).toBe(
      yml.replace('{ audit', '{ kubelet-certificate-authority: /etc/kubernetes/ssl/kube-ca.pem, audit'),
    )
    expect(byHand).toEqual([])
  })

  test('a cluster of RKE has no signer of kubelet requests, and a fix with an approver says so, for RKE only', () => {
    expect(patched({ 'cluster.yml': yml }, { kind: 'approver' }).byHand).toEqual([
      expect.stringContaining('generate_serving_certificate: true'),
    ])
    expect(patched({ 'a.yaml': manifest('--client-ca-file=/ca.crt') }, { kind: 'approver' }).byHand).toEqual([])
  })
})

describe('a file that a program writes anew', () => {
  const CONFIG = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n'
  const MAP = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kubelet-config }\ndata:\n  kubelet: |\n${CONFIG.replace(/^(?=.)/gm, '    ')}`
  const files = {
    'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest('--client-ca-file=/etc/kubernetes/pki/ca.crt'),
    'node-1/var/lib/kubelet/config.yaml': CONFIG,
  }

  test('a file that a program overwrites is reported with its source, if that was not imported', () => {
    const { byHand } = patched(files, ofKubelets(readOnlyPort, 0), VERIFIED)
    expect(byHand).toEqual([
      expect.stringContaining('edit configmap kubelet-config'),
      expect.stringContaining('edit configmap kubeadm-config'),
    ])
  })

  test('the file that kubeadm leaves to administrators does not count as overwritten', () => {
    const variables = { 'node-1/etc/default/kubelet': 'KUBELET_EXTRA_ARGS="--read-only-port=10255"\n' }
    const { texts, byHand } = patched({ ...files, ...variables }, ofKubelets(readOnlyPort, 0))
    expect(texts['node-1/etc/default/kubelet']).toBe('KUBELET_EXTRA_ARGS="--read-only-port=0"\n')
    expect(byHand).toEqual([])
  })

  test('a file that a program overwrites changes with its source, the ConfigMap kubelet-config, if all kubelets change', () => {
    const all = { ...files, 'kube-system.yaml': MAP }
    const { texts, byHand } = patched(all, ofKubelets(readOnlyPort, 0))
    expect(texts['kube-system.yaml']).toBe(MAP.replace('10255', '0'))
    expect([Object.keys(texts).length, byHand]).toEqual([2, []])
  })

  test('a provider’s nodes are reported as overwriting their files', () => {
    const node = `apiVersion: v1\nkind: Node\nmetadata: { name: n, labels: { eks.amazonaws.com/nodegroup: a } }\nstatus: { nodeInfo: { kubeletVersion: v1.29.3-eks-ae9a62a } }\n`
    const { byHand } = patched(
      { 'n/etc/kubernetes/kubelet/config.json': CONFIG, 'n.yaml': node },
      ofKubelets(readOnlyPort, 0),
    )
    expect(byHand).toEqual([
      expect.stringContaining('nodeadm writes /etc/kubernetes/kubelet/config.json anew at each boot'),
    ])
  })
})

test('added lines have the line ends of the file', () => {
  const crlf = (text: string) => text.replaceAll('\n', '\r\n')
  const files = {
    'cp/etc/kubernetes/manifests/kube-apiserver.yaml': manifest('--client-ca-file=/ca.crt', '--v=2'),
    'n/var/lib/kubelet/config.yaml': `${KUBELET}authentication:\n  x509: { clientCAFile: /ca.crt } # ours\n`,
    'm.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kubelet-config }\ndata:\n  kubelet: |\n    apiVersion: kubelet.config.k8s.io/v1beta1\n    kind: KubeletConfiguration\n',
  }
  const changes = [VERIFIED, ofKubelets(serverTlsBootstrap, true), ofKubelets(readOnlyPort, 0)]
  const windows = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, crlf(text)]))
  const unix = patched(files, ...changes).texts
  expect(Object.keys(unix).length).toBe(3)
  expect(patched(windows, ...changes).texts).toEqual(
    Object.fromEntries(Object.entries(unix).map(([path, text]) => [path, crlf(text)])),
  )
})

test('an added approver is a new file, and nothing else changes', () => {
  const { texts } = patched({ 'a.yaml': manifest('--client-ca-file=/ca.crt') }, { kind: 'approver' })
  expect(Object.keys(texts)).toEqual(['new/kubelet-csr-approver.yaml'])
})

test('a field changes in the pools whose kubelets lack it, and the pools stay separate', () => {
  const kubelet = (port: string) => `kind: KubeletConfiguration # ours\n${port}rotateCertificates: true\n`
  const files = {
    'cp-1/etc/kubernetes/manifests/kube-apiserver.yaml': manifest('--authorization-mode=Node,RBAC'),
    'cp-1/var/lib/kubelet/config.yaml': kubelet(''),
    'node-1/var/lib/kubelet/config.yaml': kubelet('readOnlyPort: 0\n'),
    'node-2/var/lib/kubelet/config.yaml': kubelet('readOnlyPort: 10255 # old\n'),
    'node-3/var/lib/kubelet/config.yaml': kubelet('readOnlyPort: 10255\n'),
  }
  const { pools, scenario } = imported(files)
  expect([...pools]).toEqual([
    ['workers-1', ['node-1']],
    ['workers-2', ['node-2', 'node-3']],
  ])
  const list = Object.entries(files).map(([path, text]) => ({ path, text }))
  const change = { kind: 'flag', program: 'kubelet', flag: readOnlyPort, value: 0, pools: ['workers-2'] } as const
  const closed = patchCluster(list, [change], { pools }, String)
  const changed = closed.files.filter(({ text }, i) => text !== list[i].text)
  expect(changed).toEqual(
    list.slice(3).map(({ path, text }) => ({ path, text: text.replace('readOnlyPort: 10255', 'readOnlyPort: 0') })),
  )
  const texts = Object.fromEntries(closed.files.map(({ path, text }) => [path, text]))
  const [apart, together] = [imported(texts, { pools }), imported(texts)]
  expect(Object.keys(apart.scenario.paths)).toEqual(Object.keys(scenario.paths))
  expect([...apart.pools]).toEqual([...pools])
  expect([...together.pools.keys()]).toEqual(['workers'])
})

test('an import of patched files has the changes, even beside hostile texts', () => {
  const files = {
    'cp/etc/kubernetes/manifests/kube-apiserver.yaml': manifest(
      '--client-ca-file=/ca.crt',
      '--service-account-issuer=https://x/?a=--kubelet-certificate-authority=/etc/passwd',
      '--external-hostname=$(rm -rf /)',
    ),
    'n/var/lib/kubelet/config.yaml': `${KUBELET}clusterDomain: "\\u001b[31m# serverTLSBootstrap: false"\n`,
  }
  const { expected } = patched(files, { kind: 'approver' }, ofKubelets(serverTlsBootstrap, true), VERIFIED)
  const { scenario } = imported(expected)
  expect(scenario.cluster.apiserver.flags['kubelet-certificate-authority']).toBe('cluster-ca')
  expect(scenario.cluster.kubelet.config.serverTLSBootstrap).toBe(true)
  expect(scenario.cluster.kubelet['server-certificate']).toBe('issued')
})
