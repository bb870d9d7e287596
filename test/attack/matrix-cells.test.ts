import { describe, expect, test } from 'vitest'
import type { Technique } from '../../src/attack/techniques/technique.ts'
import { TECHNIQUES } from '../../src/attack/techniques.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { run } from '../../src/simulation/run.ts'
import { readMatrix } from '../../src/study/matrix/matrix.ts'

interface Wanted {
  readonly path: string
  readonly place: string
  readonly vantage: string
  readonly technique: string
}

/** The verdict on the first instance of a path in the matrix of a preset; `set` has changed settings. */
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

describe('an attack on an established SSH tunnel', () => {
  const inline = (technique: string) => ({ path: 'logs', place: NEAR, vantage: 'inline', technique })
  const cell = (technique: string) => cellOf('gke-ssh-tunnels', inline(technique))

  test('an altered byte ends an SSH tunnel; connections use the dead tunnel until its health check, or another tunnel', () => {
    expect(cell('tamper')).toMatchObject({ outcomes: ['disrupted'], noticed: 'security' })
    expect(cell('tamper').noticedBy).toContainEqual({ host: 'node-2', log: 'sshd', reason: 'record broken' })
  })

  test('an altered byte ends an SSH tunnel, and a client that dials external addresses has no other tunnel', () => {
    const byExternalIp = 'cluster.apiserver.flags.kubelet-preferred-address-types=[ExternalIP]'
    const verdict = cellOf('gke-ssh-tunnels', inline('tamper'), byExternalIp)
    expect(verdict).toMatchObject({ outcomes: ['outage'], noticed: 'security', victim: 'node-1' })
  })

  test('a reset ends an SSH tunnel, and neither end can distinguish it from another fault', () => {
    expect(cell('reset')).toMatchObject({ outcomes: ['disrupted'], noticed: 'fault' })
  })

  test('dropped packets only delay an established SSH tunnel', () => {
    const noticedBy = [{ host: 'master', log: 'kube-apiserver', reason: 'no answer' }]
    expect(cell('drop')).toMatchObject({ outcomes: ['outage'], noticed: 'fault', noticedBy, recoveredNs: null })
  })

  test('a replayed segment has no effect on an established SSH tunnel', () => {
    expect(cell('replay')).toMatchObject({ outcomes: ['no-effect'], noticed: 'none' })
  })
})

describe('a tunnel that is chosen at random for each connection', () => {
  const some = (messages: number) => ({ messages, of: 12 })

  test('a random choice of tunnels keeps part of the requests away from an attacker on one node’s link', () => {
    const wanted = { path: 'pod-proxy', place: NEAR, vantage: 'inline', technique: 'impersonate-server' }
    const verdict = cellOf('gke-ssh-tunnels', wanted)
    expect(verdict).toMatchObject({ outcomes: ['impersonated', 'read'], exposure: some(4) })
  })

  test('a random tunnel ends at a node that reads its share of the requests, even if the pod is on another', () => {
    const wanted = { path: 'pod-proxy', place: 'another node', vantage: 'node', technique: 'eavesdrop' }
    const verdict = cellOf('gke-ssh-tunnels', wanted)
    expect(verdict).toMatchObject({ outcomes: ['read'], victim: 'web-1', exposure: some(4) })
  })

  test('a tunnel that is chosen at random can be that of a Konnectivity agent', () => {
    const wanted = { path: 'node-proxy', place: 'another node', vantage: 'node', technique: 'eavesdrop' }
    expect(cellOf('konnectivity', wanted)).toMatchObject({ outcomes: ['read'], victim: 'node-1', exposure: some(4) })
  })
})

describe('a relay behind a tunnel', () => {
  test('a relay behind a tunnel connects to the pod with its own address, because responses to the tunnel’s end would not pass it', () => {
    const wanted = { path: 'pod-proxy', place: FAR, vantage: 'inline', technique: 'relay' }
    const verdict = cellOf('gke-ssh-tunnels', wanted)
    expect(verdict).toMatchObject({ outcomes: ['relayed', 'impersonated', 'read'], noticed: 'none' })
    expect(verdict.exposure.bytes).toBe(1000 * verdict.exposure.messages)
  })

  test('a relay behind a tunnel connects with its own address also as the forged sshd at the tunnel’s near end', () => {
    const wanted = { path: 'service-proxy', place: NEAR, vantage: 'inline', technique: 'relay' }
    expect(cellOf('gke-ssh-tunnels', wanted)).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      noticed: 'none',
    })
  })
})

