import { describe, expect, it } from 'vitest'
import { blueprintOf, problemsIn } from '../fixtures/clusters.ts'

const CLUSTER = 'cluster: { preset: kubeadm-default }\n'

const workload = (keys: string, more = '') =>
  blueprintOf(`${CLUSTER}${more}workloads: { w: { ${keys} } }\n`).workloads.find(({ name }) => name === 'w')

const problems = (keys: string, more = '') => problemsIn(`${CLUSTER}${more}workloads:\n  w: { ${keys} }\n`)

describe('the kinds of workloads', () => {
  it('a stream sends chunks, in the background unless it has a duration', () => {
    expect(workload('path: logs, kind: stream, rate: 200KB/s')?.arrivals).toEqual({
      kind: 'flow',
      bytesPerS: 200_000,
      chunkBytes: 4_096,
      forNs: null,
    })
    expect(workload('path: logs, kind: stream, rate: 1MB/s, chunk: 32KB, for: 3s')?.arrivals).toMatchObject({
      chunkBytes: 32_000,
      forNs: 3_000_000_000,
    })
  })

  it('keystrokes send one byte at a time and receive its echo', () => {
    expect(workload('path: logs, kind: keystrokes, for: 10s, carries: [password]')).toMatchObject({
      arrivals: { kind: 'open', ratePerS: 5, spacing: 'fixed', forNs: 10_000_000_000 },
      requestBytes: 1,
      responseBytes: 1,
      carries: ['password'],
    })
  })

  it('a heartbeat follows the version and the kubelet configuration', () => {
    const heartbeat = (more: string) => {
      const { arrivals, objects } = workload('path: kubelets, kind: heartbeat', more)!
      return [arrivals.kind === 'open' && arrivals.ratePerS, objects?.resource]
    }
    expect(heartbeat('')).toEqual([0.1, 'leases'])
    expect(heartbeat('duration: 60s\n')).toEqual([0.1, 'leases'])
    const old = blueprintOf('cluster: { preset: gke-ssh-tunnels }\n').workloads.find(({ kind }) => kind === 'heartbeat')
    expect(old?.objects).toEqual({ resource: 'nodes', count: 1, encoding: 'protobuf' })
  })

  it('logs are fetched, or followed at a rate in bytes', () => {
    expect(workload('path: logs, kind: logs')).toMatchObject({
      arrivals: { kind: 'closed', requests: 1 },
      responseBytes: 10_000,
    })
    expect(workload('path: users, kind: logs, target: pods/web-2, rate: 50KB/s, for: 5s')).toMatchObject({
      arrivals: { kind: 'flow', bytesPerS: 50_000 },
      target: { resource: 'pods', names: ['web-2'] },
    })
  })

  it('exec and port-forward use a new connection each time', () => {
    expect(workload('path: users, kind: exec, response: 4KB')).toMatchObject({
      connection: 'per-request',
      arrivals: { kind: 'closed', requests: 1 },
      responseBytes: 4_000,
      target: { resource: 'pods', names: ['web-1', 'web-2', 'web-3'] },
    })
    expect(workload('path: users, kind: proxy-get, target: nodes/node-2')?.target).toEqual({
      resource: 'nodes',
      names: ['node-2'],
    })
  })
})

describe('loadScenario, kinds of workloads,', () => {
  it('loadScenario refuses a workload kind on a path that cannot carry it', () => {
    expect(problems('path: pods, kind: exec')).toMatchInlineSnapshot(`
      "test.yaml:4:26: error[contradiction]: a path of kind pod-apiserver carries no exec: a kubelet runs commands, for the apiserver or through it for a user
      4 |   w: { path: pods, kind: exec }
                                   ^^^^
      hint: use a path of kind apiserver-kubelet or user-apiserver"
    `)
    expect(problems('path: logs, kind: heartbeat')).toMatchInlineSnapshot(`
      "test.yaml:4:26: error[contradiction]: a path of kind apiserver-kubelet carries no heartbeat: kubelets send heartbeats to the apiserver
      4 |   w: { path: logs, kind: heartbeat }
                                   ^^^^^^^^^
      hint: use a path of kind kubelet-apiserver"
    `)
  })

  it('loadScenario refuses a key that the workload kind does not have', () => {
    expect(problems('path: kubelets, kind: watch, requests: 4, response: 1KB')).toMatchInlineSnapshot(`
      "test.yaml:4:37: error[contradiction]: a workload of kind watch has no requests
      4 |   w: { path: kubelets, kind: watch, requests: 4, response: 1KB }
                                              ^^^^^^^^
      hint: its keys are rate, arrivals, for, resource, encoding
      test.yaml:4:50: error[contradiction]: a workload of kind watch has no response
      4 |   w: { path: kubelets, kind: watch, requests: 4, response: 1KB }
                                                           ^^^^^^^^
      hint: its keys are rate, arrivals, for, resource, encoding"
    `)
  })

  it('loadScenario refuses a workload rate in the wrong unit', () => {
    expect(problems('path: logs, kind: stream, rate: 5/s')).toMatchInlineSnapshot(`
      "test.yaml:4:40: error[wrong-unit]: the rate of a workload of kind stream is in bytes, not in requests
      4 |   w: { path: logs, kind: stream, rate: 5/s }
                                                 ^^^
      hint: write it like 200KB/s"
    `)
    expect(problems('path: logs, rate: 5KB/s, for: 1s')).toMatchInlineSnapshot(`
      "test.yaml:4:26: error[wrong-unit]: the rate of a workload of kind requests is in requests, not in bytes
      4 |   w: { path: logs, rate: 5KB/s, for: 1s }
                                   ^^^^^
      hint: write it like 50/s"
    `)
  })

  it('loadScenario refuses an invalid target of a workload', () => {
    expect(problems('path: users, kind: logs, target: services/web')).toMatchInlineSnapshot(`
      "test.yaml:4:41: error[contradiction]: logs reaches pods, not services/web
      4 |   w: { path: users, kind: logs, target: services/web }
                                                  ^^^^^^^^^^^^
      hint: write it like pods/NAME"
    `)
    expect(problems('path: users, kind: logs, target: pods/wob')).toMatchInlineSnapshot(`
      "test.yaml:4:41: error[unknown-name]: no pod is named wob
      4 |   w: { path: users, kind: logs, target: pods/wob }
                                                  ^^^^^^^^
      hint: did you mean web?"
    `)
    expect(problems('path: logs, kind: logs, target: pods/web')).toMatchInlineSnapshot(`
      "test.yaml:4:32: error[contradiction]: target needs a path of kind user-apiserver; other paths give the server themselves
      4 |   w: { path: logs, kind: logs, target: pods/web }
                                         ^^^^^^"
    `)
  })

  it('loadScenario refuses a scenario without an end', () => {
    const text =
      'cluster: {}\npaths: { k: { kind: kubelet-apiserver } }\nworkloads: { h: { path: k, kind: heartbeat } }\n'
    expect(problemsIn(text)).toMatchInlineSnapshot(`
      "test.yaml:4:1: error[missing-key]: no workload ends, and the scenario has no duration
      4 | workloads: { h: { path: k, kind: heartbeat } }
          ^^^^^^^^^
      hint: add a duration, such as duration: 60s"
    `)
    expect(problemsIn(`${text}duration: 60s\n`)).toBe('nothing')
  })
})
