import { describe, expect, test } from 'vitest'
import { runScenario } from '../../src/testing/index.ts'
import { CHECKED_KUBELETS, lab, WAYS, type Ways } from './truth-lab.ts'

/**
 * A cluster and a table of cells: who does what to which path. One flag is turned at a time, and exactly the cells
 * change whose mechanism it touches. Each cell is a run of its own.
 */
interface Cell {
  readonly ways: Ways
  readonly attacker: string
  /** The settings that a cell needs. */
  readonly set?: readonly string[]
}

const { B, C, D, G, H } = WAYS

const by = (on: string, vantage: string, step: string, holds = ''): string =>
  `  mallory: { on: ${on}, vantage: ${vantage}, ${holds}plan: [{ ${step} }] }`
const ON_LINK = 'control-node-1'

const CELLS: Readonly<Record<string, Cell>> = {
  'listen B': { ways: { B }, attacker: by(ON_LINK, 'passive', 'technique: eavesdrop, path: B') },
  'listen D': { ways: { D }, attacker: by(ON_LINK, 'passive', 'technique: eavesdrop, path: D') },
  'listen G': { ways: { G }, attacker: by(ON_LINK, 'passive', 'technique: eavesdrop, path: G') },
  'pose B': { ways: { B }, attacker: by(ON_LINK, 'inline', 'technique: impersonate-server, path: B') },
  'pose C': { ways: { C }, attacker: by(ON_LINK, 'inline', 'technique: impersonate-server, path: C') },
  'pose D': { ways: { D }, attacker: by(ON_LINK, 'inline', 'technique: impersonate-server, path: D') },
  'relay D': { ways: { D }, attacker: by(ON_LINK, 'inline', 'technique: relay, path: D') },
  'relay H': { ways: { H }, attacker: by(ON_LINK, 'inline', 'technique: relay, path: H') },
  'door with nothing': { ways: { D }, attacker: by('web-2', 'pod', 'technique: direct-request, path: D, ask: exec') },
  'door with a token': {
    ways: { D },
    attacker: by(
      'web-2',
      'pod',
      'technique: direct-request, path: D, ask: exec, with: web-token',
      'holds: [web-token], ',
    ),
  },
  'door with a garbage token': {
    ways: { D },
    attacker: by('web-2', 'pod', 'technique: direct-request, path: D, ask: exec, with: a garbage token'),
  },
  "door with a node's certificate": {
    ways: { D },
    attacker: by(
      'web-2',
      'pod',
      'technique: direct-request, path: D, ask: exec, with: node-2-kubelet-client',
      'holds: [node-2-kubelet-client], ',
    ),
  },
  'apiserver with nothing': {
    ways: { B },
    attacker: by(ON_LINK, 'inline', 'technique: direct-request, path: B, ask: list-secrets'),
  },
  'read-only port': {
    ways: { R: '{ kind: custom, from: master, to: node-1, port: 10255 }' },
    attacker: by('web-2', 'pod', 'technique: direct-request, path: R, ask: list-pods'),
  },
  'rewrite an address': {
    ways: { D },
    attacker: by(
      'node-2',
      'node',
      'at: 30ms, technique: readdress-node, path: D, presents: node-2-kubelet-serving, with: node-2-kubelet-client',
      'holds: [node-2-kubelet-serving, node-2-kubelet-client], ',
    ),
    set: ['cluster.kubelet.config.serverTLSBootstrap=true', 'cluster.kubelet.server-certificate=issued'],
  },
}

const TRAFFIC = 'connection: per-request, requests: 4, request: 300B, response: 1000B'

function worstOf({ ways, attacker, set = [] }: Cell, more: readonly string[]): string {
  const { verdicts } = runScenario(lab(ways, attacker, { traffic: TRAFFIC }), { set: [...set, ...more] })
  return verdicts.map(({ outcomes, asIdentity, privileges }) => {
    const as = asIdentity ?? privileges[0]?.as
    return outcomes[0] + (as === undefined ? '' : ` as ${as}`)
  })[0]
}

function table(...set: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(CELLS).map(([name, cell]) => [name, worstOf(cell, set)]))
}

const AS_IT_IS = table()

/** The cells that differ from those without the flag. */
function changedBy(...set: readonly string[]): Record<string, string> {
  const changed = Object.entries(table(...set)).filter(([name, worst]) => worst !== AS_IT_IS[name])
  return Object.fromEntries(changed)
}

