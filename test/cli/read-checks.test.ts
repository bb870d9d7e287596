import { describe, expect, test } from 'vitest'
import { changesOf, checksOf, type JudgedScenarioOptions, scopeOf } from '../../src/cli/check/read-checks.ts'
import type { CiReports } from '../../src/cli/ci/ci-reports.ts'
import { shippedAttacks } from '../../src/disk/read-attacks.ts'
import type { Tried } from '../../src/measure/check.ts'
import type { Problem } from '../../src/scenario/problems/problem.ts'
import { commandsFor } from '../../src/study/check/commands-for.ts'
import { cannedRun } from '../fixtures/fake-io.ts'
import { aVerdict } from '../fixtures/results.ts'
import { aContext, ON_THE_LINK, UNVERIFIED } from '../fixtures/ruled-cluster.ts'

const NOTHING: JudgedScenarioOptions = { attack: [], set: [], policy: [] }

describe('the scope of a command that tries attacks', () => {
  test('a command tries every attack that ships on every path and place, unless options restrict it', () => {
    const scope = scopeOf(NOTHING, false)
    expect(scope.attacks.map(({ name }) => name)).toEqual(shippedAttacks())
    for (const { name, source } of scope.attacks) expect(source.file).toContain(name)
    expect(scope).toMatchObject({ areNamed: false, isMatrix: false })
    expect([scope.paths, scope.places, scope.vantages, scope.techniques]).toEqual([null, null, null, null])
    const narrow = { path: ['logs'], place: ['a node'], vantage: ['inline'], technique: ['relay'] }
    expect(scopeOf({ ...NOTHING, ...narrow }, false)).toMatchObject({
      paths: ['logs'],
      places: ['a node'],
      vantages: ['inline'],
      techniques: ['relay'],
    })
  })

  test('a command tries the named attacks, and a matrix none of them', () => {
    const attack = ['unchecked-kubelet']
    const named = scopeOf({ ...NOTHING, attack }, false)
    expect([named.areNamed, named.attacks.map(({ name }) => name)]).toEqual([true, attack])
    expect(named.attacks[0].source.text).toContain('attackers:')
    for (const given of [NOTHING, { ...NOTHING, attack }])
      expect(scopeOf(given, true)).toMatchObject({ areNamed: false, isMatrix: true, attacks: [] })
  })
})

test('--seed changes the seed of a checked scenario, and without it the seed stays', () => {
  expect(changesOf({ ...NOTHING, set: ['a=1'], policy: ['never read'] })).toEqual({
    set: ['a=1'],
    policy: ['never read'],
  })
  expect(changesOf({ ...NOTHING, seed: 0 })).toEqual({ set: [], policy: [], seed: 0 })
})

describe('the commands that repeat a finding and show it', () => {
  const tried = (attack: string | null, place: string | null): Tried => ({
    path: 'logs',
    attack,
    place,
    on: { kind: 'link', name: 'wan' },
    holds: [],
    verdict: aVerdict({ vantage: 'inline', technique: 'relay' }),
    choices: 1,
    digest: '00',
    isAssumed: false,
  })
  const options: JudgedScenarioOptions = { ...NOTHING, set: ['a=1'], seed: 3, policy: ['p'], today: '2027-01-01' }
  const standard = '--set a=1 --policy p --seed 3 --today 2027-01-01'

  test('the command that repeats a finding names the cell of the matrix', () => {
    const cell = '--path logs --place link --vantage inline --technique relay'
    expect(commandsFor(tried(null, 'link'), ['a.yaml'], options, false)).toEqual({
      reproduce: `npx onpath check a.yaml ${cell} ${standard}`,
      look: `npx onpath matrix a.yaml ${cell} --set a=1 --seed 3 --report finding.html`,
    })
  })

  test('the command that repeats a finding names no place for an attacker of the scenario', () => {
    expect(commandsFor(tried(null, null), ['a.yaml'], NOTHING, false)).toEqual({
      reproduce: 'npx onpath check a.yaml --path logs --vantage inline --technique relay',
      look: 'npx onpath matrix a.yaml --path logs --vantage inline --technique relay --report finding.html',
    })
  })

  test('the command that repeats a finding names the attack file', () => {
    expect(commandsFor(tried('x', 'link'), ['a.yaml'], options, false)).toEqual({
      reproduce: `npx onpath check a.yaml --attack x --path logs --technique relay ${standard}`,
      look: 'npx onpath run a.yaml --attack x --set a=1 --seed 3 --report finding.html',
    })
  })

  test('the command that repeats a finding has the import options of a real cluster, and no report of it', () => {
    const imported = { network: 'public', provider: 'gke', kubernetes: '1.29', allNodes: true } as const
    expect(commandsFor(tried('x', null), ['etc', 'rbac.yaml'], { ...NOTHING, ...imported }, true)).toEqual({
      reproduce:
        'npx onpath check etc rbac.yaml --attack x --path logs --technique relay --network public --provider gke --kubernetes 1.29 --all-nodes',
      look: null,
    })
  })
})

