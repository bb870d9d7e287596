import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Simulate } from '../../src/cli/simulation/simulate.ts'
import { readAttacks } from '../../src/disk/read-attacks.ts'
import type { VerdictResult } from '../../src/measure/verdict.ts'
import { cannedRun, invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'
import { SMALL_SCENARIO } from '../fixtures/scenario-text.ts'

const ATTACK = `attackers:
  eve: { on: the link that it crosses, vantage: passive, plan: [{ technique: eavesdrop, path: the custom path }] }
expect:
  - never read by eve on the custom path
`
const ACCEPTED = 'accept=[{ verdict: read by eve on the custom path, reason: internal only, until: 2027-03-01 }]'

const read: VerdictResult = {
  attacker: 'eve',
  vantage: 'passive',
  technique: 'eavesdrop',
  path: 'web',
  victim: 'server',
  scope: 'other',
  outcomes: ['read', 'metadata'],
  worst: 'read',
  asIdentity: null,
  exposure: { messages: 3, of: 3, bytes: 3000 },
  secrets: [],
  noticed: 'none',
  noticedBy: [],
  firstEffectNs: 1,
  outageNs: 0,
  recoveredNs: null,
  requests: [],
  privileges: [],
  credentials: [],
  evidence: [],
}

/** As if eve had read what she should not. */
const readByEve: Simulate = async (scenario) => {
  const { result, packetDigests } = cannedRun(scenario)
  const [path] = scenario.blueprint.attackers[0].plan[0].paths
  const expectations = result.expectations.map((one) => ({ ...one, met: !one.expect.startsWith('never') }))
  return { packetDigests, result: { ...result, verdicts: [{ ...read, path }], expectations } }
}

const run = (...more: string[]) => {
  const file = join(aFolder({ 'tap.yaml': ATTACK }), 'tap.yaml')
  const argv = ['run', '-', '--attack', file, '--set', 'expect.0=failed(visits) = 0', ...more]
  return invoke(argv, { stdin: SMALL_SCENARIO, simulate: readByEve })
}

test('--attack adds the attack to the scenario and to the command that reproduces the run', async () => {
  const { code, out } = await run()
  expect(out).toContain('✗ NOT MET   never read by eve on the custom path')
  expect(out).toMatch(/reproduce: npx onpath run - --attack \S+tap\.yaml --set/)
  expect(code).toBe(4)
})

test('an accepted verdict does not fail the run, and is reported', async () => {
  const { code, err } = await run('--set', ACCEPTED)
  expect(err).toBe(
    'accepted: never read by eve on the custom path (read by eve on the custom path: internal only, until 2027-03-01)\n',
  )
  expect(code).toBe(0)
})

test('the table and JSON say which failed expectation is accepted, by what and why, and which is not', async () => {
  expect((await run('--set', ACCEPTED)).out).toContain('~ accepted  never read by eve on the custom path')
  const expectations = async (...options: string[]) =>
    (JSON.parse((await run('--json', ...options)).out) as { expectations: unknown[] }).expectations.slice(0, 2)
  const entry = { accept: 'read by eve on the custom path', reason: 'internal only', until: '2027-03-01' }
  expect(await expectations('--set', ACCEPTED, '--today', '2027-03-01')).toMatchObject([
    { expect: 'failed(visits) = 0', met: true },
    { met: false, accepted: true, acceptedBy: [entry], expired: [] },
  ])
  expect(await expectations('--set', ACCEPTED, '--today', '2027-03-02')).toMatchObject([
    { met: true },
    { met: false, accepted: false, acceptedBy: [], expired: [entry] },
  ])
  expect((await expectations('--set', ACCEPTED))[0]).not.toHaveProperty('accepted')
})

test('the command that reproduces a run repeats each option that has an effect on it', async () => {
  const options = [
    '--seed',
    '9',
    '--set',
    ACCEPTED,
    '--max-events',
    '1000000',
    '--per-instance',
    '--today',
    '2027-03-02',
  ]
  const { out } = await run(...options)
  expect(out).toMatch(/ --seed 9 --max-events 1000000 --per-instance --today 2027-03-02\n/)
})

test('a verdict is accepted on its last day, but not on the day after', async () => {
  expect((await run('--set', ACCEPTED, '--today', '2027-03-01')).code).toBe(0)
  const { code, err } = await run('--set', ACCEPTED, '--today', '2027-03-02')
  expect(err).toBe(
    'no longer accepted: never read by eve on the custom path (read by eve on the custom path: internal only, until 2027-03-01; today is 2027-03-02)\n',
  )
  expect(code).toBe(4)
})

test('an unknown attack and an invalid date are usage errors', async () => {
  const unknown = await invoke(['run', '-', '--attack', 'unchecked-kublet'], { stdin: SMALL_SCENARIO })
  expect(unknown).toMatchObject({ code: 2, out: '' })
  expect(unknown.err).toContain('there is no attack unchecked-kublet; did you mean unchecked-kubelet?')
  expect((await run('--today', '2027-02-29')).code).toBe(2)
})

test('validate and sweep also accept --attack', async () => {
  const file = join(aFolder({ 'tap.yaml': ATTACK.replace('eve: {', 'eve: { as: alice,') }), 'tap.yaml')
  const { code, err } = await invoke(['validate', '-', '--attack', file], { stdin: SMALL_SCENARIO })
  expect(err).toContain('error[contradiction]: `as` names the user of an attacker whose vantage is user')
  expect(code).toBe(3)
  const sweep = await invoke(['sweep', '-', '--seeds', '1..2', '--attack', file], { stdin: SMALL_SCENARIO })
  expect(sweep.code).toBe(3)
})

test.each(['attack.yaml', 'attack.yml', 'no/attack', 'no\\attack'])('--attack treats %s as a file', (name) => {
  expect(() => readAttacks([name])).toThrow(`cannot read ${name}: `)
})

test.each(['attack.yaml.txt', 'yaml', 'attackyml'])('--attack treats %s as the name of an attack', (name) => {
  expect(() => readAttacks([name])).toThrow(`there is no attack ${name}; `)
})
