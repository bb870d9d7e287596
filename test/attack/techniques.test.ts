import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { COMMON } from '../../src/attack/parameters/common.ts'
import { MATRIX_PLACES } from '../../src/attack/techniques/matrix-places.ts'
import type { Technique } from '../../src/attack/techniques/technique.ts'
import { TECHNIQUES, type TechniqueName } from '../../src/attack/techniques.ts'
import { hasAbilities, VANTAGES, type Vantage } from '../../src/attack/vantages.ts'
import { namesOf } from '../../src/engine/registry.ts'
import { simulateText } from '../../src/index.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { configText } from '../../src/scenario/print/config-text.ts'
import type { Kind } from '../../src/values/kind.ts'
import { plainScenario } from './attack-lab.ts'
import { EVERY_PARAMETER, parametersOf, requiredBy, valuesFor } from './every-parameter.ts'

function written(name: TechniqueName, keys: readonly string[]): string {
  const values = keys.map((key) => `${key}: ${valuesFor(parametersOf(name)[key] ?? EVERY_PARAMETER.get(key)!)[0]}`)
  return [`technique: ${name}`, ...values].join(', ')
}

function attacked(step: string, vantage: Vantage = 'inline'): string {
  const { hasNetworkPlace, isOnHost } = VANTAGES[vantage]
  const where = hasNetworkPlace ? `on: ${isOnHost ? 'node' : 'wan'}` : 'as: node'
  const holds = 'holds: [its server certificate]'
  return `version: 1\nname: contract\n${plainScenario()}
attackers: { mallory: { ${where}, vantage: ${vantage}, ${holds}, plan: [{ ${step} }] } }`
}

function problemsOf(step: string) {
  const loaded = loadScenario({ file: 'test.yaml', text: attacked(step) })
  return loaded.ok ? [] : loaded.problems
}

/** The techniques that ask an apiserver or a Konnectivity server, of which the contract's scenario has none. */
const IN_CLUSTERS_ONLY: readonly TechniqueName[] = [
  'smuggle-request',
  'redirect-service',
  'readdress-node',
  'claim-agent',
  'bootstrap-node',
]

/** Values that no kind expects. */
const HOSTILE: readonly (readonly [unknown])[] = [
  [null],
  [Number.NaN],
  [-1],
  [1e300],
  [''],
  ['\u001b[31m<script>alert(1)</script>\u202e\n- "'],
  ['x'.repeat(100_000)],
  [[]],
  [[{}]],
  [{ constructor: 1 }],
  [JSON.parse('{ "__proto__": { "polluted": true } }')],
]

let quietDigest: string | undefined

/** The digest of the traffic without any attacker. */
function digestWithoutAttack(): string {
  quietDigest ??= simulateText(`version: 1\nname: contract\n${plainScenario()}`).trafficDigest
  return quietDigest
}

describe.each(namesOf(TECHNIQUES))('the technique %s', (name) => {
  const { needs, matrix, meaning }: Technique = TECHNIQUES[name]
  const parameters = parametersOf(name)
  const own = Object.keys(parameters)
  const requires = requiredBy(name)

  test('a technique has a file of its name, and a one-sentence meaning', () => {
    expect(existsSync(new URL(`../../src/attack/techniques/${name}.ts`, import.meta.url))).toBe(true)
    expect(meaning).toMatch(/^[A-Z].*\.$/)
  })

  test('a technique accepts all its parameters', () => {
    expect(problemsOf(written(name, own))).toEqual([])
  })

  test('--print-config prints a technique with its parameters, so that they load as the same values', () => {
    const loaded = loadScenario({ file: 'test.yaml', text: attacked(written(name, own)) })
    if (!loaded.ok) throw new Error(loaded.problems[0].message)
    const again = loadScenario({ file: 'printed.yaml', text: configText(loaded) })
    expect(again.ok && again.scenario.blueprint.attackers).toEqual(loaded.scenario.blueprint.attackers)
  })

  test('a technique is refused without a required parameter, with an example', () => {
    for (const key of requires) {
      const [problem] = problemsOf(
        written(
          name,
          own.filter((other) => other !== key),
        ),
      )
      expect(problem.code).toBe('missing-key')
      expect(problem.hint).toContain(`${key}: ${parameters[key].example}`)
    }
  })

  test('a technique is refused with any other parameter, and the error lists its own', () => {
    for (const key of EVERY_PARAMETER.keys()) {
      if (own.includes(key)) continue
      const problems = problemsOf(written(name, [...requires, key]))
      expect(problems.map(({ code }) => code)).toEqual(['contradiction'])
      for (const other of own) expect(problems[0].hint).toContain(other)
    }
  })

  test.each(namesOf(VANTAGES))(
    'a technique has a verdict from the vantage %s, and no effect without the abilities that it needs',
    (vantage) => {
      const { verdicts, trafficDigest } = simulateText(attacked(written(name, requires), vantage))
      expect(verdicts.map(({ technique, path }) => [technique, path])).toEqual([[name, 'logs']])
      const [{ outcomes }] = verdicts
      expect(outcomes.includes('not-applicable')).toBe(IN_CLUSTERS_ONLY.includes(name))
      if (hasAbilities(vantage, needs) && !IN_CLUSTERS_ONLY.includes(name)) return
      expect(['no-effect', 'unreachable', 'not-applicable']).toContain(outcomes[0])
      expect(outcomes).toHaveLength(1)
      expect(trafficDigest).toBe(digestWithoutAttack())
    },
  )

  test('a technique reads every valid value of its parameters, and prints it so that it reads the same', () => {
    for (const [key, { kind }] of Object.entries(parameters)) {
      if (!('parse' in kind)) continue
      expect([key, kind.candidates.length > 0]).toEqual([key, true])
      for (const candidate of kind.candidates) {
        const read = kind.parse(candidate)
        expect(read).toMatchObject({ ok: true })
        if (read.ok) expect(kind.parse(kind.print(read.value))).toEqual(read)
      }
    }
  })

  test.each(HOSTILE)(
    'a technique reads or refuses the value %j of a parameter, and prints no other text',
    (hostile) => {
      for (const { kind } of Object.values(parameters)) {
        if (!('parse' in kind)) continue
        const read = kind.parse(hostile)
        if (read.ok) expect(kind.parse(kind.print(read.value))).toEqual(read)
        else expect(read.message).not.toBe('')
      }
    },
  )

  test('a technique has a row in the attack matrix, or a reason for none', () => {
    expect(matrix.rows.length > 0).toBe(matrix.whyNoRows === undefined)
    for (const { step = {} } of matrix.rows) {
      for (const [key, value] of Object.entries(step)) {
        const kind: Kind = key === 'at' ? COMMON.for.kind : parameters[key].kind
        if ('parse' in kind) expect(kind.parse(value)).toMatchObject({ ok: true })
      }
    }
  })
})

test('each position of the attack matrix has a technique that is tried there', () => {
  const used = namesOf(TECHNIQUES).flatMap((name) => TECHNIQUES[name].matrix.rows.flatMap(({ at }) => at))
  expect(namesOf(MATRIX_PLACES).filter((place) => !used.includes(place))).toEqual([])
})
