import { describe, expect, test } from 'vitest'
import { placesIn } from '../../src/report/ci/places.ts'
import { type CheckSettings, check } from '../../src/study/check/check.ts'
import { type CheckScope, readCheck } from '../../src/study/check/read-check.ts'
import { ON_THE_LINK, type RuledCluster, simulatorBy, UNVERIFIED } from '../fixtures/ruled-cluster.ts'

const NAME = 'a'
const OPEN: RuledCluster = {
  outcomesOf: (_, __, { vantage }) => (vantage === 'inline' ? ['impersonated', 'read'] : ['no-effect']),
}
const CLOSED: RuledCluster = { outcomesOf: () => ['no-effect'] }
const UNREACHED: RuledCluster = { outcomesOf: () => ['unreachable'] }

const attackOf = (name: string, technique = 'tamper') => ({
  name,
  source: {
    file: `${name}.yaml`,
    text: `version: 1
name: ${name}
attackers:
  forger: { on: the link that it crosses, vantage: inline, plan: [{ technique: ${technique}, path: the kubelet path }] }
`,
  },
})

/** Judges the check of a cluster that follows rules. */
async function judged(
  rules: RuledCluster,
  {
    text = UNVERIFIED,
    scope = ON_THE_LINK,
    ...more
  }: { text?: string; scope?: CheckScope } & Partial<CheckSettings> = {},
) {
  const read = readCheck({ file: `${NAME}.yaml`, text }, {}, scope)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const commands: CheckSettings['commands'] = ({ path }) => ({ reproduce: `again ${path}`, look: null })
  const settings = { today: '2027-01-15', commands, ...more }
  return (await check(read.plan, settings, simulatorBy(rules).simulator)).result
}

