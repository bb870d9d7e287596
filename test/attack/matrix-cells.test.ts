import { describe, expect, test } from 'vitest'
import { readMatrix } from '../../src/scenario/matrix/matrix.ts'
import { run } from '../../src/simulation/run.ts'

interface Wanted {
  readonly path: string
  readonly place: string
  readonly vantage: string
  readonly technique: string
}

/** The verdict on the first instance of the path, as the matrix of a preset comes to it; `set`: what is flipped. */
function cellOf(preset: string, wanted: Wanted, ...set: string[]) {
  return verdictsOf(preset, wanted, ...set)[0]
}

function verdictsOf(preset: string, { path, place, vantage, technique }: Wanted, ...set: string[]) {
  const text = `{ version: 1, name: ${preset}, cluster: { preset: ${preset} } }`
  const read = readMatrix({ file: '-', text }, { set }, [path])
  if (!read.ok) throw new Error(read.problems[0].message)
  const found = read.matrix.cases.find(({ row }) => {
    return row.place === place && row.vantage === vantage && row.technique === technique
  })
  const { verdicts } = run(found!.scenario!).result
  return verdicts.filter((one) => one.technique === technique && one.scope === 'other')
}

const NEAR = 'the link that it crosses'
const FAR = 'the far side of the tunnel'

describe('a tunnel that stands', () => {
  const inline = (technique: string) => ({ path: 'logs', place: NEAR, vantage: 'inline', technique })
  const fate = (technique: string) => cellOf('gke-ssh-tunnels', inline(technique))

  test('dies of a changed byte, for which the node’s sshd finds the MAC wrong; the mux that is dead stays until its health check', () => {
    expect(fate('tamper')).toMatchObject({ outcomes: ['denied'], noticed: 'security' })
    expect(fate('tamper').noticedBy).toContainEqual({ host: 'node-1', log: 'sshd', reason: 'record broken' })
  })

  test('dies of a reset, which might be any fault', () => {
    expect(fate('reset')).toMatchObject({ outcomes: ['denied'], noticed: 'fault' })
  })

  test('waits for what is dropped, and nothing times out', () => {
    const noticedBy = [{ host: 'master', log: 'kube-apiserver', reason: 'no answer' }]
    expect(fate('drop')).toMatchObject({ outcomes: ['denied'], noticed: 'fault', noticedBy, recoveredNs: null })
  })

  test('takes a segment that comes again for what it is', () => {
    expect(fate('replay')).toMatchObject({ outcomes: ['failed'], noticed: 'none' })
  })
})

describe('a tunnel that is drawn for each connection', () => {
  const some = (messages: number) => ({ messages, of: 12 })

  test('leads past whoever sits on one node’s link, for a part of what is asked', () => {
    const wanted = { path: 'pod-proxy', place: NEAR, vantage: 'inline', technique: 'impersonate-server' }
    const verdict = cellOf('gke-ssh-tunnels', wanted)
    expect(verdict).toMatchObject({ outcomes: ['impersonated', 'read'], exposure: some(2) })
  })

  test('ends at a node that reads its part, though the pod is on another', () => {
    const wanted = { path: 'pod-proxy', place: 'another node', vantage: 'node', technique: 'eavesdrop' }
    const verdict = cellOf('gke-ssh-tunnels', wanted)
    expect(verdict).toMatchObject({ outcomes: ['read'], victim: 'web-1', exposure: some(2) })
  })

  test('is what agents are, too', () => {
    const wanted = { path: 'node-proxy', place: 'another node', vantage: 'node', technique: 'eavesdrop' }
    expect(cellOf('konnectivity', wanted)).toMatchObject({ outcomes: ['read'], victim: 'node-1', exposure: some(5) })
  })
})

describe('a relay behind a tunnel', () => {
  test('asks the pod in its own name: an answer to whoever is at the other end would not come by', () => {
    const wanted = { path: 'pod-proxy', place: FAR, vantage: 'inline', technique: 'relay' }
    const verdict = cellOf('gke-ssh-tunnels', wanted)
    expect(verdict).toMatchObject({ outcomes: ['relayed', 'impersonated', 'read'], noticed: 'none' })
    expect(verdict.exposure.bytes).toBe(1000 * verdict.exposure.messages)
  })

  test('as the false sshd at its near end it does so too', () => {
    const wanted = { path: 'service-proxy', place: NEAR, vantage: 'inline', technique: 'relay' }
    expect(cellOf('gke-ssh-tunnels', wanted)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      noticed: 'none',
    })
  })
})

describe('root where a tunnel ends', () => {
  const behind = (technique: string) => ({
    path: 'pod-proxy',
    place: 'a node behind the tunnel',
    vantage: 'node',
    technique,
  })

  test('answers what its sshd dials for the apiserver, and asks the pod in turn', () => {
    expect(cellOf('gke-ssh-tunnels', behind('relay'))).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      victim: 'web-1',
      exposure: { messages: 2, of: 12 },
      noticed: 'none',
    })
  })

  test('so does root where an agent of Konnectivity is', () => {
    expect(cellOf('konnectivity', behind('impersonate-server'))).toMatchObject({
      outcomes: ['impersonated', 'read'],
      victim: 'web-1',
      noticed: 'none',
    })
  })
})

