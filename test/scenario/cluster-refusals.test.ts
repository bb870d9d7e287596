import { describe, expect, it } from 'vitest'
import { problemsIn } from '../fixtures/clusters.ts'

const CLUSTER = 'cluster:\n  preset: kubeadm-default\n'

describe('versions', () => {
  it('versions of Kubernetes must be quoted texts', () => {
    expect(problemsIn(`kubernetes: 1.30\n${CLUSTER}`)).toMatchInlineSnapshot(`
      "test.yaml:2:13: error[wrong-type]: expected a version of Kubernetes as a text
      2 | kubernetes: 1.30
                      ^^^^
      hint: write it in quotes, as in "1.30"; without quotes, YAML reads 1.30 as the number 1.3"
    `)
  })

  it('kube-proxy in mode ipvs is refused before 1.8', () => {
    const of = (version: string) =>
      problemsIn(`kubernetes: "${version}"\ncluster: { nodes: 1, kube-proxy: { mode: ipvs } }\n`)
    expect(of('1.7')).toContain('kube-proxy has no mode ipvs in 1.7\n')
    expect(of('1.8')).not.toContain('ipvs')
  })

  it('a binding of system:node is refused if no authorizer reads bindings', () => {
    const of = (modes: string) =>
      problemsIn(
        `kubernetes: "1.30"\ncluster: { nodes: 1, system-node-binding: nobody, apiserver: { flags: { authorization-mode: [${modes}] } } }\n`,
      )
    expect(of('Node')).toContain('without the authorization mode RBAC no bindings are in force\n')
    expect(of('Node, RBAC')).not.toContain('RBAC no bindings')
  })

  it('versions of Kubernetes refuse features that they do not have', () => {
    expect(
      problemsIn(`${CLUSTER}paths: { logs: { tunnel: ssh }, components: { scheme: http } }\n`),
    ).toMatchInlineSnapshot(`
      "test.yaml:4:26: error[contradiction]: Kubernetes 1.30 has no tunnel of kind ssh: SSH tunnels and --ssh-user were removed in 1.22
      4 | paths: { logs: { tunnel: ssh }, components: { scheme: http } }
                                   ^^^
      test.yaml:4:55: error[contradiction]: Kubernetes 1.30 has no insecure port: the apiserver serves it until 1.19
      4 | paths: { logs: { tunnel: ssh }, components: { scheme: http } }
                                                                ^^^^
      hint: write scheme: https"
    `)
    expect(problemsIn('kubernetes: "1.24"\ncluster:\n  preset: gke-ssh-tunnels\n')).toMatchInlineSnapshot(`
      "test.yaml:4:11: error[out-of-range]: the preset gke-ssh-tunnels ends at 1.21, and this is Kubernetes 1.24: SSH tunnels were removed in 1.22, and konnectivity is the preset with their successor
      4 |   preset: gke-ssh-tunnels
                    ^^^^^^^^^^^^^^^
      hint: write kubernetes: "1.21" or an earlier version, or set what differs in cluster"
    `)
  })

  it('insecure-skip-tls-verify is refused if kubectl has no flag for it, or the path no apiserver', () => {
    const logs = (path: string) =>
      `workloads: { l: { path: ${path}, kind: logs, insecure-skip-tls-verify-backend: true } }\n`
    const at = (version: string, path: string) => problemsIn(`kubernetes: "${version}"\n${CLUSTER}${logs(path)}`)
    expect(at('1.17', 'users')).toBe('nothing')
    expect(at('1.16', 'users')).toContain('unknown flag: --insecure-skip-tls-verify-backend (Kubernetes 1.16)')
    expect(at('1.30', 'logs')).toContain('only logs through the apiserver have insecure-skip-tls-verify-backend')
    expect(
      problemsIn(`${CLUSTER}workloads: { e: { path: users, kind: exec, insecure-skip-tls-verify-backend: true } }\n`),
    ).toContain('a workload of kind exec has no insecure-skip-tls-verify-backend')
  })

  it('versions of Kubernetes apply to a path without a cluster only if the scenario gives one', () => {
    const text =
      'hosts: { a: {}, b: {} }\nlinks: { l: { between: [a, b] } }\npaths: { p: { kind: apiserver-pod, from: a, to: b, tunnel: ssh } }\nworkloads: { w: { path: p, requests: 1 } }\n'
    expect(problemsIn(text)).toBe('nothing')
    expect(problemsIn(`${text}kubernetes: "1.22"\n`)).toMatchInlineSnapshot(`
      "test.yaml:4:60: error[contradiction]: Kubernetes 1.22 has no tunnel of kind ssh: SSH tunnels and --ssh-user were removed in 1.22
      4 | paths: { p: { kind: apiserver-pod, from: a, to: b, tunnel: ssh } }
                                                                     ^^^"
    `)
  })
})

