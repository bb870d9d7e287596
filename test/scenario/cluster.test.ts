import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import { blueprintOf, pathLine } from '../fixtures/clusters.ts'

const firstInstances = (text: string) => {
  const declared = new Set<string>()
  return blueprintOf(text)
    .paths.filter((path) => !declared.has(path.declared) && declared.add(path.declared))
    .map(pathLine)
}

describe('presets', () => {
  it('the preset gke-ssh-tunnels has an insecure port, TLS 1.2, and SSH tunnels to all nodes', () => {
    expect(firstInstances('cluster: { preset: gke-ssh-tunnels }')).toMatchInlineSnapshot(`
      [
        "components: master > 127.0.0.1:8080 http/1.1 http",
        "kubelets/node-1: node-1 > master:443 h2 https 1.2 verify=ca server=apiserver client certificate=node-1-kubelet-client",
        "pods/web-1: web-1 > 10.96.0.1:443 h2 https 1.2 verify=ca server=apiserver client token=web-token",
        "logs/node-1: master > node-1:10250 http/1.1 https 1.2 verify=none server=node-1-kubelet client certificate=apiserver-kubelet-client in ssh via node-1 node-2 node-3",
        "node-proxy/node-1: master > node-1:9100 http/1.1 http in ssh via node-1 node-2 node-3",
        "pod-proxy/web-1: master > web-1:8080 http/1.1 http in ssh via node-1 node-2 node-3",
        "service-proxy/web: master > web-1:8080 http/1.1 http in ssh via node-1 node-2 node-3",
        "users/alice: alice > master:443 h2 https 1.2 verify=ca server=apiserver client certificate=alice-client",
      ]
    `)
    const { cluster } = blueprintOf('cluster: { preset: gke-ssh-tunnels }')
    expect(cluster?.apiserver.configuration.sshUser).toBe('gke')
    expect(cluster?.nodes[0].kubelet).toMatchObject({
      readOnlyPort: 10255,
      anonymousEnabled: true,
      webhookEnabled: false,
      authorizationMode: 'AlwaysAllow',
    })
  })

  it('the preset kubeadm-default has no insecure port, unverified kubelets and plain HTTP to pods', () => {
    expect(firstInstances('cluster: { preset: kubeadm-default }')).toMatchInlineSnapshot(`
      [
        "components: master > master:6443 h2 https 1.3 verify=ca server=apiserver client certificate=kube-scheduler-client",
        "kubelets/node-1: node-1 > master:6443 h2 https 1.3 verify=ca server=apiserver client certificate=node-1-kubelet-client",
        "pods/web-1: web-1 > 10.96.0.1:443 h2 https 1.3 verify=ca server=apiserver client token=web-token",
        "logs/node-1: master > node-1:10250 http/1.1 https 1.3 verify=none server=node-1-kubelet client certificate=apiserver-kubelet-client",
        "node-proxy/node-1: master > node-1:9100 http/1.1 http",
        "pod-proxy/web-1: master > web-1:8080 http/1.1 http",
        "service-proxy/web: master > web-1:8080 http/1.1 http",
        "users/alice: alice > master:6443 h2 https 1.3 verify=ca server=apiserver client certificate=alice-client",
      ]
    `)
  })

  it('the preset kubeadm-hardened has verified kubelets with issued certificates, and TLS to pods', () => {
    expect(firstInstances('cluster: { preset: kubeadm-hardened }')).toMatchInlineSnapshot(`
      [
        "components: master > master:6443 h2 https 1.3 verify=ca server=apiserver client certificate=kube-scheduler-client",
        "kubelets/node-1: node-1 > master:6443 h2 https 1.3 verify=ca server=apiserver client certificate=node-1-kubelet-client",
        "pods/web-1: web-1 > 10.96.0.1:443 h2 https 1.3 verify=ca server=apiserver client token=web-token",
        "logs/node-1: master > node-1:10250 http/1.1 https 1.3 verify=ca server=node-1-kubelet-serving client certificate=apiserver-kubelet-client",
        "node-proxy/node-1: master > node-1:9100 h2 https 1.3 verify=none server=node-1-kubelet-serving client none",
        "pod-proxy/web-1: master > web-1:8443 h2 https 1.3 verify=none server=web-serving client none",
        "service-proxy/web: master > web-1:8443 h2 https 1.3 verify=none server=web-serving client none",
        "users/alice: alice > master:6443 h2 https 1.3 verify=ca server=apiserver client certificate=alice-client",
      ]
    `)
  })

  it('the preset konnectivity carries all requests into the cluster through agents', () => {
    const { paths, cluster } = blueprintOf('cluster: { preset: konnectivity }')
    const tunnelled = paths.filter(({ tunnel }) => tunnel?.kind === 'konnectivity').map(({ kind }) => kind)
    expect([...new Set(tunnelled)]).toEqual([
      'apiserver-kubelet',
      'apiserver-node',
      'apiserver-pod',
      'apiserver-service',
    ])
    expect(cluster?.konnectivity).toEqual({
      serverHost: 'master',
      agentPort: 8091,
      strategy: 'default',
      authentication: {
        kind: 'token',
        audience: 'system:konnectivity-server',
        account: 'kube-system/konnectivity-agent',
      },
      keepaliveNs: 3_600_000_000_000,
      agents: ['node-1', 'node-2', 'node-3'],
    })
  })

  it('each preset has a scenario of its name in the package, which names its schema', () => {
    const folder = new URL('../../scenarios/presets/', import.meta.url)
    expect(readdirSync(folder).sort()).toEqual(
      namesOf(PRESETS)
        .map((name) => `${name}.yaml`)
        .sort(),
    )
    for (const name of namesOf(PRESETS)) {
      const text = readFileSync(new URL(`${name}.yaml`, folder), 'utf8')
      expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../../schema/scenario.schema.json')
      expect(loadScenario({ text, file: `${name}.yaml` }).ok).toBe(true)
    }
  })
})