describe('a flag moves the cells that it is about', () => {
  const anybody = { place: 'a network of the server', vantage: 'blind', technique: 'direct-request' }

  test('ARP is believed on a bridged segment, by whoever sits there, and on a routed one by nobody', () => {
    const wanted = { path: 'pod-proxy', place: 'the segment that it crosses', vantage: 'side', technique: 'spoof-arp' }
    expect(cellOf('gke-ssh-tunnels', wanted).outcomes).toEqual(['failed'])
    expect(cellOf('gke-ssh-tunnels', wanted, 'segments.nodes.l2=bridged').outcomes).toContain('impersonated')
  })

  test('a kubelet that lets anybody do anything does so for whoever has an address', () => {
    const wanted = { path: 'logs', ...anybody }
    const open = ['authentication.anonymous.enabled=true', 'authorization.mode=AlwaysAllow']
    const flags = open.map((flag) => `cluster.kubelet.config.${flag}`)
    expect(cellOf('kubeadm-default', wanted).outcomes).toEqual(['failed'])
    expect(cellOf('kubeadm-default', wanted, ...flags).outcomes).toEqual(['privilege'])
  })

  test('so does its read-only port, which is another door of the same kubelet', () => {
    const outcomes = (...set: string[]) =>
      verdictsOf('kubeadm-default', { path: 'logs', ...anybody }, ...set).map(({ worst }) => worst)
    expect(outcomes()).not.toContain('privilege')
    expect(outcomes('cluster.kubelet.config.readOnlyPort=10255')).toContain('privilege')
  })

  test('an insecure port lets in who is on the host, and whoever has an address where it is bound to all of them', () => {
    const inside = { path: 'components', place: "the apiserver's host", vantage: 'pod', technique: 'direct-request' }
    const bound = 'cluster.apiserver.flags.insecure-bind-address=0.0.0.0'
    expect(cellOf('gke-ssh-tunnels', inside).outcomes).toEqual(['privilege'])
    expect(cellOf('gke-ssh-tunnels', { path: 'components', ...anybody }).outcomes).toEqual(['failed'])
    expect(cellOf('gke-ssh-tunnels', { path: 'components', ...anybody }, bound).outcomes).toEqual(['privilege'])
  })
})

describe('places of one host', () => {
  test('have one simulation for what is tried from each of them', () => {
    const text = '{ version: 1, name: g, cluster: { preset: gke-ssh-tunnels } }'
    const read = readMatrix({ file: '-', text }, {}, ['pod-proxy'])
    if (!read.ok) throw new Error(read.problems[0].message)
    const at = (place: string) =>
      read.matrix.cases.find(({ row }) => row.place === place && row.technique === 'steal-token')
    expect(at('another node')).toMatchObject({ on: 'node-2' })
    expect(at('a node behind the tunnel')?.scenario).toBe(at('another node')?.scenario)
  })
})

describe('whoever only looks on', () => {
  const read = readMatrix({ file: '-', text: '{ version: 1, name: k, cluster: { preset: kubeadm-default } }' }, {}, [
    'logs',
  ])
  if (!read.ok) throw new Error(read.problems[0].message)
  const cases = read.matrix.cases.filter(({ row }) => row.place === NEAR)
  const scenariosOf = (vantage: string, technique?: string) => {
    const found = cases.filter(({ row }) => row.vantage === vantage && (technique ?? row.technique) === row.technique)
    return [...new Set(found.map(({ scenario }) => scenario))]
  }

  test('tries in one simulation all that its vantage cannot do', () => {
    expect(scenariosOf('passive')).toHaveLength(1)
    expect(scenariosOf('side', 'drop')).toEqual(scenariosOf('side', 'relay'))
    expect(new Set([...scenariosOf('side', 'inject'), ...scenariosOf('side', 'reset')]).size).toBe(2)
    expect(scenariosOf('inline')).toHaveLength(9)
  })

  test('fails with each of it, and nothing comes of it', () => {
    const { verdicts, workloads } = run(scenariosOf('passive')[0]!).result
    const outcomes = verdicts.filter(({ victim }) => victim === 'node-1').map((one) => [one.technique, one.worst])
    expect(Object.fromEntries(outcomes)).toMatchObject({ eavesdrop: 'metadata', drop: 'failed', relay: 'failed' })
    expect(outcomes).toHaveLength(9)
    expect(workloads[0]).toMatchObject({ failed: 0 })
  })
})

describe('an external IP that is a node’s own', () => {
  test('takes the apiserver’s connections as they are forwarded there, and answers come back the way they went: the node masquerades', () => {
    const wanted = { path: 'logs', place: 'a user', vantage: 'user', technique: 'redirect-service' }
    expect(cellOf('kubeadm-default', wanted)).toMatchObject({
      outcomes: ['impersonated', 'read', 'degraded'],
      victim: 'node-1',
    })
  })
})