describe('root on any node of a cluster with SSH tunnels', () => {
  const behind = (technique: string) => ({
    path: 'logs',
    place: 'a node behind the tunnel',
    vantage: 'node',
    technique,
  })

  test('root on any node of a cluster with SSH tunnels impersonates the kubelets of other nodes for part of the dials', () => {
    const { exposure, ...verdict } = cellOf('gke-ssh-tunnels', behind('impersonate-server'))
    expect(verdict).toMatchObject({ outcomes: ['impersonated', 'read'], victim: 'node-1', noticed: 'none' })
    expect(exposure.messages).toBeGreaterThan(0)
    expect(exposure.messages).toBeLessThan(exposure.of)
  })

  test('root on a node cannot impersonate other kubelets through SSH tunnels if the apiserver verifies each certificate', () => {
    const checked = [
      'cluster.apiserver.flags.kubelet-certificate-authority=cluster-ca',
      'cluster.kubelet.server-certificate=issued',
    ]
    const verdict = cellOf('gke-ssh-tunnels', behind('impersonate-server'), ...checked)
    expect(verdict).toMatchObject({ outcomes: ['disrupted'], noticed: 'security' })
  })

  test.each(['1.9', '1.10', '1.21'])(
    'root on any node impersonates the kubelets of other nodes through SSH tunnels in %s too',
    (version) => {
      expect(cellOf('gke-ssh-tunnels', behind('impersonate-server'), `kubernetes="${version}"`)).toMatchObject({
        outcomes: ['impersonated', 'read'],
        victim: 'node-1',
      })
    },
  )
})

describe('root on the host at which a tunnel ends', () => {
  const behind = (technique: string) => ({
    path: 'pod-proxy',
    place: 'a node behind the tunnel',
    vantage: 'node',
    technique,
  })

  test('root on the host at which a tunnel ends answers connections that its sshd opens for the apiserver, and relays to the pod', () => {
    expect(cellOf('gke-ssh-tunnels', behind('relay'))).toMatchObject({
      outcomes: ['relayed', 'impersonated', 'read'],
      victim: 'web-1',
      exposure: { messages: 4, of: 12 },
      noticed: 'none',
    })
  })

  test('root on the host at which a tunnel ends answers and relays connections of a Konnectivity agent on the host too', () => {
    expect(cellOf('konnectivity', behind('impersonate-server'))).toMatchObject({
      outcomes: ['impersonated', 'read'],
      victim: 'web-1',
      noticed: 'none',
    })
  })
})

describe('a flag changes the cells of its mechanism', () => {
  const anybody = { place: 'a network of the server', vantage: 'blind', technique: 'direct-request' }

  test('ARP spoofing works for any host on a bridged segment, and for none on a routed one', () => {
    const wanted = { path: 'pod-proxy', place: 'the segment that it crosses', vantage: 'side', technique: 'spoof-arp' }
    expect(cellOf('gke-ssh-tunnels', wanted).outcomes).toEqual(['no-effect'])
    expect(cellOf('gke-ssh-tunnels', wanted, 'segments.nodes.l2=bridged').outcomes).toContain('impersonated')
  })

  test('a kubelet with AlwaysAllow and anonymous access grants everything to any host', () => {
    const wanted = { path: 'logs', ...anybody }
    const open = ['authentication.anonymous.enabled=true', 'authorization.mode=AlwaysAllow']
    const flags = open.map((flag) => `cluster.kubelet.config.${flag}`)
    expect(cellOf('kubeadm-default', wanted).outcomes).toEqual(['no-effect'])
    expect(cellOf('kubeadm-default', wanted, ...flags).outcomes).toEqual(['privilege'])
  })

  test('the kubelet’s read-only port lists pods for any host', () => {
    const outcomes = (...set: string[]) =>
      verdictsOf('kubeadm-default', { path: 'logs', ...anybody }, ...set).map(({ worst }) => worst)
    expect(outcomes()).not.toContain('read')
    expect(outcomes('cluster.kubelet.config.readOnlyPort=10255')).toContain('read')
  })

  test('an insecure port admits processes on its host, and any host when it listens on all addresses', () => {
    const inside = { path: 'components', place: "the apiserver's host", vantage: 'pod', technique: 'direct-request' }
    const bound = 'cluster.apiserver.flags.insecure-bind-address=0.0.0.0'
    expect(cellOf('gke-ssh-tunnels', inside).outcomes).toEqual(['privilege'])
    expect(cellOf('gke-ssh-tunnels', { path: 'components', ...anybody }).outcomes).toEqual(['no-effect'])
    expect(cellOf('gke-ssh-tunnels', { path: 'components', ...anybody }, bound).outcomes).toEqual(['privilege'])
  })
})