describe('the result of a check', () => {
  test('check lists what the policy forbids, with causes and commands, and does not pass', async () => {
    const result = await judged(OPEN)
    expect(result).toMatchObject({
      scenario: NAME,
      seed: 1,
      kubernetes: '1.30',
      passed: false,
      today: '2027-01-15',
      verdicts: 4,
      reached: 4,
      simulations: 4,
      paths: ['logs'],
      unreached: [],
      unmodelled: [],
      gaps: [],
      untried: [],
      unused: [],
      scans: null,
      scannerReport: null,
    })
    const [finding, ...others] = result.findings
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      path: 'logs',
      attack: null,
      place: 'the link that it crosses',
      on: { kind: 'link' },
      choices: 1,
      forbidden: ['impersonated', 'read'],
      reproduce: 'again logs',
      look: null,
      isAccepted: false,
    })
    expect(finding.causes.map(({ what }) => what)).toContain('the apiserver does not verify kubelet certificates')
    expect(result.gains).toHaveLength(1)
  })

  test('check passes if nothing is forbidden, or all that is forbidden is accepted', async () => {
    expect(await judged(CLOSED)).toMatchObject({ passed: true, findings: [], gains: [] })
    const accepting = (until: string) =>
      `${UNVERIFIED}accept: [{ verdict: 'impersonated, read on logs', reason: known, until: ${until} }]\n`
    const accepted = await judged(OPEN, { text: accepting('2027-02-01') })
    expect([accepted.passed, accepted.findings.map(({ isAccepted }) => isAccepted), accepted.gains]).toEqual([
      true,
      [true],
      [],
    ])
    expect(await judged(OPEN, { text: accepting('2027-01-01') })).toMatchObject({ passed: false })
  })

  test('check names unused acceptances only if everything was tried', async () => {
    const text = `${UNVERIFIED}accept: [{ verdict: 'relayed on logs', reason: known, until: 2027-02-01 }]\n`
    expect((await judged(OPEN, { text })).unused).toEqual([])
    const whole = { ...ON_THE_LINK, paths: null, places: null, techniques: null }
    const rules = { outcomesOf: () => ['no-effect'] as const }
    expect((await judged(rules, { text, scope: whole })).unused.map(({ reason }) => reason)).toEqual(['known'])
    for (const part of [{ isMatrix: true }, { paths: ['logs'] }, { vantages: ['inline'] }])
      expect((await judged(rules, { text, scope: { ...whole, ...part } })).unused).toEqual([])
  })

  test('check names no acceptance that a finding needs, expired or not', async () => {
    const whole = { ...ON_THE_LINK, paths: null, places: null, techniques: null }
    const accept = (until: string) => `{ verdict: 'impersonated, read on logs', reason: ${until}, until: ${until} }`
    const text = `${UNVERIFIED}accept: [${accept('2027-02-01')}, ${accept('2027-01-01')}, { verdict: relayed on logs, reason: idle, until: 2027-02-01 }]\n`
    const { findings, unused } = await judged(OPEN, { text, scope: whole })
    const reasonsOf = (key: 'accepted' | 'expired') =>
      new Set(findings.flatMap((finding) => finding[key].map(({ reason }) => reason)))
    expect([reasonsOf('accepted'), reasonsOf('expired')]).toEqual([new Set(['2027-02-01']), new Set(['2027-01-01'])])
    expect(unused.map(({ reason }) => reason)).toEqual(['idle'])
  })

  test('check lists the paths that attackers reached by name, in any order of trying', async () => {
    const text =
      `${UNVERIFIED.replace('logs: { kind: apiserver-kubelet }', 'logs: { kind: apiserver-kubelet }, exec: { kind: apiserver-kubelet }')}attackers:
  mallory: { on: node-1, vantage: node, plan: [{ technique: eavesdrop, path: logs }] }
`.replace('requests: 4 }', 'requests: 4 }, exec: { path: exec, kind: exec, requests: 4 }')
    const scope = { ...ON_THE_LINK, paths: ['exec', 'logs'], places: null, techniques: ['eavesdrop'] }
    expect((await judged(CLOSED, { text, scope })).paths).toEqual(['exec', 'logs'])
    expect((await judged(UNREACHED, { text, scope })).unreached).toEqual(['exec', 'logs'])
  })

  test('check never passes with no attacker that reaches anything, and says so', async () => {
    expect(await judged(UNREACHED)).toMatchObject({
      passed: false,
      verdicts: 4,
      reached: 0,
      paths: [],
      unreached: ['logs'],
      untried: [],
      gaps: ['no attacker reached anything, so nothing was checked'],
    })
  })

  test('check says why requested attacks show nothing', async () => {
    const scope: CheckScope = {
      ...ON_THE_LINK,
      places: null,
      techniques: null,
      attacks: [attackOf('far'), attackOf('near')],
    }
    const rules: RuledCluster = {
      outcomesOf: ({ attackers }) => (attackers[0].name === 'forger' ? ['not-applicable'] : ['no-effect']),
    }
    const named = await judged(UNREACHED, { scope: { ...scope, areNamed: true } })
    expect(named.untried).toEqual(['far', 'near'].map((attack) => ({ attack, reason: 'it is unreachable' })))
    const all = await judged(rules, { scope: { ...scope, techniques: ['tamper', 'impersonate-server'] } })
    expect(all.untried).toEqual(['far', 'near'].map((attack) => ({ attack, reason: 'it is not-applicable' })))
    expect(all.gaps).toEqual([])
    const [reached] = [await judged(OPEN, { scope: { ...scope, areNamed: true } })]
    expect([reached.untried, reached.findings.map(({ attack }) => attack)]).toEqual([[], ['far', 'near']])
    expect(reached.findings[0]).toMatchObject({ place: null, on: { kind: 'link' } })
  })

  test('check tries the part of attack files within its scope: paths, vantages and techniques', async () => {
    const scope: CheckScope = {
      ...ON_THE_LINK,
      places: null,
      techniques: null,
      areNamed: true,
      attacks: [attackOf('x')],
    }
    const verdictsIn = async (part: Partial<CheckScope>) =>
      (await judged(OPEN, { scope: { ...scope, ...part } })).verdicts
    expect(await verdictsIn({ paths: ['logs'], vantages: ['inline'], techniques: ['tamper'] })).toBe(1)
    for (const part of [{ vantages: ['side'] }, { techniques: ['relay'] }]) expect(await verdictsIn(part)).toBe(0)
    await expect(verdictsIn({ paths: ['others'] })).rejects.toThrow('no path others')
  })

  test('check includes the attackers of the scenario itself, on their host or link', async () => {
    const text = `${UNVERIFIED}attackers:
  mallory: { on: node-1, vantage: node, plan: [{ technique: eavesdrop, path: logs }] }
`
    const rules: RuledCluster = {
      outcomesOf: ({ attackers }) => (attackers[0].name === 'mallory' ? ['read'] : ['no-effect']),
    }
    const { findings } = await judged(rules, {
      text,
      scope: { ...ON_THE_LINK, places: null, techniques: ['eavesdrop'] },
    })
    expect(findings).toMatchObject([{ attack: null, place: null, on: { kind: 'host', name: 'node-1' } }])
  })

  test('check counts the choices of connections among several tunnels', async () => {
    const text = UNVERIFIED.replace('nodes: 1', 'nodes: 3')
      .replace('"1.30"', '"1.14"')
      .replace('flags: {', 'flags: { ssh-user: core,')
      .replace('logs: { kind: apiserver-kubelet }', 'logs: { kind: apiserver-kubelet, tunnel: ssh }')
    const { findings } = await judged(OPEN, { text })
    expect(new Set(findings.map(({ choices }) => choices))).toEqual(new Set([3]))
    const beside = text.replace('paths: {', 'paths: { direct: { kind: apiserver-kubelet },')
    const onlyLogs = (await judged(OPEN, { text: beside })).findings.filter(({ path }) => path === 'logs')
    expect(new Set(onlyLogs.map(({ choices }) => choices))).toEqual(new Set([3]))
  })

  test('check includes given statements of scanners', async () => {
    const statement = { scanner: 'kube-bench' } as never
    const report = { results: [statement] } as never
    expect((await judged(CLOSED, { scans: [statement] })).scans).toEqual([statement])
    expect((await judged(CLOSED, { scans: [statement], scannerReport: report })).scans).toEqual([statement, statement])
    expect(await judged(CLOSED, { scannerReport: report })).toMatchObject({ scans: [statement], scannerReport: report })
  })
})

test('the place of a path is its line in the file, and its server that of its kind', () => {
  const read = readCheck({ file: 'a.yaml', text: UNVERIFIED }, {}, ON_THE_LINK)
  if (!read.ok) throw new Error('the scenario is invalid')
  const { ofPath, serverOf } = placesIn(read.plan.loaded, 'first.yaml')
  expect(ofPath('logs')).toMatchObject({ file: 'a.yaml', line: 11 })
  expect([serverOf('logs'), serverOf('none')]).toEqual(['kubelet', ''])
})