describe('a key that a scenario writes beside a preset', () => {
  it('a key beside a preset overrides it key by key, and null removes an entry', () => {
    const { hosts, links, workloads, paths } = blueprintOf(`
cluster: { preset: kubeadm-default, nodes: 1 }
hosts: { master: { cores: 8 } }
links: { control-node-1: { delay: 5ms } }
paths: { node-proxy: null, logs: { tls: { verify: ca } } }
workloads: { heartbeats: null, logs: { requests: 7 } }`)
    expect(hosts.find(({ name }) => name === 'master')?.cores).toBe(8)
    const control = links.find(({ name }) => name === 'control-node-1')
    expect([control?.profile, control?.forward.delayNs, control?.forward.rateBps]).toEqual([
      'gce-private',
      5_000_000,
      4_000_000_000,
    ])
    const names = workloads.map(({ name }) => name)
    expect(names).not.toContain('heartbeats')
    expect(names, 'nor what was on the path that is gone').not.toContain('node-metrics')
    expect(workloads.find(({ name }) => name === 'logs')?.arrivals).toMatchObject({ requests: 7 })
    // A path that verifies is enough for the cluster to have issued what is verified.
    expect(paths.find(({ name }) => name === 'logs/node-1')?.tls).toMatchObject({
      verify: 'ca',
      serverCertificate: 'node-1-kubelet-serving',
    })
  })

  it('a number of pods beside a preset adds pods without traffic', () => {
    const { cluster, workloads } = blueprintOf('cluster: { preset: kubeadm-default, nodes: 2, pods: 30 }')
    expect(cluster?.nodes.map(({ anonymousPods }) => anonymousPods)).toEqual([30, 30])
    expect(cluster?.pods.map(({ name, node }) => `${name} on ${node}`)).toEqual(['web-1 on node-1', 'web-2 on node-2'])
    expect(workloads.find(({ name }) => name === 'kubectl-list')?.objects).toEqual({
      resource: 'pods',
      count: 62,
      encoding: 'json',
    })
  })

  it('a version beside a preset changes defaults, also of nodes with an older version', () => {
    const { cluster } = blueprintOf(`
kubernetes: "1.32"
cluster: { preset: kubeadm-default, nodes: { new: 1, old: { count: 1, kubernetes: "1.29" } } }
hosts: { new-1: { kubernetes: "1.31" } }`)
    expect(cluster?.controllerManager.nodeMonitorGracePeriodNs).toBe(50_000_000_000)
    expect(cluster?.nodes.map(({ version }) => version.text)).toEqual(['1.31', '1.29'])
  })
})

