import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { namesOf } from '../../src/engine/registry.ts'
import { type LoadedScenario, loadScenario } from '../../src/scenario/load.ts'
import { PRESETS } from '../../src/scenario/presets/presets.ts'
import { configText } from '../../src/scenario/print/config-text.ts'
import { formatProblem } from '../../src/scenario/problems/format-problem.ts'

const folder = new URL('../../scenarios/attacks/', import.meta.url)
const attacks = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), 'utf8')
  return { file, text, name: file.replace('.yaml', '') }
})
const scenario = (file: string) => readFileSync(new URL(`../../scenarios/${file}`, import.meta.url), 'utf8')

function laidOver(text: string, attack: { file: string; text: string }): LoadedScenario {
  const loaded = loadScenario({ text, file: 'scenario.yaml' }, { attacks: [attack] })
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'))
  return loaded
}

describe.each(attacks)('the attack $name', (attack) => {
  it('a shipped attack has the name of its file, and begins with an explanation, its source and a command', () => {
    const lines = attack.text.split('\n')
    expect(lines[0]).toBe('# yaml-language-server: $schema=../../schema/attack.schema.json')
    expect(attack.text).toMatch(/^# Source: /m)
    expect(attack.text).toMatch(new RegExp(`^#   onpath run scenarios/\\S+ --attack ${attack.name}( .*)?$`, 'm'))
    expect(lines).toContain(`name: ${attack.name}`)
  })

  it.each(namesOf(PRESETS))('a shipped attack can be added to the preset %s', (preset) => {
    const { scenario } = laidOver(`version: 1\ncluster: { preset: ${preset} }\n`, attack)
    const [{ plan, absent }] = scenario.blueprint.attackers
    expect(plan.length + absent.length).toBeGreaterThan(0)
  })

  it('a shipped attack can be added to a scenario without a cluster, where missing roles are absent', () => {
    // Paths of kubelets and pods that are deleted, which an attack brings along, are of a cluster.
    if (/\n(paths|events):/.test(attack.text)) return
    const { scenario: laid } = laidOver(scenario('first-steps.yaml'), attack)
    expect(laid.blueprint.attackers).toHaveLength(1)
  })

  it('a shipped attack is unchanged when the configuration is printed and loaded', () => {
    const loaded = laidOver('version: 1\ncluster: { preset: gke-ssh-tunnels }\n', attack)
    const again = loadScenario({ text: configText(loaded), file: 'printed.yaml' })
    expect(again.ok ? [] : again.problems.map(formatProblem)).toEqual([])
    if (again.ok) expect(again.scenario.blueprint.attackers).toEqual(loaded.scenario.blueprint.attackers)
    if (again.ok) expect(again.scenario.expectations).toEqual(loaded.scenario.expectations)
  })
})

it('all attacks of the package have different attacker names, so that they can be combined', () => {
  const text = 'version: 1\ncluster: { preset: kubeadm-default }\n'
  const loaded = loadScenario({ text, file: 'scenario.yaml' }, { attacks })
  expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([])
  if (loaded.ok) expect(loaded.scenario.blueprint.attackers).toHaveLength(attacks.length)
})