describe('a cluster', () => {
  it('a cluster with an invalid section reports only that section', () => {
    expect(
      problemsIn('cluster:\n  preset: kubeadm-defult\n  nodes: three\npaths: { p: { from: a, to: b } }\n'),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:11: error[unknown-value]: expected gke-ssh-tunnels, kubeadm-default, kubeadm-hardened or konnectivity, found "kubeadm-defult"
      3 |   preset: kubeadm-defult
                    ^^^^^^^^^^^^^^
      hint: did you mean kubeadm-default?
      test.yaml:4:10: error[wrong-type]: expected a whole number or a map from names
      4 |   nodes: three
                   ^^^^^"
    `)
  })

  it('a cluster refuses unknown and duplicate members', () => {
    expect(
      problemsIn(
        `${CLUSTER}  services: { web: { pods: wob } }\n  users: { web-1: {} }\n  apiserver: { flags: { kubelet-certificate-authority: cluster-cb } }\n`,
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:4:28: error[unknown-name]: no pod is named wob
      4 |   services: { web: { pods: wob } }
                                     ^^^
      hint: did you mean web?
      test.yaml:5:12: error[contradiction]: a user and a pod both have the name web-1
      5 |   users: { web-1: {} }
                     ^^^^^
      test.yaml:6:56: error[unknown-name]: no ca is named cluster-cb
      6 |   apiserver: { flags: { kubelet-certificate-authority: cluster-cb } }
                                                                 ^^^^^^^^^^
      hint: did you mean cluster-ca?"
    `)
  })

  it('a cluster refuses patterns of paths without a match', () => {
    expect(
      problemsIn(
        `${CLUSTER}paths:\n  a: { kind: apiserver-pod, to: pods/wob }\n  b: { kind: apiserver-pod, to: web }\n  c: { kind: kubelet-apiserver, from: workers/* }\n  d: { kind: kubelet-apiserver, port: 443 }\n  e: { kind: custom, to: node-1 }\n  f: { kind: kubelet-apiserver, tunnel: konnectivity }\n  g: { kind: apiserver-node, scheme: http }\n`,
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:5:33: error[unknown-name]: no pod is named wob
      5 |   a: { kind: apiserver-pod, to: pods/wob }
                                          ^^^^^^^^
      hint: did you mean web?
      test.yaml:6:33: error[unknown-name]: no host is named web
      6 |   b: { kind: apiserver-pod, to: web }
                                          ^^^
      hint: did you mean pods/web?
      test.yaml:7:39: error[unknown-name]: no group of the cluster is named workers
      7 |   c: { kind: kubelet-apiserver, from: workers/* }
                                                ^^^^^^^^^
      hint: declared: nodes, pods, users, services, node
      test.yaml:8:39: error[contradiction]: no server has port 443: --secure-port is 6443
      8 |   d: { kind: kubelet-apiserver, port: 443 }
                                                ^^^
      test.yaml:9:3: error[missing-key]: the key from is missing in paths.e
      9 |   e: { kind: custom, to: node-1 }
            ^
      test.yaml:10:41: error[contradiction]: a path of kind kubelet-apiserver has no tunnel: tunnels carry requests of the apiserver to nodes, pods and services
      10 |   f: { kind: kubelet-apiserver, tunnel: konnectivity }
                                                   ^^^^^^^^^^^^
      test.yaml:11:38: error[contradiction]: without \`port\`, this path goes to the kubelet, which is always https
      11 |   g: { kind: apiserver-node, scheme: http }
                                                ^^^^
      hint: add the port of another server, such as 9100"
    `)
  })

  it('a cluster refuses more nodes and pods than a scenario holds', () => {
    expect(
      problemsIn(
        'cluster:\n  nodes: { a: 100000, b: 1 }\n  pods:\n    x: { replicas: 10000 }\n    y: { replicas: 1 }\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:3:10: error[out-of-range]: a cluster has at most 100000 nodes, and this one has 100001
      3 |   nodes: { a: 100000, b: 1 }
                   ^^^^^^^^^^^^^^^^^^^
      test.yaml:5:5: error[out-of-range]: a cluster has at most 10000 pods with traffic, and this one has 10001
      5 |     x: { replicas: 10000 }
              ^^^^^^^^^^^^^^^^^^^^^^"
    `)
  })

  it('a cluster refuses tunnels for which its apiserver is not configured', () => {
    expect(
      problemsIn(
        'cluster:\n  preset: gke-ssh-tunnels\n  apiserver: { flags: { ssh-user: null } }\npaths: { logs: { tunnel: ssh } }\n',
      ),
    ).toMatchInlineSnapshot(`
      "test.yaml:5:26: error[contradiction]: the apiserver opens no SSH tunnels, since --ssh-user is empty
      5 | paths: { logs: { tunnel: ssh } }
                                   ^^^
      hint: set cluster.apiserver.flags.ssh-user"
    `)
    expect(problemsIn(`${CLUSTER}paths: { logs: { tunnel: konnectivity } }\n`)).toMatchInlineSnapshot(`
      "test.yaml:4:26: error[contradiction]: the apiserver uses no Konnectivity server, since --egress-selector-config-file is empty
      4 | paths: { logs: { tunnel: konnectivity } }
                                   ^^^^^^^^^^^^
      hint: set cluster.apiserver.flags.egress-selector-config-file: konnectivity"
    `)
  })

  it('a cluster refuses the port of its apiserver for the Konnectivity server', () => {
    expect(problemsIn('cluster: { preset: konnectivity, konnectivity: { agent-port: 6443 } }\n')).toContain(
      'error[contradiction]: port 6443 belongs to the apiserver, so the Konnectivity server needs another port\n',
    )
  })

  it('a cluster reports a problem of a preset at the line that names the preset', () => {
    expect(problemsIn(`${CLUSTER}hosts: { node-2: null }\n`)).toMatchInlineSnapshot(`
      "test.yaml:3:11: error[unknown-name]: no host is named node-2 (links.control-node-2.between.1, from cluster.nodes, preset kubeadm-default)
      3 |   preset: kubeadm-default
                    ^^^^^^^^^^^^^^^
      hint: did you mean node-1?
      test.yaml:3:11: error[unknown-name]: no host is named node-2 (links.pod-web-2.between.0, from cluster.pods, preset kubeadm-default)
      3 |   preset: kubeadm-default
                    ^^^^^^^^^^^^^^^
      hint: did you mean node-1?
      test.yaml:3:11: error[unknown-name]: no host is named node-2 (segments.nodes.hosts.1, from cluster.nodes, preset kubeadm-default)
      3 |   preset: kubeadm-default
                    ^^^^^^^^^^^^^^^
      hint: did you mean node-1?"
    `)
  })
})

it('a scenario without hosts, paths and workloads needs a cluster', () => {
  expect(problemsIn('name: x\n')).toMatchInlineSnapshot(`
    "test.yaml:1:1: error[missing-key]: the key hosts is missing in the scenario
    1 | version: 1
        ^
    test.yaml:1:1: error[missing-key]: the key paths is missing in the scenario
    1 | version: 1
        ^
    test.yaml:1:1: error[missing-key]: the key workloads is missing in the scenario
    1 | version: 1
        ^"
  `)
})