describe('a cluster without a preset', () => {
  const TWO_POOLS = `
cluster:
  nodes: { workers: { count: 3, zones: [a, b] }, gateways: 1 }
  pods: { app: { on: workers, replicas: 4, listens: 9000 }, agent: { on: gateways, hostNetwork: true, token: false } }
  services: { front: { pods: app } }
`

  it('a cluster without a preset has nodes by pool, pods spread over them, and services with virtual IPs', () => {
    const { cluster, hosts, links, segments, virtualAddresses } = blueprintOf(
      `${TWO_POOLS}paths: { p: { kind: apiserver-service } }\nworkloads: { w: { path: p, requests: 1 } }\n`,
    )
    expect(cluster?.version.text).toBe('1.32')
    expect(cluster?.nodes.map(({ name, zone }) => `${name} ${zone}`)).toEqual([
      'workers-1 a',
      'workers-2 b',
      'workers-3 a',
      'gateways-1 null',
    ])
    expect(cluster?.pods.map(({ name, node, token }) => `${name} on ${node} with ${token}`)).toEqual([
      'app-1 on workers-1 with app-token',
      'app-2 on workers-2 with app-token',
      'app-3 on workers-3 with app-token',
      'app-4 on workers-1 with app-token',
      'agent-1 on gateways-1 with null',
    ])
    expect(hosts.map(({ name }) => name)).not.toContain('agent-1')
    expect(links.map(({ name }) => name)).toEqual([
      'control-workers-1',
      'control-workers-2',
      'control-workers-3',
      'control-gateways-1',
      'pod-app-1',
      'pod-app-2',
      'pod-app-3',
      'pod-app-4',
    ])
    expect(segments.map(({ name, hosts }) => [name, hosts.length])).toEqual([['nodes', 4]])
    expect(virtualAddresses.map(({ name, address, port }) => `${name} ${address}:${port}`)).toEqual([
      'kubernetes 10.96.0.1:443',
      expect.stringMatching(/^front 10\.(9[6-9]|10\d|11[01])\.\d+\.\d+:80$/),
    ])
    expect(virtualAddresses[1].endpoints.map(({ port }) => port)).toEqual([9000, 9000, 9000, 9000])
  })

  it('a cluster without a preset has a path for each match of a pattern', () => {
    const namesOf = (path: string) =>
      blueprintOf(`${TWO_POOLS}paths: { all: ${path} }\nworkloads: { w: { path: all, requests: 1 } }\n`).paths.map(
        ({ name, from, to, port }) => `${name}: ${from} > ${to}:${port}`,
      )
    expect(namesOf('{ kind: kubelet-apiserver, from: workers/* }')).toEqual([
      'all/workers-1: workers-1 > master:6443',
      'all/workers-2: workers-2 > master:6443',
      'all/workers-3: workers-3 > master:6443',
    ])
    expect(namesOf('{ kind: apiserver-kubelet, to: nodes/gateways-1 }')).toEqual([
      'all/gateways-1: master > gateways-1:10250',
    ])
    expect(namesOf('{ kind: apiserver-pod }'), 'only pods that listen').toHaveLength(4)
    expect(namesOf('{ kind: apiserver-pod, to: pods/agent, port: 80 }')).toEqual([
      'all/agent-1: master > gateways-1:80',
    ])
    expect(namesOf('{ kind: pod-apiserver, from: pods/app-2 }')).toEqual(['all/app-2: app-2 > master:443'])
    expect(namesOf('{ kind: custom, from: gateways-1, to: app-1 }')).toEqual(['all: gateways-1 > app-1:9000'])
  })
})

