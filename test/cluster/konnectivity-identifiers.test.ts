import { describe, expect, test } from 'vitest'
import type { AgentClaimsBlueprint, ExtraAgentBlueprint } from '../../src/attack/additions.ts'
import type { CheckedScenario } from '../../src/scenario/load.ts'
import { beginning, finish, scenarioOf } from '../fixtures/simulations.ts'

/** The address at which the master dials n1. */
const N1 = '10.7.0.1'

const NOTHING: AgentClaimsBlueprint = { agentIdOf: null, identifiers: [], defaultRoute: false }

/** A further agent, on n2, beside those of the nodes; it claims the address of n1. */
function another(how: Partial<ExtraAgentBlueprint>): ExtraAgentBlueprint {
  return {
    name: 'another',
    host: 'n2',
    server: 'master',
    credential: { kind: 'of-agent', host: 'n2' },
    claims: { ...NOTHING, identifiers: [N1] },
    startNs: 0,
    diversions: [],
    ...how,
  }
}

interface Setting {
  readonly strategy?: string
  readonly via?: readonly string[]
  readonly events?: string
  readonly authentication?: string
}

/**
 * A scenario with a master, two nodes with an agent each, and a further agent; for 10 s the master sends ten requests
 * a second to n1.
 */
function twoNodes(
  agent: ExtraAgentBlueprint,
  { strategy = 'destHost', via = ['n1', 'n2'], events = '[]', authentication = 'token' }: Setting = {},
): CheckedScenario {
  const scenario = scenarioOf(`version: 1
hosts: { master: {}, n1: { addresses: [${N1}] }, n2: {} }
segments: { lan: { hosts: [master, n1, n2], delay: 1ms } }
identities:
  good: { kind: service-account-token, account: kube-system/konnectivity-agent, audience: "system:konnectivity-server", expires: 1h }
  pods: { kind: service-account-token, account: default/app, audience: "system:konnectivity-server", expires: 1h }
  forApi: { kind: service-account-token, account: kube-system/konnectivity-agent, audience: api, expires: 1h }
  theirs: { kind: ca }
  stranger: { kind: certificate, issuer: theirs, cn: nobody, usages: [client] }
paths: { asked: { from: master, to: n1, tunnel: { kind: konnectivity, strategy: ${strategy}, authentication: ${authentication} } } }
workloads: { asks: { path: asked, connection: per-request, rate: 10/s, for: 10s } }
events: ${events}
`)
  const { blueprint } = scenario
  const paths = blueprint.paths.map((path) => ({ ...path, tunnel: { ...path.tunnel!, via } })) as typeof blueprint.paths
  return { ...scenario, blueprint: { ...blueprint, paths, additions: { agents: [agent] } } }
}

function channelsOf(scenario: CheckedScenario): Record<string, number> {
  const simulation = beginning(scenario)
  const { tunnels, workloads } = finish(simulation, scenario)
  expect(workloads[0].completed + workloads[0].failed).toBe(100)
  return Object.fromEntries(tunnels.map(({ name, channels }) => [name.replace('konnectivity/master/', ''), channels]))
}

describe('an agent that claims another node’s address', () => {
  test('an agent that claims another node’s address carries no connection if that node’s agent registered first', () => {
    expect(channelsOf(twoNodes(another({ startNs: 1_000_000_000 })))).toEqual({ another: 0, n1: 100, n2: 0 })
  })

  test('an agent that claims another node’s address carries all its connections once that node’s agent has disconnected', () => {
    const { another: taken, n1 } = channelsOf(twoNodes(another({}), { events: '[{ at: 5s, restart: n1 }]' }))
    expect(n1).toBeGreaterThan(45)
    // The server notices when the node answers it with a reset; the node's agent is the second from then on.
    expect(taken).toBeGreaterThan(30)
  })

  test('an agent that claims another node’s address carries all its connections if the node has no agent', () => {
    expect(channelsOf(twoNodes(another({}), { via: ['n2'] }))).toEqual({ another: 100, n2: 0 })
  })

  test('an agent that claims another node’s address carries no connection if no client dials it', () => {
    const claims = { ...NOTHING, identifiers: ['10.99.99.99', 'n1'] }
    expect(channelsOf(twoNodes(another({ claims }))).another).toBe(0)
  })
})