const ANONYMOUS = 'cluster.kubelet.config.authentication.anonymous.enabled=true'
const ALWAYS_ALLOW = 'cluster.kubelet.config.authorization.mode=AlwaysAllow'

describe('one flag changed in a kubeadm cluster', () => {
  test('when no flag is changed, the matrix has the recorded cells', () => {
    expect(AS_IT_IS).toEqual({
      'listen B': 'metadata',
      'listen D': 'metadata',
      'listen G': 'read',
      'pose B': 'outage',
      'pose C': 'outage',
      'pose D': 'impersonated',
      'relay D': 'impersonated',
      'relay H': 'relayed',
      'door with nothing': 'no-effect',
      'door with a token': 'no-effect',
      'door with a garbage token': 'no-effect',
      "door with a node's certificate": 'no-effect',
      'apiserver with nothing': 'no-effect',
      'read-only port': 'no-effect',
      'rewrite an address': 'no-effect',
    })
  })

  test('--kubelet-certificate-authority prevents impersonation of a kubelet on path D', () => {
    expect(changedBy(...CHECKED_KUBELETS)).toEqual({ 'pose D': 'outage', 'relay D': 'outage' })
  })

  test('anonymous.enabled alone grants nothing, because the kubelet asks the apiserver', () => {
    expect(changedBy(ANONYMOUS)).toEqual({})
  })

  test('AlwaysAllow alone grants everything to each authenticated client', () => {
    expect(changedBy(ALWAYS_ALLOW)).toEqual({
      'door with a token': 'privilege as system:serviceaccount:default:default',
      "door with a node's certificate": 'privilege as system:node:node-2',
    })
  })

  test('anonymous.enabled and AlwaysAllow grant everything except to invalid tokens, and allow the relay', () => {
    expect(changedBy(ANONYMOUS, ALWAYS_ALLOW)).toEqual({
      'relay D': 'relayed as system:anonymous',
      'door with nothing': 'privilege as system:anonymous',
      'door with a token': 'privilege as system:serviceaccount:default:default',
      "door with a node's certificate": 'privilege as system:node:node-2',
    })
  })

  test('without the webhook kubelets ignore tokens, and their bearers are anonymous', () => {
    const webhook = 'cluster.kubelet.config.authentication.webhook.enabled=false'
    expect(changedBy(ANONYMOUS, ALWAYS_ALLOW, webhook)).toEqual({
      'relay D': 'relayed as system:anonymous',
      'door with nothing': 'privilege as system:anonymous',
      'door with a token': 'privilege as system:anonymous',
      'door with a garbage token': 'privilege as system:anonymous',
      "door with a node's certificate": 'privilege as system:node:node-2',
    })
  })

  test('readOnlyPort lets any client list the pods of a node, and nothing else', () => {
    expect(changedBy('cluster.kubelet.config.readOnlyPort=10255')).toEqual({ 'read-only port': 'read' })
  })

  test('without NodeRestriction a node can write another node’s address', () => {
    expect(changedBy('cluster.apiserver.flags.enable-admission-plugins=[]')).toEqual({
      'rewrite an address': 'impersonated',
    })
  })

  test('--anonymous-auth of the apiserver changes nothing for clients without permissions', () => {
    expect(changedBy('cluster.apiserver.flags.anonymous-auth=false')).toEqual({})
  })

  test('AlwaysAllow at the apiserver disables anonymous access, and gives every permission to each authenticated client', () => {
    expect(changedBy('cluster.apiserver.flags.authorization-mode=[AlwaysAllow]')).toEqual({
      'door with a token': 'privilege as system:serviceaccount:default:default',
      "door with a node's certificate": 'privilege as system:node:node-2',
    })
  })
})

test('TLS 1.2 shows both certificates to an eavesdropper and TLS 1.3 none, and neither reveals data', () => {
  const learned = (version: string) => {
    const ways = { D: `{ kind: apiserver-kubelet, from: master, to: node-1, tls: { version: ${version} } }` }
    const { verdicts, knowledge } = runScenario(lab(ways, CELLS['listen D'].attacker))
    return [verdicts[0].worst, ...knowledge.map(({ learned }) => learned)]
  }
  expect(learned('1.2')).toEqual(['metadata', 'certificate node-1-kubelet', 'certificate apiserver-kubelet-client'])
  expect(learned('1.3')).toEqual(['metadata'])
})