describe('the vantages on one host', () => {
  test('all vantages on one host share one simulation of harmless techniques', () => {
    const text = '{ version: 1, name: g, cluster: { preset: gke-ssh-tunnels } }'
    const read = readMatrix({ file: '-', text }, {}, ['pod-proxy'])
    if (!read.ok) throw new Error(read.problems[0].message)
    const at = (place: string) =>
      read.matrix.cases.find(({ row }) => row.place === place && row.technique === 'steal-token')
    expect(at('another node')).toMatchObject({ on: 'node-2' })
    expect(at('a node behind the tunnel')?.scenario).toBe(at('another node')?.scenario)
  })
})

describe('a passive attacker', () => {
  const read = readMatrix({ file: '-', text: '{ version: 1, name: k, cluster: { preset: kubeadm-default } }' }, {}, [
    'logs',
  ])
  if (!read.ok) throw new Error(read.problems[0].message)
  const cases = read.matrix.cases.filter(({ row }) => row.place === NEAR)
  const scenariosOf = (vantage: string, technique?: string) => {
    const found = cases.filter(({ row }) => row.vantage === vantage && (technique ?? row.technique) === row.technique)
    return [...new Set(found.map(({ scenario }) => scenario))]
  }

  const onLinks = namesOf(TECHNIQUES).filter((name) => isTriedOnLinks(TECHNIQUES[name]))

  test('a passive attacker needs one simulation for all techniques that its vantage does not allow', () => {
    expect(scenariosOf('passive')).toHaveLength(1)
    expect(scenariosOf('side', 'drop')).toEqual(scenariosOf('side', 'relay'))
    expect(new Set([...scenariosOf('side', 'inject'), ...scenariosOf('side', 'reset')]).size).toBe(2)
    expect(scenariosOf('inline')).toHaveLength(onLinks.length)
  })

  test('a passive attacker fails with each technique that its vantage does not allow, without consequences', () => {
    const { verdicts, workloads } = run(scenariosOf('passive')[0]!).result
    const outcomes = verdicts.filter(({ victim }) => victim === 'node-1').map((one) => [one.technique, one.worst])
    expect(Object.fromEntries(outcomes)).toMatchObject({ eavesdrop: 'metadata', drop: 'no-effect', relay: 'no-effect' })
    expect(outcomes).toHaveLength(onLinks.length)
    expect(workloads[0]).toMatchObject({ failed: 0 })
  })
})

describe('an external IP that is a node’s own address', () => {
  test('an external IP that is a node’s own address diverts the apiserver’s connections, and responses take the same route back because the node masquerades', () => {
    const wanted = { path: 'logs', place: 'a user', vantage: 'user', technique: 'redirect-service' }
    expect(cellOf('kubeadm-default', wanted)).toMatchObject({
      outcomes: ['impersonated', 'read', 'degraded'],
      victim: 'node-1',
    })
  })
})

function isTriedOnLinks({ matrix }: Technique): boolean {
  return matrix.rows.some(({ at }) => at.includes('link'))
}