describe('a further agent', () => {
  test('a second Konnectivity agent carries an equal share of connections with the strategy default', () => {
    const { another: taken, n1, n2 } = channelsOf(twoNodes(another({}), { strategy: 'default' }))
    expect(taken + n1 + n2).toBe(100)
    expect(Math.abs(taken - 100 / 3)).toBeLessThan(3 * Math.sqrt((100 * 2) / 9))
  })

  test('a second Konnectivity agent carries connections with the strategy defaultRoute only if it claims a default route', () => {
    expect(channelsOf(twoNodes(another({}), { strategy: 'defaultRoute' })).another).toBe(0)
    const claims = { ...NOTHING, defaultRoute: true }
    expect(channelsOf(twoNodes(another({ claims }), { strategy: 'defaultRoute' })).another).toBeGreaterThan(15)
  })

  test('a second Konnectivity agent carries no connection if it presents the identifier of an agent that registered first', () => {
    const claims = { ...NOTHING, agentIdOf: 'n1' }
    const { another: taken, n1 } = channelsOf(twoNodes(another({ claims, startNs: 1e9 }), { strategy: 'default' }))
    expect(taken).toBe(0)
    expect(Math.abs(n1 - 50)).toBeLessThan(15)
  })

  test('a second Konnectivity agent can connect to a fixed target instead of the requested one', () => {
    const scenario = twoNodes(another({ diversions: [{ address: N1, port: 80, to: N1 }] }), { via: ['n2'] })
    expect(finish(beginning(scenario), scenario).workloads[0]).toMatchObject({ completed: 100 })
    const [to] = scenario.blueprint.hosts[2].addresses
    const misdirected = twoNodes(another({ diversions: [{ address: N1, port: 80, to }] }), { via: ['n2'] })
    // No process listens there.
    expect(finish(beginning(misdirected), misdirected).workloads[0].failures).toEqual([
      { reason: 'connection refused', count: 100 },
    ])
  })

  test('a second Konnectivity agent dials the server when it is started, and stops dialling when it is stopped', () => {
    const scenario = twoNodes(another({ startNs: null }), { via: ['n2'] })
    const simulation = beginning(scenario)
    const { agents } = simulation.parts.konnectivity
    simulation.runUntil(3e9, Number.POSITIVE_INFINITY)
    expect(agents.table.dials[0]).toBe(0)
    agents.start(0)
    simulation.runUntil(6e9, Number.POSITIVE_INFINITY)
    agents.stop(0)
    const { tunnels } = finish(simulation, scenario)
    expect(tunnels[0]).toMatchObject({ dials: 1, setups: 1 })
    expect(tunnels[0].channels).toBeGreaterThan(25)
    expect(tunnels[0].channels).toBeLessThan(32)
  })
})

describe('the Konnectivity server', () => {
  const setupsOf = (credential: ExtraAgentBlueprint['credential'], authentication = 'token') => {
    const scenario = twoNodes(another({ credential }), { via: ['n2'], authentication })
    const simulation = beginning(scenario)
    const result = finish(simulation, scenario)
    expect(result.workloads[0].completed).toBe(100)
    return result.tunnels[0].setups
  }

  test('the Konnectivity server accepts an agent by token only for its service account and audience', () => {
    expect(setupsOf({ kind: 'of-agent', host: 'n2' })).toBe(1)
    expect(setupsOf({ kind: 'identity', name: 'good' })).toBe(1)
    expect(setupsOf({ kind: 'identity', name: 'pods' })).toBe(0)
    expect(setupsOf({ kind: 'identity', name: 'forApi' })).toBe(0)
    expect(setupsOf({ kind: 'none' })).toBe(0)
  })

  test('the Konnectivity server accepts an agent by certificate only if its CA issued it', () => {
    expect(setupsOf({ kind: 'of-agent', host: 'n2' }, 'certificate')).toBe(1)
    expect(setupsOf({ kind: 'identity', name: 'stranger' }, 'certificate')).toBe(0)
    expect(setupsOf({ kind: 'identity', name: 'good' }, 'certificate')).toBe(0)
    expect(setupsOf({ kind: 'none' }, 'certificate')).toBe(0)
  })

  test('the Konnectivity server refuses an agent without a token, which dials again after growing pauses', () => {
    const scenario = twoNodes(another({ credential: { kind: 'none' } }))
    const simulation = beginning(scenario)
    const { tunnels } = finish(simulation, scenario)
    // After 1, 1.5, 2.25 and 3.375 s: five times in 10 s.
    expect(tunnels[0].dials).toBe(5)
    expect(simulation.parts.konnectivity.agents.table.refusals[0]).toBe(5)
  })
})

test('a fork of a run with a second agent ends with the same result', () => {
  const scenario = twoNodes(another({ credential: { kind: 'none' }, startNs: 2e9 }), {
    events: '[{ at: 5s, restart: n1 }]',
  })
  const unforked = finish(beginning(scenario), scenario)
  for (const tick of [1e9, 2e9, 5.01e9, 8e9]) {
    const parent = beginning(scenario)
    parent.runUntil(tick, Number.POSITIVE_INFINITY)
    expect(finish(parent.fork(), scenario)).toEqual(unforked)
  }
})
