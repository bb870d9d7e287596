import { describe, expect, test } from 'vitest'
import { resultOf, workloadOf } from '../fixtures/simulations.ts'

const PRESETS = {
  'gke-ssh-tunnels': ['0.0.0.0:443', '127.0.0.1:8080'],
  'kubeadm-default': ['0.0.0.0:6443'],
  'kubeadm-hardened': ['0.0.0.0:6443'],
  konnectivity: ['0.0.0.0:6443', '0.0.0.0:8091'],
}

describe.each(Object.entries(PRESETS))('the master of %s', (preset, served) => {
  const probes = [22, 80, 443, 2379, 8080, 10250].filter((port) => !served.includes(`0.0.0.0:${port}`))
  const froms = ['node-1', 'web-2', 'alice']
  const names = froms.flatMap((from) => probes.map((port) => ({ name: `${from}-${port}`, from, port })))
  const paths = names.map(({ name, from, port }) => `${name}: { from: ${from}, to: master, port: ${port} }`)
  const workloads = names.map(({ name }) => `${name}: { path: ${name}, requests: 1 }`)
  const result = resultOf(`
    { version: 1, cluster: { preset: ${preset} }, paths: { ${paths.join()} }, workloads: { ${workloads.join()} } }`)

  test('the master listens on the ports of the apiserver and for Konnectivity agents', () => {
    const ofMaster = result.listeners.filter(({ host }) => host === 'master')
    expect(ofMaster.map(({ address, port }) => `${address}:${port}`)).toEqual(served)
  })

  test('the master refuses connections from nodes, pods and users to other ports', () => {
    for (const { name } of names)
      expect([name, workloadOf(result, name).failures]).toEqual([name, [{ reason: 'connection refused', count: 1 }]])
  })
})
