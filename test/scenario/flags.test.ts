import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Flag, type FlagName, stateAt } from '../../src/cluster/flags/flag.ts'
import { PROGRAMS } from '../../src/cluster/flags/programs.ts'
import { kubernetesVersion, NEWEST_MINOR, OLDEST_MINOR } from '../../src/cluster/versions/kubernetes-version.ts'
import { stepAt } from '../../src/cluster/versions/version-steps.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { configText } from '../../src/scenario/print/config-text.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'
import { writtenForm } from '../../src/scenario/schema/flag-text.ts'
import { ALL_FLAGS } from '../cluster/version-rows.ts'
import { apiserver, controllerManager, kubelet } from './configuration-lab.ts'

const MINORS = Array.from({ length: NEWEST_MINOR - OLDEST_MINOR + 1 }, (_, index) => OLDEST_MINOR + index)

/** One name of a flag, and where a scenario writes it. */
interface Spelling {
  readonly program: string
  readonly property: string
  readonly flag: Flag
  readonly as: FlagName
  readonly section: 'flags' | 'config'
}

const SPELLINGS = ALL_FLAGS.flatMap(({ program, property, flag }): Spelling[] => {
  const common = { program, property, flag }
  const also = flag.also === undefined ? [] : [{ ...common, as: flag.also, section: 'flags' as const }]
  return [{ ...common, as: flag, section: program === 'kubelet' ? 'config' : 'flags' }, ...also]
})
const titled = SPELLINGS.map(
  (spelling) => [`${spelling.program} ${spelling.section} ${spelling.as.name}`, spelling] as const,
)

const RESOLVERS = {
  'kube-apiserver': (minor: number, flags: string) => apiserver(minor, flags),
  'kube-controller-manager': (minor: number, flags: string) => controllerManager(minor, flags),
  kubelet: (minor: number, config: string) => kubelet(minor, config),
} as const satisfies Record<string, unknown>

/** The default of a release; a value of its kind where the default is to write nothing. */
function valueAt({ flag, as }: Spelling, minor: number): unknown {
  const steps = as === flag.also ? (flag.also.default ?? flag.default) : flag.default
  const byDefault = 'off' in steps ? steps.off : 'provided' in steps ? null : stepAt(steps, minor).value
  if (byDefault !== null) return byDefault
  if (flag.kind.refersTo === undefined) return 'gke'
  return flag.kind.refersTo === 'ca' ? 'cluster-ca' : 'apiserver-kubelet-client'
}

/** `{ flags: { authorization-mode: ["RBAC"] } }` without the section where the program has only one. */
function textOf({ program, flag, as, section }: Spelling, value: unknown): string {
  const written = JSON.stringify(writtenForm(flag.kind, value))
  const map = as.name.split('.').reduceRight((inner, step) => `{ ${step}: ${inner} }`, written)
  return program === 'kubelet' ? `{ ${section}: ${map} }` : map
}

function resolve(spelling: Spelling, minor: number, value: unknown) {
  const resolver = RESOLVERS[spelling.program as keyof typeof RESOLVERS]
  return resolver(minor, textOf(spelling, value))
}

describe.each(titled)('%s', (_, spelling) => {
  const { program, property, flag, as, section } = spelling

  it('a flag has a default in every release that has it, and is refused in the others', () => {
    for (const minor of MINORS) {
      const isAbsent = stateAt(as, kubernetesVersion(minor)) === 'absent' || (section === 'config' && minor < 8)
      const value = valueAt(spelling, minor)
      const { complaints, configuration } = resolve(spelling, minor, value)
      if (isAbsent) {
        expect(complaints).toContain(section === 'config' ? 'unknown flag: --config' : `unknown flag: --${as.name}`)
        expect(complaints).toContain(`hint: ${as.absence ?? ''}`)
        continue
      }
      expect(complaints).toBe('sound')
      if (flag.derive === undefined) expect(new Map(Object.entries(configuration)).get(property)).toEqual(value)
    }
  })

  it('a flag loads to the same scenario when printed', () => {
    const minor = MINORS.find((one) => one >= 8 && stateAt(as, kubernetesVersion(one)) === 'present')!
    const part = program === 'kubelet' ? 'kubelet' : program.replace('kube-', '')
    const inner = textOf(spelling, valueAt(spelling, minor))
    const text = `version: 1\nkubernetes: "1.${minor}"\ncluster: { nodes: 1, ${part}: ${program === 'kubelet' ? inner : `{ flags: ${inner} }`} }\npaths: { a: { kind: component-apiserver } }\nworkloads: { w: { path: a, requests: 1 } }\n`
    const loaded = load(text)
    expect(load(configText(loaded)).scenario.blueprint.cluster).toEqual(loaded.scenario.blueprint.cluster)
  })

  it('a flag prints its values as they are read, from a scenario and from a command line', () => {
    const { kind } = flag
    expect(kind.candidates).not.toEqual([])
    for (const form of kind.candidates) {
      const parsed = kind.parse(form)
      if (!parsed.ok) throw new Error(parsed.message)
      const printed = kind.print(parsed.value)
      expect(kind.parse(printed)).toEqual(parsed)
      const read = kind.read(String(printed))
      expect(read.ok && kind.parse(read.form)).toEqual(parsed)
    }
    expect(kind.parse({}).ok && kind.list === undefined).toBe(false)
  })

  it('a flag is tried as a fix with values that its kind accepts', () => {
    const { kind } = flag
    for (const before of [null, ...kind.candidates])
      for (const form of kind.offered?.({ before, minor: NEWEST_MINOR, clusterCa: 'cluster-ca' }) ?? [])
        expect(kind.parse(form)).toMatchObject({ ok: true })
  })

  it('a flag is described in sentences', () => {
    expect(flag.meaning).toMatch(/^[A-Z].*\.$/)
  })
})

describe('the registries', () => {
  it.each([
    ['kube-apiserver', 'apiserver'],
    ['kube-controller-manager', 'controller-manager'],
    ['kubelet', 'kubelet'],
  ])('the registry for %s has every file of its folder', (program, folder) => {
    const files = readdirSync(new URL(`../../src/cluster/flags/${folder}/`, import.meta.url))
    expect(Object.keys(PROGRAMS[program])).toHaveLength(files.length)
  })
})

function load(text: string) {
  const loaded = loadScenario({ text, file: 'test.yaml' })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded
}