describe('scenarios that are checked', () => {
  /** Plans checks of texts, and returns the plans with what is printed and reported. */
  function planned(texts: readonly string[], options: Partial<JudgedScenarioOptions> = {}) {
    const { context, codes, printed } = aContext(async (scenario) => cannedRun(scenario))
    const reported: Problem[] = []
    const reports = {
      showProblems: (problems: readonly Problem[]) => reported.push(...problems),
    } as unknown as CiReports
    const sources = texts.map((text, i) => ({ file: `${i}.yaml`, text }))
    const { path: paths, place: places, vantage: vantages, technique: techniques } = options
    const named = Object.entries({ paths, places, vantages, techniques }).filter(([, names]) => names !== undefined)
    const scope = { ...ON_THE_LINK, ...Object.fromEntries(named) }
    const plans = checksOf(sources, scope, { ...NOTHING, ...options }, context, reports)
    return { plans, codes, printed, reported }
  }

  test('each checked scenario has a plan, with the changes by options', () => {
    const { plans, codes, printed, reported } = planned([UNVERIFIED, UNVERIFIED], {
      seed: 9,
      policy: ['never relayed'],
    })
    expect(plans?.map(({ matrix, policy }) => [matrix.seed, policy.map(({ text }) => text)])).toEqual([
      [9, ['never relayed']],
      [9, ['never relayed']],
    ])
    expect([codes, printed, reported]).toEqual([[], { out: '', err: '' }, []])
  })

  test('no scenario is checked if one is invalid; all its problems are printed and reported', () => {
    const { plans, codes, printed, reported } = planned([UNVERIFIED, `colour: red\nsize: 5\n${UNVERIFIED}`])
    expect([plans, codes, printed.out]).toEqual([null, [3], ''])
    expect(reported.map(({ file, line, code }) => [file, line, code])).toEqual([
      ['1.yaml', 1, 'unknown-key'],
      ['1.yaml', 2, 'unknown-key'],
    ])
    expect(printed.err).toContain('1.yaml:1:1: error[unknown-key]')
    expect(printed.err).toContain('2 errors; ')
  })

  test('a check is refused if an option names what no scenario has', () => {
    const refused = (options: Partial<JudgedScenarioOptions>, message: string | RegExp) =>
      expect(() => planned([UNVERIFIED], options)).toThrow(message)
    refused({ technique: ['relai'] }, /^there is no technique relai; did you mean relay\?; the techniques are /)
    refused({ vantage: ['inline', 'pasive'] }, /^there is no vantage pasive; did you mean passive\?; the vantages are /)
    refused(
      { path: ['logs', 'lgos'] },
      'there is no path lgos; did you mean logs?; the paths are kubelet-apiserver, logs',
    )
    refused({ place: ['moon'] }, /^there is no place moon; the places are /)
    const two = UNVERIFIED.replaceAll('logs:', 'more:').replace('path: logs', 'path: more')
    expect(planned([UNVERIFIED, two], { path: ['more', 'logs'] }).plans).toHaveLength(2)
  })
})
