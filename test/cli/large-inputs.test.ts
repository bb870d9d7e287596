import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jsonDocument } from '../../src/report/json.ts'
import { loadScenario } from '../../src/scenario/load.ts'
import { run } from '../../src/simulation/run.ts'
import { parseResult } from '../../src/study/compare/parse-result.ts'
import { invoke } from '../fixtures/fake-io.ts'
import { aFolder } from '../fixtures/folder.ts'

test('results of clusters with attackers, heartbeats and tunnels are read back unchanged', () => {
  for (const file of ['presets/gke-ssh-tunnels', 'join', 'presets/konnectivity']) {
    const text = readFileSync(new URL(`../../scenarios/${file}.yaml`, import.meta.url), 'utf8')
    const loaded = loadScenario({ text, file }, { set: ['duration=40s'] })
    if (!loaded.ok) throw new Error(`${file} is invalid`)
    const { result } = run(loaded.scenario, { perInstance: true })
    expect(parseResult(jsonDocument(result))).toEqual({ ok: true, result })
  }
})

test('replay accepts the folder of every large scenario that run accepts', async () => {
  const folder = aFolder()
  const name = (i: number) => `host-${i}-${'x'.repeat(80)}`
  const numbers = Array.from({ length: 2_000 }, (_, i) => i)
  const hosts = numbers.map((i) => `${name(i)}: {cores: 2,cpu: go}`)
  const links = numbers.slice(1).map((i) => `l${i}: {between: [${name(0)},${name(i)}],delay: 1ms,rate: 10Mbps}`)
  const text = `version: 1
hosts: {${hosts.join(',')}}
links: {${links.join(',')}}
paths: {p: {from: ${name(0)},to: ${name(1)},port: 80}}
workloads: {w: {path: p,requests: 1}}
`
  writeFileSync(join(folder, 'large.yaml'), text)
  const out = join(folder, 'out')
  expect((await invoke(['run', join(folder, 'large.yaml'), '--out', out])).code).toBe(0)
  const written = loadScenario({ text: readFileSync(join(out, 'scenario.yaml'), 'utf8'), file: 'scenario.yaml' })
  expect(written.ok).toBe(true)
})

test('--print-config of 600 nodes can be loaded again', async () => {
  const stdin = 'version: 1\nkubernetes: "1.30"\ncluster: { preset: kubeadm-default, nodes: 600 }\n'
  const { out } = await invoke(['run', '-', '--print-config'], { stdin })
  expect(out.length).toBeGreaterThan(2 ** 20)
  const [given, printed] = [stdin, out].map((text) => loadScenario({ text, file: '-' }))
  expect(given).toMatchObject({ ok: true })
  expect(printed).toMatchObject({ ok: true, scenario: given.ok ? { expectations: given.scenario.expectations } : {} })
})