test('a new host does not change the addresses of other hosts and services', () => {
  const small = blueprintOf('cluster: { preset: kubeadm-default }')
  const large = blueprintOf('cluster: { preset: kubeadm-default, nodes: 9, services: { more: { pods: web } } }')
  for (const host of small.hosts) expect(large.hosts).toContainEqual(host)
  const addresses = (blueprint: typeof small) => blueprint.virtualAddresses.map(({ name, address }) => [name, address])
  expect(addresses(large)).toEqual(expect.arrayContaining(addresses(small)))
})

describe('path kinds without a cluster', () => {
  const kindLine = (path: string, more = '') =>
    pathLine(
      blueprintOf(
        `hosts: { master: {}, node: {} }\nlinks: { wan: { between: [master, node] } }\npaths: { p: { ${path} } }\nworkloads: { w: { path: p, requests: 1 } }\n${more}`,
      ).paths[0],
    )

  it('path kinds without a cluster have their own defaults', () => {
    expect([
      kindLine('kind: component-apiserver, from: master, to: master'),
      kindLine('kind: component-apiserver, from: master, to: master, scheme: https'),
      kindLine('kind: kubelet-apiserver, from: node, to: master'),
      kindLine('kind: pod-apiserver, from: node, to: master'),
      kindLine('kind: apiserver-kubelet, from: master, to: node'),
      kindLine('kind: apiserver-node, from: master, to: node'),
      kindLine('kind: apiserver-node, from: master, to: node, port: 10250'),
      kindLine('kind: apiserver-node, from: master, to: node, port: 9100'),
      kindLine('kind: apiserver-pod, from: master, to: node, scheme: https'),
      kindLine('kind: apiserver-service, from: master, to: node'),
      kindLine('kind: user-apiserver, from: node, to: master'),
    ]).toMatchInlineSnapshot(`
      [
        "p: master > 127.0.0.1:8080 http/1.1 http",
        "p: master > master:443 h2 https 1.3 verify=ca server=master-serving client certificate=kube-scheduler-client",
        "p: node > master:443 h2 https 1.3 verify=ca server=master-serving client certificate=node-kubelet-client",
        "p: node > master:443 h2 https 1.3 verify=ca server=master-serving client token=default-token",
        "p: master > node:10250 http/1.1 https 1.3 verify=none server=node-kubelet client certificate=apiserver-kubelet-client",
        "p: master > node:10250 http/1.1 https 1.3 verify=none server=node-kubelet client certificate=apiserver-kubelet-client",
        "p: master > node:10250 http/1.1 https 1.3 verify=none server=node-kubelet client certificate=apiserver-kubelet-client",
        "p: master > node:9100 http/1.1 http",
        "p: master > node:443 h2 https 1.3 verify=none server=node-serving client none",
        "p: master > node:80 http/1.1 http",
        "p: node > master:443 h2 https 1.3 verify=ca server=master-serving client certificate=node-client",
      ]
    `)
  })

  it('path kinds without a cluster follow the version of Kubernetes if there is one', () => {
    const component = 'kind: component-apiserver, from: master, to: master'
    const withVersion = (version: string) => kindLine(component, `kubernetes: "${version}"\n`)
    expect(withVersion('1.19')).toContain('127.0.0.1:8080')
    expect(withVersion('1.20')).toContain('master:443 h2 https 1.3')
    const kubelet = 'kind: apiserver-kubelet, from: master, to: node'
    expect(kindLine(kubelet, 'kubernetes: "1.16"\n')).toContain('https 1.2')
    expect(kindLine(kubelet, 'kubernetes: "1.17"\n')).toContain('https 1.3')
  })
})
